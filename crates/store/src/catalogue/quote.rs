//! A price with all that led to it: kept as its request, and made again from it whenever it is needed.
use crate::error::{Result, corrupt};
use crate::ids::RuleSetId;
use money::{Micro, Money};
use pricing::{CommunityDestination, PriceAnswer, PriceRequest, ReviewRequest};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A millionth: the finest step of a unit price.
const LEAST: Micro = Micro::new(1);

/// A price review that moved an agreed price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// What was asked.
    pub review: ReviewRequest,
    /// Where the community premium went from then on.
    pub community_destination: CommunityDestination,
}

/// A price with all that led to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The request, to be kept: it gives the same answer for ever.
    pub request: PriceRequest,
    /// The reviews that moved the price since, in their order; none but under a framework agreement.
    pub revisions: Vec<Revision>,
    /// The full answer with its trace, after those reviews.
    pub answer: PriceAnswer,
    /// The rules that both sides adopted.
    pub rule_set: RuleSetId,
    /// What a unit costs, community premium included.
    pub unit_price: Micro,
    /// The market reference to the millionth, always below the unit price.
    pub market_unit_price: Micro,
    /// Unit price times quantity.
    pub goods: Money,
    /// The share that the buyer pays in advance.
    pub advance_rate: Micro,
    /// Days until the rest is paid.
    pub payment_days: i32,
}

/// When a price is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaymentTerms {
    /// The share that the buyer pays in advance.
    pub advance_rate: Micro,
    /// Days until the rest is paid.
    pub payment_days: i32,
}

/// Under this name a kept request carries its reviews.
const REVIEWS: &str = "reviews";

impl Quote {
    /// The price that `request` gives, moved by `revisions`.
    ///
    /// # Errors
    /// Those of [`pricing::price`], [`pricing::review`] and [`pricing::revised`], by their codes.
    pub fn of(
        request: PriceRequest,
        revisions: Vec<Revision>,
        rule_set: RuleSetId,
        terms: PaymentTerms,
    ) -> Result<Self> {
        let mut answer = pricing::price(&request)?;
        let quantity = Micro::from_decimal(request.quantity)?;
        for revision in &revisions {
            let review = pricing::review(&revision.review)?;
            let destination = revision.community_destination;
            answer = pricing::revised(&answer, &review, quantity, destination)?;
        }
        let unit_price = Micro::from_decimal(answer.unit_price)?;
        // The reference is below the unit price exactly; to the millionth it may meet it.
        let reference = Micro::from_decimal(answer.market_reference.round_dp(6))?;
        let below = unit_price.checked_sub(LEAST)?;
        Ok(Self {
            rule_set,
            unit_price,
            market_unit_price: reference.min(below).max(LEAST.min(below)),
            goods: answer.line_amount,
            advance_rate: terms.advance_rate,
            payment_days: terms.payment_days,
            request,
            revisions,
            answer,
        })
    }

    /// The price behind a request as [`Quote::kept_request`] wrote it: the same for ever.
    ///
    /// # Errors
    /// Where the database was tampered with.
    pub fn restore(mut kept: Value, rule_set: RuleSetId, terms: PaymentTerms) -> Result<Self> {
        let spoilt = || corrupt("a kept price");
        let revisions = match kept.as_object_mut().and_then(|kept| kept.remove(REVIEWS)) {
            Some(revisions) => serde_json::from_value(revisions).map_err(|_| spoilt())?,
            None => Vec::new(),
        };
        let request = serde_json::from_value(kept).map_err(|_| spoilt())?;
        Self::of(request, revisions, rule_set, terms)
    }

    /// The request with the reviews since, to be kept.
    ///
    /// # Errors
    /// None at present: every part of it is JSON.
    pub fn kept_request(&self) -> Result<Value> {
        let unwritten = |_| corrupt("a price to be kept");
        let mut kept = serde_json::to_value(&self.request).map_err(unwritten)?;
        if let Some(kept) = kept.as_object_mut()
            && !self.revisions.is_empty()
        {
            let revisions = serde_json::to_value(&self.revisions).map_err(unwritten)?;
            kept.insert(REVIEWS.to_owned(), revisions);
        }
        Ok(kept)
    }

    /// The answer with its trace, to be kept.
    ///
    /// # Errors
    /// None at present: every part of it is JSON.
    pub fn kept_answer(&self) -> Result<Value> {
        serde_json::to_value(&self.answer).map_err(|_| corrupt("a price to be kept"))
    }

    /// The price of a unit before the community premium, to the millionth.
    pub fn base(&self) -> Decimal {
        let components = self.answer.trace.components_per_unit.into_array();
        let [costs @ .., _community] = components;
        costs.iter().sum::<Decimal>().round_dp(6)
    }
}
