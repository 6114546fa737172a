//! Framework agreements: a price and a quantity that both sides signed, called off over a term.
//!
//! * [`terms`]: writing and changing; each change voids the signatures that were given.
//! * [`sign`]: both sides sign the same revision, by people with a mandate in force.
//! * [`call_offs`]: an order under the agreement, at its price, without another vote.
//! * [`clauses`]: what the clauses promise, measured on their review dates.
//! * [`reviews`]: the price moved by published indices, for later call-offs only.
//!
//! What holds in every transaction: what was called off of a line and not cancelled is its `called_off`,
//! never above the committed quantity with its allowance.
mod acts;
pub mod call_offs;
pub mod clauses;
mod deadlines;
pub mod reviews;
mod rows;
pub mod sign;
pub mod terms;

pub use acts::{end, offer, withdraw};
pub use deadlines::pass_due;
pub use rows::{Agreement, Clause, Filter, Line, list};

use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, OrNotFound, Refusal, Result};
use crate::identity::organisations::networks_of;
use crate::identity::tree::is_in_tree;
use crate::ids::{AgreementId, ListingId, OrganisationId};
use crate::operations::audit::{self, Act};
use crate::orders::{Explained, hide, sees_all};
use crate::schema::{framework_agreements, listings, organisations};
use crate::sql::Time;
use diesel::prelude::*;
use governance::{OrganisationKind, Role};
use ordering::AgreementState;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// An agreement with all that its reader may see of it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The agreement.
    pub agreement: Agreement,
    /// Its lines, by position.
    pub lines: Vec<Line>,
    /// Its clauses, by position.
    pub clauses: Vec<Clause>,
    /// Signatures of the present revision, oldest first.
    pub signatures: Vec<sign::Signature>,
    /// What signatures are missing, while it is offered.
    pub missing: Vec<sign::Missing>,
    /// Names of its two sides and of the signers' organisations.
    pub names: BTreeMap<OrganisationId, String>,
    /// Titles of the listings.
    pub titles: BTreeMap<ListingId, String>,
}

/// How the prices of the agreement's lines came about, with the reviews since. The cost sheet and the pay behind
/// them are the co-operative's, unless its assembly opened them.
///
/// # Errors
/// [`Code::NotFound`].
pub fn explain(conn: &mut Conn, by: &Actor, id: AgreementId) -> Result<Vec<Explained>> {
    let agreement = get(conn, by, id)?;
    let whole = sees_all(conn, by, agreement.cooperative)?;
    let lines = rows::lines(conn, &agreement)?.into_iter();
    let explained = lines.map(|line| {
        let (mut request, mut answer) = (line.price_request, line.price_answer);
        if !whole {
            hide(&mut request, &mut answer);
        }
        Explained {
            position: line.position,
            listing: line.listing,
            rule_set: line.rule_set,
            request,
            answer,
        }
    });
    Ok(explained.collect())
}

/// Which side of an agreement an organisation is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// It buys.
    Buyer,
    /// It makes.
    Cooperative,
}

/// The agreement as the actor may see it: its buyer; its co-operative once it is offered; and, once it is in
/// force, whoever belongs to its buyer and the verifiers and inspectors of the co-operative's networks.
///
/// # Errors
/// [`Code::NotFound`].
pub fn get(conn: &mut Conn, by: &Actor, id: AgreementId) -> Result<Agreement> {
    let agreement = rows::find(conn, id)?;
    if agreement.buyer == by.organisation {
        return Ok(agreement);
    }
    let shown = agreement.offered_at.is_some();
    if agreement.cooperative == by.organisation {
        return shown.then_some(agreement).or_not_found();
    }
    let signed = agreement.in_force_at.is_some();
    let seen = signed
        && (is_in_tree(conn, agreement.buyer, by.organisation)?
            || verifies(conn, by, agreement.cooperative)?);
    seen.then_some(agreement).or_not_found()
}

/// Whether the actor verifies or inspects for a network of the co-operative.
pub(crate) fn verifies(conn: &mut Conn, by: &Actor, cooperative: OrganisationId) -> Result<bool> {
    let may =
        by.kind == OrganisationKind::Network && (by.has(Role::Verifier) || by.has(Role::Inspector));
    Ok(may && networks_of(conn, cooperative)?.contains(&by.organisation))
}

