//! The unmet list: what buyers need and nobody can make yet, seen by those who might. It says where a
//! buyer is, never who.
use super::need::Need;
use super::written;
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Error, OrNotFound, Result, corrupt};
use crate::ids::{ListingId, NeedId, ProductId, UnmetLineId};
use crate::schema::{need_lines, needs, order_lines, orders, organisations, products, unmet_lines};
use crate::sql::Time;
use chrono::NaiveDate;
use diesel::prelude::*;
use governance::OrganisationKind;
use money::{Currency, Micro};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A line, or the part of it, that nobody can make yet.
#[derive(Clone, Debug)]
pub struct UnmetLine {
    /// The id, which says nothing of the need.
    pub id: UnmetLineId,
    /// The need's currency.
    pub currency: Currency,
    /// What.
    pub product: ProductId,
    /// Its name.
    pub product_name: String,
    /// Its unit, UN/ECE Rec 20.
    pub unit: String,
    /// How much is missing.
    pub quantity: Micro,
    /// Where it is needed: ISO 3166-2.
    pub region: String,
    /// By when.
    pub due_on: NaiveDate,
    /// Why, the most frequent first.
    pub codes: Vec<String>,
    /// Since when.
    pub since: Time,
    /// The buyer's country.
    pub country: String,
}

#[derive(Queryable)]
struct Row {
    id: UnmetLineId,
    currency: String,
    product_id: ProductId,
    product_name: String,
    unit: String,
    quantity_micro: i64,
    region: String,
    due_on: NaiveDate,
    codes: String,
    since: Time,
    country: String,
}

impl TryFrom<Row> for UnmetLine {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            currency: Currency::parse(&row.currency).map_err(|_| corrupt("needs.currency"))?,
            product: row.product_id,
            product_name: row.product_name,
            unit: row.unit,
            quantity: Micro::new(row.quantity_micro),
            region: row.region,
            due_on: row.due_on,
            codes: row.codes.split_whitespace().map(str::to_owned).collect(),
            since: row.since,
            country: row.country,
        })
    }
}

/// What the list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this product.
    pub product: Option<ProductId>,
    /// Needed in this region.
    pub region: Option<String>,
}

/// What is unmet and not overdue, after `after`, the oldest first.
///
/// # Errors
/// [`crate::Code::Forbidden`] for anybody but admitted co-operatives and networks.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    filter: &Filter,
    after: Option<UnmetLineId>,
    limit: i64,
) -> Result<Vec<UnmetLine>> {
    load(conn, by, filter, after, None, limit)
}

/// One line of the list.
///
/// # Errors
/// As [`list`]; [`crate::Code::NotFound`], also for what was met meanwhile.
pub fn get(conn: &mut Conn, by: &Actor, id: UnmetLineId) -> Result<UnmetLine> {
    load(conn, by, &Filter::default(), None, Some(id), 1)?
        .pop()
        .or_not_found()
}

