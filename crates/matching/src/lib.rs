//! Who makes what for whom: plans and their explanation.
//!
//! A round of matching gives each buyer's line what the factories' offers can make. Need comes first,
//! then fair work, then cost, then a public lottery: four levels of one objective, minimised
//! lexicographically in integers. The crate is pure: no clock, no database, no randomness, no floats;
//! the same [`Request`] gives the same [`Plan`], byte for byte, whatever the order of its arrays.
//!
//! - [`plan`] and [`plan_json`] answer a request or refuse it with a [`MatchingError`].
//! - [`check`] holds a plan against its request without sharing any of the solver's code.
//!
//! A round is planned part by part, where parts share no line, offer or factory. A part that is a
//! network is solved to proven optimality. Minimums, breaks, budgets, supplier limits, mixed lots and
//! mixed work are searched exactly as long as a part is small; a part that is too large for that, or
//! too hard, keeps every rule all the same, but its plan may be `bounded`.

mod assignment;
mod check;
mod cost;
mod error;
mod exact;
mod explain;
mod fairness;
#[cfg(test)]
mod golden;
mod groups;
mod improve;
mod lists;
mod market;
mod network;
mod object;
mod parts;
mod plan;
mod report;
mod request;
mod rounding;
mod scenario;
mod simplex;
mod single;
mod sorted;
mod sweep;
mod table;
mod validate;

pub use check::{Violation, ViolationCode, check};
pub use error::{ErrorCode, MatchingError};
pub use plan::{
    Allocation, Code, Objective, OfferTotal, Plan, Rejection, Status, SupplierLoad, Unmet, Why,
};
pub use request::{Break, Line, Offer, Request, Rules, Supplier};

use assignment::Assignment;
use market::Market;
use report::Proof;

/// How long a plan that is more than a network is searched for, in steps and not by the clock: the same
/// request gives the same plan on any machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Search {
    /// Until it is proven, or some ten seconds' worth of work on a hard part.
    #[default]
    Thorough,
    /// For who waits for the answer: some tenths of a second.
    Prompt,
}

/// Plans a round, by a thorough search.
///
/// # Errors
/// The first rule of the input that the request breaks, see [`ErrorCode`].
pub fn plan(request: &Request) -> Result<Plan, MatchingError> {
    plan_by(request, Search::Thorough)
}

/// Plans a round.
///
/// # Errors
/// As [`plan`].
pub fn plan_by(request: &Request, search: Search) -> Result<Plan, MatchingError> {
    let market = Market::new(request, validate::validate(request)?);
    let solved = parts::solve(&market, search);
    let assignment = Assignment::of(&market, &solved.quantity);
    let proof = Proof {
        bound: solved.bound,
        reduced: &solved.reduced,
    };
    Ok(report::report(&market, &assignment, &proof))
}

/// The network of a round by itself: what minimums, breaks, budgets, supplier limits, mixed lots and mixed
/// work add is left out, so that it bounds every plan from below and is the plan where there are none.
/// Here it can be measured, level by level, and handed to other solvers.
pub mod steps {
    use super::{
        Assignment, Market, MatchingError, Objective, Request, network, scenario, validate,
    };
    use crate::network::Flow;
    use crate::scenario::Scenario;
    pub use crate::simplex::Export;

    /// A validated round with its pairs and what follows from each by itself.
    pub struct Prepared<'a> {
        market: Market<'a>,
        relaxed: Scenario,
    }

    /// A solved network.
    pub struct Solved(Flow);

    impl<'a> Prepared<'a> {
        /// As [`super::plan`] begins.
        ///
        /// # Errors
        /// As [`super::plan`].
        pub fn new(request: &'a Request) -> Result<Self, MatchingError> {
            let market = Market::new(request, validate::validate(request)?);
            let relaxed = scenario::relax(&market);
            Ok(Self { market, relaxed })
        }

        /// Solves the round as a network on its first so many levels of four.
        pub fn solve(&self, levels: usize) -> Solved {
            Solved(network::solve_levels(&self.market, &self.relaxed, levels))
        }

        /// The objective of the network's flow, and whether it is proven.
        pub fn objective(&self, solved: &Solved) -> (Objective, bool) {
            let assignment = Assignment::of(&self.market, &solved.0.quantity);
            let objective = assignment.relaxed_objective(&self.market, &self.relaxed);
            (objective, solved.0.proven)
        }

        /// The network, for other solvers.
        pub fn export(&self) -> Export {
            network::export(&self.market, &self.relaxed)
        }
    }
}

/// Plans a round from JSON to JSON.
///
/// # Errors
/// As [`plan`], and [`ErrorCode::InvalidInput`] for a document that is not a request.
pub fn plan_json(text: &str) -> Result<String, MatchingError> {
    let plan = plan(&Request::from_json(text)?)?;
    serde_json::to_string(&plan)
        .map_err(|error| MatchingError::new(ErrorCode::InvalidInput, "", error.to_string()))
}
