//! A block's view of the tree: its nodes, its hubs, the root and the forks of the ways between them.
//! What else lies on those ways is drawn together: a way is an edge with the cost of all its arcs and
//! the least that any of them can still carry.

use super::tree::{Entering, Leaving, Link, Node, Pivoted, Tree};
use super::{
    Arcs, Block, Hang, Id, NONE, ROOT, Simplex, State, at, get, get_mut, get_ref, id, set,
};
use crate::cost::Price;

/// Arcs looked at before the best of them enters, at least; in larger blocks the root of all.
const LEAST_LOOKED_AT: usize = 25;

/// Several arcs in a row, through nodes that are not in view.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way<C> {
    /// The node in view below, and how it hung.
    bottom: Id,
    first: Hang<C>,
    /// What it could carry upwards at first.
    up: i64,
    /// The nodes below the highest arc that can carry least upwards, and below the lowest that can
    /// carry least downwards.
    pub(super) blocks_up: Id,
    pub(super) blocks_down: Id,
    /// Units sent up it in view.
    sent: i64,
    /// Whether its top now hangs by its bottom, or the node below the arc that has left the tree.
    turned: bool,
    broken: Option<Id>,
}

impl<C> Way<C> {
    /// Sets what was sent up it, given the node that hangs on it.
    const fn count(&mut self, node: &Node) {
        self.sent = self.up - if node.upwards { node.up } else { node.down };
    }
}

/// What a visit did.
pub(super) struct Visit {
    pub(super) pivots: usize,
    /// No arc of the block betters the flow any more.
    pub(super) clean: bool,
}

/// The view of one block after another.
#[derive(Clone, Debug)]
pub(super) struct View<C> {
    tree: Tree<C>,
    /// The network's names of the nodes in view: root, hubs, the block's own, forks.
    names: Vec<Id>,
    /// For each node of the network its name here and 1, where it is in view.
    local: Vec<Id>,
    /// The last visit on which each node was met.
    met: Vec<Id>,
    visit: Id,
    /// Nodes met, each after its parent.
    order: Vec<Id>,
    ways: Vec<Way<C>>,
    hub_arcs: Vec<Id>,
    cursor: usize,
}

impl<C: Price> View<C> {
    pub(super) fn new(nodes: usize) -> Self {
        Self {
            tree: Tree::new(),
            names: Vec::new(),
            local: vec![0; nodes],
            met: vec![0; nodes],
            visit: 0,
            order: Vec::new(),
            ways: Vec::new(),
            hub_arcs: Vec::new(),
            cursor: 0,
        }
    }

    /// Improves the flow as far as the arcs of a block can, with at most so many pivots.
    pub(super) fn visit(&mut self, net: &mut Simplex<C>, block: &Block, limit: usize) -> Visit {
        self.open(net, block);
        let mut visit = Visit {
            pivots: 0,
            clean: false,
        };
        loop {
            let Some(entering) = self.entering(&net.arcs, block) else {
                visit.clean = true;
                break;
            };
            if visit.pivots == limit {
                break;
            }
            if visit.pivots == 0 {
                self.tree.thread(&self.order);
            }
            visit.pivots += 1;
            self.pivot(&mut net.arcs, &entering);
        }
        if visit.pivots > 0 {
            self.close(net);
        }
        self.forget();
        visit
    }

