//! Rule sets: proposed by those who trade, adopted by their assemblies, published by one of those who
//! adopted, and never changed.
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Error, OrNotFound, Refusal, Result, corrupt, taken};
use crate::governance::assembly::{self, Recorded};
use crate::ids::{AssemblyRecordId, OrganisationId, RuleSetId};
use crate::operations::audit::{self, Act};
use crate::schema::{rule_set_adoptions, rule_sets};
use crate::sql::{Json, Time};
use chrono::NaiveDate;
use diesel::prelude::*;
use governance::{
    Adoption, OrganisationKind, PublishedRuleSet, Role, Side, TextHash, common_rule_set,
    may_publish,
};
use pricing::RuleSet;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

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

/// Where a rule set stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Proposed: assemblies vote on it.
    Draft,
    /// It holds from its first day on, between those whose assemblies adopted it.
    Published,
    /// Taken back by who proposed it.
    Withdrawn,
}

impl Status {
    /// The word in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Withdrawn => "withdrawn",
        }
    }
    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Draft, Self::Published, Self::Withdrawn]
            .into_iter()
            .find(|known| known.as_str() == word)
    }
}

/// A rule set.
#[derive(Clone, Debug)]
pub struct Proposed {
    /// The id.
    pub id: RuleSetId,
    /// The rules, with their version's name.
    pub rules: RuleSet,
    /// SHA-256 of [`text`]: what the assemblies vote on.
    pub text_hash: TextHash,
    /// Where it stands.
    pub status: Status,
    /// Which organisation proposed it.
    pub proposed_by: OrganisationId,
    /// When.
    pub proposed_at: Time,
    /// Its first day, where it is published.
    pub starts_on: Option<NaiveDate>,
    /// Which organisation published it.
    pub published_by: Option<OrganisationId>,
    /// When.
    pub published_at: Option<Time>,
    /// Counts changes, adoptions included.
    pub version: i64,
}

#[derive(Queryable)]
struct Row {
    id: RuleSetId,
    name: String,
    parameters: Json,
    text_hash: String,
    status: String,
    proposed_by: OrganisationId,
    proposed_at: Time,
    starts_on: Option<NaiveDate>,
    published_by: Option<OrganisationId>,
    published_at: Option<Time>,
    version: i64,
}

impl TryFrom<Row> for Proposed {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        let rules = read_rules(&row.name, row.parameters, &row.text_hash)?;
        Ok(Self {
            id: row.id,
            text_hash: text_hash(&rules)?,
            rules,
            status: Status::parse(&row.status).ok_or_else(|| corrupt("rule_sets.status"))?,
            proposed_by: row.proposed_by,
            proposed_at: row.proposed_at,
            starts_on: row.starts_on,
            published_by: row.published_by,
            published_at: row.published_at,
            version: row.version,
        })
    }
}

/// The stored rules, held to the hash that the assemblies voted on.
fn read_rules(name: &str, parameters: Json, hash: &str) -> Result<RuleSet> {
    let rules: RuleSet =
        serde_json::from_value(parameters.0).map_err(|_| corrupt("rule_sets.parameters"))?;
    if rules.version != name || text_hash(&rules)?.as_str() != hash {
        return Err(corrupt("rule_sets.text_hash"));
    }
    Ok(rules)
}

/// The rules with each number in its shortest form, so that equal rules have one text.
fn canonical(rules: &RuleSet) -> RuleSet {
    RuleSet {
        version: rules.version.clone(),
        min_quotes: rules.min_quotes,
        quote_max_age_days: rules.quote_max_age_days,
        pay_cap_multiple: rules.pay_cap_multiple.normalize(),
        job_reserve_rate: rules.job_reserve_rate.normalize(),
        community_rate: rules.community_rate.normalize(),
        monthly_finance_rate: rules.monthly_finance_rate.normalize(),
        payment_days: rules.payment_days.normalize(),
        advance_rate: rules.advance_rate.normalize(),
        unit_price_decimals: rules.unit_price_decimals,
    }
}

/// The text that assemblies vote on: every parameter as JSON, names in alphabetical order, no spaces,
/// numbers in their shortest form.
///
/// # Errors
/// None for rules that were read: serde's signature asks.
pub fn text(rules: &RuleSet) -> Result<String> {
    let unwritable = |_| corrupt("rule_sets.parameters");
    let value = serde_json::to_value(canonical(rules)).map_err(unwritable)?;
    let parameters: BTreeMap<String, Value> = serde_json::from_value(value).map_err(unwritable)?;
    serde_json::to_string(&parameters).map_err(unwritable)
}

fn text_hash(rules: &RuleSet) -> Result<TextHash> {
    let digest: String = Sha256::digest(text(rules)?)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(TextHash::parse(&digest)?)
}

