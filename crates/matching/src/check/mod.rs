//! Holds a plan against its request, sharing no code with the solver (but the door, which refuses
//! requests that are none, and a container): every rule is written here a second time, from the
//! definition, so that a defect of the solver cannot hide itself.

mod cycle;
mod round;
mod rules;
mod tables;

use crate::plan::{Objective, Plan, Status};
use crate::request::{Offer, Request, Supplier};
use crate::validate::validate;
use round::Round;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which rule a plan breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ViolationCode {
    /// The request itself would be refused.
    InvalidRequest,
    /// An allocation of a pair that may not trade, or that does not exist.
    NotEligible,
    /// The entries are not sorted, or one stands twice.
    Order,
    /// A quantity that is not positive or not a multiple of the lot.
    Lot,
    /// A price, freight or amount that is not what the offer's pooled total gives.
    Price,
    /// Price and freight are over the line's maximum.
    PriceAboveMaximum,
    /// A line gets more than it needs.
    Quantity,
    /// A line is served by too many offers.
    MaxSuppliers,
    /// A line spends more than its budget.
    Budget,
    /// An offer makes something, but less than its minimum.
    Minimum,
    /// An offer makes more than it can by a period, or a factory more than it can in the round.
    Capacity,
    /// The objective is not what the allocations come to.
    Objective,
    /// The status and the bound contradict each other or the objective.
    Bound,
    /// A list that follows from the request and the allocations says something else.
    Statement,
    /// The plan claims to be optimal, but moving a unit around a cycle betters it.
    NotOptimal,
}

/// A rule that a plan breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    /// Which rule, for programs.
    pub code: ViolationCode,
    /// JSON pointer to the place in the plan.
    pub field: String,
    /// The same for people.
    pub message: String,
}

impl Violation {
    fn new(code: ViolationCode, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code,
            field: field.into(),
            message: message.into(),
        }
    }
}

/// Checks that a plan answers a request: hard constraints, prices, objective, every derived list, the
/// bound, and, where the plan claims to be the optimum of a request that is plainly a network (no
/// minimum, lot, break, budget or supplier limit, one work content inside each factory), that no
/// cycle betters it.
///
/// # Errors
/// Every violation found.
pub fn check(request: &Request, plan: &Plan) -> Result<(), Vec<Violation>> {
    if let Err(error) = validate(request) {
        let code = ViolationCode::InvalidRequest;
        return Err(vec![Violation::new(code, "", error.to_string())]);
    }
    let round = Round::new(request);
    let mut found = Vec::new();
    let made = rules::allocations(&round, plan, &mut found);
    rules::lines(&round, plan, &made, &mut found);
    rules::offers(&round, &made, &mut found);
    rules::suppliers(&round, &made, &mut found);
    // What follows is only worth saying about quantities that could be.
    if found.is_empty() {
        tables::all(&round, plan, &made, &mut found);
        objective(&round, plan, &made, &mut found);
    }
    if found.is_empty()
        && plan.status == Status::Optimal
        && round.is_plain_network()
        && cycle::improving(&round, &made)
    {
        found.push(Violation::new(
            ViolationCode::NotOptimal,
            "/status",
            "moving a unit around a cycle betters the plan",
        ));
    }
    if found.is_empty() { Ok(()) } else { Err(found) }
}

fn objective(round: &Round, plan: &Plan, made: &Made, found: &mut Vec<Violation>) {
    let unmet: i128 = round
        .lines
        .values()
        .map(|line| {
            let got = made.of_line(&line.id);
            (i128::from(line.quantity) - got) * i128::from(line.priority)
        })
        .sum();
    let fairness: i128 = round
        .suppliers
        .values()
        .map(|one| round.fairness(one, made.load(one)))
        .sum();
    let mut landed: i128 = plan
        .allocations
        .iter()
        .map(|one| i128::from(one.amount))
        .sum();
    for offer in round.offers.values() {
        landed += i128::from(round.request.rules.holding) * made.schedule(offer).held;
    }
    let claimed = &plan.objective;
    for (name, claimed, true_value) in [
        ("unmet_weighted", claimed.unmet_weighted, unmet),
        ("fairness", claimed.fairness, fairness),
        ("landed_cost", claimed.landed_cost, landed),
    ] {
        if i128::from(claimed) != true_value {
            found.push(Violation::new(
                ViolationCode::Objective,
                format!("/objective/{name}"),
                format!("{claimed} is claimed, {true_value} it is"),
            ));
        }
    }
    let levels = |one: &Objective| (one.unmet_weighted, one.fairness, one.landed_cost);
    let coherent = match (plan.status, &plan.bound) {
        (Status::Optimal, None) => true,
        (Status::Bounded, Some(bound)) => levels(bound) < levels(claimed),
        _ => false,
    };
    if !coherent {
        found.push(Violation::new(
            ViolationCode::Bound,
            "/bound",
            "an optimal plan has no bound, a bounded one has one below its objective",
        ));
    }
}

/// The periods in which an offer can make something, and how much.
fn periods(offer: &Offer) -> impl DoubleEndedIterator<Item = (i64, i64)> + '_ {
    let numbered = offer.capacity.iter().enumerate();
    numbered
        .filter_map(|(period, units)| Some((i64::try_from(period).ok()?, *units)))
        .filter(|(period, _)| *period >= offer.lead)
}

/// What the allocations come to.
#[derive(Default)]
struct Made<'a> {
    pairs: BTreeMap<(&'a str, &'a str), i128>,
    lines: BTreeMap<&'a str, i128>,
    offers: BTreeMap<&'a str, i128>,
    /// Units of work of each supplier.
    loads: BTreeMap<&'a str, i128>,
    /// What each offer owes by last period.
    due: BTreeMap<&'a str, BTreeMap<i64, i128>>,
}

/// When an offer makes its goods: as late as can be.
struct Schedule {
    /// Units made in each period.
    made: BTreeMap<i64, i128>,
    /// Units held from the period before into each period.
    held_into: BTreeMap<i64, i128>,
    /// Units times periods held.
    held: i128,
}

impl Made<'_> {
    fn of_line(&self, line: &str) -> i128 {
        self.lines.get(line).copied().unwrap_or(0)
    }

    fn of_offer(&self, offer: &str) -> i128 {
        self.offers.get(offer).copied().unwrap_or(0)
    }

    fn load(&self, supplier: &Supplier) -> i128 {
        self.loads.get(supplier.id.as_str()).copied().unwrap_or(0)
    }

    /// Pours what is due, latest first, into the latest periods that have room.
    fn schedule(&self, offer: &Offer) -> Schedule {
        let last = last_period(offer);
        let mut room: Vec<(i64, i128)> = periods(offer)
            .map(|(at, units)| (at, units.into()))
            .collect();
        let mut schedule = Schedule {
            made: BTreeMap::new(),
            held_into: BTreeMap::new(),
            held: 0,
        };
        let owed = self.due.get(offer.id.as_str()).into_iter().flatten();
        for (due, units) in owed.rev() {
            let mut left = *units;
            for (period, free) in room.iter_mut().rev().filter(|(period, _)| period <= due) {
                let taken = left.min(*free);
                if taken > 0 {
                    *free -= taken;
                    left -= taken;
                    *schedule.made.entry(*period).or_default() += taken;
                    schedule.held += taken * i128::from(due - *period);
                    for into in *period + 1..=last.min(*due) {
                        *schedule.held_into.entry(into).or_default() += taken;
                    }
                }
            }
        }
        schedule
    }
}

fn last_period(offer: &Offer) -> i64 {
    periods(offer).next_back().map_or(0, |(period, _)| period)
}
