//! Budget lines: open until they are closed.

use crate::machine::{Machine, named};

named! {
    /// Where a budget line stands.
    BudgetLineState, "state of a budget line" {
        /// Orders are promised from it, and parts are given of it.
        Open = "open",
        /// What is free has gone back; what is promised is still paid.
        Closed = "closed",
    }
}

named! {
    /// What happens to a budget line.
    BudgetLineAct, "act on a budget line" {
        /// An order is promised from it.
        Commit = "commit",
        /// A part of it is given on.
        Delegate = "delegate",
        /// Whoever spends it, or gave it, closes it.
        Close = "close",
    }
}

/// Budget lines.
pub static BUDGET_LINE: Machine<BudgetLineState, BudgetLineAct> = {
    use {BudgetLineAct as Act, BudgetLineState as State};
    Machine {
        noun: "budget line",
        initial: State::Open,
        table: &[
            (Act::Commit, State::Open, State::Open),
            (Act::Delegate, State::Open, State::Open),
            (Act::Close, State::Open, State::Closed),
        ],
    }
};
