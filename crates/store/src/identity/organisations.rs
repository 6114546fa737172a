//! Organisations of the five kinds: signing up, being admitted, what they say of themselves.
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Error, OrNotFound, Refusal, Result, corrupt};
use crate::ids::{OrganisationId, PersonId};
use crate::operations::audit::{self, Act};
use crate::schema::{memberships, network_members, organisations};
use crate::sql::Time;
use diesel::prelude::*;
use governance::{OrganisationKind, Role};
use serde_json::json;
use std::collections::BTreeMap;

/// Whether an organisation may trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It signed up.
    Applied,
    /// A network (for a co-operative) or the operator (for the others) admitted it.
    Admitted,
    /// It was refused.
    Refused,
    /// It may not trade for now.
    Suspended,
}

impl Status {
    /// The word in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Admitted => "admitted",
            Self::Refused => "refused",
            Self::Suspended => "suspended",
        }
    }
    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [
            Self::Applied,
            Self::Admitted,
            Self::Refused,
            Self::Suspended,
        ]
        .into_iter()
        .find(|known| known.as_str() == word)
    }
}

/// An organisation.
#[derive(Clone, Debug)]
pub struct Organisation {
    /// The id.
    pub id: OrganisationId,
    /// Which of the five kinds.
    pub kind: OrganisationKind,
    /// Its name.
    pub name: String,
    /// ISO 3166 alpha-2.
    pub country: String,
    /// As its country writes it (a CUIT, a VAT number).
    pub tax_id: Option<String>,
    /// BCP 47: es, en or pt.
    pub language: String,
    /// Whether it may trade.
    pub status: Status,
    /// When it signed up.
    pub created_at: Time,
    /// Counts changes.
    pub version: i64,
}

#[derive(Queryable)]
struct Row {
    id: OrganisationId,
    kind: String,
    name: String,
    country: String,
    tax_id: Option<String>,
    language: String,
    status: String,
    _admitted_by: Option<OrganisationId>,
    created_at: Time,
    version: i64,
}

impl TryFrom<Row> for Organisation {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            kind: OrganisationKind::parse(&row.kind).map_err(|_| corrupt("organisations.kind"))?,
            name: row.name,
            country: row.country,
            tax_id: row.tax_id,
            language: row.language,
            status: Status::parse(&row.status).ok_or_else(|| corrupt("organisations.status"))?,
            created_at: row.created_at,
            version: row.version,
        })
    }
}

/// A new organisation, read and valid.
#[derive(Clone, Debug)]
pub struct NewOrganisation {
    /// Which of the five kinds.
    pub kind: OrganisationKind,
    /// Its name.
    pub name: String,
    /// ISO 3166 alpha-2.
    pub country: String,
    /// As its country writes it.
    pub tax_id: Option<String>,
    /// es, en or pt.
    pub language: String,
}

/// Inserts an organisation. The operator is admitted by itself; all others apply.
///
/// # Errors
/// Those of the database.
pub fn create(conn: &mut Conn, new: &NewOrganisation, now: Time) -> Result<OrganisationId> {
    let id = OrganisationId::fresh();
    let status = match new.kind {
        OrganisationKind::Operator => Status::Admitted,
        _ => Status::Applied,
    };
    diesel::insert_into(organisations::table)
        .values((
            organisations::id.eq(id),
            organisations::kind.eq(new.kind.as_str()),
            organisations::name.eq(&new.name),
            organisations::country.eq(&new.country),
            organisations::tax_id.eq(&new.tax_id),
            organisations::language.eq(&new.language),
            organisations::status.eq(status.as_str()),
            organisations::created_at.eq(now),
            organisations::version.eq(1),
        ))
        .execute(conn)?;
    Ok(id)
}

/// The organisation, whoever asks: callers decide what is shown.
///
/// # Errors
/// [`Code::NotFound`].
pub fn get(conn: &mut Conn, id: OrganisationId) -> Result<Organisation> {
    let row: Option<Row> = organisations::table.find(id).first(conn).optional()?;
    row.or_not_found()?.try_into()
}

/// Whether there is an operator yet.
///
/// # Errors
/// Those of the database.
pub fn operator_exists(conn: &mut Conn) -> Result<bool> {
    let query = organisations::table.filter(organisations::kind.eq("operator"));
    Ok(diesel::select(diesel::dsl::exists(query)).get_result(conn)?)
}

