//! Findings on a co-operative: filed by a network's verifiers and inspectors, amended by findings of
//! their own, and never changed or removed: there is no function that could.
//!
//! They belong to the co-operative and the network, not to one application: a co-operative that
//! withdraws and applies anew meets the findings that are still open.
use super::dossiers::{self, Dossier, Status};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Error, OrNotFound, Result, corrupt};
use crate::ids::{DossierId, FindingId, OrganisationId, PersonId};
use crate::operations::audit;
use crate::schema::{dossiers as dossiers_table, findings};
use crate::sql::Time;
use chrono::TimeDelta;
use diesel::prelude::*;
use governance::{Finding, FindingSize, Findings, Role};
use serde_json::json;

/// A finding on file.
#[derive(Clone, Debug)]
pub struct Filed {
    /// The id.
    pub id: FindingId,
    /// The dossier under which it was filed.
    pub dossier: DossierId,
    /// Who filed it.
    pub author: PersonId,
    /// How much it weighs.
    pub size: FindingSize,
    /// What was found.
    pub text: String,
    /// The finding that it replaces.
    pub amends: Option<FindingId>,
    /// Whether it closes the matter.
    pub closes: bool,
    /// When it was filed.
    pub created_at: Time,
}

impl Filed {
    fn finding(&self) -> Finding<FindingId> {
        Finding {
            id: self.id,
            size: self.size,
            filed_on: self.created_at.date(),
            amends: self.amends,
            closes: self.closes,
        }
    }
}

#[derive(Queryable)]
struct Row {
    id: FindingId,
    dossier_id: DossierId,
    author_id: PersonId,
    _organisation_id: OrganisationId,
    size: String,
    text: String,
    amends_id: Option<FindingId>,
    closes: bool,
    created_at: Time,
}

impl TryFrom<Row> for Filed {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            dossier: row.dossier_id,
            author: row.author_id,
            size: FindingSize::parse(&row.size).map_err(|_| corrupt("findings.size"))?,
            text: row.text,
            amends: row.amends_id,
            closes: row.closes,
            created_at: row.created_at,
        })
    }
}

/// A finding to be filed.
#[derive(Clone, Debug)]
pub struct NewFinding {
    /// How much it weighs.
    pub size: FindingSize,
    /// What was found.
    pub text: String,
    /// The finding that it replaces.
    pub amends: Option<FindingId>,
    /// Whether it closes the matter; only an amendment can.
    pub closes: bool,
}

/// Files a finding on a co-operative under a dossier that was submitted or signed.
///
/// # Errors
/// `not_found`, `forbidden`, `conflict_of_interest`, `wrong_state`, and those of governance for an amendment
/// of anything but the end of a chain.
pub fn file(conn: &mut Conn, by: &Actor, dossier: DossierId, new: &NewFinding) -> Result<Filed> {
    let dossier = dossiers::for_network(
        conn,
        by,
        dossier,
        &[Role::Verifier, Role::Inspector],
        &[Status::Submitted, Status::Signed],
        "findings are filed while it is submitted or signed",
    )?;
    // Whoever signs at the same moment finds that the dossier has changed.
    dossiers::touch(conn, dossier.id)?;
    let on_file = of(conn, dossier.cooperative, dossier.network)?;
    let original = new
        .amends
        .and_then(|id| on_file.iter().find(|filed| filed.id == id));
    // Replicas' clocks differ a little; an amendment is later than its original all the same.
    let at = original.map_or(by.now, |original| {
        by.now
            .max(original.created_at.plus(TimeDelta::microseconds(1)))
    });
    let filed = Filed {
        id: FindingId::fresh(),
        dossier: dossier.id,
        author: by.person,
        size: new.size,
        text: new.text.clone(),
        amends: new.amends,
        closes: new.closes,
        created_at: at,
    };
    read(&on_file)?.file(filed.finding()).map_err(|error| {
        let error = Error::from(error);
        match error {
            Error::Refused(refusal) if refusal.fields.is_empty() => refusal.at("/amends_id").into(),
            other => other,
        }
    })?;
    insert(conn, by, &filed)?;
    Ok(filed)
}

fn insert(conn: &mut Conn, by: &Actor, filed: &Filed) -> Result<()> {
    diesel::insert_into(findings::table)
        .values((
            findings::id.eq(filed.id),
            findings::dossier_id.eq(filed.dossier),
            findings::author_id.eq(filed.author),
            findings::organisation_id.eq(by.organisation),
            findings::size.eq(filed.size.as_str()),
            findings::text.eq(&filed.text),
            findings::amends_id.eq(filed.amends),
            findings::closes.eq(filed.closes),
            findings::created_at.eq(filed.created_at),
        ))
        .execute(conn)?;
    audit::change(
        conn,
        by,
        "finding.file",
        filed.id.uuid(),
        None,
        &json!({
            "dossier": filed.dossier.to_string(),
            "size": filed.size.as_str(),
            "amends": filed.amends.map(|id| id.to_string()),
            "closes": filed.closes,
        }),
    )
}

/// Everything that the network ever filed on the co-operative, in order of filing.
fn of(conn: &mut Conn, cooperative: OrganisationId, network: OrganisationId) -> Result<Vec<Filed>> {
    let rows: Vec<Row> = findings::table
        .inner_join(dossiers_table::table)
        .filter(dossiers_table::cooperative_id.eq(cooperative))
        .filter(dossiers_table::network_id.eq(network))
        .order((findings::created_at, findings::id))
        .select(findings::all_columns)
        .load(conn)?;
    rows.into_iter().map(Filed::try_from).collect()
}

fn read(on_file: &[Filed]) -> Result<Findings<FindingId>> {
    Findings::of(on_file.iter().map(Filed::finding)).map_err(|_| corrupt("findings.amends_id"))
}

/// What a verifier weighs before signing.
pub(super) fn weighed(conn: &mut Conn, dossier: &Dossier) -> Result<Findings<FindingId>> {
    read(&of(conn, dossier.cooperative, dossier.network)?)
}

/// The findings of the dossier's network on its co-operative, amended originals and earlier dossiers'
/// findings too, in the order of their ids, after `after`.
///
/// # Errors
/// `not_found` for a dossier that is not the actor's to see.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    dossier: DossierId,
    after: Option<FindingId>,
    limit: i64,
) -> Result<Vec<Filed>> {
    let dossier = dossiers::seen_by(conn, by, dossier)?;
    let mut query = findings::table
        .inner_join(dossiers_table::table)
        .filter(dossiers_table::cooperative_id.eq(dossier.cooperative))
        .filter(dossiers_table::network_id.eq(dossier.network))
        .order(findings::id)
        .limit(limit)
        .select(findings::all_columns)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(findings::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(Filed::try_from).collect()
}

/// One finding of [`list`].
///
/// # Errors
/// `not_found`.
pub fn get(conn: &mut Conn, by: &Actor, dossier: DossierId, id: FindingId) -> Result<Filed> {
    let dossier = dossiers::seen_by(conn, by, dossier)?;
    let row: Option<Row> = findings::table
        .inner_join(dossiers_table::table)
        .filter(findings::id.eq(id))
        .filter(dossiers_table::cooperative_id.eq(dossier.cooperative))
        .filter(dossiers_table::network_id.eq(dossier.network))
        .select(findings::all_columns)
        .first(conn)
        .optional()?;
    row.or_not_found()?.try_into()
}
