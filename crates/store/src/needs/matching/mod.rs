//! Between people's figures and matching's integers: a round for one buyer's lines, and back.
//!
//! Offers are the open listings of the lines' products in the buyer's currency, priced for this buyer
//! through the one [`Pricer`] that orders use. Listings that have no price for this buyer are left out
//! and reported. Names and countries never enter: matching cannot prefer what it does not know.
mod offers;
mod scales;
mod work;

pub use scales::Scales;
pub(super) use scales::id_of as listing_of;

use super::need::{Need, NeedLine};
use super::written;
use crate::db::{Conn, DbError};
use crate::error::{Code, Error, Refusal, Result, corrupt};
use crate::ids::{ListingId, OrganisationId, ProductId, RuleSetId};
use chrono::NaiveDate;
use matching::{ErrorCode, Plan, Request, Rules, Search};
use money::{Currency, Micro};
use offers::Listings;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use uuid::Uuid;

/// A plan whose prices do not hold is matched again with higher ones so often; then the listing goes.
const REPRICED_MOST: u32 = 3;
/// Seeds are published as JSON numbers, which many readers keep to 53 bits.
const SEED_BITS: u128 = (1 << 53) - 1;

/// What is asked of a round.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// Who asks: a buyer, or the network that convened a round of several.
    pub buyer: OrganisationId,
    /// Prices by this rule set, for all who adopted it; none: by the rules that the buyer shares with
    /// each co-operative.
    pub rule_set: Option<RuleSetId>,
    /// The currency of all prices.
    pub currency: Currency,
    /// Policy: the highest premium over the market, as a fraction.
    pub max_premium_rate: Option<Micro>,
    /// Policy: whose verifications count; empty: any network's.
    pub networks: &'a [OrganisationId],
    /// What is needed, with the quantities that are still open.
    pub lines: &'a [NeedLine],
    /// The day that prices and verifications are of.
    pub as_of: NaiveDate,
    /// Seed of the public lottery.
    pub seed: i64,
    /// How long is searched: buyers wait for theirs, rounds are jobs.
    pub search: Search,
    /// This listing alone, where set.
    pub only: Option<ListingId>,
    /// Listings whose co-operatives declined this need, or let the time to answer pass.
    pub declined: Vec<ListingId>,
}

impl<'a> Asked<'a> {
    /// What `need` asks for those lines, by the verifications of those networks.
    pub fn of(
        need: &Need,
        (lines, networks): (&'a [NeedLine], &'a [OrganisationId]),
        as_of: NaiveDate,
    ) -> Self {
        Self {
            buyer: need.buyer,
            rule_set: None,
            currency: need.terms.currency,
            max_premium_rate: need.terms.max_premium_rate,
            networks,
            lines,
            as_of,
            seed: seed_of(need.id.uuid()),
            search: Search::Prompt,
            only: None,
            declined: Vec::new(),
        }
    }
}

/// The lottery's seed of a need or a pool: the low bits of its id, so that nobody chooses it.
pub fn seed_of(id: Uuid) -> i64 {
    i64::try_from(id.as_u128() & SEED_BITS).unwrap_or_default()
}

/// A listing that was left out before matching, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excluded {
    /// Which.
    #[serde(with = "written::id")]
    pub listing: ListingId,
    /// Whose.
    #[serde(with = "written::id")]
    pub cooperative: OrganisationId,
    /// Of what.
    #[serde(with = "written::id")]
    pub product: ProductId,
    /// The code of pricing's or of the policy's refusal.
    pub code: String,
}

/// A round, ready to be matched.
#[derive(Clone, Debug)]
pub struct MatchingInput {
    /// What matching is asked.
    pub request: Request,
    /// What its integers mean.
    pub scales: Scales,
    /// The listings that were left out.
    pub excluded: Vec<Excluded>,
}

/// A round and its plan, checked against each other; every price in it holds on the day it was made.
#[derive(Clone, Debug)]
pub struct Matched {
    /// What was asked.
    pub input: MatchingInput,
    /// What was answered.
    pub plan: Plan,
}

/// The round that a buyer's lines make with what is listed.
///
/// # Errors
/// Those of the database.
pub fn request_for(conn: &mut Conn, asked: &Asked<'_>) -> Result<MatchingInput> {
    let listings = offers::load(conn, asked)?;
    Ok(build(asked, &listings))
}

