//! Network simplex: the cheapest flow of a network, with the prices that prove it.
//!
//! The basis is a spanning tree that is kept strongly feasible (from every node some flow can still
//! be sent to the root along the tree), by taking as leaving arc the last that blocks on the cycle
//! from its apex on. No basis then returns, whatever arc enters, so the search ends; a limit on its
//! pivots holds all the same, against defects and against time.

use crate::cost::Cost;
use crate::table::Table;

/// Arcs looked at before the best of them enters, at least; half a root of all suited large rounds.
const LEAST_BLOCK: usize = 20;
/// Pivots allowed for each arc and node. Rounds of every size tried needed less than three.
const PIVOTS_FOR_EACH: usize = 100;

/// An arc, with the flow it carries.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arc {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) capacity: i64,
    pub(crate) flow: i64,
    pub(crate) cost: Cost,
    in_tree: bool,
}

/// A node's place in the tree. Node 0 is the root.
#[derive(Clone, Copy, Debug, Default)]
struct Node {
    parent: usize,
    /// The arc that joins it to its parent.
    arc: usize,
    depth: usize,
    child: Option<usize>,
    next: Option<usize>,
    previous: Option<usize>,
}

/// A network under solution.
#[derive(Clone, Debug)]
pub(crate) struct Simplex {
    arcs: Table<Arc>,
    nodes: Table<Node>,
    /// Cost of the tree's path from each node to the root. Apart from the nodes, as the search for
    /// the entering arc reads nothing else of them.
    prices: Table<Cost>,
    cursor: usize,
    stack: Vec<usize>,
}

/// Where a cycle blocks.
struct Blocking {
    amount: i64,
    /// The node below the leaving arc and whether it lies where the entering flow starts; none where
    /// the entering arc itself blocks.
    leaving: Option<(usize, bool)>,
}

impl Simplex {
    /// A network of the root alone.
    pub(crate) fn new() -> Self {
        Self {
            arcs: Table::new(),
            nodes: std::iter::once(Node::default()).collect(),
            prices: std::iter::once(Cost::ZERO).collect(),
            cursor: 0,
            stack: Vec::new(),
        }
    }

    /// A new node, in the tree below `parent` by an arc towards it. The arc must be able to carry
    /// more than `flow`.
    pub(crate) fn node(&mut self, parent: usize, capacity: i64, flow: i64, cost: Cost) -> usize {
        debug_assert!(flow < capacity);
        let above = self.nodes[parent];
        let arc = self.arcs.len();
        let id = self.nodes.push(Node {
            arc,
            depth: above.depth + 1,
            ..Node::default()
        });
        self.arcs.push(Arc {
            from: id,
            to: parent,
            capacity,
            flow,
            cost,
            in_tree: true,
        });
        self.prices.push(cost + self.prices[parent]);
        self.hang(id, parent);
        id
    }

    /// A new arc without flow.
    pub(crate) fn arc(&mut self, from: usize, to: usize, capacity: i64, cost: Cost) -> usize {
        self.arcs.push(Arc {
            from,
            to,
            capacity,
            flow: 0,
            cost,
            in_tree: false,
        })
    }

    /// The flow of an arc.
    pub(crate) fn flow(&self, arc: usize) -> i64 {
        self.arcs[arc].flow
    }

    /// What an arc costs beyond the prices of its ends; never negative on an arc without flow once
    /// the network is solved.
    pub(crate) fn reduced_cost(&self, arc: usize) -> Cost {
        let arc = &self.arcs[arc];
        arc.cost + self.prices[arc.to] - self.prices[arc.from]
    }

    /// Improves the flow until it is the cheapest. False if the limit on pivots came first: the flow
    /// is feasible then, but not proven.
    pub(crate) fn solve(&mut self) -> bool {
        let pivots = (self.arcs.len() + self.nodes.len()).saturating_mul(PIVOTS_FOR_EACH);
        self.solve_within(pivots)
    }

    /// The same with a limit of its own.
    pub(crate) fn solve_within(&mut self, pivots: usize) -> bool {
        for _ in 0..pivots {
            match self.entering() {
                Some(arc) => self.pivot(arc),
                None => return true,
            }
        }
        self.entering().is_none()
    }

    /// The arc of the next block that betters the flow most, if any arc does.
    fn entering(&mut self) -> Option<usize> {
        let count = self.arcs.len();
        let block = (count.isqrt() / 2).max(LEAST_BLOCK);
        let mut best: Option<(Cost, usize)> = None;
        let mut looked = 0;
        while looked < count {
            let id = self.cursor;
            self.cursor = if id + 1 == count { 0 } else { id + 1 };
            looked += 1;
            let arc = &self.arcs[id];
            if !arc.in_tree {
                let mut gain = self.reduced_cost(id);
                if arc.flow > 0 {
                    gain = -gain;
                }
                if gain < best.map_or(Cost::ZERO, |(gain, _)| gain) {
                    best = Some((gain, id));
                }
            }
            if looked % block == 0 && best.is_some() {
                break;
            }
        }
        best.map(|(_, id)| id)
    }

    /// What the tree arc above a node can still carry, upwards or downwards.
    fn residual(&self, node: usize, upwards: bool) -> i64 {
        let arc = &self.arcs[self.nodes[node].arc];
        if (arc.from == node) == upwards {
            arc.capacity - arc.flow
        } else {
            arc.flow
        }
    }

