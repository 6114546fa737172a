//! Secret bids to a target sum. Each buyer says what it pays for its part, in several rounds; the lowest
//! round whose sum reaches the target holds, and what it brings above the target is given back.

use money::{Money, MoneyError, apportion};

use crate::error::{OrderingError, require};

/// Rounds a pool has at most.
pub const ROUNDS_MAX: u32 = 10;
/// Fewer than this many buyers cannot bid in secret: of two, each can work out the other's bid from what
/// it pays in the end.
pub const BIDDERS_MIN: usize = 3;

/// What one buyer bids, round by round.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ballot(Vec<(u32, Money)>);

impl Ballot {
    /// Bids by round, each round once, in any order.
    ///
    /// # Errors
    /// [`OrderingError::Invalid`] naming `round` (1 to [`ROUNDS_MAX`], each once) or `amount` (not below
    /// zero, and not below the bid of an earlier round); [`OrderingError::Money`] for two currencies.
    pub fn new(mut bids: Vec<(u32, Money)>) -> Result<Self, OrderingError> {
        bids.sort_by_key(|(round, _)| *round);
        for (round, amount) in &bids {
            let known = (1..=ROUNDS_MAX).contains(round);
            require(known, "round", "there is no such round")?;
            require(amount.minor() >= 0, "amount", "a bid is not below zero")?;
        }
        for ((round, low), (next, high)) in bids.iter().zip(bids.iter().skip(1)) {
            require(round < next, "round", "a round has one bid")?;
            let rises = high.checked_sub(*low)?.minor() >= 0;
            require(
                rises,
                "amount",
                "a bid is not below that of an earlier round",
            )?;
        }
        Ok(Self(bids))
    }

    /// The bids, by round.
    pub fn bids(&self) -> &[(u32, Money)] {
        &self.0
    }

    /// Whether the buyer bid for this round itself.
    pub fn is_prepared(&self, round: u32) -> bool {
        self.0.iter().any(|(known, _)| *known == round)
    }

    /// What counts in a round: the bid for it; for who is silent the guide value, or what it bid in an
    /// earlier round where that was more.
    pub fn counts(&self, round: u32, guide: Money) -> Money {
        let last = self.0.iter().rev().find(|(known, _)| *known <= round);
        match last {
            Some((known, amount)) if *known == round || amount.minor() > guide.minor() => *amount,
            _ => guide,
        }
    }
}

/// What each pays where the bids reach `target`; nothing where they do not. What the bids bring above it is
/// given back in proportion to them, by largest remainder, so that the payments are the target to the minor
/// unit and nobody pays more than its bid.
///
/// # Errors
/// [`OrderingError::Invalid`] naming `target` or `amount` (not below zero), [`OrderingError::Money`] for two
/// currencies or a sum past 64 bits above the target.
pub fn settle(target: Money, bids: &[Money]) -> Result<Option<Vec<Money>>, OrderingError> {
    require(target.minor() >= 0, "target", "a target is not below zero")?;
    let mut weights = Vec::with_capacity(bids.len());
    let mut sum = 0_i128;
    for bid in bids {
        // In the target's currency, or refused.
        target.checked_sub(*bid)?;
        require(bid.minor() >= 0, "amount", "a bid is not below zero")?;
        weights.push(u128::from(bid.minor().unsigned_abs()));
        sum = sum.saturating_add(i128::from(bid.minor()));
    }
    let above = sum.saturating_sub(i128::from(target.minor()));
    if above < 0 {
        return Ok(None);
    }
    let above = i64::try_from(above).map_err(|_| MoneyError::OutOfRange)?;
    let back = apportion(above, &weights).ok_or(MoneyError::OutOfRange)?;
    let paid = bids.iter().zip(back);
    let paid = paid.map(|(bid, back)| Ok(bid.checked_sub(Money::new(back, bid.currency()))?));
    paid.collect::<Result<_, _>>().map(Some)
}

/// What counts for each buyer in a round; `guides` and `ballots` are the buyers in one order.
pub fn round_bids(round: u32, guides: &[Money], ballots: &[Ballot]) -> Vec<Money> {
    let buyers = guides.iter().zip(ballots);
    buyers
        .map(|(guide, ballot)| ballot.counts(round, *guide))
        .collect()
}

/// How far the count of a pool's rounds came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// This round reaches the target, and none before it did.
    Sufficient(u32),
    /// This round is next: not everybody has bid for it yet.
    Open(u32),
    /// The last round does not reach the target.
    Insufficient,
}

/// Counts the round that ended, and after it those for which every buyer has prepared a bid: the lowest
/// that reaches the target holds.
///
/// # Errors
/// As [`settle`].
pub fn count(
    target: Money,
    ended: u32,
    last: u32,
    guides: &[Money],
    ballots: &[Ballot],
) -> Result<Counted, OrderingError> {
    for round in ended..=last {
        let prepared = ballots.iter().all(|ballot| ballot.is_prepared(round));
        if round > ended && !prepared {
            return Ok(Counted::Open(round));
        }
        if settle(target, &round_bids(round, guides, ballots))?.is_some() {
            return Ok(Counted::Sufficient(round));
        }
    }
    Ok(Counted::Insufficient)
}

#[cfg(test)]
mod tests;