/// The agreement with its lines, clauses and signatures.
///
/// # Errors
/// [`Code::NotFound`].
pub fn see(conn: &mut Conn, by: &Actor, id: AgreementId) -> Result<Seen> {
    let agreement = get(conn, by, id)?;
    let lines = rows::lines(conn, &agreement)?;
    let clauses = rows::clauses(conn, id)?;
    let mut signatures = sign::given(conn, id)?;
    signatures.retain(|signature| signature.revision == agreement.revision);
    let missing = match agreement.state {
        AgreementState::Offered => sign::missing(conn, &agreement, &signatures, by.now)?,
        _ => Vec::new(),
    };
    let sides = [agreement.buyer, agreement.cooperative];
    let names: Vec<(OrganisationId, String)> = organisations::table
        .filter(organisations::id.eq_any(sides))
        .select((organisations::id, organisations::name))
        .load(conn)?;
    let listed: Vec<ListingId> = lines.iter().map(|line| line.listing).collect();
    let titles: Vec<(ListingId, String)> = listings::table
        .filter(listings::id.eq_any(listed))
        .select((listings::id, listings::title))
        .load(conn)?;
    Ok(Seen {
        agreement,
        lines,
        clauses,
        signatures,
        missing,
        names: names.into_iter().collect(),
        titles: titles.into_iter().collect(),
    })
}

/// The agreement at the version that the caller read, held until the end of the transaction.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Stale`].
pub(crate) fn current(
    conn: &mut Conn,
    by: &Actor,
    id: AgreementId,
    version: i64,
) -> Result<Agreement> {
    lock(conn, id)?;
    let agreement = get(conn, by, id)?;
    if agreement.version != version {
        return Err(Refusal::stale().into());
    }
    Ok(agreement)
}

/// Holds the agreement's row until the end of the transaction. SQLite has one writer, who holds everything.
pub(crate) fn lock(conn: &mut Conn, id: AgreementId) -> Result<()> {
    let row = framework_agreements::table
        .find(id)
        .select(framework_agreements::id);
    let held: Option<AgreementId> = match conn {
        Conn::Postgres(conn) => row.for_update().first(conn).optional()?,
        Conn::Sqlite(conn) => row.first(conn).optional()?,
    };
    held.map(|_| ()).or_not_found()
}

/// The side that the actor acts for, with a role that may bind it: a buyer, or a seller or treasurer.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotAdmitted`].
pub(crate) fn side_of(by: &Actor, agreement: &Agreement) -> Result<Side> {
    let side = if by.organisation == agreement.buyer {
        by.require(&[Role::Buyer])?;
        Side::Buyer
    } else if by.organisation == agreement.cooperative {
        by.require(&[Role::Seller, Role::Treasurer])?;
        Side::Cooperative
    } else {
        let detail = "Only the two sides of the agreement can do this.";
        return Err(Refusal::new(Code::Forbidden, detail).into());
    };
    by.require_admitted()?;
    Ok(side)
}

/// The other side's organisation and the role whose holders are told.
pub(crate) fn other_side(agreement: &Agreement, side: Side) -> (OrganisationId, Role) {
    match side {
        Side::Buyer => (agreement.cooperative, Role::Seller),
        Side::Cooperative => (agreement.buyer, Role::Buyer),
    }
}

/// The part of an agreement that acts change.
fn entry(agreement: &Agreement) -> Value {
    json!({
        "reference": agreement.reference,
        "status": agreement.state.as_str(),
        "revision": agreement.revision,
        "committed": agreement.committed.to_string(),
        "starts_on": agreement.starts_on,
        "ends_on": agreement.ends_on,
        "ended_reason": agreement.ended_reason,
    })
}

/// Writes an act into the audit log of the actor's organisation.
pub(crate) fn record(
    conn: &mut Conn,
    by: &Actor,
    act: &'static str,
    before: Option<&Agreement>,
    after: &Agreement,
) -> Result<()> {
    let (before, entry) = (before.map(entry), entry(after));
    let act = Act {
        act,
        kind: "framework_agreement",
        id: after.id.uuid(),
        before: before.as_ref(),
        after: Some(&entry),
    };
    audit::record(conn, by, &act)
}

/// Writes what the server did by itself into the audit log of the buyer.
pub(crate) fn record_by_server(
    conn: &mut Conn,
    now: Time,
    act: &'static str,
    before: &Agreement,
    after: &Agreement,
) -> Result<()> {
    let (before, entry) = (entry(before), entry(after));
    let act = Act {
        act,
        kind: "framework_agreement",
        id: after.id.uuid(),
        before: Some(&before),
        after: Some(&entry),
    };
    audit::record_by_server(conn, now, after.buyer, &act)
}
