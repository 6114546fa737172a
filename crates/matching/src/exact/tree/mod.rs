//! Dual network simplex: the cheapest flow after bounds or costs of arcs have changed, from the tree
//! of the flow before.
//!
//! Every arc has a lower and an upper bound, so any spanning tree can be made dual feasible by moving
//! the arcs outside it to the bound their reduced cost wants; what is left to do is to bring the
//! tree's own arcs back within their bounds, one leaving at a time. That takes few pivots after a
//! small change, whatever the change was.

mod pivot;

use super::levels::Levels;
use crate::cost::{Cost, Packing};
use crate::table::Table;

/// Pivots allowed for each node of the network. Rounds of every size tried needed less than ten.
const PIVOTS_FOR_EACH: usize = 200;

/// An arc and the flow it carries.
#[derive(Clone, Copy, Debug)]
struct Arc {
    from: usize,
    to: usize,
    low: i64,
    high: i64,
    flow: i64,
}

/// Where an arc stands: all that the search for the entering arc asks first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stand {
    Tree,
    Low,
    High,
    /// Outside the tree, and its bounds are equal.
    Fixed,
}

/// An arc as one of its ends sees it.
#[derive(Clone, Copy, Debug)]
struct Touching {
    arc: usize,
    other: usize,
    /// Whether it starts here.
    leaves: bool,
}

/// A node's place in the tree. Node 0 is the root.
#[derive(Clone, Debug, Default)]
struct Node {
    parent: usize,
    /// The arc that joins it to its parent.
    arc: usize,
    depth: usize,
    child: Option<usize>,
    next: Option<usize>,
    previous: Option<usize>,
    /// What starts here.
    supply: i64,
    /// All arcs that touch it.
    arcs: Vec<Touching>,
}

/// How a solve ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// The flow is the cheapest.
    Cheapest,
    /// No flow keeps all bounds, or none that does is below the limit.
    Hopeless,
    /// The limit on pivots came first.
    Stopped,
}

/// A spanning tree: of each node its parent and the arc between them.
#[derive(Clone, Debug)]
pub(super) struct Basis(Table<(usize, usize)>);

/// A network and a spanning tree of it.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    arcs: Table<Arc>,
    stands: Table<Stand>,
    costs: Table<i128>,
    packing: Packing,
    /// What the flow costs. No flow within the bounds costs less.
    value: Levels,
    /// Pivots of all solves.
    pivots: usize,
    nodes: Table<Node>,
    /// Cost of the tree's path from each node to the root.
    prices: Table<i128>,
    /// The nodes, each after its parent.
    order: Vec<usize>,
    /// The last cut that each node was below of.
    below: Table<usize>,
    cut: usize,
    stack: Vec<usize>,
    candidates: Vec<(i128, usize)>,
}

impl Tree {
    /// A network of the root alone.
    pub(super) fn new() -> Self {
        Self {
            arcs: Table::new(),
            stands: Table::new(),
            costs: Table::new(),
            packing: Packing::default(),
            value: Levels::default(),
            pivots: 0,
            nodes: std::iter::once(Node::default()).collect(),
            prices: std::iter::once(0).collect(),
            order: Vec::new(),
            below: std::iter::once(0).collect(),
            cut: 0,
            stack: Vec::new(),
            candidates: Vec::new(),
        }
    }

    /// A new node with what starts there, in the tree below `parent` by an arc towards it. Gives the
    /// node and the arc.
    pub(super) fn node(&mut self, parent: usize, supply: i64) -> (usize, usize) {
        let depth = self.nodes[parent].depth + 1;
        let id = self.nodes.push(Node {
            depth,
            supply,
            ..Node::default()
        });
        self.prices.push(0);
        self.below.push(0);
        let arc = self.arc(id, parent);
        self.stands[arc] = Stand::Tree;
        self.nodes[id].arc = arc;
        self.hang(id, parent);
        (id, arc)
    }

    /// A new arc outside the tree.
    pub(super) fn arc(&mut self, from: usize, to: usize) -> usize {
        let id = self.arcs.push(Arc {
            from,
            to,
            low: 0,
            high: 0,
            flow: 0,
        });
        self.stands.push(Stand::Fixed);
        self.costs.push(0);
        for (node, other, leaves) in [(from, to, true), (to, from, false)] {
            self.nodes[node].arcs.push(Touching {
                arc: id,
                other,
                leaves,
            });
        }
        id
    }

