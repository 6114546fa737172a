//! Listings: a co-operative's offer of a product, with what it takes to make it.
mod states;
mod write;

pub use states::act;
pub use write::{NewListing, change, create};
pub(crate) use write::{check_quantities, insert_all, update};

use super::read_currency;
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, OrNotFound, Refusal, Result, corrupt};
use crate::ids::{ListingId, OrganisationId, ProductId};
use crate::schema::{listing_freight, listing_steps, listings};
use crate::sql::Time;
use diesel::prelude::*;
use governance::{OrganisationKind, Role};
use money::{Currency, Micro};
use ordering::ListingState;

/// What one unit, and one batch, take to make; money in the listing's currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CostSheet {
    /// Money per unit.
    pub materials: Micro,
    /// Rent, energy and maintenance: money per unit.
    pub overhead: Micro,
    /// Money per batch.
    pub setup_cost: Micro,
    /// Standard allowed minutes per unit.
    pub standard_minutes: Micro,
    /// Minutes per batch.
    pub setup_minutes: Micro,
    /// Standard minutes made per minute worked, above 0 and up to 1.
    pub line_efficiency: Micro,
}

/// Sending a unit to a region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Freight {
    /// ISO 3166-2.
    pub region: String,
    /// Money per unit.
    pub unit_price: Micro,
    /// Days on the way.
    pub transit_days: u32,
}

/// What a co-operative says of a listing, and may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// What it is called.
    pub title: String,
    /// The currency of all its money.
    pub currency: Currency,
    /// Days from an order to the first goods.
    pub lead_days: u32,
    /// The smallest order, in units; zero for any.
    pub minimum: Micro,
    /// Quantities are multiples of this many units.
    pub lot: Micro,
    /// What it takes to make.
    pub cost_sheet: CostSheet,
    /// What it asks, before the community premium; the price never goes below the cost floor.
    pub offered_unit_price: Option<Micro>,
    /// The quantities from which the price table states another price, ascending.
    pub steps: Vec<Micro>,
    /// Where it is sent, by region.
    pub freight: Vec<Freight>,
}

/// A listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The id.
    pub id: ListingId,
    /// Who makes it.
    pub cooperative: OrganisationId,
    /// What it is.
    pub product: ProductId,
    /// The co-operative's own number for it.
    pub sku: String,
    /// Where it stands.
    pub status: ListingState,
    /// What its co-operative says of it.
    pub terms: Terms,
    /// When it was made.
    pub created_at: Time,
    /// Counts changes.
    pub version: i64,
}

#[derive(Queryable)]
struct Row {
    id: ListingId,
    cooperative_id: OrganisationId,
    product_id: ProductId,
    sku: String,
    title: String,
    _title_folded: String,
    currency: String,
    status: String,
    lead_days: i32,
    minimum_micro: i64,
    lot_micro: i64,
    materials_micro: i64,
    overhead_micro: i64,
    setup_cost_micro: i64,
    standard_minutes_micro: i64,
    setup_minutes_micro: i64,
    line_efficiency_micro: i64,
    offered_unit_price_micro: Option<i64>,
    created_at: Time,
    version: i64,
}

impl Row {
    fn listing(self, steps: Vec<Micro>, freight: Vec<Freight>) -> Result<Listing> {
        let terms = Terms {
            title: self.title,
            currency: read_currency(&self.currency, "listings.currency")?,
            lead_days: days(self.lead_days, "listings.lead_days")?,
            minimum: Micro::new(self.minimum_micro),
            lot: Micro::new(self.lot_micro),
            cost_sheet: CostSheet {
                materials: Micro::new(self.materials_micro),
                overhead: Micro::new(self.overhead_micro),
                setup_cost: Micro::new(self.setup_cost_micro),
                standard_minutes: Micro::new(self.standard_minutes_micro),
                setup_minutes: Micro::new(self.setup_minutes_micro),
                line_efficiency: Micro::new(self.line_efficiency_micro),
            },
            offered_unit_price: self.offered_unit_price_micro.map(Micro::new),
            steps,
            freight,
        };
        Ok(Listing {
            id: self.id,
            cooperative: self.cooperative_id,
            product: self.product_id,
            sku: self.sku,
            status: ListingState::parse(&self.status).map_err(|_| corrupt("listings.status"))?,
            terms,
            created_at: self.created_at,
            version: self.version,
        })
    }
}

fn days(days: i32, column: &str) -> Result<u32> {
    u32::try_from(days).map_err(|_| corrupt(column))
}