    /// Draws the block's part of the tree.
    fn open(&mut self, net: &mut Simplex<C>, block: &Block) {
        self.names.clear();
        self.names.push(ROOT);
        self.names.extend_from_slice(&block.hubs);
        self.names.extend(block.nodes.clone());
        for (name, node) in (1..).zip(&self.names) {
            set(&mut self.local, *node, name);
        }
        self.find_forks(&net.hangs);
        let Tree { nodes, prices, .. } = &mut self.tree;
        nodes.clear();
        prices.clear();
        nodes.resize(
            self.names.len(),
            Node::new(NONE, Link::Arc(NONE), true, 0, 0),
        );
        prices.resize(self.names.len(), C::default());
        self.ways.clear();
        // From here on only what is in view, by its name here.
        let mut order = std::mem::take(&mut self.order);
        order.retain_mut(|node| {
            *node = get(&self.local, *node).wrapping_sub(1);
            *node != NONE
        });
        for node in &order {
            self.hang(&net.hangs, *node);
        }
        self.order = order;
        self.hub_arcs.clear();
        for (name, hub) in (1..).zip(&block.hubs) {
            for arc in get_ref(&net.hub_arcs, *hub).clone() {
                set(&mut net.arcs.ends, arc, (name, ROOT));
                self.hub_arcs.push(arc);
            }
        }
        self.cursor = 0;
    }

    /// Walks from every node in view to the root; where walks meet out of view is a fork.
    fn find_forks(&mut self, hangs: &[Hang<C>]) {
        self.visit += 1;
        self.order.clear();
        set(&mut self.met, ROOT, self.visit);
        for position in 1..self.names.len() {
            let start = self.order.len();
            let mut node = get(&self.names, id(position));
            while get(&self.met, node) != self.visit {
                set(&mut self.met, node, self.visit);
                self.order.push(node);
                node = get_ref(hangs, node).parent;
            }
            let walked = self.order.get_mut(start..).unwrap_or_default();
            if !walked.is_empty() && get(&self.local, node) == 0 {
                self.names.push(node);
                set(&mut self.local, node, id(self.names.len()));
            }
            walked.reverse();
        }
    }

    /// Draws a node's link to the next node above that is in view.
    fn hang(&mut self, hangs: &[Hang<C>], node: Id) {
        let name = get(&self.names, node);
        let hang = get_ref(hangs, name);
        let (mut up, mut down, mut cost) = (hang.up, hang.down, hang.cost);
        let (mut link, mut upwards) = (Link::Arc(hang.arc), hang.upwards);
        let mut above = hang.parent;
        if get(&self.local, above) == 0 {
            let (mut blocks_up, mut blocks_down) = (name, name);
            while get(&self.local, above) == 0 {
                let step = get_ref(hangs, above);
                if step.up <= up {
                    (up, blocks_up) = (step.up, above);
                }
                if step.down < down {
                    (down, blocks_down) = (step.down, above);
                }
                cost = cost + step.cost;
                above = step.parent;
            }
            link = Link::Way(id(self.ways.len()));
            upwards = true;
            self.ways.push(Way {
                bottom: name,
                first: *hang,
                up,
                blocks_up,
                blocks_down,
                sent: 0,
                turned: false,
                broken: None,
            });
        }
        let parent = get(&self.local, above) - 1;
        set(
            &mut self.tree.nodes,
            node,
            Node::new(parent, link, upwards, up, down),
        );
        let price = cost + get(&self.tree.prices, parent);
        set(&mut self.tree.prices, node, price);
    }

    /// The arc of the next few that betters the flow most, if any arc does.
    fn entering(&mut self, arcs: &Arcs<C>, block: &Block) -> Option<Entering<C>> {
        let hub_arcs = self.hub_arcs.len();
        let count = hub_arcs + block.arcs.len();
        let mut best = (C::default(), None);
        let few = count.isqrt().max(LEAST_LOOKED_AT);
        let mut looked = 0;
        while looked < count && best.1.is_none() {
            let start = self.cursor;
            let list_end = if start < hub_arcs { hub_arcs } else { count };
            let end = (start + few).min(list_end);
            if start < hub_arcs {
                for arc in self.hub_arcs.get(start..end).unwrap_or_default() {
                    let arcs = arcs.look(at(*arc)..at(*arc) + 1);
                    best = self.better(best, arcs);
                }
            } else {
                let first = block.arcs.start;
                let arcs = arcs.look(first + start - hub_arcs..first + end - hub_arcs);
                best = self.better(best, arcs);
            }
            looked += end - start;
            self.cursor = if end == count { 0 } else { end };
        }
        let arc = best.1?;
        let (from, to) = get(&arcs.ends, arc);
        let forwards = get(&arcs.state, arc) == State::Empty;
        let cost = get(&arcs.cost, arc);
        Some(Entering {
            arc,
            start: if forwards { from } else { to },
            end: if forwards { to } else { from },
            cost: if forwards { cost } else { -cost },
            forwards,
            capacity: get(&arcs.capacity, arc),
        })
    }

