//! Telling people that capacity has come up for what nobody could make.
use super::matching::{self, Asked};
use super::need::{self, NeedLine};
use super::unmet::{self, Waiting};
use super::upstream;
use crate::catalogue::listings;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ids::{ListingId, NeedId, ProductId};
use crate::operations::notices::tell;
use crate::schema::products;
use crate::sql::Time;
use chrono::TimeDelta;
use diesel::prelude::*;
use governance::Role;
use ordering::ListingState;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Lines looked at for one piece of capacity: bounds the work of one entry of the outbox.
const LINES_MAX: i64 = 500;
/// A calendar is filled in one sitting, period by period: a buyer hears of a listing once a day.
const QUIET: TimeDelta = TimeDelta::hours(24);

/// Tells the buyers of unmet lines that a listing's capacity could serve, at least in part, and tells
/// its co-operative of the oldest of them. What could be served is found by matching.
///
/// # Errors
/// Those of the database.
pub fn tell_about_capacity(
    conn: &mut Conn,
    product: ProductId,
    listing: ListingId,
    (appeared, now): (Time, Time),
) -> Result<()> {
    let listed = listings::get(conn, listing)?;
    if listed.status != ListingState::Open {
        return Ok(());
    }
    let window = (appeared, now.date(), now.plus(-QUIET));
    let waiting = unmet::waiting(conn, product, listing, window, LINES_MAX)?;
    let mut by_need: BTreeMap<NeedId, Vec<Waiting>> = BTreeMap::new();
    for line in waiting {
        by_need.entry(line.need).or_default().push(line);
    }
    let name: String = products::table
        .find(product)
        .select(products::name)
        .first(conn)?;
    let mut first: Option<NeedLine> = None;
    for (id, waiting) in by_need {
        let need = need::load(conn, id)?;
        let lines = still_missing(&need.terms.lines, &waiting);
        let networks = upstream::networks(conn, &need, now)?;
        let asked = Asked {
            only: Some(listing),
            ..Asked::of(&need, (&lines, &networks), now.date())
        };
        let plan = match matching::run(conn, &asked) {
            Ok(matched) => matched.plan,
            // Quantities that cannot be planned exactly: nobody can be told of a plan.
            Err(Error::Refused(_)) => continue,
            Err(error) => return Err(error),
        };
        let served = |line: &NeedLine| {
            let id = line.position.to_string();
            plan.allocations.iter().any(|one| one.line == id)
        };
        let positions: Vec<i32> = lines
            .iter()
            .filter(|line| served(line))
            .map(|line| line.position)
            .collect();
        if positions.is_empty() {
            continue;
        }
        let told = waiting
            .iter()
            .filter(|line| positions.contains(&line.position))
            .map(|line| line.id)
            .collect::<Vec<_>>();
        unmet::told(conn, &told, listing, now)?;
        let title = format!("{} ({})", need.terms.title, need.reference);
        let url = format!("/api/v1/needs/{id}");
        let notice = capacity_for_need("buyer", &name, &title, &url);
        tell(conn, need.buyer, Role::Buyer, &notice, now)?;
        first = first.or_else(|| lines.iter().find(|line| served(line)).cloned());
    }
    let Some(line) = first else { return Ok(()) };
    // The co-operative learns what is needed where, not by whom.
    let need = format!("{} · {} · {}", line.quantity, line.region, line.due_on);
    let url = format!("/api/v1/unmet-needs?product_id={product}");
    let notice = capacity_for_need("cooperative", &name, &need, &url);
    tell(conn, listed.cooperative, Role::Seller, &notice, now)
}

/// The need's lines that wait, with what is missing of each.
fn still_missing(lines: &[NeedLine], waiting: &[Waiting]) -> Vec<NeedLine> {
    let missing = lines.iter().filter_map(|line| {
        let found = waiting.iter().find(|one| one.position == line.position)?;
        Some(NeedLine {
            quantity: found.quantity,
            ..line.clone()
        })
    });
    missing.collect()
}

fn capacity_for_need(audience: &str, product: &str, need: &str, url: &str) -> Value {
    json!({
        "kind": "capacity_for_need", "audience": audience, "product": product, "need": need,
        "url": url,
    })
}
