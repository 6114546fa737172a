//! Reasons in words.

use super::{Exchange, Explainer};
use crate::plan::Code;
use std::fmt;

/// Where a move looks better, but none was found that can be made.
const NO_MOVE: &str =
    "A unit here looks better than where it is, but no move that keeps every rule was found.";

/// `F-A at 5 of 10 (tier 4)`.
struct Standing<'a> {
    supplier: &'a str,
    load: i64,
    need: i64,
    tier: Option<i64>,
}

impl fmt::Display for Standing<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} at {} of {}", self.supplier, self.load, self.need)?;
        match self.tier {
            Some(tier) => write!(out, " (tier {tier})"),
            None => Ok(()),
        }
    }
}

impl Explainer<'_> {
    fn standing(&self, pair: usize) -> Standing<'_> {
        let making = &self.market.offers[self.market.pairs[pair].offer];
        let supplier = self.market.suppliers[making.supplier];
        let load = self.assignment.load[making.supplier];
        Standing {
            supplier: &supplier.id,
            load,
            need: supplier.need,
            tier: (load > 0).then(|| self.tiers(making.supplier).tier(load)),
        }
    }

    fn offer_id(&self, pair: usize) -> &str {
        &self.market.offers[self.market.pairs[pair].offer].offer.id
    }

    pub(super) fn allocation_text(
        &self,
        pair: usize,
        code: Code,
        alternative: Option<Exchange>,
    ) -> String {
        let making = &self.market.offers[self.market.pairs[pair].offer];
        let supplier = self.market.suppliers[making.supplier];
        let quantity = self.assignment.quantity[pair];
        let after = self.assignment.load[making.supplier];
        let before = after - quantity * making.offer.work;
        let tier = self.tiers(making.supplier).tier(after);
        let next = match alternative {
            None => "no other offer could take it over".to_owned(),
            Some(other) => {
                let difference = self.landed(other.pair) - self.landed(pair);
                let than = match difference {
                    0 => "as dear".to_owned(),
                    1.. => format!("dearer by {difference}"),
                    _ => format!("cheaper by {}", -difference),
                };
                format!(
                    "next best {}, {than}, with {}",
                    self.offer_id(other.pair),
                    self.standing(other.pair)
                )
            }
        };
        let limit = match code {
            Code::NeedMet => "all the line needs".to_owned(),
            code => format!("no more: {}", code.as_str()),
        };
        format!(
            "{quantity} units take {} from {before} to {after} of {} (tier {tier}); {limit}; {next}.",
            supplier.id, supplier.need
        )
    }

    pub(super) fn unused_text(&self, pair: usize, code: Code, serving: Option<Exchange>) -> String {
        let at = &self.market.pairs[pair];
        let offer = self.market.offers[at.offer].offer;
        let line = self.market.lines[at.line];
        match code {
            Code::MinimumNotReached if !self.closed(at.offer) => {
                "The offer that serves the line would fall below its minimum.".to_owned()
            }
            Code::Lot if self.assignment.unmet(self.market, at.line) == 0 => {
                "The lots of this offer do not fit those of the offer that serves the line."
                    .to_owned()
            }
            Code::MinimumNotReached => format!(
                "The lines of this plan do not reach the minimum of {}.",
                offer.minimum
            ),
            Code::PriceAboveMaximum => format!(
                "At the total reached, a unit costs {}, over the line's {}.",
                self.landed(pair),
                line.max_unit_price.unwrap_or_default()
            ),
            Code::Capacity => format!("No lot can still be made in time; {}.", self.standing(pair)),
            Code::MaxSuppliers => format!(
                "The line is served by {} offers and allows no more.",
                self.assignment.serving[at.line]
            ),
            Code::Budget => format!(
                "The budget of {} does not pay another lot of {} at {} a unit.",
                line.budget.unwrap_or_default(),
                offer.lot,
                self.landed(pair)
            ),
            Code::Lot => format!(
                "The line lacks {}, less than a lot of {}.",
                self.assignment.unmet(self.market, at.line),
                offer.lot
            ),
            _ => self.compared_text(pair, code, serving),
        }
    }

    fn compared_text(&self, pair: usize, code: Code, serving: Option<Exchange>) -> String {
        let Some(serving) = serving else {
            return NO_MOVE.to_owned();
        };
        let other = self.offer_id(serving.pair);
        let difference = self.landed(pair) - self.landed(serving.pair);
        let reduced = self.reduced[pair];
        match code {
            Code::FullerThanOthers => {
                let making = &self.market.offers[self.market.pairs[pair].offer];
                let next = self.assignment.load[making.supplier] + making.offer.work;
                let tier = self.tiers(making.supplier).tier(next);
                format!(
                    "{}, the next unit would reach tier {tier}; {other} serves the line with {}.",
                    self.standing(pair),
                    self.standing(serving.pair)
                )
            }
            Code::DearerAtEqualNeed => {
                let proof = reduced
                    .map(|cost| cost.landed)
                    .filter(|least| *least != difference);
                let proof = proof.map_or(String::new(), |least| {
                    format!("; any plan as fair that uses it costs at least {least} more a lot")
                });
                let cost = match difference {
                    1.. => format!("Dearer by {difference} a unit than {other}"),
                    0 => format!("As dear as {other} itself"),
                    _ => format!("Cheaper by {} a unit than {other} itself", -difference),
                };
                format!("{cost}, with {}{proof}.", self.standing(pair))
            }
            Code::SearchEnded => NO_MOVE.to_owned(),
            _ => format!(
                "As fair and as dear as {other}; the lottery drew {} here and {} there.",
                self.market.pairs[pair].ticket, self.market.pairs[serving.pair].ticket
            ),
        }
    }
}