fn load(
    conn: &mut Conn,
    by: &Actor,
    filter: &Filter,
    after: Option<UnmetLineId>,
    only: Option<UnmetLineId>,
    limit: i64,
) -> Result<Vec<UnmetLine>> {
    by.require_kind(&[OrganisationKind::Cooperative, OrganisationKind::Network])?;
    by.require_admitted()?;
    let mut query = unmet_lines::table
        .inner_join(needs::table.on(needs::id.eq(unmet_lines::need_id)))
        .inner_join(
            need_lines::table.on(need_lines::need_id
                .eq(unmet_lines::need_id)
                .and(need_lines::position.eq(unmet_lines::position))),
        )
        .inner_join(products::table.on(products::id.eq(unmet_lines::product_id)))
        .inner_join(organisations::table.on(organisations::id.eq(needs::buyer_id)))
        .filter(need_lines::due_on.ge(by.now.date()))
        // What is some networks' first is not yet everybody's.
        .filter(
            needs::first_until
                .is_null()
                .or(needs::first_until.le(Some(by.now))),
        )
        .order(unmet_lines::id)
        .limit(limit)
        .select((
            unmet_lines::id,
            needs::currency,
            unmet_lines::product_id,
            products::name,
            products::unit,
            unmet_lines::quantity_micro,
            unmet_lines::region,
            need_lines::due_on,
            unmet_lines::codes,
            unmet_lines::since,
            organisations::country,
        ))
        .into_boxed();
    if let Some(product) = filter.product {
        query = query.filter(unmet_lines::product_id.eq(product));
    }
    if let Some(region) = &filter.region {
        query = query.filter(unmet_lines::region.eq(region.clone()));
    }
    if let Some(after) = after {
        query = query.filter(unmet_lines::id.gt(after));
    }
    if let Some(only) = only {
        query = query.filter(unmet_lines::id.eq(only));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(UnmetLine::try_from).collect()
}

/// What a matching left of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// The need's line.
    pub position: i32,
    /// What.
    #[serde(with = "written::id")]
    pub product: ProductId,
    /// How much, above zero.
    #[serde(with = "written::micro")]
    pub quantity: Micro,
    /// Why, the most frequent first.
    pub codes: Vec<String>,
}

/// Which listing's capacity the buyer was last told of, and when.
type Told = (Option<Time>, Option<ListingId>);

