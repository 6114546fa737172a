//! Requests for quotation: a buyer asks several co-operatives, each sees its own invitation only, and the buyer
//! compares what they quote. No quote is ranked by its price.
//!
//! * [`requests`]: writing, sending and taking back a request.
//! * [`talk`]: the talk with one co-operative: quotes, counter-offers, messages.
//! * [`accept`]: a quote becomes an order, exactly once.
//! * [`comparison`]: the quotes side by side.
mod accept;
pub mod comparison;
mod deadlines;
mod pricing;
pub mod requests;
mod rows;
pub mod talk;

pub use accept::accept;
pub use deadlines::pass_due;
pub use rows::{Filter, Message, Quotation, QuotedLine, Request, RequestLine};

use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{OrNotFound, Result};
use crate::ids::{ListingId, OrganisationId, QuotationId};
use crate::operations::audit::{self, Act};
use crate::operations::notices;
use crate::orders::{Explained, hide, sees_all};
use crate::schema::{listings, organisations};
use diesel::prelude::*;
use governance::{OrganisationKind, Role};
use serde_json::json;
use std::collections::BTreeMap;

/// The talk with one co-operative, as its two sides see it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Where it stands.
    pub quotation: Quotation,
    /// What was asked for; the same for all who were asked.
    pub request: Request,
    /// Its lines.
    pub asked: Vec<RequestLine>,
    /// What was quoted last.
    pub lines: Vec<QuotedLine>,
    /// All that was said, oldest first.
    pub messages: Vec<Message>,
    /// Names of the two sides.
    pub names: BTreeMap<OrganisationId, String>,
    /// Titles of the listings.
    pub titles: BTreeMap<ListingId, String>,
}

/// The talk with one co-operative, for that co-operative and for the buyer.
///
/// # Errors
/// [`crate::Code::NotFound`] for anybody else: also for others who were asked.
pub fn get(conn: &mut Conn, by: &Actor, id: QuotationId) -> Result<(Quotation, Request)> {
    let quotation = rows::quotation(conn, id)?;
    let request = rows::request(conn, quotation.request)?;
    let own = [quotation.cooperative, request.buyer].contains(&by.organisation);
    own.then_some((quotation, request)).or_not_found()
}

/// The same with all that was asked, quoted and said.
///
/// # Errors
/// [`crate::Code::NotFound`].
pub fn see(conn: &mut Conn, by: &Actor, id: QuotationId) -> Result<Seen> {
    let (quotation, request) = get(conn, by, id)?;
    let lines = rows::quoted(conn, id, request.currency)?;
    let listed = lines.iter().map(|line| line.listing).collect();
    Ok(Seen {
        asked: rows::asked(conn, request.id)?,
        messages: rows::messages(conn, id)?,
        names: names(conn, vec![quotation.cooperative, request.buyer])?,
        titles: titles(conn, listed)?,
        lines,
        quotation,
        request,
    })
}

/// The quotations of the actor's organisation after `after`: a co-operative's own, or those that a buyer asked for.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    filter: &Filter,
    after: Option<QuotationId>,
    limit: i64,
) -> Result<Vec<(Quotation, String)>> {
    let of_cooperative = by.kind == OrganisationKind::Cooperative;
    rows::quotations(
        conn,
        by.organisation,
        of_cooperative,
        filter,
        (after, limit),
    )
}

/// How the quoted prices came about. The cost sheet and the pay behind them are the co-operative's, unless its
/// assembly opened them.
///
/// # Errors
/// [`crate::Code::NotFound`].
pub fn explain(conn: &mut Conn, by: &Actor, id: QuotationId) -> Result<Vec<Explained>> {
    let (quotation, request) = get(conn, by, id)?;
    let whole = sees_all(conn, by, quotation.cooperative)?;
    let lines = rows::quoted(conn, id, request.currency)?.into_iter();
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

fn names(conn: &mut Conn, ids: Vec<OrganisationId>) -> Result<BTreeMap<OrganisationId, String>> {
    let rows: Vec<(OrganisationId, String)> = organisations::table
        .filter(organisations::id.eq_any(ids))
        .select((organisations::id, organisations::name))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

fn titles(conn: &mut Conn, ids: Vec<ListingId>) -> Result<BTreeMap<ListingId, String>> {
    let rows: Vec<(ListingId, String)> = listings::table
        .filter(listings::id.eq_any(ids))
        .select((listings::id, listings::title))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Writes an act on a quotation into the audit log of the actor's organisation.
fn record(
    conn: &mut Conn,
    by: &Actor,
    act: &'static str,
    before: Option<&Quotation>,
    after: &Quotation,
) -> Result<()> {
    let entry = |quotation: &Quotation| {
        json!({
            "request": quotation.request.to_string(),
            "status": quotation.state.as_str(),
            "valid_until": quotation.valid_until,
        })
    };
    let (before, now) = (before.map(entry), entry(after));
    let act = Act {
        act,
        kind: "quotation",
        id: after.id.uuid(),
        before: before.as_ref(),
        after: Some(&now),
    };
    audit::record(conn, by, &act)
}

/// Tells the other side what happened in the talk.
fn tell(
    conn: &mut Conn,
    by: &Actor,
    quotation: &Quotation,
    request: &Request,
    step: &str,
) -> Result<()> {
    let (told, role) = if by.organisation == quotation.cooperative {
        (request.buyer, Role::Buyer)
    } else {
        (quotation.cooperative, Role::Seller)
    };
    let notice = json!({
        "kind": "quotation_moved",
        "organisation": names(conn, vec![by.organisation])?.remove(&by.organisation),
        "request": request.reference,
        "step": step,
        "url": format!("/quotations/{}", quotation.id),
    });
    notices::tell(conn, told, role, &notice, by.now)
}