/// The rows with their price steps and freight, in the rows' order.
fn complete(conn: &mut Conn, rows: Vec<Row>) -> Result<Vec<Listing>> {
    let ids: Vec<ListingId> = rows.iter().map(|row| row.id).collect();
    let steps: Vec<(ListingId, i64)> = listing_steps::table
        .filter(listing_steps::listing_id.eq_any(&ids))
        .order((listing_steps::listing_id, listing_steps::min_quantity_micro))
        .load(conn)?;
    let freight: Vec<(ListingId, String, i64, i32)> = listing_freight::table
        .filter(listing_freight::listing_id.eq_any(&ids))
        .order((listing_freight::listing_id, listing_freight::region))
        .load(conn)?;
    rows.into_iter()
        .map(|row| {
            let steps = steps.iter().filter(|(listing, _)| *listing == row.id);
            let steps = steps.map(|(_, quantity)| Micro::new(*quantity)).collect();
            let freight = freight.iter().filter(|(listing, ..)| *listing == row.id);
            let freight = freight
                .map(|(_, region, unit_price, transit_days)| {
                    Ok(Freight {
                        region: region.clone(),
                        unit_price: Micro::new(*unit_price),
                        transit_days: days(*transit_days, "listing_freight.transit_days")?,
                    })
                })
                .collect::<Result<_>>()?;
            row.listing(steps, freight)
        })
        .collect()
}

/// The listing, whoever asks: callers decide what is shown.
///
/// # Errors
/// [`Code::NotFound`](crate::Code::NotFound).
pub fn get(conn: &mut Conn, id: ListingId) -> Result<Listing> {
    let row: Option<Row> = listings::table.find(id).first(conn).optional()?;
    let row = row.or_not_found()?;
    complete(conn, vec![row])?.pop().or_not_found()
}

/// The listing as the actor may see it: all but drafts, which are their co-operative's.
///
/// # Errors
/// [`Code::NotFound`].
pub fn seen_by(conn: &mut Conn, by: &Actor, id: ListingId) -> Result<Listing> {
    let listing = get(conn, id)?;
    let visible = listing.status != ListingState::Draft || listing.cooperative == by.organisation;
    visible.then_some(listing).or_not_found()
}

/// A listing of the actor's own co-operative, for its sellers to change.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`].
pub(super) fn own(conn: &mut Conn, by: &Actor, id: ListingId) -> Result<Listing> {
    require_seller(by)?;
    let listing = get(conn, id)?;
    (listing.cooperative == by.organisation)
        .then_some(listing)
        .or_not_found()
}

/// What is closed does not change any more.
pub(super) fn require_changeable(listing: &Listing) -> Result<()> {
    if listing.status == ListingState::Closed {
        let detail = "The listing is closed; nothing of it changes any more.";
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    Ok(())
}

/// Counts a change of the listing.
pub(super) fn touch(conn: &mut Conn, id: ListingId, version: i64) -> Result<()> {
    let changed = diesel::update(listings::table.find(id))
        .filter(listings::version.eq(version))
        .set(listings::version.eq(listings::version + 1))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    Ok(())
}

/// Listings are a seller's.
pub(crate) fn require_seller(by: &Actor) -> Result<()> {
    by.require_kind(&[OrganisationKind::Cooperative])?;
    by.require(&[Role::Seller])
}

/// What a list of listings is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this product.
    pub product: Option<ProductId>,
    /// In this state.
    pub status: Option<ListingState>,
    /// Of this co-operative.
    pub cooperative: Option<OrganisationId>,
}

/// Listings in the order in which they were written, after `after`, as [`seen_by`] shows them.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    filter: &Filter,
    after: Option<ListingId>,
    limit: i64,
) -> Result<Vec<Listing>> {
    let mut query = listings::table
        .filter(
            listings::status
                .ne(ListingState::Draft.as_str())
                .or(listings::cooperative_id.eq(by.organisation)),
        )
        .order(listings::id)
        .limit(limit)
        .into_boxed();
    if let Some(product) = filter.product {
        query = query.filter(listings::product_id.eq(product));
    }
    if let Some(status) = filter.status {
        query = query.filter(listings::status.eq(status.as_str()));
    }
    if let Some(cooperative) = filter.cooperative {
        query = query.filter(listings::cooperative_id.eq(cooperative));
    }
    if let Some(after) = after {
        query = query.filter(listings::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    complete(conn, rows)
}

/// The co-operative's listings with one of these skus.
///
/// # Errors
/// Those of the database.
pub(crate) fn with_skus(
    conn: &mut Conn,
    cooperative: OrganisationId,
    skus: &[&str],
) -> Result<Vec<Listing>> {
    let rows: Vec<Row> = listings::table
        .filter(listings::cooperative_id.eq(cooperative))
        .filter(listings::sku.eq_any(skus))
        .load(conn)?;
    complete(conn, rows)
}
