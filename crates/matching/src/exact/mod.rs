//! Exact search: branch and bound over what each offer makes and each pair trades.
//!
//! A node allows a span for the total of each offer and the quantity of each pair ([`domain`]). Its
//! relaxation is a network ([`network`]), whose optimum bounds every plan of the node on all four
//! levels at once; where it breaks a rule that the network cannot say, the node is split in two that
//! both exclude it. What is not better than the best plan known is left.

mod domain;
mod network;
mod packing;
mod tree;
mod violation;

use crate::assignment::{Assignment, Score};
use crate::market::Market;
use crate::scenario::Scenario;
use crate::table::Table;
use domain::{Domain, Empty};
use network::Network;
use tree::Basis;
use violation::{Place, Split};

/// Pairs in all nodes of a part's search together.
const PAIRS_SEARCHED: usize = 20_000_000;

/// What a relaxation says: no plan of the domain is below the bound.
struct Relaxed {
    bound: Score,
    /// Units of each pair.
    quantity: Table<i64>,
    basis: Basis,
}

/// A node that is solved and not settled.
struct Node {
    domain: Domain,
    bound: Score,
    split: Split,
    basis: Basis,
}

/// The best plan found and what none can beat.
pub(crate) struct Found {
    pub(crate) best: Assignment,
    pub(crate) bound: Score,
}

struct Search<'a> {
    market: &'a Market<'a>,
    network: Network<'a>,
    best: Assignment,
    score: Score,
    /// The least bound of what was left unsettled.
    open: Option<Score>,
    nodes: usize,
    nodes_left: usize,
}

/// Searches a part from a plan that is known. None where the part does not suit the search: its
/// costs are too wide.
pub(crate) fn search(market: &Market, relaxed: &Scenario, known: Assignment) -> Option<Found> {
    let score = known.score(market);
    let Ok(root) = Domain::new(market, relaxed) else {
        // Making nothing is always allowed.
        return None;
    };
    let mut search = Search {
        market,
        network: Network::new(market, relaxed, &root)?,
        best: known,
        score,
        open: None,
        nodes: 0,
        nodes_left: PAIRS_SEARCHED / market.pairs.len().max(1),
    };
    search.run(root);
    let bound = search.open.map_or(search.score, |open| open.min(search.score));
    Some(Found {
        best: search.best,
        bound,
    })
}

impl Search<'_> {
    fn run(&mut self, root: Domain) {
        let nothing = Score::default();
        let mut stack: Vec<Node> = self.settle(root, nothing, None).into_iter().collect();
        while let Some(node) = stack.pop() {
            if node.bound >= self.score {
                continue;
            }
            if self.nodes_left == 0 {
                self.leave(node.bound);
                continue;
            }
            let mut children: Vec<Node> = self.children(&node);
            // The better one is looked at first.
            children.sort_by_key(|child| std::cmp::Reverse(child.bound));
            stack.append(&mut children);
        }
    }

    fn children(&mut self, node: &Node) -> Vec<Node> {
        let spans = [node.split.below, node.split.above];
        let mut children = Vec::new();
        for span in spans {
            let domain = match node.split.place {
                Place::Offer(offer) => node.domain.with_offer(self.market, offer, span),
                Place::Pair(pair) => node.domain.with_pair(self.market, pair, span),
            };
            if let Ok(domain) = domain {
                children.extend(self.settle(domain, node.bound, Some(&node.basis)));
            }
        }
        children
    }

    /// Solves a domain's relaxation. None where it holds nothing better than the best plan, or
    /// nothing but the plan found here.
    fn settle(&mut self, domain: Domain, above: Score, from: Option<&Basis>) -> Option<Node> {
        self.nodes += 1;
        self.nodes_left = self.nodes_left.saturating_sub(1);
        let relaxed = match self.network.solve(&domain, from, &self.score) {
            Some(Ok(relaxed)) => relaxed,
            Some(Err(Empty)) => return None,
            None => {
                self.leave(above);
                return None;
            }
        };
        let bound = relaxed.bound.max(above);
        if bound >= self.score {
            return None;
        }
        if let Some(split) = violation::split(self.market, &domain, &relaxed.quantity) {
            return Some(Node {
                domain,
                bound,
                split,
                basis: relaxed.basis,
            });
        }
        let found = Assignment::of(self.market, &relaxed.quantity);
        let score = found.score(self.market);
        if score < self.score {
            self.score = score;
            self.best = found;
        }
        if score > bound {
            // Loads of mixed work weigh more than the network says.
            self.leave(bound);
        }
        None
    }

    fn leave(&mut self, bound: Score) {
        self.open = Some(self.open.map_or(bound, |open| open.min(bound)));
    }
}
