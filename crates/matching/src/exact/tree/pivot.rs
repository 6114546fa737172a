//! A pivot: one of the tree's arcs back within its bounds, and another in its place.

use super::{Arc, Node, Stand, Touching, Tree};

impl Tree {
    /// Brings the arc above `node` to its bound. False if nothing can.
    pub(super) fn pivot(&mut self, node: usize, over: bool, mut amount: i64) -> bool {
        let leaving = self.nodes[node].arc;
        let outwards = over == (self.arcs[leaving].from == node);
        self.mark_below(node);
        let mut best = self.gather(outwards);
        let mut candidates = std::mem::take(&mut self.candidates);
        let mut entering = None;
        while let Some(at) = best {
            let (_, id) = candidates.swap_remove(at);
            let arc = &self.arcs[id];
            let room = arc.high - arc.low;
            if room >= amount {
                entering = Some(id);
                break;
            }
            // All of it and more is needed: it changes sides.
            self.push_around(id, room);
            self.stands[id] = match self.stands[id] {
                Stand::Low => Stand::High,
                _ => Stand::Low,
            };
            amount -= room;
            best = cheapest(&candidates);
        }
        candidates.clear();
        self.candidates = candidates;
        let Some(entering) = entering else {
            return false;
        };
        self.push_around(entering, amount);
        let Arc { low, high, .. } = self.arcs[leaving];
        self.stands[leaving] = match over {
            _ if low == high => Stand::Fixed,
            true => Stand::High,
            false => Stand::Low,
        };
        self.stands[entering] = Stand::Tree;
        let Arc { from, to, .. } = self.arcs[entering];
        let (inside, outside) = if self.below[from] == self.cut {
            (from, to)
        } else {
            (to, from)
        };
        self.rehang(inside, outside, entering, node);
        true
    }

    fn mark_below(&mut self, node: usize) {
        self.cut += 1;
        let mut stack = std::mem::take(&mut self.stack);
        self.order.clear();
        stack.push(node);
        while let Some(node) = stack.pop() {
            self.below[node] = self.cut;
            self.order.push(node);
            let mut child = self.nodes[node].child;
            while let Some(id) = child {
                stack.push(id);
                child = self.nodes[id].next;
            }
        }
        self.stack = stack;
    }

    /// The arcs that can carry more out of (or into) what lies below the cut, with what that costs.
    /// Gives the cheapest.
    fn gather(&mut self, outwards: bool) -> Option<usize> {
        let mut best: Option<(i128, usize)> = None;
        for &node in &self.order {
            let here = self.prices[node];
            for &Touching { arc, other, leaves } in &self.nodes[node].arcs {
                let wanted = if leaves == outwards {
                    Stand::Low
                } else {
                    Stand::High
                };
                if self.stands[arc] != wanted || self.below[other] == self.cut {
                    continue;
                }
                let step = self.costs[arc];
                let there = self.prices[other];
                let cost = match (leaves, outwards) {
                    (true, true) => step + there - here,
                    (true, false) => here - there - step,
                    (false, true) => there - here - step,
                    (false, false) => step + here - there,
                };
                if best.is_none_or(|(least, _)| cost < least) {
                    best = Some((cost, self.candidates.len()));
                }
                self.candidates.push((cost, arc));
            }
        }
        best.map(|(_, at)| at)
    }

    /// Moves an arc outside the tree off its bound by an amount, and the tree's flow with it.
    fn push_around(&mut self, id: usize, amount: i64) {
        let better = self.packing.unpack(self.reduced_cost(id));
        let arc = &mut self.arcs[id];
        let forwards = arc.flow == arc.low;
        self.value
            .add(better, if forwards { amount } else { -amount });
        arc.flow += if forwards { amount } else { -amount };
        let (mut start, mut end) = if forwards {
            (arc.from, arc.to)
        } else {
            (arc.to, arc.from)
        };
        while start != end {
            if self.nodes[start].depth >= self.nodes[end].depth {
                start = self.push_above(start, -amount);
            } else {
                end = self.push_above(end, amount);
            }
        }
    }

    /// Sends more towards the root over the arc above a node; gives its parent.
    fn push_above(&mut self, node: usize, amount: i64) -> usize {
        let Node { parent, arc, .. } = self.nodes[node];
        let arc = &mut self.arcs[arc];
        arc.flow += if arc.from == node { amount } else { -amount };
        parent
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
            self.reprice(node);
            self.nodes[node].depth = self.nodes[self.nodes[node].parent].depth + 1;
            let mut child = self.nodes[node].child;
            while let Some(id) = child {
                stack.push(id);
                child = self.nodes[id].next;
            }
        }
        self.stack = stack;
    }

    pub(super) fn hang(&mut self, node: usize, parent: usize) {
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

/// The cheapest candidate; of equal ones the first arc.
fn cheapest(candidates: &[(i128, usize)]) -> Option<usize> {
    let numbered = candidates.iter().enumerate();
    numbered
        .min_by_key(|(_, candidate)| **candidate)
        .map(|(at, _)| at)
}
