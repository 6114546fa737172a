//! The one way to a price: everything that decides it, loaded once, and `pricing` for any quantity.
//!
//! Matching, orders, pools and price tables all quote through a [`Pricer`], so that a price that was
//! shown is the price that is locked, as long as the day and what stands behind it are the same.
pub use super::quote::{PaymentTerms, Quote, Revision};

use super::listings::{self, Listing};
use super::read_currency;
use super::workplaces::{self, Workplace};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Refusal, Result, corrupt};
use crate::governance::rule_sets;
use crate::identity::organisations::networks_of;
use crate::ids::{BenchmarkId, ListingId, OrganisationId, ProductId, RuleSetId};
use crate::schema::{benchmarks, exchange_rates, market_quotes, network_minimums};
use chrono::{Days, NaiveDate};
use diesel::prelude::*;
use governance::OrganisationKind;
use money::{Currency, Micro, Money};
use pricing::{
    Benchmark, CommunityDestination, CostSheet, ExchangeRate, MarketQuote, PriceRequest, RuleSet,
};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// Quotes that went stale this many days ago are still loaded, so that an explanation can name them.
const STALE_SHOWN_DAYS: u64 = 365;
/// Decimal places of an exchange rate in the database.
const RATE_PLACES: u32 = 12;

/// Everything that decides the price of a listing for a buyer on a day.
#[derive(Clone, Debug)]
pub struct Pricer {
    listing: Listing,
    workplace: Workplace,
    rule_set: RuleSetId,
    advance_rate: Micro,
    payment_days: i32,
    /// The request of one unit; only the quantity changes from quote to quote.
    template: PriceRequest,
}

impl Pricer {
    /// Loads what decides the price of `listing` for `buyer` by the rules, quotes and rates of `as_of`.
    /// A co-operative that looks at its own prices is the buyer itself.
    ///
    /// # Errors
    /// [`Code::NotFound`] for the listing, [`Code::WorkplaceMissing`], [`Code::CurrencyMismatch`] where
    /// pay is in another currency than the listing, [`Code::NoCommonRuleSet`].
    pub fn load(
        conn: &mut Conn,
        listing: ListingId,
        buyer: OrganisationId,
        as_of: NaiveDate,
    ) -> Result<Self> {
        let listing = listings::get(conn, listing)?;
        let rules = rule_sets::common(conn, buyer, listing.cooperative, as_of)?;
        Self::with_rules(conn, listing, rules, as_of)
    }

    /// The same by a rule set that the co-operative adopted, for whoever else adopted it.
    ///
    /// # Errors
    /// Those of [`Pricer::load`].
    pub fn by_rule_set(
        conn: &mut Conn,
        listing: ListingId,
        rule_set: RuleSetId,
        as_of: NaiveDate,
    ) -> Result<Self> {
        let listing = listings::get(conn, listing)?;
        let adopted = rule_sets::has_adopted(conn, listing.cooperative, rule_set)?;
        let rules = match adopted {
            true => Some((rule_set, rule_sets::get(conn, rule_set)?.rules)),
            false => None,
        };
        Self::with_rules(conn, listing, rules, as_of)
    }

