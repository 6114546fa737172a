//! The market reference: which quotes count, at which exchange rate, and their median.

use std::cmp::Reverse;

use chrono::NaiveDate;
use money::Currency;

use crate::natural::{Figure, Natural, Ratio, Stop, TooWide};
use crate::price::answer::{QuoteRefused, QuoteUsed, RefusalReason};
use crate::price::request::{ExchangeRate, MarketQuote, PriceRequest};
use crate::{ErrorCode, PricingError};

/// A quote that counts, and the rate that converts it; none in the contract's currency.
pub(crate) struct Applicable<'a> {
    position: usize,
    quote: &'a MarketQuote,
    exchange: Option<&'a ExchangeRate>,
}

/// The quotes of a request, sorted out.
pub(crate) struct Evidence<'a> {
    currency: Currency,
    used: Vec<Applicable<'a>>,
    refused: Vec<(usize, &'a MarketQuote, RefusalReason)>,
}

impl<'a> Evidence<'a> {
    /// Sorts the quotes out: those that hold, one per source, each with its exchange rate.
    pub(crate) fn of(request: &'a PriceRequest) -> Result<Self, PricingError> {
        let mut refused = Vec::new();
        let mut candidates = Vec::with_capacity(request.market_quotes.len());
        for (position, quote) in request.market_quotes.iter().enumerate() {
            match reason_against(quote, request) {
                Some(reason) => refused.push((position, quote, reason)),
                None => candidates.push((position, quote)),
            }
        }
        // The best of a source stands first: largest minimum, latest day, last in the list.
        candidates.sort_unstable_by_key(|(position, quote)| {
            let best = (quote.min_quantity, quote.observed_on, *position);
            (quote.source.as_str(), Reverse(best))
        });
        let mut kept: Vec<(usize, &MarketQuote)> = Vec::with_capacity(candidates.len());
        for (position, quote) in candidates {
            if kept
                .last()
                .is_some_and(|(_, last)| last.source == quote.source)
            {
                refused.push((position, quote, RefusalReason::SameSource));
            } else {
                kept.push((position, quote));
            }
        }
        kept.sort_unstable_by_key(|(position, _)| *position);
        refused.sort_unstable_by_key(|(position, _, _)| *position);
        Ok(Self {
            currency: request.currency,
            used: convert(request, kept)?,
            refused,
        })
    }

    /// The median of the converted prices, not rounded.
    pub(crate) fn median<N: Natural>(&self) -> Result<Ratio<N>, TooWide> {
        let places = self.used.iter().map(Applicable::places).max().unwrap_or(0);
        let mut prices = Vec::with_capacity(self.used.len());
        for applicable in &self.used {
            prices.push(applicable.converted::<N>(places)?);
        }
        prices.sort_unstable();
        // The middle one twice, or the middle two once: the sum is twice the median.
        let low = prices.get(prices.len().saturating_sub(1) / 2);
        let high = prices.get(prices.len() / 2);
        let (low, high) = low.zip(high).ok_or(TooWide)?;
        Ok(Ratio {
            numerator: low.plus(high)?,
            denominator: N::of(2),
            places: places.into(),
        })
    }

    /// The quotes used, for the trace.
    pub(crate) fn quotes_used<N: Natural>(&self) -> Result<Vec<QuoteUsed>, Stop> {
        let one = |applicable: &Applicable<'_>| {
            let places = applicable.places();
            let price = Ratio {
                numerator: applicable.converted::<N>(places)?,
                denominator: N::of(1),
                places: places.into(),
            };
            let field = ("/market_quotes", applicable.position, "/unit_price");
            Ok(QuoteUsed {
                position: applicable.position,
                source: applicable.quote.source.clone(),
                unit_price: applicable.quote.unit_price,
                currency: applicable.quote.currency.unwrap_or(self.currency),
                observed_on: applicable.quote.observed_on,
                exchange_rate: applicable.exchange.cloned(),
                converted_unit_price: price.widest_decimal(super::TRACE_PLACES, field)?,
            })
        };
        self.used.iter().map(one).collect()
    }

    /// The quotes that do not count, for the trace.
    pub(crate) fn quotes_refused(&self) -> Vec<QuoteRefused> {
        let one = |(position, quote, reason): &(usize, &MarketQuote, RefusalReason)| QuoteRefused {
            position: *position,
            source: quote.source.clone(),
            reason: *reason,
        };
        self.refused.iter().map(one).collect()
    }
}

