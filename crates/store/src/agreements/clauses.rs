//! Clauses measured: on the review date a verifier of the co-operative's networks writes down the figure, or one
//! side does and the other confirms it. Nothing is changed or removed afterwards.
use super::rows::{self, Agreement};
use super::{get, side_of, verifies};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, OrNotFound, Refusal, Result};
use crate::ids::{AgreementId, ClauseCheckId, OrganisationId, PersonId};
use crate::operations::audit::{self, Act};
use crate::schema::clause_checks;
use crate::sql::Time;
use chrono::NaiveDate;
use diesel::prelude::*;
use money::Micro;
use ordering::{AGREEMENT, AgreementAct};
use serde_json::json;

/// A measured clause.
#[derive(Clone, Debug)]
pub struct Check {
    /// The id.
    pub id: ClauseCheckId,
    /// Of which agreement.
    pub agreement: AgreementId,
    /// Which clause.
    pub position: i32,
    /// The figure, in the clause's unit.
    pub measured: Micro,
    /// Whether it keeps what the clause promises.
    pub kept: bool,
    /// The day of the figure.
    pub measured_on: NaiveDate,
    /// How it was measured.
    pub note: String,
    /// For whom it was written down.
    pub recorded_for: OrganisationId,
    /// By whom.
    pub recorded_by: PersonId,
    /// When.
    pub recorded_at: Time,
    /// The other side, where it confirmed the figure.
    pub confirmed_for: Option<OrganisationId>,
    /// When it did.
    pub confirmed_at: Option<Time>,
    /// Whether both sides, or a network's verifier, stand behind the figure.
    pub settled: bool,
    /// Counts changes.
    pub version: i64,
}

/// A figure as it is written down.
#[derive(Clone, Debug)]
pub struct NewCheck {
    /// The figure, in the clause's unit.
    pub measured: Micro,
    /// Its day: the review date or later.
    pub measured_on: NaiveDate,
    /// How it was measured.
    pub note: String,
}

#[derive(Queryable)]
struct Row {
    id: ClauseCheckId,
    agreement_id: AgreementId,
    position: i32,
    measured_micro: i64,
    kept: bool,
    measured_on: NaiveDate,
    note: String,
    recorded_for: OrganisationId,
    recorded_by: PersonId,
    recorded_at: Time,
    confirmed_for: Option<OrganisationId>,
    _confirmed_by: Option<PersonId>,
    confirmed_at: Option<Time>,
    version: i64,
}

impl Row {
    fn of(self, agreement: &Agreement) -> Check {
        let sides = [agreement.buyer, agreement.cooperative];
        let by_verifier = !sides.contains(&self.recorded_for);
        Check {
            id: self.id,
            agreement: self.agreement_id,
            position: self.position,
            measured: Micro::new(self.measured_micro),
            kept: self.kept,
            measured_on: self.measured_on,
            note: self.note,
            recorded_for: self.recorded_for,
            recorded_by: self.recorded_by,
            recorded_at: self.recorded_at,
            settled: by_verifier || self.confirmed_for.is_some(),
            confirmed_for: self.confirmed_for,
            confirmed_at: self.confirmed_at,
            version: self.version,
        }
    }
}