    fn with_rules(
        conn: &mut Conn,
        listing: Listing,
        rules: Option<(RuleSetId, RuleSet)>,
        as_of: NaiveDate,
    ) -> Result<Self> {
        let workplace = workplaces::find(conn, listing.cooperative)?.ok_or_else(|| {
            Refusal::new(
                Code::WorkplaceMissing,
                "The co-operative has not described its workplace, so its work cannot be costed.",
            )
        })?;
        let currency = listing.terms.currency;
        let benchmark = benchmark(conn, workplace.conditions.benchmark)?;
        for paid_in in [workplace.conditions.monthly_pay.currency(), benchmark.0] {
            if paid_in != currency {
                return Err(Refusal::new(
                    Code::CurrencyMismatch,
                    format!("The listing is in {currency}, and the pay behind it in {paid_in}."),
                )
                .into());
            }
        }
        let (rule_set, rules) = rules.ok_or_else(|| {
            Refusal::new(
                Code::NoCommonRuleSet,
                "The assemblies of both sides have to adopt the same rule set before they trade.",
            )
        })?;
        let market_quotes = quotes(conn, listing.product, as_of, rules.quote_max_age_days)?;
        let exchange_rates = exchange_rates(conn, currency, &market_quotes, as_of, &rules)?;
        Ok(Self {
            rule_set,
            advance_rate: Micro::from_decimal(rules.advance_rate)?,
            payment_days: (rules.payment_days.ceil().to_i32())
                .ok_or_else(|| corrupt("rule_sets.parameters.payment_days"))?,
            template: PriceRequest {
                currency,
                quantity: Decimal::ONE,
                as_of,
                market_quotes,
                exchange_rates,
                cost_sheet: cost_sheet(&listing),
                workplace: pay_and_hours(&workplace),
                benchmark: benchmark.1,
                network_minimum: network_minimum(conn, &listing)?,
                offered_unit_price: listing.terms.offered_unit_price.map(Micro::to_decimal),
                agreed_unit_price: None,
                rule_set: rules,
            },
            listing,
            workplace,
        })
    }

    /// The prices that the actor may look at today: a buyer's own, and for the co-operative and those
    /// who verify it, its own by the rules that its assembly adopted. Also whether the actor sees the
    /// hours and the pay behind them.
    ///
    /// # Errors
    /// [`Code::NotFound`] for the listing, [`Code::Forbidden`] for anybody else, those of
    /// [`Pricer::load`].
    pub fn seen_by(conn: &mut Conn, by: &Actor, listing: ListingId) -> Result<(Self, bool)> {
        let listing = listings::seen_by(conn, by, listing)?;
        let insider = workplaces::is_insider(conn, by, listing.cooperative)?;
        let buyer = if insider {
            listing.cooperative
        } else {
            by.require_kind(&[OrganisationKind::Union, OrganisationKind::Community])?;
            by.organisation
        };
        let pricer = Self::load(conn, listing.id, buyer, by.now.date())?;
        let open = insider || pricer.workplace.conditions.open_to_buyers;
        Ok((pricer, open))
    }

    /// The price of `quantity` units, above zero.
    ///
    /// # Errors
    /// Those of [`pricing::price`], by their codes.
    pub fn quote(&self, quantity: Micro) -> Result<Quote> {
        self.agreed(quantity, None)
    }

    /// The same where both sides agree on a price before the community premium; without one, it is the
    /// price by the rules.
    ///
    /// # Errors
    /// Those of [`Pricer::quote`]; [`Code::BelowFloor`] and [`Code::NotAboveMarket`] for an agreed price
    /// under what the price would be without it.
    pub fn agreed(&self, quantity: Micro, unit_price: Option<Micro>) -> Result<Quote> {
        let request = PriceRequest {
            agreed_unit_price: unit_price.map(Micro::to_decimal),
            ..self.request(quantity)
        };
        let terms = PaymentTerms {
            advance_rate: self.advance_rate,
            payment_days: self.payment_days,
        };
        Quote::of(request, Vec::new(), self.rule_set, terms)
    }

    /// The cost floor of `quantity` units, money per unit with 10 decimals. It needs no market evidence.
    ///
    /// # Errors
    /// Those of [`PriceRequest::floor`]: [`Code::BelowFloor`] where the listing asks for less.
    pub fn floor(&self, quantity: Micro) -> Result<Decimal> {
        Ok(self.request(quantity).floor()?)
    }

    /// Where the community premium goes, by the pay of the day.
    ///
    /// # Errors
    /// Those of [`PriceRequest::community_destination`].
    pub fn community_destination(&self) -> Result<CommunityDestination> {
        Ok(self.template.community_destination()?)
    }

    fn request(&self, quantity: Micro) -> PriceRequest {
        PriceRequest {
            quantity: quantity.to_decimal(),
            ..self.template.clone()
        }
    }

