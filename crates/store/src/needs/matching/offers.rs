//! The listings that may serve a buyer's lines, each with its price table for this buyer.
use super::{Asked, Excluded};
use crate::catalogue::pricer::Pricer;
use crate::db::Conn;
use crate::error::{Code, Error, Result, corrupt};
use crate::governance::verification::verified_by;
use crate::ids::{ListingId, OrganisationId, ProductId};
use crate::schema::{capacity_periods, listings, organisations, products};
use chrono::NaiveDate;
use diesel::prelude::*;
use money::Micro;
use ordering::ListingState;
use std::collections::BTreeMap;

/// Why a listing is left out whose co-operative had its chance.
const DECLINED: &str = "declined";

/// A listing that has a price for this buyer.
pub(super) struct Candidate {
    pub(super) pricer: Pricer,
    /// The smallest total that has a price within the policy, or the listing's minimum.
    pub(super) minimum: Micro,
    /// Unit prices from totals on, ascending; the first also holds below its total.
    pub(super) prices: Vec<(Micro, Micro)>,
    /// What is free, by the day on which it is ready.
    pub(super) free: Vec<(NaiveDate, Micro)>,
    /// Whether a network that the policy accepts has verified the co-operative.
    pub(super) verified: bool,
}

impl Candidate {
    /// It is left out, because of `code`.
    pub(super) fn excluded(&self, code: &str) -> Excluded {
        Excluded {
            listing: self.pricer.listing().id,
            cooperative: self.pricer.cooperative(),
            product: self.pricer.product(),
            code: code.to_owned(),
        }
    }

    /// At `total` pricing asks `unit_price`: nothing that is reached there is cheaper.
    fn raise(&mut self, total: Micro, unit_price: Micro) {
        for (at, (from, price)) in self.prices.iter_mut().enumerate() {
            if at == 0 || *from <= total {
                *price = unit_price.max(*price);
            }
        }
    }
}

impl Candidate {
    /// From `total` on pricing asks no more than `unit_price`. Below the table's first total nothing is
    /// written: what holds there holds for smaller totals too.
    fn lower(&mut self, total: Micro, unit_price: Micro) {
        match self.prices.binary_search_by_key(&total, |(from, _)| *from) {
            Ok(at) => {
                if let Some((_, price)) = self.prices.get_mut(at) {
                    *price = unit_price;
                }
            }
            Err(0) => {}
            Err(at) => self.prices.insert(at, (total, unit_price)),
        }
    }
}

/// An open listing, before it is priced.
#[derive(Queryable)]
struct Listed {
    id: ListingId,
    cooperative: OrganisationId,
    product: ProductId,
}

impl Listed {
    /// It is left out, because of `code`.
    fn excluded(&self, code: &str) -> Excluded {
        Excluded {
            listing: self.id,
            cooperative: self.cooperative,
            product: self.product,
            code: code.to_owned(),
        }
    }
}

/// All that is listed of what a buyer asks for.
pub(super) struct Listings {
    /// With a price for this buyer, by id.
    pub(super) candidates: Vec<Candidate>,
    /// Without one, and why.
    pub(super) excluded: Vec<Excluded>,
    /// Decimal places of each product's quantities, 0..=6, offered or not.
    pub(super) decimals: BTreeMap<ProductId, u32>,
}

impl Listings {
    /// One that has a price.
    pub(super) fn find(&self, listing: ListingId) -> Option<&Candidate> {
        let mut candidates = self.candidates.iter();
        candidates.find(|one| one.pricer.listing().id == listing)
    }

    /// At `total` pricing asks `unit_price` for this listing.
    pub(super) fn raise(&mut self, listing: ListingId, total: Micro, unit_price: Micro) {
        let mut candidates = self.candidates.iter_mut();
        if let Some(one) = candidates.find(|one| one.pricer.listing().id == listing) {
            one.raise(total, unit_price);
        }
    }

    /// At `total` pricing asks `unit_price` for this listing, less than its table says.
    pub(super) fn lower(&mut self, listing: ListingId, total: Micro, unit_price: Micro) {
        let mut candidates = self.candidates.iter_mut();
        if let Some(one) = candidates.find(|one| one.pricer.listing().id == listing) {
            one.lower(total, unit_price);
        }
    }

