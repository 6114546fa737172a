//! Building a network block by block, and joining blocks.

use super::export::{Export, ExportedArc};
use super::{
    Arcs, Block, Hang, Id, NONE, ROOT, Simplex, State, at, get, get_mut, get_ref, id, set,
};
use crate::cost::{Cost, Price};
use crate::groups::Groups;
use crate::table::Table;
use std::ops::Range;

/// A network being built: first the hubs, then block after block.
#[derive(Clone, Debug)]
pub(crate) struct Builder<C> {
    arcs: Arcs<C>,
    hangs: Vec<Hang<C>>,
    hub_arcs: Vec<Range<Id>>,
    components: Vec<Vec<Block>>,
}

impl<C: Price> Builder<C> {
    /// A network of the root alone, with room for so many nodes and arcs.
    pub(crate) fn with_capacity(nodes: usize, arcs: usize) -> Self {
        let mut hangs = Vec::with_capacity(nodes);
        hangs.push(Hang {
            cost: C::default(),
            up: 0,
            down: 0,
            parent: NONE,
            arc: NONE,
            upwards: true,
        });
        Self {
            arcs: Arcs {
                cost: Vec::with_capacity(arcs),
                ends: Vec::with_capacity(arcs),
                capacity: Vec::with_capacity(arcs),
                state: Vec::with_capacity(arcs),
            },
            hangs,
            hub_arcs: vec![Range::default()],
            components: Vec::new(),
        }
    }

    /// A new hub with arcs to the root, the first of which is in the tree and must have room.
    pub(crate) fn hub(&mut self, arcs: impl IntoIterator<Item = (i64, C)>) -> Option<Id> {
        debug_assert!(self.components.is_empty());
        let mut arcs = arcs.into_iter();
        let first = id(self.arcs.state.len());
        let (capacity, cost) = arcs.next()?;
        let node = self.node(ROOT, capacity, 0, cost);
        for (capacity, cost) in arcs {
            self.arc(node, ROOT, capacity, cost);
        }
        self.hub_arcs.push(first..id(self.arcs.state.len()));
        Some(node)
    }

    /// Begins the next component: its blocks share no hub with those before.
    pub(crate) fn component(&mut self) {
        self.end_block();
        self.components.push(Vec::new());
    }

    /// Begins the next block of the component: the nodes and arcs that follow belong to it.
    pub(crate) fn block(&mut self) {
        self.end_block();
        let (node, arc) = (id(self.hangs.len()), self.arcs.state.len());
        if let Some(component) = self.components.last_mut() {
            component.push(Block {
                nodes: node..node,
                arcs: arc..arc,
                hubs: Vec::new(),
            });
        }
    }

    fn end_block(&mut self) {
        let blocks = self.components.last_mut();
        if let Some(block) = blocks.and_then(|blocks| blocks.last_mut()) {
            block.nodes.end = id(self.hangs.len());
            block.arcs.end = self.arcs.state.len();
        }
    }

    /// A new node, in the tree below `parent` by an arc towards it. The arc must be able to carry
    /// more than `flow`.
    pub(crate) fn node(&mut self, parent: Id, capacity: i64, flow: i64, cost: C) -> Id {
        debug_assert!(flow < capacity);
        let node = id(self.hangs.len());
        let arc = self.arc(node, parent, capacity, cost);
        set(&mut self.arcs.state, arc, State::Tree);
        self.hangs.push(Hang {
            cost,
            up: capacity - flow,
            down: flow,
            parent,
            arc,
            upwards: true,
        });
        node
    }

    /// A new arc without flow.
    pub(crate) fn arc(&mut self, from: Id, to: Id, capacity: i64, cost: C) -> Id {
        let arc = id(self.arcs.state.len());
        self.arcs.cost.push(cost);
        self.arcs.ends.push((from, to));
        self.arcs.capacity.push(capacity);
        self.arcs.state.push(State::Empty);
        arc
    }

    /// What the arc between the end of an arc and a hub can still carry; nothing where another joins it
    /// to the tree.
    pub(crate) fn room(&self, arc: Id) -> i64 {
        let (_, to) = get(&self.arcs.ends, arc);
        let hang = get_ref(&self.hangs, to);
        if at(hang.parent) < self.hub_arcs.len() {
            hang.up
        } else {
            0
        }
    }

    /// Hangs a node on an arc of its own to a node below a hub, with all its flow, which is less than the
    /// room there. What comes to the hub is to be told by [`Builder::load`].
    pub(crate) fn divert(&mut self, node: Id, arc: Id, flow: i64) {
        let (_, to) = get(&self.arcs.ends, arc);
        set(
            &mut self.arcs.state,
            get_ref(&self.hangs, node).arc,
            State::Empty,
        );
        self.hang(node, to, arc, flow);
        let below = get_mut(&mut self.hangs, to);
        below.up -= flow;
        below.down += flow;
    }

    /// Sends so much of a node's flow along an arc of its own to a node below a hub, all the room that is
    /// there: the other end then hangs on the node. What comes to the hub is to be told as well.
    pub(crate) fn fill(&mut self, node: Id, arc: Id, flow: i64) {
        let (_, to) = get(&self.arcs.ends, arc);
        set(
            &mut self.arcs.state,
            get_ref(&self.hangs, to).arc,
            State::Full,
        );
        set(&mut self.arcs.state, arc, State::Tree);
        let hang = Hang {
            cost: -get(&self.arcs.cost, arc),
            up: flow,
            down: get(&self.arcs.capacity, arc) - flow,
            parent: node,
            arc,
            upwards: false,
        };
        set(&mut self.hangs, to, hang);
        let own = get_mut(&mut self.hangs, node);
        own.up += flow;
        own.down -= flow;
    }

