//! Exact search: branch and bound over what each offer makes and each pair trades.
//!
//! A node allows a span for the total of each offer and the quantity of each pair ([`domain`]). Its
//! relaxation is a network ([`network`]), whose optimum bounds every plan of the node on all four
//! levels at once; where it breaks a rule that the network cannot say, the node is split in two that
//! both exclude it. What is not better than the best plan known is left.

mod domain;
mod levels;
mod network;
mod plans;
mod rates;
mod row;
mod system;
mod tableau;
mod tolls;
mod tree;
mod violation;

use crate::assignment::{Assignment, Score};
use crate::market::Market;
use crate::plan::Objective;
use crate::rounding;
use crate::scenario::Scenario;
use crate::table::Table;
use domain::{Domain, Empty, Span};
use network::Network;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use system::System;
use tree::Basis;
use violation::{Place, Split};

/// What all nodes of a part's search may cost together, and those of all parts: a pair of a network
/// costs 1.
const PART_COST: usize = 20_000_000;
const ROUND_COST: usize = 100_000_000;
/// The same where somebody waits for the answer: some tenths of a second.
const PROMPT_COST: usize = 1_000_000;
/// A pair's worth of a system's coefficients.
const COEFFICIENTS: usize = 80;
/// Nodes of a part, however small: some ten seconds' worth of ten lines and twenty offers.
const MOST_NODES: usize = 200_000;
/// A node costs no less, however small its part.
const LEAST_COST: usize = 64;
/// Pivots that a node may take; for each so many more it counts as another node.
const PIVOTS_OF_A_NODE: usize = 20;
/// Nodes of a part when the others have used everything up.
const FEWEST_NODES: usize = 50;
/// Ways of splitting a node that are compared, where that pays.
const WAYS: usize = 4;
/// Larger parts are left to the search by hand.
const MOST_PAIRS: usize = 10_000;
/// Nodes that wait in the order of their bounds.
const MOST_OPEN: usize = 2_000;

/// What is left of a round's search.
pub(crate) struct Effort {
    cost: usize,
    /// Nodes of one part.
    nodes: usize,
    /// Only the first level is searched for.
    need_only: bool,
}

impl Effort {
    pub(crate) const fn of(search: crate::Search) -> Self {
        Self {
            cost: match search {
                crate::Search::Thorough => ROUND_COST,
                crate::Search::Prompt => PROMPT_COST,
            },
            nodes: usize::MAX,
            need_only: false,
        }
    }

    /// So many nodes for one part.
    pub(crate) const fn nodes(nodes: usize) -> Self {
        Self {
            cost: ROUND_COST,
            nodes,
            need_only: false,
        }
    }

    /// For the first level of several parts, so many nodes each: what it leaves open is not searched for.
    pub(crate) const fn need_only(search: crate::Search, nodes: usize) -> Self {
        Self {
            nodes,
            need_only: true,
            ..Self::of(search)
        }
    }
}

/// What a relaxation says: no plan of the domain is below the bound.
struct Relaxed {
    bound: Score,
    /// Units of each pair.
    quantity: Table<i64>,
    /// Pairs that trade a part of a lot besides.
    partial: Table<bool>,
    /// Units of each offer, rounded down to whole lots, and whether that was needed.
    total: Table<i64>,
    rest: Table<bool>,
    /// Where to start from next time.
    basis: Option<Basis>,
}

impl Relaxed {
    fn trades(&self, pair: usize) -> bool {
        self.quantity[pair] > 0 || self.partial[pair]
    }
}

