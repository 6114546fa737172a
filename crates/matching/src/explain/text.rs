//! Reasons in words.

use super::{Exchange, Explainer};
use crate::plan::Code;
use std::fmt;

/// Where a move looks better, but none was found that can be made.
const NO_MOVE: &str =
    "A unit here looks better than where it is, but no move that keeps every rule was found.";

/// Room for most sentences.
const SENTENCE: usize = 144;

/// A sentence as it grows. There is one for every pair of a round, and the formatter takes several times
/// as long.
struct Sentence(String);

impl Sentence {
    fn new() -> Self {
        Self(String::with_capacity(SENTENCE))
    }

    fn say(mut self, words: &str) -> Self {
        self.0.push_str(words);
        self
    }

    fn count(mut self, number: i64) -> Self {
        // Least digit first; 19 of them at most.
        let (mut digits, mut rest) = ([b'0'; 19], number.unsigned_abs());
        let mut count = 1;
        for (at, digit) in digits.iter_mut().enumerate() {
            // Below 10.
            *digit += u8::try_from(rest % 10).unwrap_or(0);
            rest /= 10;
            if rest == 0 {
                count = at + 1;
                break;
            }
        }
        if number < 0 {
            self.0.push('-');
        }
        let digits = digits.iter().take(count).rev();
        self.0.extend(digits.map(|digit| char::from(*digit)));
        self
    }

    /// `F-A at 5 of 10 (tier 4)`.
    fn standing(self, one: &Standing) -> Self {
        let said = self.say(one.supplier).say(" at ").count(one.load);
        let said = said.say(" of ").count(one.need);
        match one.tier {
            Some(tier) => said.say(" (tier ").count(tier).say(")"),
            None => said,
        }
    }
}

/// How full a factory is.
struct Standing<'a> {
    supplier: &'a str,
    load: i64,
    need: i64,
    tier: Option<i64>,
}

impl fmt::Display for Standing<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&Sentence::new().standing(self).0)
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
                Sentence::new()
                    .standing(&self.standing(pair))
                    .say(", the next unit would reach tier ")
                    .count(tier)
                    .say("; ")
                    .say(other)
                    .say(" serves the line with ")
                    .standing(&self.standing(serving.pair))
                    .say(".")
                    .0
            }
            Code::DearerAtEqualNeed => {
                let proof = reduced
                    .map(|cost| cost.landed)
                    .filter(|least| *least != difference);
                let said = Sentence::new();
                let said = match difference {
                    1.. => said
                        .say("Dearer by ")
                        .count(difference)
                        .say(" a unit than ")
                        .say(other),
                    0 => said.say("As dear as ").say(other).say(" itself"),
                    _ => said
                        .say("Cheaper by ")
                        .count(-difference)
                        .say(" a unit than ")
                        .say(other)
                        .say(" itself"),
                };
                let said = said.say(", with ").standing(&self.standing(pair));
                let said = match proof {
                    Some(least) => said
                        .say("; any plan as fair that uses it costs at least ")
                        .count(least)
                        .say(" more a lot"),
                    None => said,
                };
                said.say(".").0
            }
            Code::SearchEnded => NO_MOVE.to_owned(),
            _ => format!(
                "As fair and as dear as {other}; the lottery drew {} here and {} there.",
                self.market.pairs[pair].ticket, self.market.pairs[serving.pair].ticket
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Sentence;

    #[test]
    fn numbers_are_said_as_they_are_written() {
        for number in [0, 7, -7, 10, 99, 100, 1_203, i64::MAX, i64::MIN] {
            assert_eq!(Sentence::new().count(number).0, number.to_string());
        }
    }
}