/// What a list of organisations is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this kind.
    pub kind: Option<OrganisationKind>,
    /// In this state.
    pub status: Option<Status>,
    /// In this country.
    pub country: Option<String>,
}

/// Organisations in the order in which they signed up, after `after`. Applicants are seen by those
/// who admit them: networks (co-operatives) and the operator (the others).
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    filter: &Filter,
    after: Option<OrganisationId>,
    limit: i64,
) -> Result<Vec<Organisation>> {
    let mut query = organisations::table
        .order(organisations::id)
        .limit(limit)
        .into_boxed();
    query = match by.kind {
        OrganisationKind::Operator => query,
        OrganisationKind::Network => query.filter(
            organisations::status
                .eq("admitted")
                .or(organisations::kind.eq("cooperative"))
                .or(organisations::id.eq(by.organisation)),
        ),
        // Of those who are not admitted anybody else sees its own organisation only.
        _ if filter
            .status
            .is_some_and(|status| status != Status::Admitted) =>
        {
            query.filter(organisations::id.eq(by.organisation))
        }
        _ => query.filter(
            organisations::status
                .eq("admitted")
                .or(organisations::id.eq(by.organisation)),
        ),
    };
    if let Some(kind) = filter.kind {
        query = query.filter(organisations::kind.eq(kind.as_str()));
    }
    if let Some(status) = filter.status {
        query = query.filter(organisations::status.eq(status.as_str()));
    }
    if let Some(country) = &filter.country {
        query = query.filter(organisations::country.eq(country.clone()));
    }
    if let Some(after) = after {
        query = query.filter(organisations::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(Organisation::try_from).collect()
}

/// One organisation as `by` may see it: its own, and those of [`list`].
///
/// # Errors
/// [`Code::NotFound`].
pub fn seen_by(conn: &mut Conn, by: &Actor, id: OrganisationId) -> Result<Organisation> {
    let organisation = get(conn, id)?;
    let visible = organisation.id == by.organisation
        || organisation.status == Status::Admitted
        || by.kind == OrganisationKind::Operator
        || (by.kind == OrganisationKind::Network
            && organisation.kind == OrganisationKind::Cooperative);
    visible.then_some(organisation).or_not_found()
}

/// How an application is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It may trade.
    Admit,
    /// It may not.
    Refuse,
}

/// A network answers a co-operative's application, the operator the others'. Admitting a co-operative
/// makes it the network's member.
///
/// # Errors
/// [`Code::Forbidden`] for anybody else, [`Code::WrongState`] where it was answered already,
/// [`Code::Stale`].
pub fn answer_application(
    conn: &mut Conn,
    by: &Actor,
    id: OrganisationId,
    version: i64,
    answer: Answer,
) -> Result<Organisation> {
    let organisation = seen_by(conn, by, id)?;
    by.require_admitted()?;
    if organisation.kind == OrganisationKind::Cooperative {
        by.require_kind(&[OrganisationKind::Network])?;
        by.require(&[Role::Verifier, Role::Admin])?;
    } else {
        by.require_kind(&[OrganisationKind::Operator])?;
        by.require(&[Role::Admin])?;
    }
    if organisation.status != Status::Applied {
        return Err(Refusal::new(
            Code::WrongState,
            format!(
                "The organisation is {}; only an application can be answered.",
                organisation.status.as_str()
            ),
        )
        .into());
    }
    let (status, act) = match answer {
        Answer::Admit => (Status::Admitted, "organisation.admit"),
        Answer::Refuse => (Status::Refused, "organisation.refuse"),
    };
    let changed = diesel::update(organisations::table.find(id))
        .filter(organisations::version.eq(version))
        .set((
            organisations::status.eq(status.as_str()),
            organisations::admitted_by.eq((answer == Answer::Admit).then_some(by.organisation)),
            organisations::version.eq(version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    if answer == Answer::Admit && organisation.kind == OrganisationKind::Cooperative {
        join_network(conn, by, id)?;
    }
    audit::record(
        conn,
        by,
        &Act {
            act,
            kind: "organisation",
            id: id.uuid(),
            before: Some(&json!({"status": organisation.status.as_str()})),
            after: Some(&json!({"status": status.as_str()})),
        },
    )?;
    get(conn, id)
}

/// Makes an admitted co-operative a member of the actor's network.
///
/// # Errors
/// [`Code::Duplicate`] where it is one already.
pub fn join_network(conn: &mut Conn, by: &Actor, cooperative: OrganisationId) -> Result<()> {
    let member = network_members::table.find((by.organisation, cooperative));
    if diesel::select(diesel::dsl::exists(member)).get_result(conn)? {
        return Err(
            Refusal::new(Code::Duplicate, "It is a member of your network already.").into(),
        );
    }
    diesel::insert_into(network_members::table)
        .values((
            network_members::network_id.eq(by.organisation),
            network_members::cooperative_id.eq(cooperative),
            network_members::admitted_at.eq(by.now),
            network_members::admitted_by.eq(by.person),
        ))
        .execute(conn)?;
    Ok(())
}

/// The co-operative's networks.
///
/// # Errors
/// Those of the database.
pub fn networks_of(conn: &mut Conn, cooperative: OrganisationId) -> Result<Vec<OrganisationId>> {
    Ok(network_members::table
        .filter(network_members::cooperative_id.eq(cooperative))
        .order(network_members::network_id)
        .select(network_members::network_id)
        .load(conn)?)
}

/// What an organisation may change of itself.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its name.
    pub name: String,
    /// As its country writes it.
    pub tax_id: Option<String>,
    /// es, en or pt.
    pub language: String,
}

/// Changes the actor's own organisation.
///
/// # Errors
/// [`Code::Forbidden`] without the role admin, [`Code::Stale`].
pub fn change_settings(
    conn: &mut Conn,
    by: &Actor,
    id: OrganisationId,
    version: i64,
    settings: &Settings,
) -> Result<Organisation> {
    if id != by.organisation {
        // Seen or not, it is not the actor's to change.
        seen_by(conn, by, id)?;
        return Err(Refusal::new(
            Code::Forbidden,
            "You can change your own organisation only.",
        )
        .into());
    }
    by.require(&[Role::Admin])?;
    let before = get(conn, id)?;
    let changed = diesel::update(organisations::table.find(id))
        .filter(organisations::version.eq(version))
        .set((
            organisations::name.eq(&settings.name),
            organisations::tax_id.eq(&settings.tax_id),
            organisations::language.eq(&settings.language),
            organisations::version.eq(version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    let after = get(conn, id)?;
    audit::record(
        conn,
        by,
        &Act {
            act: "organisation.change",
            kind: "organisation",
            id: id.uuid(),
            before: Some(&settings_json(&before)),
            after: Some(&settings_json(&after)),
        },
    )?;
    Ok(after)
}

fn settings_json(organisation: &Organisation) -> serde_json::Value {
    json!({
        "name": organisation.name,
        "tax_id": organisation.tax_id,
        "language": organisation.language,
    })
}

/// The names of these organisations.
///
/// # Errors
/// Those of the database.
pub fn names(
    conn: &mut Conn,
    ids: Vec<OrganisationId>,
) -> Result<BTreeMap<OrganisationId, String>> {
    let rows: Vec<(OrganisationId, String)> = organisations::table
        .filter(organisations::id.eq_any(ids))
        .select((organisations::id, organisations::name))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// The organisations that a person belongs to, in any role: a verifier must belong to no buyer.
///
/// # Errors
/// Those of the database.
pub fn of_person(
    conn: &mut Conn,
    person: PersonId,
) -> Result<Vec<(OrganisationId, OrganisationKind)>> {
    let rows: Vec<(OrganisationId, String)> = memberships::table
        .inner_join(organisations::table)
        .filter(memberships::person_id.eq(person))
        .filter(memberships::ended_at.is_null())
        .select((organisations::id, organisations::kind))
        .load(conn)?;
    rows.into_iter()
        .map(|(id, kind)| match OrganisationKind::parse(&kind) {
            Ok(kind) => Ok((id, kind)),
            Err(_) => Err(corrupt("organisations.kind")),
        })
        .collect()
}

/// Makes the organisation's acts wait for each other until the transaction ends, where a rule looks
/// at several rows (two votes on one text). SQLite has one writer, so nothing waits there.
///
/// # Errors
/// Those of the database.
pub fn lock(conn: &mut Conn, id: OrganisationId) -> Result<()> {
    if let Conn::Postgres(conn) = conn {
        organisations::table
            .find(id)
            .select(organisations::id)
            .for_no_key_update()
            .first::<OrganisationId>(conn)?;
    }
    Ok(())
}
