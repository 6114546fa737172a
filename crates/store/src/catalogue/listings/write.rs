//! Writing listings: drafts, and changes of what a co-operative says.
use super::states::require_fit;
use super::{Listing, Terms, get, own, require_changeable, require_seller, touch};
use crate::actor::Actor;
use crate::catalogue::fold::fold;
use crate::catalogue::products::{self, Product};
use crate::catalogue::{capacity, invalid};
use crate::db::Conn;
use crate::error::{Code, OrNotFound, Refusal, Result};
use crate::ids::{ListingId, ProductId};
use crate::on_each;
use crate::operations::audit::{self, Act};
use crate::schema::{listing_freight, listing_steps, listings};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use money::Micro;
use ordering::{LISTING, ListingState};
use serde_json::{Value, json};

/// Listings, and rows of their parts, that one statement writes: SQLite takes 32,766 values at most.
const LISTINGS_AT_ONCE: usize = 500;
const PARTS_AT_ONCE: usize = 2_000;

/// A listing that is to be written.
#[derive(Clone, Debug)]
pub struct NewListing {
    /// What it is.
    pub product: ProductId,
    /// The co-operative's own number for it, unique among its listings.
    pub sku: String,
    /// What the co-operative says of it.
    pub terms: Terms,
}

/// Writes a draft.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::Duplicate`] for the sku, [`Code::InvalidInput`] for a product that is not
/// there or quantities finer than it is counted.
pub fn create(conn: &mut Conn, by: &Actor, new: &NewListing) -> Result<Listing> {
    require_seller(by)?;
    let product = products::get(conn, new.product)
        .map_err(|_| invalid("/product_id", "There is no such product."))?;
    check_quantities(&product, &new.terms)?;
    let id = insert_all(conn, by, std::slice::from_ref(new))?.pop();
    get(conn, id.or_not_found()?)
}

/// Changes what a co-operative says of its listing; product and sku stay. One that is open has to stay fit to be open.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`] where it is closed, [`Code::Stale`],
/// [`Code::InvalidInput`], and those of opening where it is open.
pub fn change(
    conn: &mut Conn,
    by: &Actor,
    id: ListingId,
    version: i64,
    new: &NewListing,
) -> Result<Listing> {
    let before = own(conn, by, id)?;
    if new.product != before.product {
        return Err(invalid(
            "/product_id",
            "A listing stays with its product: write another listing.",
        ));
    }
    if new.sku != before.sku {
        return Err(invalid("/sku", "A listing keeps its sku."));
    }
    let product = products::get(conn, before.product)?;
    update(conn, by, &before, &product, (version, &new.terms))
}

/// [`change`] for a listing and a product at hand.
pub(crate) fn update(
    conn: &mut Conn,
    by: &Actor,
    before: &Listing,
    product: &Product,
    (version, terms): (i64, &Terms),
) -> Result<Listing> {
    require_changeable(before)?;
    check_quantities(product, terms)?;
    touch(conn, before.id, version)?;
    diesel::update(listings::table.find(before.id))
        .set(columns(terms)?)
        .execute(conn)?;
    diesel::delete(listing_steps::table.filter(listing_steps::listing_id.eq(before.id)))
        .execute(conn)?;
    diesel::delete(listing_freight::table.filter(listing_freight::listing_id.eq(before.id)))
        .execute(conn)?;
    write_parts(conn, &[(before.id, terms)])?;
    if before.status == ListingState::Open {
        require_fit(conn, by, before.id)?;
    }
    let after = get(conn, before.id)?;
    record(conn, by, "listing.change", Some(before), &after)?;
    Ok(after)
}

