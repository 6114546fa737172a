//! What an explanation is about, in words: the order, its sides, and what each line is.
use super::explanation::{self, Explained};
use super::lines::Line;
use super::views;
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Result, corrupt};
use crate::ids::{ListingId, OrderId, OrganisationId, ProductId, PurchaseOrderId};
use crate::schema::products;
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::BTreeMap;

/// An explanation with what it is about.
#[derive(Clone, Debug)]
pub struct Described {
    /// The order's or the purchase order's reference.
    pub reference: String,
    /// The day on which it was placed or issued.
    pub on: NaiveDate,
    /// The name of who placed it.
    pub buyer: String,
    /// By position.
    pub lines: Vec<DescribedLine>,
}

/// A line with its explanation.
#[derive(Clone, Debug)]
pub struct DescribedLine {
    /// The line.
    pub line: Line,
    /// The listing's title.
    pub title: String,
    /// The name of who makes it.
    pub cooperative: String,
    /// The product's unit: a code of UN/ECE Recommendation 20.
    pub unit: String,
    /// How its price came about.
    pub explained: Explained,
}

/// The explanation of an order's prices, for its payers.
///
/// # Errors
/// [`crate::Code::NotFound`] for anybody else.
pub fn of_order(conn: &mut Conn, by: &Actor, id: OrderId) -> Result<Described> {
    let explained = explanation::of_order(conn, by, id)?;
    let seen = views::see(conn, by, id)?;
    let names = (&seen.names, &seen.titles);
    Ok(Described {
        lines: lines(conn, seen.lines, explained, names)?,
        reference: seen.order.reference,
        on: seen.order.placed_at.date(),
        buyer: name(&seen.names, seen.order.buyer),
    })
}

/// The same of one purchase order, for its co-operative and its payers.
///
/// # Errors
/// [`crate::Code::NotFound`] for anybody else.
pub fn of_purchase_order(conn: &mut Conn, by: &Actor, id: PurchaseOrderId) -> Result<Described> {
    let explained = explanation::of_purchase_order(conn, by, id)?;
    let seen = views::see_purchase_order(conn, by, id)?;
    let names = (&seen.names, &seen.titles);
    Ok(Described {
        lines: lines(conn, seen.lines, explained, names)?,
        reference: seen.issued.reference,
        on: seen.issued.issued_at.date(),
        buyer: name(&seen.names, seen.issued.buyer),
    })
}

fn name(names: &BTreeMap<OrganisationId, String>, id: OrganisationId) -> String {
    names.get(&id).cloned().unwrap_or_default()
}

fn lines(
    conn: &mut Conn,
    lines: Vec<Line>,
    explained: Vec<Explained>,
    (names, titles): (
        &BTreeMap<OrganisationId, String>,
        &BTreeMap<ListingId, String>,
    ),
) -> Result<Vec<DescribedLine>> {
    let products: Vec<ProductId> = lines.iter().map(|line| line.product).collect();
    let units: Vec<(ProductId, String)> = products::table
        .filter(products::id.eq_any(products))
        .select((products::id, products::unit))
        .load(conn)?;
    let units: BTreeMap<ProductId, String> = units.into_iter().collect();
    let mut by_position: BTreeMap<i32, Explained> = explained
        .into_iter()
        .map(|explained| (explained.position, explained))
        .collect();
    let described = lines.into_iter().map(|line| {
        let explained = by_position.remove(&line.position);
        Ok(DescribedLine {
            title: titles.get(&line.listing).cloned().unwrap_or_default(),
            cooperative: name(names, line.cooperative),
            unit: units
                .get(&line.product)
                .cloned()
                .ok_or_else(|| corrupt("order_lines.product_id"))?,
            explained: explained.ok_or_else(|| corrupt("order_lines.price_answer"))?,
            line,
        })
    });
    described.collect()
}