    /// Leaves a listing out, because of `code`.
    pub(super) fn leave_out(&mut self, listing: ListingId, code: &str) {
        self.excluded
            .extend(self.find(listing).map(|one| one.excluded(code)));
        self.candidates
            .retain(|one| one.pricer.listing().id != listing);
    }
}

/// Loads what is listed of the products that are asked for, and prices it.
pub(super) fn load(conn: &mut Conn, asked: &Asked<'_>) -> Result<Listings> {
    let decimals = decimals(conn, asked)?;
    let listed = open_listings(conn, asked)?;
    let mut free = free_capacity(conn, &listed, asked.as_of)?;
    let mut verified: BTreeMap<OrganisationId, bool> = BTreeMap::new();
    let mut candidates = Vec::new();
    let mut excluded = Vec::new();
    for one in listed {
        let free = free.remove(&one.id).unwrap_or_default();
        if asked.declined.contains(&one.id) {
            excluded.push(one.excluded(DECLINED));
            continue;
        }
        let pricer = match asked.rule_set {
            None => Pricer::load(conn, one.id, asked.buyer, asked.as_of),
            Some(rules) => Pricer::by_rule_set(conn, one.id, rules, asked.as_of),
        };
        let priced = match pricer {
            Ok(pricer) => prices(&pricer, asked, &free)?.map(|prices| (pricer, prices)),
            Err(Error::Refused(refusal)) => Err(refusal.code.as_str()),
            Err(error) => return Err(error),
        };
        let (pricer, prices) = match priced {
            Ok(priced) => priced,
            Err(code) => {
                excluded.push(one.excluded(code));
                continue;
            }
        };
        let known = match verified.get(&one.cooperative) {
            Some(known) => *known,
            None => verified_by(conn, one.cooperative, asked.networks, asked.as_of)?.is_some(),
        };
        verified.insert(one.cooperative, known);
        candidates.push(Candidate {
            minimum: smallest_total(&pricer, &prices),
            prices,
            free,
            verified: known,
            pricer,
        });
    }
    Ok(Listings {
        candidates,
        excluded,
        decimals,
    })
}

fn decimals(conn: &mut Conn, asked: &Asked<'_>) -> Result<BTreeMap<ProductId, u32>> {
    let asked_for: Vec<ProductId> = asked.lines.iter().map(|line| line.product).collect();
    let rows: Vec<(ProductId, i32)> = products::table
        .filter(products::id.eq_any(asked_for))
        .select((products::id, products::quantity_decimals))
        .load(conn)?;
    rows.into_iter()
        .map(|(product, places)| {
            let places =
                u32::try_from(places).map_err(|_| corrupt("products.quantity_decimals"))?;
            Ok((product, places))
        })
        .collect()
}

fn open_listings(conn: &mut Conn, asked: &Asked<'_>) -> Result<Vec<Listed>> {
    let products: Vec<ProductId> = asked.lines.iter().map(|line| line.product).collect();
    let mut query = listings::table
        .inner_join(organisations::table)
        .filter(listings::product_id.eq_any(products))
        .filter(listings::status.eq(ListingState::Open.as_str()))
        .filter(listings::currency.eq(asked.currency.code()))
        // A co-operative that buys does not buy of itself.
        .filter(listings::cooperative_id.ne(asked.buyer))
        .filter(organisations::status.eq("admitted"))
        .order(listings::id)
        .select((listings::id, listings::cooperative_id, listings::product_id))
        .into_boxed();
    if let Some(only) = asked.only {
        query = query.filter(listings::id.eq(only));
    }
    Ok(query.load(conn)?)
}

/// What is still free in the periods that are not over, by listing.
fn free_capacity(
    conn: &mut Conn,
    listed: &[Listed],
    as_of: NaiveDate,
) -> Result<BTreeMap<ListingId, Vec<(NaiveDate, Micro)>>> {
    let ids: Vec<ListingId> = listed.iter().map(|one| one.id).collect();
    let rows: Vec<(ListingId, NaiveDate, i64, i64)> = capacity_periods::table
        .filter(capacity_periods::listing_id.eq_any(ids))
        .filter(capacity_periods::ends_on.ge(as_of))
        .order((capacity_periods::listing_id, capacity_periods::ends_on))
        .select((
            capacity_periods::listing_id,
            capacity_periods::ends_on,
            capacity_periods::capacity_micro,
            capacity_periods::reserved_micro,
        ))
        .load(conn)?;
    let mut free: BTreeMap<ListingId, Vec<(NaiveDate, Micro)>> = BTreeMap::new();
    for (listing, ends_on, capacity, reserved) in rows {
        let left = Micro::new(capacity.saturating_sub(reserved));
        free.entry(listing).or_default().push((ends_on, left));
    }
    Ok(free)
}