/// The columns that [`Terms`] fill.
type Columns<'a> = (
    diesel::dsl::Eq<listings::title, &'a str>,
    diesel::dsl::Eq<listings::title_folded, String>,
    diesel::dsl::Eq<listings::currency, &'static str>,
    diesel::dsl::Eq<listings::lead_days, i32>,
    diesel::dsl::Eq<listings::minimum_micro, i64>,
    diesel::dsl::Eq<listings::lot_micro, i64>,
    diesel::dsl::Eq<listings::materials_micro, i64>,
    diesel::dsl::Eq<listings::overhead_micro, i64>,
    diesel::dsl::Eq<listings::setup_cost_micro, i64>,
    diesel::dsl::Eq<listings::standard_minutes_micro, i64>,
    diesel::dsl::Eq<listings::setup_minutes_micro, i64>,
    diesel::dsl::Eq<listings::line_efficiency_micro, i64>,
    diesel::dsl::Eq<listings::offered_unit_price_micro, Option<i64>>,
);

fn columns(terms: &Terms) -> Result<Columns<'_>> {
    let sheet = &terms.cost_sheet;
    Ok((
        listings::title.eq(terms.title.as_str()),
        listings::title_folded.eq(fold(&terms.title)),
        listings::currency.eq(terms.currency.code()),
        listings::lead_days.eq(days_column(terms.lead_days, "/lead_days")?),
        listings::minimum_micro.eq(terms.minimum.get()),
        listings::lot_micro.eq(terms.lot.get()),
        listings::materials_micro.eq(sheet.materials.get()),
        listings::overhead_micro.eq(sheet.overhead.get()),
        listings::setup_cost_micro.eq(sheet.setup_cost.get()),
        listings::standard_minutes_micro.eq(sheet.standard_minutes.get()),
        listings::setup_minutes_micro.eq(sheet.setup_minutes.get()),
        listings::line_efficiency_micro.eq(sheet.line_efficiency.get()),
        listings::offered_unit_price_micro.eq(terms.offered_unit_price.map(Micro::get)),
    ))
}

fn days_column(days: u32, pointer: &str) -> Result<i32> {
    i32::try_from(days).map_err(|_| invalid(pointer, "There are too many days."))
}

/// The price steps and the freight of several listings, many rows in a statement.
fn write_parts(conn: &mut Conn, listings: &[(ListingId, &Terms)]) -> Result<()> {
    let mut steps = Vec::new();
    let mut freight = Vec::new();
    for (id, terms) in listings {
        for step in &terms.steps {
            steps.push((
                listing_steps::listing_id.eq(*id),
                listing_steps::min_quantity_micro.eq(step.get()),
            ));
        }
        for one in &terms.freight {
            freight.push((
                listing_freight::listing_id.eq(*id),
                listing_freight::region.eq(one.region.as_str()),
                listing_freight::unit_price_micro.eq(one.unit_price.get()),
                listing_freight::transit_days.eq(days_column(one.transit_days, "/freight")?),
            ));
        }
    }
    for some in steps.chunks(PARTS_AT_ONCE) {
        on_each!(conn => diesel::insert_into(listing_steps::table).values(some.to_vec()).execute(conn))?;
    }
    for some in freight.chunks(PARTS_AT_ONCE) {
        on_each!(conn => diesel::insert_into(listing_freight::table).values(some.to_vec()).execute(conn))?;
    }
    Ok(())
}

/// Writes drafts whose quantities were checked, many in a statement; their ids in the same order.
///
/// # Errors
/// [`Code::Duplicate`] where there is a listing with one of the skus.
pub(crate) fn insert_all(
    conn: &mut Conn,
    by: &Actor,
    new: &[NewListing],
) -> Result<Vec<ListingId>> {
    let mut ids = Vec::with_capacity(new.len());
    for some in new.chunks(LISTINGS_AT_ONCE) {
        let fresh: Vec<ListingId> = some.iter().map(|_| ListingId::fresh()).collect();
        let rows = fresh
            .iter()
            .zip(some)
            .map(|(id, new)| {
                Ok((
                    listings::id.eq(*id),
                    listings::cooperative_id.eq(by.organisation),
                    listings::product_id.eq(new.product),
                    listings::sku.eq(&new.sku),
                    listings::status.eq(LISTING.initial.as_str()),
                    listings::created_at.eq(by.now),
                    listings::version.eq(1_i64),
                    columns(&new.terms)?,
                ))
            })
            .collect::<Result<Vec<_>>>()?;
        let inserted =
            on_each!(conn => diesel::insert_into(listings::table).values(rows).execute(conn));
        match inserted {
            Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {
                let detail = match some {
                    [new] => format!("There is a listing with the sku {} already.", new.sku),
                    _ => "Somebody wrote a listing with one of these skus just now.".to_owned(),
                };
                return Err(Refusal::new(Code::Duplicate, detail).at("/sku").into());
            }
            other => other?,
        };
        let parts: Vec<(ListingId, &Terms)> = fresh
            .iter()
            .zip(some)
            .map(|(id, new)| (*id, &new.terms))
            .collect();
        write_parts(conn, &parts)?;
        let written: Vec<(uuid::Uuid, Value)> = fresh
            .iter()
            .zip(some)
            .map(|(id, new)| (id.uuid(), listing_json(&new.sku, new.product, &new.terms)))
            .collect();
        audit::record_new(conn, by, "listing.create", &written)?;
        ids.extend(fresh);
    }
    Ok(ids)
}