    /// Sends so much from a hub to the root, by its first arcs; they can carry more.
    pub(crate) fn load(&mut self, hub: Id, mut flow: i64) {
        for arc in get_ref(&self.hub_arcs, hub).clone() {
            let capacity = get(&self.arcs.capacity, arc);
            if flow < capacity {
                self.hang(hub, ROOT, arc, flow);
                return;
            }
            set(&mut self.arcs.state, arc, State::Full);
            flow -= capacity;
        }
    }

    /// Hangs a node on an arc towards its new parent.
    fn hang(&mut self, node: Id, parent: Id, arc: Id, flow: i64) {
        set(&mut self.arcs.state, arc, State::Tree);
        let hang = Hang {
            cost: get(&self.arcs.cost, arc),
            up: get(&self.arcs.capacity, arc) - flow,
            down: flow,
            parent,
            arc,
            upwards: true,
        };
        set(&mut self.hangs, node, hang);
    }

    /// The network.
    pub(crate) fn finish(mut self) -> Simplex<C> {
        self.end_block();
        let mut local = vec![ROOT; self.hub_arcs.len()];
        for block in self.components.iter_mut().flatten() {
            block.find_hubs(&self.arcs, id(self.hub_arcs.len()));
            block.rename(&mut self.arcs, &mut local);
        }
        Simplex {
            arcs: self.arcs,
            hangs: self.hangs,
            hub_arcs: self.hub_arcs,
            components: self.components,
        }
    }
}

impl Builder<Cost> {
    /// The network before it is solved, for other solvers.
    pub(crate) fn export(&self) -> Export {
        let mut flows = vec![0; self.arcs.state.len()];
        for hang in self.hangs.iter().skip(1) {
            set(&mut flows, hang.arc, hang.flow());
        }
        let capacities = self.arcs.capacity.iter().zip(flows);
        let arcs = self.arcs.ends.iter().zip(&self.arcs.cost).zip(capacities);
        Export {
            nodes: self.hangs.len(),
            arcs: arcs
                .map(|((ends, cost), (capacity, flow))| ExportedArc {
                    ends: *ends,
                    capacity: *capacity,
                    flow,
                    cost: *cost,
                })
                .collect(),
        }
    }
}

/// Puts groups that share hubs, directly or not, together: the positions of the groups of each
/// component, in order of the first. A group is a list of hubs, which are numbers below `hubs`.
pub(crate) fn components(hubs: usize, groups: &[Vec<usize>]) -> Vec<Vec<usize>> {
    // For each hub the first group that has it.
    let mut owner: Table<Option<usize>> = Table::filled(None, hubs);
    let mut joined = Groups::new(groups.len());
    for (group, hubs) in groups.iter().enumerate() {
        for hub in hubs {
            let first = *owner[*hub].get_or_insert(group);
            joined.join(first, group);
        }
    }
    let mut components: Table<Vec<usize>> = Table::filled(Vec::new(), groups.len());
    for group in 0..groups.len() {
        components[joined.find(group)].push(group);
    }
    let components = components.into_iter();
    components.filter(|groups| !groups.is_empty()).collect()
}

impl Block {
    /// The name of one of its own nodes, or of the root or a hub, as its arcs have it: 0 for the root,
    /// then the hubs, then the nodes.
    fn global(&self, local: Id) -> Id {
        let hubs = id(self.hubs.len());
        if local == ROOT {
            ROOT
        } else if local <= hubs {
            get(&self.hubs, local - 1)
        } else {
            self.nodes.start + (local - hubs - 1)
        }
    }

    fn find_hubs<C>(&mut self, arcs: &Arcs<C>, hubs: Id) {
        let ends = arcs.ends.iter().take(self.arcs.end).skip(self.arcs.start);
        self.hubs = ends
            .flat_map(|(from, to)| [*from, *to])
            .filter(|end| *end != ROOT && *end < hubs)
            .collect();
        self.hubs.sort_unstable();
        self.hubs.dedup();
    }

    /// Gives its arcs' ends their names in the block.
    fn rename<C>(&self, arcs: &mut Arcs<C>, local: &mut [Id]) {
        for (name, hub) in (1..).zip(&self.hubs) {
            set(local, *hub, name);
        }
        let first = id(self.hubs.len()) + 1;
        let name = |end: Id| {
            if end >= self.nodes.start {
                end - self.nodes.start + first
            } else {
                get(local, end)
            }
        };
        let ends = arcs.ends.iter_mut().take(self.arcs.end);
        for (from, to) in ends.skip(self.arcs.start) {
            (*from, *to) = (name(*from), name(*to));
        }
    }

    /// Gives its arcs' ends their names in the network.
    pub(super) fn rename_back<C>(&self, arcs: &mut Arcs<C>) {
        let ends = arcs.ends.iter_mut().take(self.arcs.end);
        for (from, to) in ends.skip(self.arcs.start) {
            (*from, *to) = (self.global(*from), self.global(*to));
        }
    }
}

impl<C: Price> Simplex<C> {
    /// Each two neighbouring blocks as one.
    pub(super) fn merged(&mut self, blocks: Vec<Block>) -> Vec<Block> {
        let mut local = vec![ROOT; self.hub_arcs.len()];
        let mut merged = Vec::with_capacity(blocks.len().div_ceil(2));
        let mut blocks = blocks.into_iter();
        while let Some(mut block) = blocks.next() {
            if let Some(next) = blocks.next() {
                for part in [&block, &next] {
                    part.rename_back(&mut self.arcs);
                }
                block.nodes.end = next.nodes.end;
                block.arcs.end = next.arcs.end;
                block.hubs.extend(next.hubs);
                block.hubs.sort_unstable();
                block.hubs.dedup();
                block.rename(&mut self.arcs, &mut local);
            }
            merged.push(block);
        }
        merged
    }
}
