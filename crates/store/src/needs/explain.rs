//! What a matching found, in people's units and words: who makes what, and why nobody else.
use super::matching::{Excluded, Scales, listing_of};
use super::proposals::ProposedLine;
use super::unmet::Missing;
use crate::db::Conn;
use crate::error::{Result, corrupt};
use crate::ids::{ListingId, OrganisationId, ProductId};
use crate::schema::{listings, organisations, products};
use ::matching::{Code, Plan, Request, Status};
use diesel::prelude::*;
use money::{Currency, Micro};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What a reader of a round's request and plan needs besides.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Basis {
    pub(crate) scales: Scales,
    pub(crate) excluded: Vec<Excluded>,
    pub(crate) missing: Vec<Missing>,
}

/// A matching as people read it.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The seed of the round's lottery.
    pub seed: i64,
    /// Whether the plan is proven to be the best.
    pub optimal: bool,
    /// What nobody can make.
    pub missing: Vec<Missing>,
    /// Listings that were left out before matching.
    pub excluded: Vec<Excluded>,
    /// Why each line gets from each listing what it gets, nothing included.
    pub why: Vec<Why>,
    /// How full each co-operative becomes.
    pub suppliers: Vec<Load>,
    /// The names of all that is named.
    pub names: Names,
}

/// Why a line gets from a listing what it gets.
#[derive(Clone, Debug)]
pub struct Why {
    /// The need's line.
    pub position: i32,
    /// The listing.
    pub listing: ListingId,
    /// Whose it is.
    pub cooperative: OrganisationId,
    /// What keeps the line from getting more.
    pub code: &'static str,
    /// A unit's price and freight here, less the same at the alternative; none without one.
    pub cost_difference: Option<Micro>,
    /// The same for people.
    pub text: String,
}

/// How full a co-operative becomes, in units of work.
#[derive(Clone, Debug)]
pub struct Load {
    /// Which.
    pub cooperative: OrganisationId,
    /// The work of this plan.
    pub load: i64,
    /// The work that it looks for.
    pub need: i64,
    /// The tier of its last unit; none without work.
    pub tier: Option<i64>,
}

/// Names by id.
#[derive(Clone, Debug, Default)]
pub struct Names {
    organisations: BTreeMap<OrganisationId, String>,
    listings: BTreeMap<ListingId, String>,
    products: BTreeMap<ProductId, (String, String)>,
}

impl Names {
    /// An organisation's name.
    pub fn organisation(&self, id: OrganisationId) -> &str {
        self.organisations.get(&id).map_or("", String::as_str)
    }
    /// A listing's title.
    pub fn listing(&self, id: ListingId) -> &str {
        self.listings.get(&id).map_or("", String::as_str)
    }
    /// A product's name.
    pub fn product(&self, id: ProductId) -> &str {
        self.products.get(&id).map_or("", |(name, _)| name)
    }
    /// A product's unit, UN/ECE Rec 20.
    pub fn unit(&self, id: ProductId) -> &str {
        self.products.get(&id).map_or("", |(_, unit)| unit)
    }

    /// The names of what these lines are about.
    ///
    /// # Errors
    /// Those of the database.
    pub fn of_lines(conn: &mut Conn, lines: &[ProposedLine]) -> Result<Self> {
        Self::load(
            conn,
            lines.iter().map(|line| line.cooperative).collect(),
            lines.iter().map(|line| line.listing).collect(),
            lines.iter().map(|line| line.product).collect(),
        )
    }

    fn load(
        conn: &mut Conn,
        organisation_ids: Vec<OrganisationId>,
        listing_ids: Vec<ListingId>,
        product_ids: Vec<ProductId>,
    ) -> Result<Self> {
        let organisations: Vec<(OrganisationId, String)> = organisations::table
            .filter(organisations::id.eq_any(organisation_ids))
            .select((organisations::id, organisations::name))
            .load(conn)?;
        let listings: Vec<(ListingId, String)> = listings::table
            .filter(listings::id.eq_any(listing_ids))
            .select((listings::id, listings::title))
            .load(conn)?;
        let products: Vec<(ProductId, String, String)> = products::table
            .filter(products::id.eq_any(product_ids))
            .select((products::id, products::name, products::unit))
            .load(conn)?;
        Ok(Self {
            organisations: organisations.into_iter().collect(),
            listings: listings.into_iter().collect(),
            products: products
                .into_iter()
                .map(|(id, name, unit)| (id, (name, unit)))
                .collect(),
        })
    }
}

/// Explains a need's matching from what a proposal keeps of it.
///
/// # Errors
/// Where it is not what a matching of a need writes.
pub fn explain(
    conn: &mut Conn,
    currency: Currency,
    lines: &[ProposedLine],
    (request, plan, basis): (&Value, &Value, &Value),
) -> Result<Explanation> {
    let request: Request = read(request)?;
    let plan: Plan = read(plan)?;
    let basis: Basis = read(basis)?;
    let names = names(conn, &request, &basis)?;
    let teller = Teller {
        currency,
        lines,
        request: &request,
        basis: &basis,
        names: &names,
    };
    let mut why = teller.rejected(&plan)?;
    for one in &plan.why {
        why.push(teller.why(one)?);
    }
    why.sort_by_key(|one| (one.position, one.listing));
    let suppliers = plan
        .suppliers
        .iter()
        .map(|one| {
            Ok(Load {
                cooperative: organisation_of(&one.supplier)?,
                load: one.load,
                need: one.need,
                tier: one.tier,
            })
        })
        .collect::<Result<_>>()?;
    Ok(Explanation {
        seed: request.rules.seed,
        optimal: plan.status == Status::Optimal,
        missing: basis.missing,
        excluded: basis.excluded,
        why,
        suppliers,
        names,
    })
}

