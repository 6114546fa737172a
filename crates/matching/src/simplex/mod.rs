//! Network simplex in blocks: the cheapest flow of a network, with the prices that prove it.
//!
//! The basis is a spanning tree that is kept strongly feasible (from every node some flow can still
//! be sent to the root along the tree), by taking as leaving arc the last that blocks on the cycle
//! from its apex on. No basis then returns, whatever arc enters, so the search ends; a limit on its
//! pivots holds all the same, against defects and against time.
//!
//! A pivot of the textbook moves a subtree of the whole network, and in a large round those hold
//! thousands of nodes. Here the network is cut into blocks (a product each) that only hubs join (the
//! factories), and one block after another is solved on a [`view::View`]: the part of the tree that
//! its nodes and hubs span, with every way through other blocks drawn together into one edge. A pivot
//! there is a pivot of the whole tree, but touches what the block can see. When a round over the
//! blocks betters little, neighbouring blocks become one, in the end all of them: the last view shows
//! the whole network, and what no arc betters there is the cheapest flow.

mod build;
mod export;
mod tree;
mod view;

use crate::cost::Price;
use std::ops::Range;
use view::View;

pub(crate) use build::{Builder, components};
pub use export::Export;

/// A node or an arc. Node 0 is the root.
pub(crate) type Id = u32;
/// No node, no arc.
const NONE: Id = Id::MAX;
pub(crate) const ROOT: Id = 0;
/// Pivots allowed for each arc and node. Rounds of every size tried needed less than three.
const PIVOTS_FOR_EACH: usize = 100;
/// Blocks become larger when a visit of one makes fewer pivots than this.
const PIVOTS_WORTH_A_VISIT: usize = 10;

/// The position of an id in a vector.
#[expect(
    clippy::as_conversions,
    reason = "every target of this crate has positions of 32 bits or more"
)]
const fn at(id: Id) -> usize {
    id as usize
}

/// The id of a position.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "networks are built by `build`, which counts nodes and arcs in ids"
)]
const fn id(position: usize) -> Id {
    position as Id
}

/// Where an arc stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Outside the tree, without flow.
    Empty,
    /// Outside the tree, full.
    Full,
    Tree,
}

impl State {
    /// Of an arc outside the tree with this flow.
    const fn outside(flow: i64) -> Self {
        if flow == 0 { Self::Empty } else { Self::Full }
    }
}

/// The arcs, field by field: the search for the entering arc reads some of the fields of many arcs.
#[derive(Clone, Debug)]
struct Arcs<C> {
    cost: Vec<C>,
    /// From and to: in the names of the block that the arc lies in, and of a hub's arc in those of the
    /// block that is in view.
    ends: Vec<(Id, Id)>,
    capacity: Vec<i64>,
    state: Vec<State>,
}

impl<C> Arcs<C> {
    /// The fields that the search for the entering arc reads.
    #[inline]
    fn look(&self, range: Range<usize>) -> impl Iterator<Item = (usize, &State, &(Id, Id), &C)> {
        let first = range.start;
        let state = self.state.get(range.clone()).unwrap_or_default();
        let ends = self.ends.get(range.clone()).unwrap_or_default();
        let cost = self.cost.get(range).unwrap_or_default();
        let arcs = state.iter().zip(ends).zip(cost).zip(first..);
        arcs.map(|(((state, ends), cost), arc)| (arc, state, ends, cost))
    }
}

/// How a node hangs in the tree.
#[derive(Clone, Copy, Debug)]
struct Hang<C> {
    /// What the way to its parent costs.
    cost: C,
    /// What the arc can still carry towards the parent, and from it.
    up: i64,
    down: i64,
    parent: Id,
    arc: Id,
    /// Whether the arc leads from the node to its parent.
    upwards: bool,
}

impl<C> Hang<C> {
    /// The flow of the arc: what can be sent back against it.
    const fn flow(&self) -> i64 {
        if self.upwards { self.down } else { self.up }
    }
}

impl<C: Price> Hang<C> {
    /// The same arc from its other end: how the parent hangs by the node.
    fn turned(self, node: Id) -> Self {
        Self {
            cost: -self.cost,
            up: self.down,
            down: self.up,
            parent: node,
            arc: self.arc,
            upwards: !self.upwards,
        }
    }
}

/// Nodes and arcs that lie next to each other, and the hubs that the arcs reach.
#[derive(Clone, Debug)]
struct Block {
    nodes: Range<Id>,
    arcs: Range<usize>,
    /// Sorted.
    hubs: Vec<Id>,
}

/// A network under solution.
#[derive(Clone, Debug)]
pub(crate) struct Simplex<C> {
    arcs: Arcs<C>,
    hangs: Vec<Hang<C>>,
    /// For the root and each hub, its arcs to the root.
    hub_arcs: Vec<Range<Id>>,
    /// Blocks that share hubs, directly or not, stand together in a component.
    components: Vec<Vec<Block>>,
}