    pub(super) fn nodes(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn bound(&mut self, arc: usize, low: i64, high: i64) {
        let arc = &mut self.arcs[arc];
        (arc.low, arc.high) = (low, high);
    }

    /// How costs are packed; all of them are to be set anew after that.
    pub(super) fn pack(&mut self, packing: Packing) {
        self.packing = packing;
    }

    pub(super) fn price(&mut self, arc: usize, cost: Cost) {
        self.costs[arc] = self.packing.pack(cost);
    }

    /// Pivots of all solves.
    pub(super) fn pivots(&self) -> usize {
        self.pivots
    }

    /// What the flow costs.
    pub(super) fn value(&self) -> Levels {
        self.value
    }

    /// The tree, to come back to.
    pub(super) fn basis(&self) -> Basis {
        Basis(
            self.nodes
                .iter()
                .map(|node| (node.parent, node.arc))
                .collect(),
        )
    }

    /// Comes back to a tree of this network.
    pub(super) fn restore(&mut self, basis: &Basis) {
        for node in self.nodes.ids().skip(1) {
            let arc = self.nodes[node].arc;
            self.stands[arc] = Stand::Fixed;
        }
        for node in self.nodes.ids() {
            let here = &mut self.nodes[node];
            (here.child, here.next, here.previous) = (None, None, None);
        }
        for node in self.nodes.ids().skip(1) {
            let (parent, arc) = basis.0[node];
            self.nodes[node].arc = arc;
            self.stands[arc] = Stand::Tree;
            self.hang(node, parent);
        }
    }

    /// The flow of an arc.
    pub(super) fn flow(&self, arc: usize) -> i64 {
        self.arcs[arc].flow
    }

    fn reduced_cost(&self, id: usize) -> i128 {
        let arc = &self.arcs[id];
        self.costs[id] + self.prices[arc.to] - self.prices[arc.from]
    }

    /// The cheapest flow within the bounds, if it costs less than a limit.
    pub(super) fn solve(&mut self, limit: Levels) -> Ended {
        self.refresh();
        let most = self.nodes.len().saturating_mul(PIVOTS_FOR_EACH);
        for _ in 0..most {
            if self.value >= limit {
                return Ended::Hopeless;
            }
            let Some((node, over, amount)) = self.leaving() else {
                return Ended::Cheapest;
            };
            self.pivots += 1;
            if !self.pivot(node, over, amount) {
                return Ended::Hopeless;
            }
        }
        Ended::Stopped
    }

    /// Prices, flows outside the tree and flows in it, all anew.
    fn refresh(&mut self) {
        self.value = Levels::default();
        self.order.clear();
        self.stack.push(0);
        let mut excess: Table<i64> = self.nodes.iter().map(|node| node.supply).collect();
        while let Some(node) = self.stack.pop() {
            self.order.push(node);
            if node != 0 {
                self.reprice(node);
                self.nodes[node].depth = self.nodes[self.nodes[node].parent].depth + 1;
            }
            let mut child = self.nodes[node].child;
            while let Some(id) = child {
                self.stack.push(id);
                child = self.nodes[id].next;
            }
        }
        for id in self.arcs.ids() {
            if self.stands[id] == Stand::Tree {
                continue;
            }
            let arc = self.arcs[id];
            let reduced = self.reduced_cost(id);
            let at_high = reduced < 0 || (reduced == 0 && arc.flow >= arc.high);
            let (flow, stand) = if at_high {
                (arc.high, Stand::High)
            } else {
                (arc.low, Stand::Low)
            };
            self.arcs[id].flow = flow;
            self.stands[id] = if arc.low == arc.high {
                Stand::Fixed
            } else {
                stand
            };
            if flow != 0 {
                excess[arc.from] -= flow;
                excess[arc.to] += flow;
                self.value.add(self.packing.unpack(self.costs[id]), flow);
            }
        }
        for &node in self.order.iter().skip(1).rev() {
            let Node { parent, arc, .. } = self.nodes[node];
            let amount = excess[node];
            excess[parent] += amount;
            let cost = self.packing.unpack(self.costs[arc]);
            let arc = &mut self.arcs[arc];
            arc.flow = if arc.from == node { amount } else { -amount };
            self.value.add(cost, arc.flow);
        }
    }

    fn reprice(&mut self, node: usize) {
        let Node { parent, arc, .. } = self.nodes[node];
        let cost = self.costs[arc];
        let step = if self.arcs[arc].from == node {
            cost
        } else {
            -cost
        };
        self.prices[node] = self.prices[parent] + step;
    }

    /// The node below the tree arc that is furthest outside its bounds, whether it is over, and by
    /// how much.
    fn leaving(&self) -> Option<(usize, bool, i64)> {
        let mut worst: Option<(usize, bool, i64)> = None;
        let mut most = 0;
        for id in self.nodes.ids().skip(1) {
            let arc = &self.arcs[self.nodes[id].arc];
            let (over, under) = (arc.flow - arc.high, arc.low - arc.flow);
            let amount = over.max(under);
            if amount > most {
                most = amount;
                worst = Some((id, over > 0, amount));
            }
        }
        worst
    }
}
