//! What a listing comes in: sizes and colours.
use super::listings;
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::ListingId;
use crate::on_each;
use crate::operations::audit;
use crate::schema::listing_variants;
use diesel::prelude::*;
use ordering::Axes;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const SIZE: &str = "size";
const COLOUR: &str = "colour";

/// The listing's sizes and colours, as [`listings::seen_by`] shows it, and the listing's version.
///
/// # Errors
/// [`Code::NotFound`](crate::Code::NotFound).
pub fn get(conn: &mut Conn, by: &Actor, id: ListingId) -> Result<(Axes, i64)> {
    let listing = listings::seen_by(conn, by, id)?;
    Ok((of_listing(conn, id)?, listing.version))
}

/// The listing's sizes and colours.
fn of_listing(conn: &mut Conn, id: ListingId) -> Result<Axes> {
    Ok(of_listings(conn, vec![id])?.remove(&id).unwrap_or_default())
}

/// The listings' sizes and colours; one that has none is absent.
pub(crate) fn of_listings(
    conn: &mut Conn,
    ids: Vec<ListingId>,
) -> Result<BTreeMap<ListingId, Axes>> {
    let rows: Vec<(ListingId, String, String)> = listing_variants::table
        .filter(listing_variants::listing_id.eq_any(ids))
        .order((
            listing_variants::listing_id,
            listing_variants::axis,
            listing_variants::position,
        ))
        .select((
            listing_variants::listing_id,
            listing_variants::axis,
            listing_variants::word,
        ))
        .load(conn)?;
    let mut all: BTreeMap<ListingId, Axes> = BTreeMap::new();
    for (listing, axis, word) in rows {
        let axes = all.entry(listing).or_default();
        match axis.as_str() {
            SIZE => axes.sizes.push(word),
            _ => axes.colours.push(word),
        }
    }
    Ok(all)
}

/// Says what the listing comes in. Purchase orders that are out keep the matrix that they have.
///
/// # Errors
/// [`Code::Forbidden`](crate::Code::Forbidden), [`Code::NotFound`](crate::Code::NotFound),
/// [`Code::WrongState`](crate::Code::WrongState) where it is closed, [`Code::Stale`](crate::Code::Stale).
pub fn replace(
    conn: &mut Conn,
    by: &Actor,
    id: ListingId,
    version: i64,
    axes: &Axes,
) -> Result<(Axes, i64)> {
    let listing = listings::own(conn, by, id)?;
    listings::require_changeable(&listing)?;
    listings::touch(conn, id, version)?;
    let before = of_listing(conn, id)?;
    diesel::delete(listing_variants::table.filter(listing_variants::listing_id.eq(id)))
        .execute(conn)?;
    let words = [(SIZE, &axes.sizes), (COLOUR, &axes.colours)];
    let rows: Vec<_> = words
        .into_iter()
        .flat_map(|(axis, words)| {
            (1_i32..).zip(words).map(move |(position, word)| {
                (
                    listing_variants::listing_id.eq(id),
                    listing_variants::axis.eq(axis),
                    listing_variants::position.eq(position),
                    listing_variants::word.eq(word),
                )
            })
        })
        .collect();
    on_each!(conn => diesel::insert_into(listing_variants::table).values(rows).execute(conn))?;
    audit::change(
        conn,
        by,
        "listing.set_variants",
        id.uuid(),
        Some(&axes_json(&before)),
        &axes_json(axes),
    )?;
    get(conn, by, id)
}

fn axes_json(axes: &Axes) -> Value {
    json!({"sizes": axes.sizes, "colours": axes.colours})
}