/// Matches a buyer's lines with what is listed.
///
/// # Errors
/// [`Code::AmountOutOfRange`] where the quantities are too large to be planned exactly.
pub fn run(conn: &mut Conn, asked: &Asked<'_>) -> Result<Matched> {
    let mut listings = offers::load(conn, asked)?;
    let mut attempt = 0;
    loop {
        let input = build(asked, &listings);
        let Some(plan) = plan(&input.request, asked.search)? else {
            let largest = largest_offer(&input.request).ok_or_else(too_large)?;
            listings.leave_out(largest?, Code::AmountOutOfRange.as_str());
            continue;
        };
        let mut broken = broken_prices(asked, &listings, &plan, &input.scales)?;
        if attempt >= REPRICED_MOST {
            // A price that is stated too high only falls when the order is confirmed.
            broken.retain(|(_, real)| !matches!(real, Real::Cheaper { .. }));
        }
        if broken.is_empty() {
            return Ok(Matched { input, plan });
        }
        for (listing, real) in broken {
            match real {
                Real::Dearer { total, unit_price } if attempt < REPRICED_MOST => {
                    listings.raise(listing, total, unit_price);
                }
                Real::Dearer { .. } => {
                    listings.leave_out(listing, Code::ProposalStale.as_str());
                }
                Real::Cheaper { total, unit_price } => {
                    listings.lower(listing, total, unit_price);
                }
                Real::Refused(code) => listings.leave_out(listing, code),
            }
        }
        attempt += 1;
    }
}

/// What pricing says of a total that the plan priced by its table.
enum Real {
    /// A unit costs more.
    Dearer { total: Micro, unit_price: Micro },
    /// A unit costs less: the total lies between two steps of the table.
    Cheaper { total: Micro, unit_price: Micro },
    /// There is no price, or none within the policy.
    Refused(&'static str),
}

/// The listings whose price at their total in the plan is not the plan's. Were it above, an order could
/// never be confirmed (another quote of the market may apply from some quantity on).
fn broken_prices(
    asked: &Asked<'_>,
    listings: &Listings,
    plan: &Plan,
    scales: &Scales,
) -> Result<Vec<(ListingId, Real)>> {
    let mut broken = Vec::new();
    for offer in plan.offers.iter().filter(|offer| offer.quantity > 0) {
        let listing = listing_of(&offer.offer)?;
        let one = listings
            .find(listing)
            .ok_or_else(|| corrupt("a plan's offer"))?;
        let total = scales.quantity(one.pricer.product(), offer.quantity)?;
        match offers::price_at(&one.pricer, total, asked.max_premium_rate)? {
            Ok(unit_price) => match unit_price.cmp(&scales.price(offer.unit_price)?) {
                Ordering::Equal => {}
                Ordering::Greater => broken.push((listing, Real::Dearer { total, unit_price })),
                // Below the table's first total nothing can be lowered, see `Candidate::lower`.
                Ordering::Less if one.prices.first().is_some_and(|(from, _)| total < *from) => {}
                Ordering::Less => broken.push((listing, Real::Cheaper { total, unit_price })),
            },
            Err(code) => broken.push((listing, Real::Refused(code))),
        }
    }
    Ok(broken)
}

fn too_large() -> Error {
    Refusal::new(
        Code::AmountOutOfRange,
        "The quantities, with their prices, are too large to be planned exactly.",
    )
    .into()
}

/// The offer with the largest figures, where there is one: a single absurd listing must not keep a
/// buyer from all others.
fn largest_offer(request: &Request) -> Option<Result<ListingId>> {
    let offers = request.offers.iter().max_by_key(|offer| {
        let freight = offer.freight.values().max().copied().unwrap_or(0);
        let unit = i128::from(offer.unit_price) + i128::from(freight);
        unit * i128::from(offer.lot)
    });
    offers.map(|offer| listing_of(&offer.id))
}

/// Plans the round and holds the plan against it, by code that shares nothing with the planner. None
/// where its figures are too large to be planned exactly.
fn plan(request: &Request, search: Search) -> Result<Option<Plan>> {
    let plan = match matching::plan_by(request, search) {
        Ok(plan) => plan,
        Err(error) if error.code == ErrorCode::Overflow => return Ok(None),
        Err(error) => return Err(corrupt(&format!("a matching request: {error}"))),
    };
    matching::check(request, &plan).map_err(|violations| {
        let words: Vec<&str> = violations
            .iter()
            .map(|violation| violation.message.as_str())
            .collect();
        Error::Db(DbError::Corrupt(format!(
            "a plan breaks its own rules: {}",
            words.join("; ")
        )))
    })?;
    Ok(Some(plan))
}

fn build(asked: &Asked<'_>, listings: &Listings) -> MatchingInput {
    let scales = Scales::of(asked, listings);
    let lines = scales.lines(asked);
    let shares = work::per_product(&listings.candidates, &scales);
    let offers = listings
        .candidates
        .iter()
        .map(|one| scales.offer(one, asked, work::of(&shares, one.pricer.product())))
        .collect();
    let mut excluded = listings.excluded.clone();
    excluded.sort_by_key(|one| one.listing);
    MatchingInput {
        request: Request {
            lines,
            suppliers: work::suppliers(&listings.candidates, &shares, &scales),
            offers,
            rules: Rules {
                seed: asked.seed,
                ..Rules::default()
            },
        },
        scales,
        excluded,
    }
}
