//! What delegates do with a rule set: propose, adopt, publish, withdraw.
use super::{Proposed, Status, adoptions, canonical, get, text_hash};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Error, OrNotFound, Refusal, Result, corrupt, taken};
use crate::governance::assembly;
use crate::identity::organisations;
use crate::ids::{AssemblyRecordId, RuleSetId};
use crate::operations::audit;
use crate::schema::{rule_set_adoptions, rule_sets};
use crate::sql::Json;
use chrono::NaiveDate;
use diesel::prelude::*;
use governance::{Adoption, GovernanceError, OrganisationKind, Role, Side, may_publish};
use pricing::RuleSet;
use serde_json::json;

/// Those who trade; they propose, adopt and publish.
const TRADERS: [OrganisationKind; 3] = [
    OrganisationKind::Union,
    OrganisationKind::Community,
    OrganisationKind::Cooperative,
];
/// The roles that speak for an organisation about rules.
const DELEGATES: [Role; 4] = [
    Role::Buyer,
    Role::Seller,
    Role::AssemblySecretary,
    Role::Admin,
];

/// The actor must speak for an admitted organisation that trades.
fn require_delegate(by: &Actor) -> Result<()> {
    by.require_kind(&TRADERS)?;
    by.require(&DELEGATES)?;
    by.require_admitted()
}

/// Proposes a rule set. Its version's name is unique for ever.
///
/// # Errors
/// [`Code::Forbidden`] for networks and the operator, [`Code::InvalidInput`] naming the first
/// parameter out of its range, [`Code::Duplicate`].
pub fn propose(conn: &mut Conn, by: &Actor, rules: &RuleSet) -> Result<Proposed> {
    require_delegate(by)?;
    rules.check().map_err(|error| {
        let mut refusal = Refusal::from(error);
        for field in &mut refusal.fields {
            field.pointer = field.pointer.replacen("/rule_set", "/parameters", 1);
        }
        refusal
    })?;
    let rules = canonical(rules);
    let parameters = serde_json::to_value(&rules).map_err(|_| corrupt("rule_sets.parameters"))?;
    let hash = text_hash(&rules)?;
    let id = RuleSetId::fresh();
    diesel::insert_into(rule_sets::table)
        .values((
            rule_sets::id.eq(id),
            rule_sets::name.eq(&rules.version),
            rule_sets::parameters.eq(Json(parameters)),
            rule_sets::text_hash.eq(hash.as_str()),
            rule_sets::status.eq(Status::Draft.as_str()),
            rule_sets::proposed_by.eq(by.organisation),
            rule_sets::proposed_at.eq(by.now),
            rule_sets::version.eq(1),
        ))
        .execute(conn)
        .map_err(|error| {
            let refusal = Refusal::new(
                Code::Duplicate,
                format!("There is a rule set {} already.", rules.version),
            );
            taken(error, refusal.at("/parameters/version"))
        })?;
    let after = json!({"version": rules.version, "text_hash": hash.as_str()});
    audit::change(conn, by, "rule_set.propose", id.uuid(), None, &after)?;
    get(conn, id)
}

/// Adopts a rule set for the actor's organisation, by a vote of its own assembly on that very text.
///
/// # Errors
/// [`Code::CannotAdopt`] for networks and the operator, [`Code::NotFound`] for another organisation's
/// record, [`Code::OtherText`], [`Code::NotCarried`], [`Code::WrongState`] where it was withdrawn,
/// [`Code::Duplicate`] where the organisation has adopted it.
pub fn adopt(
    conn: &mut Conn,
    by: &Actor,
    id: RuleSetId,
    record: AssemblyRecordId,
) -> Result<Proposed> {
    if Side::of(by.kind).is_none() {
        return Err(GovernanceError::CannotAdopt(by.kind).into());
    }
    require_delegate(by)?;
    // The version is counted up first: of two who adopt at once, the second sees the first.
    let found = diesel::update(rule_sets::table.find(id))
        .set(rule_sets::version.eq(rule_sets::version + 1))
        .execute(conn)?;
    (found == 1).then_some(()).or_not_found()?;
    let rule_set = get(conn, id)?;
    let recorded = assembly::own(conn, by, record, "/assembly_record_id")?;
    if rule_set.status == Status::Withdrawn {
        return Err(wrong_state(
            &rule_set,
            "a draft or published one is adopted",
        ));
    }
    let adoption = Adoption::parse(by.kind, &rule_set.text_hash, &recorded.decision())?;
    let present = rule_set_adoptions::table.find((id, by.organisation));
    if diesel::select(diesel::dsl::exists(present)).get_result(conn)? {
        return Err(Refusal::new(
            Code::Duplicate,
            "Your organisation has adopted this rule set already.",
        )
        .into());
    }
    diesel::insert_into(rule_set_adoptions::table)
        .values((
            rule_set_adoptions::rule_set_id.eq(id),
            rule_set_adoptions::organisation_id.eq(by.organisation),
            rule_set_adoptions::side.eq(adoption.side().as_str()),
            rule_set_adoptions::assembly_record_id.eq(record),
            rule_set_adoptions::adopted_by.eq(by.person),
            rule_set_adoptions::adopted_at.eq(by.now),
        ))
        .execute(conn)?;
    let after = json!({"assembly_record": record.to_string(), "side": adoption.side().as_str()});
    audit::change(conn, by, "rule_set.adopt", id.uuid(), None, &after)?;
    get(conn, id)
}