    /// The quantities of the price table, ascending: the smallest order (the minimum, or one unit, in
    /// whole lots), then the listing's steps above it.
    pub fn steps(&self) -> Vec<Micro> {
        let terms = &self.listing.terms;
        let least = match terms.minimum {
            Micro::ZERO => Micro::ONE,
            minimum => minimum,
        };
        let first = whole_lots(least, terms.lot);
        let above = terms.steps.iter().copied().filter(|step| *step > first);
        std::iter::once(first).chain(above).collect()
    }

    /// What sending a unit to `region` costs, and the days on the way; none where it is not served.
    pub fn freight(&self, region: &str) -> Option<(Micro, u32)> {
        let freight = self.listing.terms.freight.iter();
        freight
            .filter(|freight| freight.region == region)
            .map(|freight| (freight.unit_price, freight.transit_days))
            .next()
    }

    /// The listing.
    pub fn listing(&self) -> &Listing {
        &self.listing
    }
    /// The workplace behind it.
    pub fn workplace(&self) -> &Workplace {
        &self.workplace
    }
    /// The rules that both sides adopted.
    pub fn rule_set(&self) -> RuleSetId {
        self.rule_set
    }
    /// Who makes it.
    pub fn cooperative(&self) -> OrganisationId {
        self.listing.cooperative
    }
    /// What it is.
    pub fn product(&self) -> ProductId {
        self.listing.product
    }
    /// The currency of its prices.
    pub fn currency(&self) -> Currency {
        self.listing.terms.currency
    }
    /// Quantities are multiples of this many units.
    pub fn lot(&self) -> Micro {
        self.listing.terms.lot
    }
    /// The smallest order, in units; zero for any.
    pub fn minimum(&self) -> Micro {
        self.listing.terms.minimum
    }
    /// Days from an order to the first goods.
    pub fn lead_days(&self) -> u32 {
        self.listing.terms.lead_days
    }
    /// Standard allowed minutes per unit.
    pub fn standard_minutes(&self) -> Micro {
        self.listing.terms.cost_sheet.standard_minutes
    }
}

/// `quantity` rounded up to whole lots; itself where that would leave 64 bits.
fn whole_lots(quantity: Micro, lot: Micro) -> Micro {
    let beyond = quantity.get().checked_rem(lot.get()).unwrap_or(0);
    let missing = match beyond {
        0 => 0,
        beyond => lot.get() - beyond,
    };
    Micro::new(quantity.get().saturating_add(missing))
}

fn cost_sheet(listing: &Listing) -> CostSheet {
    let sheet = &listing.terms.cost_sheet;
    CostSheet {
        materials_per_unit: sheet.materials.to_decimal(),
        overhead_per_unit: sheet.overhead.to_decimal(),
        setup_cost: sheet.setup_cost.to_decimal(),
        standard_minutes_per_unit: sheet.standard_minutes.to_decimal(),
        setup_minutes: sheet.setup_minutes.to_decimal(),
        line_efficiency: sheet.line_efficiency.to_decimal(),
    }
}

fn pay_and_hours(workplace: &Workplace) -> pricing::Workplace {
    let conditions = &workplace.conditions;
    pricing::Workplace {
        monthly_pay: conditions.monthly_pay.to_decimal(),
        on_cost_rate: conditions.on_cost_rate.to_decimal(),
        weekly_hours: conditions.weekly_hours.to_decimal(),
        assembly_hours_per_month: conditions.assembly_hours.to_decimal(),
    }
}

fn benchmark(conn: &mut Conn, id: BenchmarkId) -> Result<(Currency, Benchmark)> {
    let (code, living_wage, hours, source, date): (String, i64, i64, String, NaiveDate) =
        benchmarks::table
            .find(id)
            .select((
                benchmarks::currency,
                benchmarks::living_wage_monthly_minor,
                benchmarks::standard_weekly_hours_micro,
                benchmarks::source,
                benchmarks::observed_on,
            ))
            .first(conn)?;
    let currency = read_currency(&code, "benchmarks.currency")?;
    let benchmark = Benchmark {
        living_wage_monthly: Money::new(living_wage, currency).to_decimal(),
        standard_weekly_hours: Micro::new(hours).to_decimal(),
        source: Some(source),
        date: Some(date),
    };
    Ok((currency, benchmark))
}

