//! Orders and purchase orders as people see them: with names, and only what is theirs to see.
use super::approvals::{self, Approval, Missing};
use super::demands::{self, Asked};
use super::lines::{self, Line};
use super::payers::Share;
use super::priced::Priced;
use super::purchase_orders::{self, PurchaseOrder};
use super::rows::{self, Order};
use super::seen;
use super::shares;
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::Result;
use crate::identity::organisations::names;
use crate::ids::{ListingId, OrderId, OrganisationId, PurchaseOrderId};
use crate::schema::listings;
use diesel::prelude::*;
use ordering::OrderState;
use std::collections::BTreeMap;

/// An order with what its reader may see of it.
#[derive(Clone, Debug)]
pub struct SeenOrder {
    /// The order.
    pub order: Order,
    /// Its lines, by position.
    pub lines: Vec<Line>,
    /// What the reader's organisation pays; none for a pool's opener that buys nothing. The other
    /// payers' shares are theirs.
    pub share: Option<Share>,
    /// Approvals of the present revision, oldest first.
    pub approvals: Vec<Approval>,
    /// What was asked of the reader's organisation for the present revision.
    pub asked: Option<Asked>,
    /// Why the buyer's submission could not wait, where it said so.
    pub emergency: Option<String>,
    /// What each payer's approvals still lack, while they are asked for.
    pub missing: Vec<Missing>,
    /// The purchase orders that were issued, oldest first.
    pub purchase_orders: Vec<PurchaseOrder>,
    /// Names of the organisations above.
    pub names: BTreeMap<OrganisationId, String>,
    /// Titles of the listings above.
    pub titles: BTreeMap<ListingId, String>,
}

/// A purchase order with its lines.
#[derive(Clone, Debug)]
pub struct SeenPurchaseOrder {
    /// The purchase order.
    pub issued: PurchaseOrder,
    /// Its lines, by position.
    pub lines: Vec<Line>,
    /// Whether the reader is a payer, who knows of the order.
    pub of_payer: bool,
    /// Names of its two sides.
    pub names: BTreeMap<OrganisationId, String>,
    /// Titles of the listings above.
    pub titles: BTreeMap<ListingId, String>,
}

/// The orders that the actor's organisation placed or pays a share of, in the order in which they were placed,
/// after `after`.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    state: Option<OrderState>,
    after: Option<OrderId>,
    limit: i64,
) -> Result<Vec<Order>> {
    rows::orders_of(conn, by.organisation, state, after, limit)
}

/// One order, for whoever placed it or pays a share.
///
/// # Errors
/// [`crate::Code::NotFound`] for anybody else.
pub fn see(conn: &mut Conn, by: &Actor, id: OrderId) -> Result<SeenOrder> {
    let order = seen::payer(conn, by, id)?;
    let lines = lines::of_order(conn, &order)?;
    let shares = shares::of_order(conn, &order)?;
    let mut approvals = approvals::given(conn, id)?;
    approvals.retain(|approval| approval.revision == order.revision);
    let missing = match order.state {
        OrderState::Submitted | OrderState::Approved => {
            approvals::missing(conn, &order, &shares, by.now)?
        }
        _ => Vec::new(),
    };
    let asked = demands::of_revision(conn, id, order.revision)?;
    let issued = purchase_orders::of_order(conn, id)?;
    let mut organisations = vec![order.buyer];
    organisations.extend(lines.iter().map(|line| line.cooperative));
    organisations.extend(approvals.iter().map(|approval| approval.organisation));
    Ok(SeenOrder {
        names: names(conn, organisations)?,
        titles: titles(conn, &lines)?,
        share: shares
            .into_iter()
            .find(|share| share.organisation == by.organisation),
        emergency: asked
            .iter()
            .find(|asked| asked.organisation == order.buyer)
            .and_then(|asked| asked.emergency.clone()),
        asked: asked
            .into_iter()
            .find(|asked| asked.organisation == by.organisation),
        order,
        lines,
        approvals,
        missing,
        purchase_orders: issued,
    })
}

/// A new order as its buyer sees it, without reading it again.
///
/// # Errors
/// Those of the database.
pub(super) fn just_placed(
    conn: &mut Conn,
    by: &Actor,
    order: Order,
    priced: &[Priced],
    shares: &[Share],
) -> Result<SeenOrder> {
    let mut organisations = vec![order.buyer];
    organisations.extend(priced.iter().map(|line| line.cooperative));
    Ok(SeenOrder {
        names: names(conn, organisations)?,
        titles: priced
            .iter()
            .map(|line| (line.wanted.listing, line.work.title.clone()))
            .collect(),
        share: shares
            .iter()
            .find(|share| share.organisation == by.organisation)
            .copied(),
        lines: priced.iter().map(Priced::line).collect(),
        approvals: Vec::new(),
        asked: None,
        emergency: None,
        missing: Vec::new(),
        purchase_orders: Vec::new(),
        order,
    })
}

/// One purchase order, for its co-operative and the payers of its order.
///
/// # Errors
/// [`crate::Code::NotFound`] for anybody else.
pub fn see_purchase_order(
    conn: &mut Conn,
    by: &Actor,
    id: PurchaseOrderId,
) -> Result<SeenPurchaseOrder> {
    let issued = purchase_orders::get(conn, by, id)?;
    let lines = purchase_orders::lines_of(conn, &issued)?;
    Ok(SeenPurchaseOrder {
        names: names(conn, vec![issued.buyer, issued.cooperative])?,
        titles: titles(conn, &lines)?,
        of_payer: issued.cooperative != by.organisation,
        issued,
        lines,
    })
}

/// A page of purchase orders with the names of their two sides, see [`purchase_orders::list`].
///
/// # Errors
/// Those of the database.
pub fn see_purchase_orders(
    conn: &mut Conn,
    by: &Actor,
    filter: &purchase_orders::Filter,
    after: Option<PurchaseOrderId>,
    limit: i64,
) -> Result<(Vec<PurchaseOrder>, BTreeMap<OrganisationId, String>)> {
    let issued = purchase_orders::list(conn, by, filter, after, limit)?;
    let sides = issued.iter().flat_map(|po| [po.buyer, po.cooperative]);
    let names = names(conn, sides.collect())?;
    Ok((issued, names))
}

fn titles(conn: &mut Conn, lines: &[Line]) -> Result<BTreeMap<ListingId, String>> {
    let ids: Vec<ListingId> = lines.iter().map(|line| line.listing).collect();
    let rows: Vec<(ListingId, String)> = listings::table
        .filter(listings::id.eq_any(ids))
        .select((listings::id, listings::title))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}