/// Publishes a rule set that both sides have adopted: it holds from `starts_on`, which is not past.
///
/// # Errors
/// [`Code::OperatorCannotPublish`], [`Code::Forbidden`] for an organisation that has not adopted it,
/// [`Code::WrongState`] unless it is a draft, [`Code::NotAdoptedByBothSides`],
/// [`Code::InvalidInput`], [`Code::Stale`].
pub fn publish(
    conn: &mut Conn,
    by: &Actor,
    id: RuleSetId,
    version: i64,
    starts_on: NaiveDate,
) -> Result<Proposed> {
    if by.kind == OrganisationKind::Operator {
        return Err(GovernanceError::OperatorCannotPublish.into());
    }
    require_delegate(by)?;
    let rule_set = get(conn, id)?;
    if rule_set.status != Status::Draft {
        return Err(wrong_state(&rule_set, "a draft is published"));
    }
    let adopted = adoptions(conn, id, None, None)?;
    if !adopted
        .iter()
        .any(|one| one.organisation == by.organisation)
    {
        return Err(Refusal::new(
            Code::Forbidden,
            "Only an organisation whose assembly adopted the rule set can publish it.",
        )
        .into());
    }
    let proven = adopted
        .iter()
        .map(|one| {
            let kind = organisations::get(conn, one.organisation)?.kind;
            let decision = one.assembly_record.decision();
            Adoption::parse(kind, &rule_set.text_hash, &decision)
                .map_err(|_| corrupt("rule_set_adoptions"))
        })
        .collect::<Result<Vec<_>>>()?;
    may_publish(&rule_set.text_hash, &proven, by.kind)?;
    if starts_on < by.now.date() {
        return Err(Refusal::new(
            Code::InvalidInput,
            "A rule set starts today or later: it does not reach back.",
        )
        .at("/starts_on")
        .into());
    }
    let changed = diesel::update(rule_sets::table.find(id))
        .filter(rule_sets::version.eq(version))
        .set((
            rule_sets::status.eq(Status::Published.as_str()),
            rule_sets::starts_on.eq(Some(starts_on)),
            rule_sets::published_by.eq(Some(by.organisation)),
            rule_sets::published_at.eq(Some(by.now)),
            rule_sets::version.eq(version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    let before = json!({"status": rule_set.status.as_str()});
    let after = json!({"status": Status::Published.as_str(), "starts_on": starts_on});
    audit::change(
        conn,
        by,
        "rule_set.publish",
        id.uuid(),
        Some(&before),
        &after,
    )?;
    get(conn, id)
}

/// Takes a draft back; its version's name stays taken.
///
/// # Errors
/// [`Code::Forbidden`] for anybody but who proposed it, [`Code::WrongState`] unless it is a draft,
/// [`Code::Stale`].
pub fn withdraw(conn: &mut Conn, by: &Actor, id: RuleSetId, version: i64) -> Result<Proposed> {
    require_delegate(by)?;
    let rule_set = get(conn, id)?;
    if rule_set.proposed_by != by.organisation {
        return Err(Refusal::new(
            Code::Forbidden,
            "Only the organisation that proposed a rule set can withdraw it.",
        )
        .into());
    }
    if rule_set.status != Status::Draft {
        return Err(wrong_state(&rule_set, "a draft is withdrawn"));
    }
    let changed = diesel::update(rule_sets::table.find(id))
        .filter(rule_sets::version.eq(version))
        .set((
            rule_sets::status.eq(Status::Withdrawn.as_str()),
            rule_sets::version.eq(version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    let before = json!({"status": rule_set.status.as_str()});
    let after = json!({"status": Status::Withdrawn.as_str()});
    audit::change(
        conn,
        by,
        "rule_set.withdraw",
        id.uuid(),
        Some(&before),
        &after,
    )?;
    get(conn, id)
}

fn wrong_state(rule_set: &Proposed, allowed: &str) -> Error {
    Refusal::new(
        Code::WrongState,
        format!("The rule set is {}; {allowed}.", rule_set.status.as_str()),
    )
    .into()
}
