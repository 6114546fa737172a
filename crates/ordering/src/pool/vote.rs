//! What the buyers of a pool that fell short decide: one organisation, one vote.

use crate::machine::named;

named! {
    /// What becomes of a pool that fell short.
    PoolChoice, "choice for a pool" {
        /// It comes to nothing.
        Cancel = "cancel",
        /// More time, for others to join too.
        Extend = "extend",
        /// Its buyers raise their parts among themselves.
        TopUp = "top_up",
    }
}

named! {
    /// Why a pool fell short.
    Shortcoming, "shortcoming of a pool" {
        /// What its buyers take is under the listing's smallest order.
        BelowMinimum = "below_minimum",
        /// Bids are secret among three buyers and more only.
        TooFewBidders = "too_few_bidders",
        /// The bids of its last round stay under what the co-operative receives.
        BidsInsufficient = "bids_insufficient",
        /// It has no price at the moment.
        NoPrice = "no_price",
    }
}

/// Votes, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// For leaving it.
    pub cancel: usize,
    /// For more time.
    pub extend: usize,
    /// For a top-up round.
    pub top_up: usize,
}

impl Tally {
    /// Counts one vote for each organisation.
    pub fn of(votes: impl IntoIterator<Item = PoolChoice>) -> Self {
        votes.into_iter().fold(Self::default(), |tally, vote| {
            let Self {
                cancel,
                extend,
                top_up,
            } = tally;
            match vote {
                PoolChoice::Cancel => Self {
                    cancel: cancel.saturating_add(1),
                    ..tally
                },
                PoolChoice::Extend => Self {
                    extend: extend.saturating_add(1),
                    ..tally
                },
                PoolChoice::TopUp => Self {
                    top_up: top_up.saturating_add(1),
                    ..tally
                },
            }
        })
    }

    /// What has more votes than each of the others. A tie, and no vote at all, is `cancel`: nobody's money
    /// is committed by a tie.
    pub fn decided(self) -> PoolChoice {
        if self.extend > self.cancel.max(self.top_up) {
            PoolChoice::Extend
        } else if self.top_up > self.cancel.max(self.extend) {
            PoolChoice::TopUp
        } else {
            PoolChoice::Cancel
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PoolChoice::{Cancel, Extend, TopUp};
    use super::*;

    #[test]
    fn most_votes_win_and_a_tie_cancels() {
        let cases: [(&[PoolChoice], PoolChoice); 9] = [
            (&[], Cancel),
            (&[Extend], Extend),
            (&[TopUp], TopUp),
            (&[Extend, Cancel], Cancel),
            (&[Extend, TopUp], Cancel),
            (&[Extend, Extend, TopUp], Extend),
            (&[TopUp, Extend, TopUp, Cancel], TopUp),
            (&[TopUp, Extend, TopUp, Extend, Cancel], Cancel),
            (&[Cancel, Extend, TopUp], Cancel),
        ];
        for (votes, decided) in cases {
            assert_eq!(
                Tally::of(votes.iter().copied()).decided(),
                decided,
                "{votes:?}"
            );
        }
    }

    #[test]
    fn no_order_of_votes_matters_and_money_is_committed_by_a_majority_only() {
        for (cancel, extend, top_up) in
            (0..5).flat_map(|c| (0..5).flat_map(move |e| (0..5).map(move |t| (c, e, t))))
        {
            let tally = Tally {
                cancel,
                extend,
                top_up,
            };
            let won = match tally.decided() {
                Cancel => continue,
                Extend => extend,
                TopUp => top_up,
            };
            let others = [cancel, extend, top_up]
                .into_iter()
                .filter(|votes| *votes >= won);
            assert_eq!(others.count(), 1, "{tally:?}");
        }
    }
}