impl<C: Price> Simplex<C> {
    /// Improves the flow until it is the cheapest. False if the limit on pivots came first: the flow
    /// is feasible then, but not proven.
    pub(crate) fn solve(&mut self) -> bool {
        let size = self.arcs.state.len() + self.hangs.len();
        self.solve_within(size.saturating_mul(PIVOTS_FOR_EACH))
    }

    /// The same with a limit of its own.
    pub(crate) fn solve_within(&mut self, mut pivots: usize) -> bool {
        let mut view = View::new(self.hangs.len());
        let components = std::mem::take(&mut self.components);
        let mut proven = true;
        for component in components {
            let (solved, blocks) = self.solve_component(component, &mut view, &mut pivots);
            proven &= solved;
            self.components.push(blocks);
        }
        proven
    }

    /// Visits block after block until none can be improved. What is clean stays so until a pivot.
    fn solve_component(
        &mut self,
        mut blocks: Vec<Block>,
        view: &mut View<C>,
        pivots: &mut usize,
    ) -> (bool, Vec<Block>) {
        let mut clean = 0;
        loop {
            let before = *pivots;
            for block in &blocks {
                let made = view.visit(self, block, *pivots);
                *pivots -= made.pivots;
                if !made.clean {
                    return (false, blocks);
                }
                clean = if made.pivots == 0 { clean + 1 } else { 1 };
                if clean >= blocks.len() {
                    return (true, blocks);
                }
            }
            if before - *pivots < PIVOTS_WORTH_A_VISIT * blocks.len() {
                blocks = self.merged(blocks);
                clean = 0;
            }
        }
    }

    /// The cost of the tree's path from each node to the root.
    fn prices(&self) -> Vec<C> {
        let mut prices = vec![C::default(); self.hangs.len()];
        let mut known = vec![false; self.hangs.len()];
        let mut path = Vec::new();
        set(&mut known, ROOT, true);
        for start in 0..id(self.hangs.len()) {
            let mut node = start;
            while !get(&known, node) {
                path.push(node);
                node = get(&self.hangs, node).parent;
            }
            while let Some(below) = path.pop() {
                let price = get(&self.hangs, below).cost + get(&prices, node);
                set(&mut prices, below, price);
                set(&mut known, below, true);
                node = below;
            }
        }
        prices
    }

    /// What the flow and the prices come to.
    pub(crate) fn outcome(mut self) -> Outcome<C> {
        for block in self.components.iter().flatten() {
            block.rename_back(&mut self.arcs);
        }
        let prices = self.prices();
        let states = self.arcs.state.iter().zip(&self.arcs.capacity);
        let flows = states.map(|(state, capacity)| match state {
            State::Full => *capacity,
            State::Empty | State::Tree => 0,
        });
        let mut flows: Vec<i64> = flows.collect();
        for hang in self.hangs.iter().skip(1) {
            set(&mut flows, hang.arc, hang.flow());
        }
        Outcome {
            arcs: self.arcs,
            flows,
            prices,
        }
    }
}

/// A flow and its prices.
#[derive(Clone, Debug)]
pub(crate) struct Outcome<C> {
    arcs: Arcs<C>,
    flows: Vec<i64>,
    prices: Vec<C>,
}

impl<C: Price> Outcome<C> {
    /// The flow of an arc.
    pub(crate) fn flow(&self, arc: Id) -> i64 {
        get(&self.flows, arc)
    }

    /// What a block's arc costs beyond the prices of its ends; never negative on an arc without flow
    /// once the network is solved.
    pub(crate) fn reduced_cost(&self, arc: Id) -> C {
        let (from, to) = get(&self.arcs.ends, arc);
        get(&self.arcs.cost, arc) + get(&self.prices, to) - get(&self.prices, from)
    }
}

/// Reads by id. Ids are positions this module made itself, so a miss is a defect of it; it panics, as
/// a wrong answer would be worse.
#[expect(clippy::indexing_slicing, reason = "ids come from the same vectors")]
fn get<T: Copy>(values: &[T], id: Id) -> T {
    values[at(id)]
}

#[expect(clippy::indexing_slicing, reason = "ids come from the same vectors")]
fn get_ref<T>(values: &[T], id: Id) -> &T {
    &values[at(id)]
}

#[expect(clippy::indexing_slicing, reason = "ids come from the same vectors")]
fn set<T>(values: &mut [T], id: Id, value: T) {
    values[at(id)] = value;
}

#[expect(clippy::indexing_slicing, reason = "ids come from the same vectors")]
fn get_mut<T>(values: &mut [T], id: Id) -> &mut T {
    &mut values[at(id)]
}

#[cfg(test)]
mod tests;