fn quotes(
    conn: &mut Conn,
    product: ProductId,
    as_of: NaiveDate,
    max_age_days: u32,
) -> Result<Vec<MarketQuote>> {
    type Row = (String, i64, String, NaiveDate, i64);
    let since = days_before(as_of, u64::from(max_age_days) + STALE_SHOWN_DAYS);
    let rows: Vec<Row> = market_quotes::table
        .filter(market_quotes::product_id.eq(product))
        .filter(market_quotes::observed_on.ge(since))
        .order(market_quotes::id)
        .select((
            market_quotes::source,
            market_quotes::unit_price_micro,
            market_quotes::currency,
            market_quotes::observed_on,
            market_quotes::min_quantity_micro,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(source, unit_price, code, observed_on, min_quantity)| {
            Ok(MarketQuote {
                source,
                unit_price: Micro::new(unit_price).to_decimal(),
                currency: Some(read_currency(&code, "market_quotes.currency")?),
                observed_on,
                min_quantity: Micro::new(min_quantity).to_decimal(),
            })
        })
        .collect()
}

/// The rates that convert quotes in other currencies, oldest first, of one day the last entered last.
fn exchange_rates(
    conn: &mut Conn,
    to: Currency,
    quotes: &[MarketQuote],
    as_of: NaiveDate,
    rules: &RuleSet,
) -> Result<Vec<ExchangeRate>> {
    let mut foreign: Vec<Currency> = quotes.iter().filter_map(|quote| quote.currency).collect();
    foreign.retain(|currency| *currency != to);
    foreign.sort_unstable();
    foreign.dedup();
    if foreign.is_empty() {
        return Ok(Vec::new());
    }
    let codes: Vec<&str> = foreign.iter().map(|currency| currency.code()).collect();
    let since = days_before(as_of, u64::from(rules.quote_max_age_days));
    let rows: Vec<(String, i64, NaiveDate, String)> = exchange_rates::table
        .filter(exchange_rates::counter.eq(to.code()))
        .filter(exchange_rates::base.eq_any(codes))
        .filter(exchange_rates::observed_on.between(since, as_of))
        .order((exchange_rates::observed_on, exchange_rates::id))
        .select((
            exchange_rates::base,
            exchange_rates::rate_pico,
            exchange_rates::observed_on,
            exchange_rates::source,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(base, rate, on, source)| {
            Ok(ExchangeRate {
                from: read_currency(&base, "exchange_rates.base")?,
                to,
                rate: Decimal::new(rate, RATE_PLACES).normalize(),
                on,
                source,
            })
        })
        .collect()
}

/// That day, or 1 January 1970: nothing is older, and databases do not know all of chrono's calendar.
fn days_before(date: NaiveDate, days: u64) -> NaiveDate {
    let epoch = NaiveDate::default();
    date.checked_sub_days(Days::new(days))
        .map_or(epoch, |date| date.max(epoch))
}

/// The highest minimum that one of the co-operative's networks set in the listing's currency.
fn network_minimum(conn: &mut Conn, listing: &Listing) -> Result<Option<Decimal>> {
    let networks = networks_of(conn, listing.cooperative)?;
    let highest: Option<i64> = network_minimums::table
        .filter(network_minimums::network_id.eq_any(networks))
        .filter(network_minimums::product_id.eq(listing.product))
        .filter(network_minimums::currency.eq(listing.terms.currency.code()))
        .select(diesel::dsl::max(network_minimums::unit_price_micro))
        .first(conn)?;
    Ok(highest.map(|unit_price| Micro::new(unit_price).to_decimal()))
}