fn read<T: for<'de> Deserialize<'de>>(value: &Value) -> Result<T> {
    T::deserialize(value).map_err(|_| corrupt("proposals.plan"))
}

fn names(conn: &mut Conn, request: &Request, basis: &Basis) -> Result<Names> {
    let mut cooperatives: Vec<OrganisationId> =
        basis.excluded.iter().map(|one| one.cooperative).collect();
    let mut listings: Vec<ListingId> = basis.excluded.iter().map(|one| one.listing).collect();
    for offer in &request.offers {
        cooperatives.push(organisation_of(&offer.supplier)?);
        listings.push(listing_of(&offer.id)?);
    }
    cooperatives.sort_unstable();
    cooperatives.dedup();
    let products = basis.scales.quantity_decimals.keys();
    let products = products.map(|product| ProductId::from(*product)).collect();
    Names::load(conn, cooperatives, listings, products)
}

fn organisation_of(text: &str) -> Result<OrganisationId> {
    let id: Uuid = text.parse().map_err(|_| corrupt("a plan's supplier"))?;
    Ok(id.into())
}

/// Puts a plan's reasons into words.
struct Teller<'a> {
    currency: Currency,
    lines: &'a [ProposedLine],
    request: &'a Request,
    basis: &'a Basis,
    names: &'a Names,
}

impl Teller<'_> {
    /// The pairs that may not trade.
    fn rejected(&self, plan: &Plan) -> Result<Vec<Why>> {
        let rejected = plan.rejected.iter().map(|one| {
            let (position, listing, cooperative) = self.pair(&one.line, &one.offer)?;
            let text = format!(
                "{} cannot serve line {position}: {}.",
                self.names.organisation(cooperative),
                words(one.code),
            );
            Ok(Why {
                position,
                listing,
                cooperative,
                code: one.code.as_str(),
                cost_difference: None,
                text,
            })
        });
        rejected.collect()
    }

    fn why(&self, one: &::matching::Why) -> Result<Why> {
        let (position, listing, cooperative) = self.pair(&one.line, &one.offer)?;
        let made = self
            .lines
            .iter()
            .find(|line| line.need_position == Some(position) && line.listing == listing);
        let name = self.names.organisation(cooperative);
        let what = match made {
            Some(line) => format!(
                "{name} makes {} {} of line {position}",
                line.quantity,
                self.names.unit(line.product)
            ),
            None => format!("{name} makes nothing of line {position}"),
        };
        let cost_difference = one
            .cost_difference
            .map(|difference| self.basis.scales.price(difference))
            .transpose()?;
        let text = format!(
            "{what}: {}. This plan fills {} % of the work that it looks for{}.",
            words(one.code),
            percent(one.load, one.need),
            self.compared(cost_difference, made.is_some()),
        );
        Ok(Why {
            position,
            listing,
            cooperative,
            code: one.code.as_str(),
            cost_difference,
            text,
        })
    }

    /// `; the next best is dearer by 12.50 ARS a unit`.
    fn compared(&self, difference: Option<Micro>, made: bool) -> String {
        let Some(difference) = difference else {
            return if made {
                "; nobody else could take it over".to_owned()
            } else {
                String::new()
            };
        };
        // For what is made the difference is to the next best, else from who serves the line.
        let dearer_here = difference > Micro::ZERO;
        let by = difference.get().unsigned_abs();
        let by = i64::try_from(by).map_or(difference, Micro::new);
        let currency = self.currency;
        match (difference == Micro::ZERO, made) {
            (true, true) => "; the next best costs the same".to_owned(),
            (true, false) => "; it costs the same as who serves the line".to_owned(),
            (false, true) => format!(
                "; the next best costs {by} {currency} {} a unit",
                if dearer_here { "less" } else { "more" }
            ),
            (false, false) => format!(
                "; it costs {by} {currency} {} a unit than who serves the line",
                if dearer_here { "more" } else { "less" }
            ),
        }
    }

    fn pair(&self, line: &str, offer: &str) -> Result<(i32, ListingId, OrganisationId)> {
        let position = line.parse().map_err(|_| corrupt("a plan's line"))?;
        let found = self.request.offers.iter().find(|one| one.id == offer);
        let found = found.ok_or_else(|| corrupt("a plan's offer"))?;
        Ok((
            position,
            listing_of(offer)?,
            organisation_of(&found.supplier)?,
        ))
    }
}

fn percent(load: i64, need: i64) -> i128 {
    (i128::from(load) * 100)
        .checked_div(i128::from(need))
        .unwrap_or(0)
}

/// A reason as a clause.
fn words(code: Code) -> &'static str {
    match code {
        Code::SupplierNotVerified => "no network that the buyer accepts has verified it",
        Code::RegionNotServed => "it does not deliver to the region",
        Code::PriceAboveMaximum => "its price with freight is over the line's maximum",
        Code::TooLate => "it cannot make and bring anything in time",
        Code::MinimumNotReached => "its smallest order is not reached",
        Code::Capacity => "it can make no more in time",
        Code::MaxSuppliers => "the line is served by as many as it allows",
        Code::Budget => "the budget pays no more",
        Code::Lot => "what is missing is less than a lot",
        Code::FullerThanOthers => "it would be fuller than others who look for work",
        Code::DearerAtEqualNeed => "it looks for work no more than others and is dearer",
        Code::Lottery => "all else being equal, the public lottery decided",
        Code::SearchEnded => "the search for a better plan ended before",
        Code::NeedMet => "the line needs no more",
        other => other.as_str(),
    }
}