/// Writes down the figure of a clause.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`], [`Code::WrongState`] unless the agreement was signed,
/// [`Code::TooSoon`] before the review date, [`Code::InvalidInput`] for a day to come or people in parts.
pub fn check(
    conn: &mut Conn,
    by: &Actor,
    id: AgreementId,
    position: i32,
    new: &NewCheck,
) -> Result<Check> {
    let agreement = get(conn, by, id)?;
    if !verifies(conn, by, agreement.cooperative)? {
        side_of(by, &agreement)?;
    }
    AGREEMENT.next(agreement.state, AgreementAct::Check)?;
    let clauses = rows::clauses(conn, id)?;
    let clause = clauses.iter().find(|clause| clause.position == position);
    let clause = clause.or_not_found()?;
    if new.measured_on < clause.review_on {
        let detail = format!("The clause is measured on {} or later.", clause.review_on);
        let refusal = Refusal::new(Code::TooSoon, detail);
        return Err(refusal.at("/measured_on").into());
    }
    if new.measured_on > by.now.date() {
        let detail = "A figure is written down on its day or later.";
        let refusal = Refusal::new(Code::InvalidInput, detail);
        return Err(refusal.at("/measured_on").into());
    }
    if clause.kind.is_counted() && new.measured.get() % Micro::ONE.get() != 0 {
        let detail = "People and days are counted in whole numbers.";
        return Err(Refusal::new(Code::InvalidInput, detail)
            .at("/measured")
            .into());
    }
    let check = ClauseCheckId::fresh();
    diesel::insert_into(clause_checks::table)
        .values((
            clause_checks::id.eq(check),
            clause_checks::agreement_id.eq(id),
            clause_checks::position.eq(position),
            clause_checks::measured_micro.eq(new.measured.get()),
            clause_checks::kept.eq(clause.kind.is_kept(clause.target, new.measured)),
            clause_checks::measured_on.eq(new.measured_on),
            clause_checks::note.eq(&new.note),
            clause_checks::recorded_for.eq(by.organisation),
            clause_checks::recorded_by.eq(by.person),
            clause_checks::recorded_at.eq(by.now),
            clause_checks::version.eq(1),
        ))
        .execute(conn)?;
    let made = find(conn, &agreement, position, check)?;
    record(conn, by, "clause.check", &made)?;
    Ok(made)
}

/// The other side confirms a figure that one side wrote down.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`] for the side that wrote it down and for a verifier,
/// [`Code::WrongState`] where it stands already, [`Code::Stale`].
pub fn confirm(
    conn: &mut Conn,
    by: &Actor,
    (id, position, check): (AgreementId, i32, ClauseCheckId),
    version: i64,
) -> Result<Check> {
    let agreement = get(conn, by, id)?;
    side_of(by, &agreement)?;
    let made = find(conn, &agreement, position, check)?;
    if made.recorded_for == by.organisation {
        let detail = "The other side confirms the figure.";
        return Err(Refusal::new(Code::Forbidden, detail).into());
    }
    if made.settled {
        let detail = "The figure stands already.";
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    let changed = diesel::update(clause_checks::table.find(check))
        .filter(clause_checks::version.eq(version))
        .filter(clause_checks::confirmed_for.is_null())
        .set((
            clause_checks::confirmed_for.eq(by.organisation),
            clause_checks::confirmed_by.eq(by.person),
            clause_checks::confirmed_at.eq(by.now),
            clause_checks::version.eq(version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    let confirmed = find(conn, &agreement, position, check)?;
    record(conn, by, "clause.confirm", &confirmed)?;
    Ok(confirmed)
}

/// One measured figure, for whoever sees the agreement.
///
/// # Errors
/// [`Code::NotFound`].
pub fn see(
    conn: &mut Conn,
    by: &Actor,
    (id, position, check): (AgreementId, i32, ClauseCheckId),
) -> Result<Check> {
    let agreement = get(conn, by, id)?;
    find(conn, &agreement, position, check)
}

/// The clause's figures after `after`, in the order in which they were written down.
///
/// # Errors
/// [`Code::NotFound`].
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    (id, position): (AgreementId, i32),
    after: Option<ClauseCheckId>,
    limit: i64,
) -> Result<Vec<Check>> {
    let agreement = get(conn, by, id)?;
    let mut query = clause_checks::table
        .filter(clause_checks::agreement_id.eq(id))
        .filter(clause_checks::position.eq(position))
        .order(clause_checks::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(clause_checks::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    Ok(rows.into_iter().map(|row| row.of(&agreement)).collect())
}

fn find(
    conn: &mut Conn,
    agreement: &Agreement,
    position: i32,
    check: ClauseCheckId,
) -> Result<Check> {
    let row: Option<Row> = clause_checks::table
        .find(check)
        .filter(clause_checks::agreement_id.eq(agreement.id))
        .filter(clause_checks::position.eq(position))
        .first(conn)
        .optional()?;
    Ok(row.or_not_found()?.of(agreement))
}

fn record(conn: &mut Conn, by: &Actor, act: &'static str, check: &Check) -> Result<()> {
    let after = json!({
        "agreement": check.agreement.to_string(),
        "clause": check.position,
        "measured": check.measured.to_string(),
        "measured_on": check.measured_on,
        "kept": check.kept,
        "settled": check.settled,
    });
    let act = Act {
        act,
        kind: "clause_check",
        id: check.id.uuid(),
        before: None,
        after: Some(&after),
    };
    audit::record(conn, by, &act)
}