    fn push(&mut self, node: usize, upwards: bool, amount: i64) {
        let arc = &mut self.arcs[self.nodes[node].arc];
        arc.flow += if (arc.from == node) == upwards {
            amount
        } else {
            -amount
        };
    }

    /// The lowest node above both.
    fn join(&self, mut left: usize, mut right: usize) -> usize {
        while left != right {
            if self.nodes[left].depth >= self.nodes[right].depth {
                left = self.nodes[left].parent;
            } else {
                right = self.nodes[right].parent;
            }
        }
        left
    }

    /// The last arc that blocks the cycle join → start → (entering arc) → end → join.
    fn blocking(&self, room: i64, start: usize, end: usize, join: usize) -> Blocking {
        let mut blocking = Blocking {
            amount: room,
            leaving: None,
        };
        let mut node = start;
        while node != join {
            let room = self.residual(node, false);
            if room < blocking.amount {
                blocking = Blocking {
                    amount: room,
                    leaving: Some((node, true)),
                };
            }
            node = self.nodes[node].parent;
        }
        node = end;
        while node != join {
            let room = self.residual(node, true);
            if room <= blocking.amount {
                blocking = Blocking {
                    amount: room,
                    leaving: Some((node, false)),
                };
            }
            node = self.nodes[node].parent;
        }
        blocking
    }

    fn pivot(&mut self, entering: usize) {
        let Arc {
            from,
            to,
            capacity,
            flow,
            ..
        } = self.arcs[entering];
        let forwards = flow == 0;
        let (start, end) = if forwards { (from, to) } else { (to, from) };
        let join = self.join(start, end);
        // Outside the tree an arc is empty or full.
        let blocking = self.blocking(capacity, start, end, join);
        if blocking.amount > 0 {
            let amount = blocking.amount;
            self.arcs[entering].flow += if forwards { amount } else { -amount };
            for (mut node, upwards) in [(start, false), (end, true)] {
                while node != join {
                    self.push(node, upwards, amount);
                    node = self.nodes[node].parent;
                }
            }
        }
        if let Some((cut, at_start)) = blocking.leaving {
            let (inside, outside) = if at_start { (start, end) } else { (end, start) };
            let leaving = self.nodes[cut].arc;
            self.arcs[leaving].in_tree = false;
            self.arcs[entering].in_tree = true;
            self.rehang(inside, outside, entering, cut);
        }
    }

    /// Hangs the tree below `cut` under `outside`, by `entering`, which ends at its node `inside`.
    fn rehang(&mut self, inside: usize, outside: usize, entering: usize, cut: usize) {
        let (mut node, mut parent, mut arc) = (inside, outside, entering);
        loop {
            let (old_parent, old_arc) = (self.nodes[node].parent, self.nodes[node].arc);
            self.take_down(node);
            self.nodes[node].arc = arc;
            self.hang(node, parent);
            if node == cut {
                break;
            }
            (node, parent, arc) = (old_parent, node, old_arc);
        }
        let mut stack = std::mem::take(&mut self.stack);
        stack.push(inside);
        while let Some(node) = stack.pop() {
            let parent = self.nodes[node].parent;
            let depth = self.nodes[parent].depth + 1;
            let arc = &self.arcs[self.nodes[node].arc];
            let step = if arc.from == node {
                arc.cost
            } else {
                -arc.cost
            };
            self.prices[node] = self.prices[parent] + step;
            let here = &mut self.nodes[node];
            here.depth = depth;
            let mut child = here.child;
            while let Some(id) = child {
                stack.push(id);
                child = self.nodes[id].next;
            }
        }
        self.stack = stack;
    }

    fn hang(&mut self, node: usize, parent: usize) {
        let first = self.nodes[parent].child.replace(node);
        if let Some(first) = first {
            self.nodes[first].previous = Some(node);
        }
        let here = &mut self.nodes[node];
        here.parent = parent;
        here.next = first;
        here.previous = None;
    }

    fn take_down(&mut self, node: usize) {
        let Node {
            parent,
            next,
            previous,
            ..
        } = self.nodes[node];
        match previous {
            Some(previous) => self.nodes[previous].next = next,
            None => self.nodes[parent].child = next,
        }
        if let Some(next) = next {
            self.nodes[next].previous = previous;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten units that cost 5 each as they are, 1 through a middle that carries six, or 7.
    fn network() -> (Simplex, usize, usize) {
        let cost = |landed: i64| Cost {
            landed,
            ..Cost::ZERO
        };
        let mut simplex = Simplex::new();
        let middle = simplex.node(0, 6, 0, cost(1));
        let source = simplex.node(0, i64::MAX, 10, cost(5));
        let cheap = simplex.arc(source, middle, i64::MAX, Cost::ZERO);
        let dear = simplex.arc(source, 0, 10, cost(7));
        (simplex, cheap, dear)
    }

    #[test]
    fn the_cheapest_flow_is_found_and_priced() {
        let (mut simplex, cheap, dear) = network();
        assert!(simplex.solve());
        assert_eq!((simplex.flow(cheap), simplex.flow(dear)), (6, 0));
        assert_eq!(simplex.reduced_cost(cheap), Cost::ZERO);
        assert!(simplex.reduced_cost(dear) > Cost::ZERO);
    }

    #[test]
    fn without_pivots_left_the_flow_is_feasible_and_not_called_cheapest() {
        let (mut simplex, cheap, dear) = network();
        assert!(!simplex.solve_within(0));
        assert_eq!((simplex.flow(cheap), simplex.flow(dear)), (0, 0));
    }
}