    /// The best arc so far or among these, by what it gains.
    #[inline]
    fn better<'a>(
        &self,
        mut best: (C, Option<Id>),
        arcs: impl Iterator<Item = (usize, &'a State, &'a (Id, Id), &'a C)>,
    ) -> (C, Option<Id>)
    where
        C: 'a,
    {
        let prices = self.tree.prices.as_slice();
        for (arc, state, (from, to), cost) in arcs {
            if *state == State::Tree {
                continue;
            }
            let gain = *cost + get(prices, *to) - get(prices, *from);
            let gain = if *state == State::Full { -gain } else { gain };
            if gain < best.0 {
                best = (gain, Some(id(arc)));
            }
        }
        best
    }

    fn pivot(&mut self, arcs: &mut Arcs<C>, entering: &Entering<C>) {
        match self.tree.pivot(entering) {
            Pivoted::Passed => {
                let state = if entering.forwards {
                    State::Full
                } else {
                    State::Empty
                };
                set(&mut arcs.state, entering.arc, state);
            }
            Pivoted::Left(leaving) => {
                set(&mut arcs.state, entering.arc, State::Tree);
                self.leave(arcs, &leaving);
            }
        }
    }

    fn leave(&mut self, arcs: &mut Arcs<C>, leaving: &Leaving) {
        match leaving.node.link {
            Link::Arc(arc) => set(&mut arcs.state, arc, State::outside(leaving.node.flow())),
            Link::Way(number) => {
                let way = get_mut(&mut self.ways, number);
                way.broken = Some(leaving.blocking(way));
                way.count(&leaving.node);
            }
        }
    }

    /// Takes the tree in view over into the network.
    fn close(&mut self, net: &mut Simplex<C>) {
        for (name, node) in self.names.iter().zip(&self.tree.nodes).skip(1) {
            match node.link {
                Link::Arc(arc) => {
                    let cost = get(&net.arcs.cost, arc);
                    let hang = Hang {
                        cost: if node.upwards { cost } else { -cost },
                        up: node.up,
                        down: node.down,
                        parent: get(&self.names, node.parent),
                        arc,
                        upwards: node.upwards,
                    };
                    set(&mut net.hangs, *name, hang);
                }
                Link::Way(number) => {
                    let way = get_mut(&mut self.ways, number);
                    way.count(node);
                    way.turned = !node.upwards;
                }
            }
        }
        for way in &self.ways {
            if way.sent != 0 || way.turned || way.broken.is_some() {
                self.close_way(net, way);
            }
        }
    }

    /// Sends what was sent along a way, and turns its nodes where they now hang the other way round.
    fn close_way(&self, net: &mut Simplex<C>, way: &Way<C>) {
        let (mut below, mut hang) = (way.bottom, way.first);
        let mut turning = way.turned || way.broken.is_some();
        loop {
            let above = hang.parent;
            let next = get(&net.hangs, above);
            hang.up -= way.sent;
            hang.down += way.sent;
            if way.broken == Some(below) {
                set(&mut net.arcs.state, hang.arc, State::outside(hang.flow()));
                turning = false;
            } else if turning {
                set(&mut net.hangs, above, hang.turned(below));
            } else {
                set(&mut net.hangs, below, hang);
            }
            if get(&self.local, above) != 0 {
                return;
            }
            (below, hang) = (above, next);
        }
    }

    fn forget(&mut self) {
        for name in &self.names {
            set(&mut self.local, *name, 0);
        }
    }
}