/// What bounds a node: equations where a part has budgets or mixed work and is small, otherwise its
/// network.
enum Relaxation<'a> {
    Network(Box<Network<'a>>),
    System(Box<System<'a>>),
}

impl<'a> Relaxation<'a> {
    fn new(
        market: &'a Market<'a>,
        relaxed: &Scenario,
        root: &Domain,
        need_only: bool,
    ) -> Option<Self> {
        let beyond = relaxed.beyond_network(market);
        let system = beyond.then(|| System::new(market, root)).flatten();
        match system {
            Some(system) => Some(Self::System(Box::new(system))),
            None => {
                Network::new(market, relaxed, root, need_only).map(|it| Self::Network(Box::new(it)))
            }
        }
    }

    /// Pivots made so far; a system that had to be set up anew counts its rows.
    fn pivots(&self) -> usize {
        match self {
            Self::Network(network) => network.pivots(),
            Self::System(system) => system.pivots(),
        }
    }

    /// What a node costs.
    fn cost(&self) -> usize {
        match self {
            Self::Network(network) => network.pairs().max(LEAST_COST),
            Self::System(system) => (system.coefficients() / COEFFICIENTS).max(LEAST_COST),
        }
    }

    fn solve(
        &mut self,
        root: &Domain,
        domain: &Domain,
        from: Option<&Basis>,
        limit: &Score,
    ) -> Option<Result<Relaxed, Empty>> {
        match self {
            Self::Network(network) => network.solve(domain, from, limit),
            Self::System(system) => {
                let solved = system.solve(domain, limit);
                if solved.is_none() {
                    // Its rows are spoilt; numbers grow from basis to basis, so anew is short again.
                    **system = system.anew(root)?;
                }
                solved
            }
        }
    }
}

/// A node that is solved and not settled.
struct Node {
    domain: Domain,
    bound: Score,
    splits: Vec<Split>,
    basis: Option<Basis>,
}

/// Nodes that wait, the most promising first; beyond so many, the last found first.
#[derive(Default)]
struct Open {
    nodes: BTreeMap<(Score, usize), Node>,
    last: Vec<Node>,
    kept: usize,
}

impl Open {
    fn keep(&mut self, node: Node) {
        self.kept += 1;
        if self.nodes.len() < MOST_OPEN {
            self.nodes.insert((node.bound, self.kept), node);
        } else {
            self.last.push(node);
        }
    }

    fn take(&mut self) -> Option<Node> {
        let first = || self.nodes.pop_first().map(|(_, node)| node);
        self.last.pop().or_else(first)
    }
}

/// The best plan found and what none can beat.
pub(crate) struct Found {
    pub(crate) best: Assignment,
    pub(crate) bound: Score,
}

struct Search<'a> {
    market: &'a Market<'a>,
    scenario: &'a Scenario,
    relaxation: Relaxation<'a>,
    root: Domain,
    best: Assignment,
    score: Score,
    /// The least bound of what was left unsettled.
    open: Option<Score>,
    nodes_left: usize,
    need_only: bool,
}

/// Searches a part, from a plan that may be known. None where the part does not suit the search: its costs
/// are too wide, or it is too large.
pub(crate) fn search(
    market: &Market,
    relaxed: &Scenario,
    known: Option<Assignment>,
    effort: &mut Effort,
) -> Option<Found> {
    if market.pairs.len() > MOST_PAIRS {
        return None;
    }
    // Making nothing is always allowed.
    let root = Domain::new(market, relaxed).ok()?;
    let best = known.unwrap_or_else(|| Assignment::empty(market));
    let relaxation = Relaxation::new(market, relaxed, &root, effort.need_only)?;
    let cost = relaxation.cost();
    let nodes = (effort.cost.min(PART_COST) / cost)
        .clamp(FEWEST_NODES, MOST_NODES)
        .min(effort.nodes);
    let mut search = Search {
        market,
        scenario: relaxed,
        relaxation,
        root,
        score: best.score(market),
        best,
        open: None,
        nodes_left: nodes,
        need_only: effort.need_only,
    };
    search.run();
    let used = (nodes - search.nodes_left).saturating_mul(cost);
    effort.cost = effort.cost.saturating_sub(used);
    let bound = search
        .open
        .map_or(search.score, |open| open.min(search.score));
    Some(Found {
        best: search.best,
        bound,
    })
}

