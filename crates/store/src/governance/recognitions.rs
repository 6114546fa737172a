//! Recognitions: one network's dated word that it accepts another's verifications (MA7).
use super::verification::RecognitionRow;
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Error, OrNotFound, Refusal, Result};
use crate::identity::organisations;
use crate::ids::{OrganisationId, RecognitionId};
use crate::operations::audit;
use crate::schema::recognitions;
use chrono::NaiveDate;
use diesel::prelude::*;
use governance::{OrganisationKind, Recognition, Role};
use serde_json::json;

/// A recognition on file.
#[derive(Clone, Debug)]
pub struct Recognised {
    /// The id.
    pub id: RecognitionId,
    /// Who recognises.
    pub network: OrganisationId,
    /// Whom.
    pub recognised: OrganisationId,
    /// The first day.
    pub since: NaiveDate,
    /// The day from which it no longer holds.
    pub ended_on: Option<NaiveDate>,
    /// Counts changes between these two networks.
    pub version: i64,
}

impl TryFrom<RecognitionRow> for Recognised {
    type Error = Error;
    fn try_from(row: RecognitionRow) -> Result<Self> {
        row.read()?;
        Ok(Self {
            id: row.id,
            network: row.network_id,
            recognised: row.recognised_id,
            since: row.since,
            ended_on: row.ended_on,
            version: row.version,
        })
    }
}

/// What came of [`recognise`].
#[derive(Debug)]
pub enum Outcome {
    /// A recognition was put on file.
    Created(Recognised),
    /// It was on file already, just so.
    Unchanged(Recognised),
}

fn require_verifier(by: &Actor) -> Result<()> {
    by.require_kind(&[OrganisationKind::Network])?;
    by.require(&[Role::Verifier, Role::Admin])?;
    by.require_admitted()
}

/// The actor's network recognises another's verifications from `since` on. Said twice, it holds once.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`] for what is no admitted network, [`Code::WrongState`] where
/// one with other dates is in force, [`Code::InvalidInput`] for a start before an earlier one's end, or
/// for the network itself.
pub fn recognise(
    conn: &mut Conn,
    by: &Actor,
    other: OrganisationId,
    since: NaiveDate,
) -> Result<Outcome> {
    require_verifier(by)?;
    let network = organisations::seen_by(conn, by, other)?;
    let admitted = network.kind == OrganisationKind::Network
        && network.status == organisations::Status::Admitted;
    admitted.then_some(()).or_not_found()?;
    Recognition::parse(by.organisation, other, since, None)?;
    organisations::lock(conn, by.organisation)?;
    let latest = latest(conn, by.organisation, other)?;
    let version = match &latest {
        Some(on_file) if on_file.since == since && on_file.ended_on.is_none() => {
            return Ok(Outcome::Unchanged(on_file.clone()));
        }
        Some(on_file) => {
            let Some(ended_on) = on_file.ended_on else {
                let detail = format!(
                    "You recognise this network since {}: end that first.",
                    on_file.since
                );
                return Err(Refusal::new(Code::WrongState, detail).into());
            };
            if since < ended_on || since == on_file.since {
                let detail = format!(
                    "The recognition before it held from {} and ended on {ended_on}.",
                    on_file.since
                );
                return Err(Refusal::new(Code::InvalidInput, detail).at("/since").into());
            }
            on_file.version + 1
        }
        None => 1,
    };
    let id = RecognitionId::fresh();
    diesel::insert_into(recognitions::table)
        .values((
            recognitions::id.eq(id),
            recognitions::network_id.eq(by.organisation),
            recognitions::recognised_id.eq(other),
            recognitions::since.eq(since),
            recognitions::recorded_by.eq(by.person),
            recognitions::version.eq(version),
        ))
        .execute(conn)?;
    let after = json!({"recognised": other.to_string(), "since": since});
    audit::change(conn, by, "recognition.recognise", id.uuid(), None, &after)?;
    own(conn, by, other).map(Outcome::Created)
}

/// Ends the actor's network's recognition of another, from `ended_on` on.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`] where it has ended,
/// [`Code::InvalidInput`] for a day before its start, [`Code::Stale`].
pub fn end(
    conn: &mut Conn,
    by: &Actor,
    other: OrganisationId,
    version: i64,
    ended_on: NaiveDate,
) -> Result<Recognised> {
    require_verifier(by)?;
    let on_file = own(conn, by, other)?;
    if let Some(ended_on) = on_file.ended_on {
        let detail = format!("The recognition ended on {ended_on}.");
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    Recognition::parse(
        on_file.network,
        on_file.recognised,
        on_file.since,
        Some(ended_on),
    )?;
    let changed = diesel::update(recognitions::table.find(on_file.id))
        .filter(recognitions::version.eq(version))
        .set((
            recognitions::ended_on.eq(Some(ended_on)),
            recognitions::version.eq(version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    let before = json!({"ended_on": null});
    let after = json!({"ended_on": ended_on});
    audit::change(
        conn,
        by,
        "recognition.end",
        on_file.id.uuid(),
        Some(&before),
        &after,
    )?;
    own(conn, by, other)
}

/// The latest recognition of `other` by the actor's own network.
///
/// # Errors
/// [`Code::NotFound`].
pub fn own(conn: &mut Conn, by: &Actor, other: OrganisationId) -> Result<Recognised> {
    latest(conn, by.organisation, other)?.or_not_found()
}

fn latest(
    conn: &mut Conn,
    network: OrganisationId,
    recognised: OrganisationId,
) -> Result<Option<Recognised>> {
    let row: Option<RecognitionRow> = recognitions::table
        .filter(recognitions::network_id.eq(network))
        .filter(recognitions::recognised_id.eq(recognised))
        .order(recognitions::version.desc())
        .first(conn)
        .optional()?;
    row.map(Recognised::try_from).transpose()
}

/// All recognitions, ended ones too, in the order in which they were put on file, after `after`; of
/// one network where `network` names it.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    network: Option<OrganisationId>,
    after: Option<RecognitionId>,
    limit: i64,
) -> Result<Vec<Recognised>> {
    let mut query = recognitions::table
        .order(recognitions::id)
        .limit(limit)
        .into_boxed();
    if let Some(network) = network {
        query = query.filter(recognitions::network_id.eq(network));
    }
    if let Some(after) = after {
        query = query.filter(recognitions::id.gt(after));
    }
    let rows: Vec<RecognitionRow> = query.load(conn)?;
    rows.into_iter().map(Recognised::try_from).collect()
}