/// Writes what a matching left of the need, in place of what was left before. A line that stays keeps
/// its id and the time since when it is unmet.
///
/// # Errors
/// Those of the database.
pub(super) fn rewrite(conn: &mut Conn, need: NeedId, missing: &[Missing], now: Time) -> Result<()> {
    let before: Vec<(i32, UnmetLineId, Time, Option<Time>, Option<ListingId>)> = unmet_lines::table
        .filter(unmet_lines::need_id.eq(need))
        .select((
            unmet_lines::position,
            unmet_lines::id,
            unmet_lines::since,
            unmet_lines::told_at,
            unmet_lines::told_of,
        ))
        .load(conn)?;
    let regions: BTreeMap<i32, String> = need_lines::table
        .filter(need_lines::need_id.eq(need))
        .select((need_lines::position, need_lines::region))
        .load(conn)?
        .into_iter()
        .collect();
    clear(conn, need)?;
    for line in missing {
        let region = regions.get(&line.position).or_not_found()?;
        let known = before
            .iter()
            .find(|(position, ..)| *position == line.position);
        let (id, since, (told_at, told_of)): (UnmetLineId, Time, Told) = known.map_or_else(
            || (UnmetLineId::fresh(), now, (None, None)),
            |(_, id, since, told_at, told_of)| (*id, *since, (*told_at, *told_of)),
        );
        diesel::insert_into(unmet_lines::table)
            .values((
                unmet_lines::id.eq(id),
                unmet_lines::need_id.eq(need),
                unmet_lines::position.eq(line.position),
                unmet_lines::product_id.eq(line.product),
                unmet_lines::region.eq(region),
                unmet_lines::quantity_micro.eq(line.quantity.get()),
                unmet_lines::codes.eq(line.codes.join(" ")),
                unmet_lines::since.eq(since),
                unmet_lines::told_at.eq(told_at),
                unmet_lines::told_of.eq(told_of),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Of a line no more than `left` is missing now; none: nothing is.
///
/// # Errors
/// Those of the database.
pub(super) fn lower(
    conn: &mut Conn,
    need: NeedId,
    position: i32,
    left: Option<Micro>,
) -> Result<()> {
    let line = unmet_lines::table.find((need, position));
    match left {
        None => diesel::delete(line).execute(conn)?,
        Some(left) => diesel::update(line)
            .filter(unmet_lines::quantity_micro.gt(left.get()))
            .set(unmet_lines::quantity_micro.eq(left.get()))
            .execute(conn)?,
    };
    Ok(())
}

/// Takes the need off the list.
///
/// # Errors
/// Those of the database.
pub(super) fn clear(conn: &mut Conn, need: NeedId) -> Result<()> {
    diesel::delete(unmet_lines::table.filter(unmet_lines::need_id.eq(need))).execute(conn)?;
    Ok(())
}

/// What of each line is on order already, by the line's position; lines of which nothing is are absent.
///
/// # Errors
/// Those of the database.
pub fn on_order(conn: &mut Conn, need: &Need) -> Result<BTreeMap<i32, Micro>> {
    let rows: Vec<(Option<i32>, i64)> = order_lines::table
        .inner_join(orders::table)
        .filter(orders::need_id.eq(need.id))
        .filter(orders::status.ne("cancelled"))
        .filter(order_lines::status.eq("active"))
        .select((order_lines::need_position, order_lines::quantity_micro))
        .load(conn)?;
    let mut ordered = BTreeMap::new();
    for (position, quantity) in rows {
        let Some(position) = position else { continue };
        let sum = ordered.entry(position).or_insert(Micro::ZERO);
        *sum = sum
            .checked_add(Micro::new(quantity))
            .map_err(|_| corrupt("order_lines.quantity_micro"))?;
    }
    Ok(ordered)
}

/// The listings that were ordered for the need and declined, or not answered in time.
///
/// # Errors
/// Those of the database.
pub(crate) fn declined(conn: &mut Conn, need: &Need) -> Result<Vec<ListingId>> {
    Ok(order_lines::table
        .inner_join(orders::table)
        .filter(orders::need_id.eq(need.id))
        .filter(order_lines::status.ne("active"))
        .select(order_lines::listing_id)
        .distinct()
        .load(conn)?)
}

/// A line of somebody's that a listing's new capacity may serve.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    pub(super) need: NeedId,
    pub(super) position: i32,
    pub(super) id: UnmetLineId,
    pub(super) quantity: Micro,
}

/// The unmet lines of a product that are not overdue, that were unmet before the capacity `appeared` (a
/// later matching has counted it), and of which nobody was told, for this listing, since `told_before`;
/// the oldest first.
///
/// # Errors
/// Those of the database.
pub(super) fn waiting(
    conn: &mut Conn,
    product: ProductId,
    listing: ListingId,
    (appeared, today, told_before): (Time, NaiveDate, Time),
    limit: i64,
) -> Result<Vec<Waiting>> {
    let rows: Vec<(NeedId, i32, UnmetLineId, i64)> = unmet_lines::table
        .inner_join(
            need_lines::table.on(need_lines::need_id
                .eq(unmet_lines::need_id)
                .and(need_lines::position.eq(unmet_lines::position))),
        )
        .filter(unmet_lines::product_id.eq(product))
        .filter(unmet_lines::since.lt(appeared))
        .filter(need_lines::due_on.ge(today))
        .filter(
            unmet_lines::told_of
                .is_null()
                .or(unmet_lines::told_of.ne(Some(listing)))
                .or(unmet_lines::told_at.lt(Some(told_before))),
        )
        .order(unmet_lines::id)
        .limit(limit)
        .select((
            unmet_lines::need_id,
            unmet_lines::position,
            unmet_lines::id,
            unmet_lines::quantity_micro,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(need, position, id, quantity)| Waiting {
            need,
            position,
            id,
            quantity: Micro::new(quantity),
        })
        .collect())
}

/// Writes down that the buyers of these lines were told of the listing.
///
/// # Errors
/// Those of the database.
pub(super) fn told(
    conn: &mut Conn,
    lines: &[UnmetLineId],
    listing: ListingId,
    now: Time,
) -> Result<()> {
    diesel::update(unmet_lines::table.filter(unmet_lines::id.eq_any(lines.to_vec())))
        .set((
            unmet_lines::told_at.eq(Some(now)),
            unmet_lines::told_of.eq(Some(listing)),
        ))
        .execute(conn)?;
    Ok(())
}