impl Search<'_> {
    fn run(&mut self) {
        let above = Score::default();
        let root = self.root.clone();
        let Some(relaxed) = self.relax(&root, above, None) else {
            return;
        };
        self.dive(&root, &relaxed);
        self.refit(&relaxed.bound);
        let Some(relaxed) = self.tolled(&root, relaxed) else {
            return;
        };
        let first = self.settle(root, above, relaxed);
        self.branch(first, 0);
    }

    /// Splits a node and what comes of it, until so many nodes are left.
    fn branch(&mut self, first: Option<Node>, keep: usize) {
        let mut next = first;
        let mut open = Open::default();
        while let Some(node) = next.or_else(|| open.take()) {
            next = None;
            if node.bound >= self.limit() {
                continue;
            }
            if self.nodes_left <= keep {
                self.leave(node.bound);
                continue;
            }
            // The better child is looked at next, for a plan; the other waits.
            let mut children = self.children(&node);
            children.sort_by_key(|child| child.bound);
            let mut children = children.into_iter();
            next = children.next();
            for child in children {
                open.keep(child);
            }
        }
    }

    /// What a node must come below to be worth a look.
    fn limit(&self) -> Score {
        if !self.need_only {
            return self.score;
        }
        let need = Objective {
            unmet_weighted: self.score.0.unmet_weighted,
            ..Objective::default()
        };
        (need, 0)
    }

    /// A domain with a narrower span at a place.
    fn within(&self, domain: &Domain, place: Place, span: Span) -> Result<Domain, Empty> {
        match place {
            Place::Offer(offer) => domain.with_offer(self.market, offer, span),
            Place::Pair(pair) => domain.with_pair(self.market, pair, span),
        }
    }

    /// The two halves of the way to split that raises the bound most, as far as they may hold a better
    /// plan.
    fn children(&mut self, node: &Node) -> Vec<Node> {
        let mut best: Option<Vec<Node>> = None;
        for split in &node.splits {
            let children = self.halves(node, split);
            let raised = |children: &[Node]| {
                let least = children.iter().map(|child| child.bound).min();
                (least.map(Reverse), children.len())
            };
            if best
                .as_ref()
                .is_none_or(|best| raised(&children) < raised(best))
            {
                best = Some(children);
            }
            if best.as_ref().is_some_and(Vec::is_empty) {
                break;
            }
        }
        best.unwrap_or_default()
    }

    fn halves(&mut self, node: &Node, split: &Split) -> Vec<Node> {
        let mut children = Vec::new();
        for span in [split.below, split.above] {
            if let Ok(domain) = self.within(&node.domain, split.place, span)
                && let Some(relaxed) = self.relax(&domain, node.bound, node.basis.as_ref())
            {
                children.extend(self.settle(domain, node.bound, relaxed));
            }
        }
        children
    }

    /// Solves a domain's relaxation. None where it holds nothing better than the best plan.
    fn relax(&mut self, domain: &Domain, above: Score, from: Option<&Basis>) -> Option<Relaxed> {
        let relaxed = self.solve(domain, from);
        if relaxed.is_none() {
            self.leave(above);
        }
        relaxed?.ok()
    }

    fn solve(&mut self, domain: &Domain, from: Option<&Basis>) -> Option<Result<Relaxed, Empty>> {
        let before = self.relaxation.pivots();
        let limit = self.limit();
        let solved = self.relaxation.solve(&self.root, domain, from, &limit);
        let pivots = self.relaxation.pivots() - before;
        self.nodes_left = self
            .nodes_left
            .saturating_sub(1 + pivots / PIVOTS_OF_A_NODE);
        solved
    }

    /// Takes the plan of a relaxation that breaks no rule; otherwise gives the node to be split.
    fn settle(&mut self, domain: Domain, above: Score, relaxed: Relaxed) -> Option<Node> {
        let bound = relaxed.bound.max(above);
        if bound >= self.limit() {
            return None;
        }
        let most = match self.relaxation {
            Relaxation::Network(_) => 1,
            Relaxation::System(_) => WAYS,
        };
        let splits = violation::splits(self.market, &domain, &relaxed, most, self.need_only);
        if !splits.is_empty() {
            if self.need_only {
                // Little is missing, mostly: what the first level asks for may be met without more splits.
                let rounded = rounding::round(self.market, self.scenario, &relaxed.quantity);
                self.offer(rounded);
            }
            return Some(Node {
                domain,
                bound,
                splits,
                basis: relaxed.basis,
            });
        }
        let mut found = Assignment::of(self.market, &relaxed.quantity);
        if found.overloaded(self.market) {
            found = rounding::round(self.market, self.scenario, &relaxed.quantity);
        }
        let score = self.offer(found);
        if score > bound {
            // Loads of mixed work weigh more than the network says.
            self.leave(bound);
        }
        None
    }

    /// Keeps a plan if it is the best.
    fn offer(&mut self, found: Assignment) -> Score {
        let score = found.score(self.market);
        if score < self.score {
            self.score = score;
            self.best = found;
        }
        score
    }

    fn leave(&mut self, bound: Score) {
        self.open = Some(self.open.map_or(bound, |open| open.min(bound)));
    }
}