/// A unit price, or the code of why there is none for this buyer.
type Price = std::result::Result<Micro, &'static str>;

/// What a unit costs at this total.
///
/// # Errors
/// Those of the database; what pricing and the policy refuse is the inner code.
pub(super) fn price_at(
    pricer: &Pricer,
    total: Micro,
    max_premium_rate: Option<Micro>,
) -> Result<Price> {
    let quote = match pricer.quote(total) {
        Ok(quote) => quote,
        Err(Error::Refused(refusal)) => return Ok(Err(refusal.code.as_str())),
        Err(error) => return Err(error),
    };
    if max_premium_rate.is_some_and(|most| quote.answer.premium_rate > most.to_decimal()) {
        return Ok(Err(Code::PremiumOverPolicy.as_str()));
    }
    Ok(Ok(quote.unit_price))
}

/// The price table for this buyer: the listing's own steps, and the most that this round could order.
/// A table starts where from there on every total has a price; none at all gives the reason.
fn prices(
    pricer: &Pricer,
    asked: &Asked<'_>,
    free: &[(NaiveDate, Micro)],
) -> Result<std::result::Result<Vec<(Micro, Micro)>, &'static str>> {
    let demand = demand(asked, pricer.product());
    let most = free
        .iter()
        .fold(0_i64, |sum, (_, left)| sum.saturating_add(left.get()))
        .min(demand.get());
    let most = Micro::new(most - most.checked_rem(pricer.lot().get()).unwrap_or(0));
    let mut totals = pricer.steps();
    let first = totals.first().copied().unwrap_or(Micro::ONE);
    totals.retain(|total| *total <= demand || *total == first);
    if most > first {
        totals.push(most);
    }
    totals.sort_unstable();
    totals.dedup();
    let mut table: Vec<(Micro, Micro)> = Vec::new();
    for total in totals.into_iter().rev() {
        match (
            price_at(pricer, total, asked.max_premium_rate)?,
            table.last().copied(),
        ) {
            (Ok(unit_price), _) => table.push((total, unit_price)),
            (Err(code), None) => return Ok(Err(code)),
            (Err(_), Some(good)) => {
                let first = first_priced(pricer, total, good, asked.max_premium_rate)?;
                if first != good {
                    table.push(first);
                }
                break;
            }
        }
    }
    table.reverse();
    Ok(Ok(table))
}

/// The smallest total in whole lots that has a price, above `bad`, which has none, and up to `good`. The
/// more is made at once, the less a unit costs, so halving finds it.
fn first_priced(
    pricer: &Pricer,
    bad: Micro,
    good: (Micro, Micro),
    max_premium_rate: Option<Micro>,
) -> Result<(Micro, Micro)> {
    let lot = pricer.lot().get();
    let (mut bad, mut good) = (bad.get(), good);
    loop {
        let middle = bad + (good.0.get() - bad) / 2;
        let middle = middle - middle.checked_rem(lot).unwrap_or(0);
        if middle <= bad {
            return Ok(good);
        }
        match price_at(pricer, Micro::new(middle), max_premium_rate)? {
            Ok(unit_price) => good = (Micro::new(middle), unit_price),
            Err(_) => bad = middle,
        }
    }
}

/// All that the buyer's lines ask of a product.
pub(super) fn demand(asked: &Asked<'_>, product: ProductId) -> Micro {
    let of_product = asked.lines.iter().filter(|line| line.product == product);
    Micro::new(of_product.fold(0_i64, |sum, line| sum.saturating_add(line.quantity.get())))
}

/// The listing's minimum; where its smallest totals have no price for this buyer, the first that has.
fn smallest_total(pricer: &Pricer, prices: &[(Micro, Micro)]) -> Micro {
    let first_step = pricer.steps().first().copied();
    match prices.first() {
        Some((first, _)) if Some(*first) != first_step => *first,
        _ => pricer.minimum(),
    }
}