/// No quantity is finer than the product is counted, and a service is not sent.
pub(crate) fn check_quantities(product: &Product, terms: &Terms) -> Result<()> {
    if product.is_service() {
        check_not_sent(terms)?;
    }
    let steps = terms.steps.iter().enumerate();
    let quantities = [
        ("/minimum".to_owned(), terms.minimum),
        ("/lot".to_owned(), terms.lot),
    ]
    .into_iter()
    .chain(steps.map(|(at, step)| (format!("/steps/{at}"), *step)));
    for (pointer, quantity) in quantities {
        if !product.counts(quantity) {
            return Err(invalid(pointer, capacity::decimals(product)));
        }
    }
    Ok(())
}

/// A service is given where it is listed for: no freight, no days on the way.
fn check_not_sent(terms: &Terms) -> Result<()> {
    for (at, freight) in terms.freight.iter().enumerate() {
        let field = if freight.unit_price != Micro::ZERO {
            "unit_price"
        } else if freight.transit_days != 0 {
            "transit_days"
        } else {
            continue;
        };
        let detail = "A service is not sent: its freight is 0, and so are its days on the way.";
        return Err(invalid(format!("/freight/{at}/{field}"), detail));
    }
    Ok(())
}

fn record(
    conn: &mut Conn,
    by: &Actor,
    act: &'static str,
    before: Option<&Listing>,
    after: &Listing,
) -> Result<()> {
    audit::record(
        conn,
        by,
        &Act {
            act,
            kind: "listing",
            id: after.id.uuid(),
            before: before.map(json_of).as_ref(),
            after: Some(&json_of(after)),
        },
    )
}

fn json_of(listing: &Listing) -> Value {
    listing_json(&listing.sku, listing.product, &listing.terms)
}

fn listing_json(sku: &str, product: ProductId, terms: &Terms) -> Value {
    let sheet = &terms.cost_sheet;
    let freight = terms.freight.iter().map(|freight| {
        json!({
            "region": freight.region,
            "unit_price": freight.unit_price.to_string(),
            "transit_days": freight.transit_days,
        })
    });
    let steps = terms.steps.iter().map(Micro::to_string);
    json!({
        "sku": sku,
        "product": product.to_string(),
        "title": terms.title,
        "currency": terms.currency.code(),
        "lead_days": terms.lead_days,
        "minimum": terms.minimum.to_string(),
        "lot": terms.lot.to_string(),
        "cost_sheet": {
            "materials": sheet.materials.to_string(),
            "overhead": sheet.overhead.to_string(),
            "setup_cost": sheet.setup_cost.to_string(),
            "standard_minutes": sheet.standard_minutes.to_string(),
            "setup_minutes": sheet.setup_minutes.to_string(),
            "line_efficiency": sheet.line_efficiency.to_string(),
        },
        "offered_unit_price": terms.offered_unit_price.map(|price| price.to_string()),
        "steps": steps.collect::<Vec<_>>(),
        "freight": freight.collect::<Vec<_>>(),
    })
}