impl Applicable<'_> {
    /// Decimal places of the converted price.
    fn places(&self) -> u32 {
        let rate_places = self.exchange.map_or(0, |exchange| exchange.rate.scale());
        self.quote.unit_price.scale() + rate_places
    }

    /// The converted price as a whole number of `10^-places`.
    fn converted<N: Natural>(&self, places: u32) -> Result<N, TooWide> {
        let price = N::of(Figure::of(self.quote.unit_price).digits);
        let price = match self.exchange {
            Some(exchange) => price.times_small(Figure::of(exchange.rate).digits)?,
            None => price,
        };
        price.shifted(places.saturating_sub(self.places()))
    }
}

fn reason_against(quote: &MarketQuote, request: &PriceRequest) -> Option<RefusalReason> {
    if quote.min_quantity > request.quantity {
        Some(RefusalReason::MinQuantityAboveOrder)
    } else if quote.observed_on > request.as_of {
        Some(RefusalReason::ObservedAfterSignature)
    } else if !is_recent(quote.observed_on, request) {
        Some(RefusalReason::TooOld)
    } else {
        None
    }
}

/// Whether a day is at most as old as the rules allow; the age allowed still counts.
fn is_recent(day: NaiveDate, request: &PriceRequest) -> bool {
    let age_days = request.as_of.signed_duration_since(day).num_days();
    (0..=i64::from(request.rule_set.quote_max_age_days)).contains(&age_days)
}

/// Gives each quote its exchange rate, and counts the quotes.
fn convert<'a>(
    request: &'a PriceRequest,
    kept: Vec<(usize, &'a MarketQuote)>,
) -> Result<Vec<Applicable<'a>>, PricingError> {
    let needed = usize::try_from(request.rule_set.min_quotes).unwrap_or(usize::MAX);
    let rates = latest_rates(request);
    let mut used = Vec::with_capacity(kept.len());
    for (position, quote) in kept {
        let currency = quote.currency.unwrap_or(request.currency);
        let exchange = if currency == request.currency {
            None
        } else {
            let rate = rates.iter().find(|exchange| exchange.from == currency);
            Some(*rate.ok_or_else(|| missing_rate(currency, request))?)
        };
        used.push(Applicable {
            position,
            quote,
            exchange,
        });
    }
    if used.len() < needed {
        return Err(PricingError::new(
            ErrorCode::InsufficientMarketEvidence,
            "/market_quotes",
            format!(
                "{needed} applicable quotes of different sources are needed, {} were given",
                used.len()
            ),
        ));
    }
    Ok(used)
}

fn missing_rate(currency: Currency, request: &PriceRequest) -> PricingError {
    PricingError::new(
        ErrorCode::MissingExchangeRate,
        "/exchange_rates",
        format!(
            "no rate from {currency} to {} is at most {} days old on {}",
            request.currency, request.rule_set.quote_max_age_days, request.as_of
        ),
    )
}

/// For each currency the latest usable rate into the contract's; on one day, the last listed.
fn latest_rates(request: &PriceRequest) -> Vec<&ExchangeRate> {
    let mut latest: Vec<&ExchangeRate> = Vec::new();
    for exchange in &request.exchange_rates {
        if exchange.to != request.currency || !is_recent(exchange.on, request) {
            continue;
        }
        match latest.iter_mut().find(|best| best.from == exchange.from) {
            Some(best) if best.on > exchange.on => {}
            Some(best) => *best = exchange,
            None => latest.push(exchange),
        }
    }
    latest
}