/// The rule set that binds a trade of these two on `date`: of those that the assemblies of both have
/// adopted, the published one that started last. `None`: they cannot trade yet
/// ([`Code::NoCommonRuleSet`]).
///
/// # Errors
/// Those of the database.
pub fn common(
    conn: &mut Conn,
    buyer: OrganisationId,
    supplier: OrganisationId,
    date: NaiveDate,
) -> Result<Option<(RuleSetId, RuleSet)>> {
    let rows: Vec<(RuleSetId, OrganisationId, Option<NaiveDate>)> = rule_set_adoptions::table
        .inner_join(rule_sets::table)
        .filter(rule_set_adoptions::organisation_id.eq_any([buyer, supplier]))
        .filter(rule_sets::status.eq(Status::Published.as_str()))
        .select((
            rule_sets::id,
            rule_set_adoptions::organisation_id,
            rule_sets::starts_on,
        ))
        .load(conn)?;
    let adopted_by = |organisation: OrganisationId| -> Vec<RuleSetId> {
        rows.iter()
            .filter(|(_, by, _)| *by == organisation)
            .map(|(id, ..)| *id)
            .collect()
    };
    let published = rows
        .iter()
        .map(|&(version, _, starts_on)| {
            starts_on
                .map(|starts_on| PublishedRuleSet { version, starts_on })
                .ok_or_else(|| corrupt("rule_sets.starts_on"))
        })
        .collect::<Result<Vec<_>>>()?;
    let common = common_rule_set(&adopted_by(buyer), &adopted_by(supplier), &published, date);
    match common {
        Some(&PublishedRuleSet { version, .. }) => Ok(Some((version, get(conn, version)?.rules))),
        None => Ok(None),
    }
}

/// The rule set, whoever asks: they are public.
///
/// # Errors
/// [`Code::NotFound`].
pub fn get(conn: &mut Conn, id: RuleSetId) -> Result<Proposed> {
    let row: Option<Row> = rule_sets::table.find(id).first(conn).optional()?;
    row.or_not_found()?.try_into()
}

/// An organisation's adoption, with the assembly behind it.
#[derive(Clone, Debug)]
pub struct Adopted {
    /// Whose.
    pub organisation: OrganisationId,
    /// The side of the trade that it speaks for.
    pub side: Side,
    /// The assembly's decision.
    pub assembly_record: Recorded,
    /// When it was entered.
    pub adopted_at: Time,
}

/// Everybody who adopted the rule set, the first first.
///
/// # Errors
/// Those of the database.
pub fn adoptions(conn: &mut Conn, id: RuleSetId) -> Result<Vec<Adopted>> {
    let rows: Vec<(OrganisationId, String, AssemblyRecordId, Time)> = rule_set_adoptions::table
        .filter(rule_set_adoptions::rule_set_id.eq(id))
        .order((
            rule_set_adoptions::adopted_at,
            rule_set_adoptions::organisation_id,
        ))
        .select((
            rule_set_adoptions::organisation_id,
            rule_set_adoptions::side,
            rule_set_adoptions::assembly_record_id,
            rule_set_adoptions::adopted_at,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(organisation, side, record, adopted_at)| {
            Ok(Adopted {
                organisation,
                side: Side::parse(&side).map_err(|_| corrupt("rule_set_adoptions.side"))?,
                assembly_record: assembly::get(conn, record)?,
                adopted_at,
            })
        })
        .collect()
}

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
    log(conn, by, "rule_set.propose", id, None, &after)?;
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
        return Err(governance::GovernanceError::CannotAdopt(by.kind).into());
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
    log(conn, by, "rule_set.adopt", id, None, &after)?;
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
        return Err(governance::GovernanceError::OperatorCannotPublish.into());
    }
    require_delegate(by)?;
    let rule_set = get(conn, id)?;
    if rule_set.status != Status::Draft {
        return Err(wrong_state(&rule_set, "a draft is published"));
    }
    let adopted = adoptions(conn, id)?;
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
            let kind = crate::identity::organisations::get(conn, one.organisation)?.kind;
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
    log(conn, by, "rule_set.publish", id, Some(&before), &after)?;
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
    log(conn, by, "rule_set.withdraw", id, Some(&before), &after)?;
    get(conn, id)
}

fn wrong_state(rule_set: &Proposed, allowed: &str) -> Error {
    Refusal::new(
        Code::WrongState,
        format!("The rule set is {}; {allowed}.", rule_set.status.as_str()),
    )
    .into()
}

fn log(
    conn: &mut Conn,
    by: &Actor,
    act: &'static str,
    id: RuleSetId,
    before: Option<&Value>,
    after: &Value,
) -> Result<()> {
    audit::record(
        conn,
        by,
        &Act {
            act,
            kind: "rule_set",
            id: id.uuid(),
            before,
            after: Some(after),
        },
    )
}

/// Rule sets in the order in which they were proposed, after `after`; of one state where it is named.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    status: Option<Status>,
    after: Option<RuleSetId>,
    limit: i64,
) -> Result<Vec<Proposed>> {
    let mut query = rule_sets::table
        .order(rule_sets::id)
        .limit(limit)
        .into_boxed();
    if let Some(status) = status {
        query = query.filter(rule_sets::status.eq(status.as_str()));
    }
    if let Some(after) = after {
        query = query.filter(rule_sets::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(Proposed::try_from).collect()
}
