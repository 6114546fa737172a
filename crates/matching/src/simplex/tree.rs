//! The tree in view: nodes in the order of a walk through it, and the pivots on it.

use super::view::Way;
use super::{Id, NONE, get, get_mut, id, set};
use crate::cost::Price;

/// What joins a node to its parent: an arc, or a way of several arcs through nodes out of view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    Arc(Id),
    Way(Id),
}

/// A node in view. The thread is the walk from the root that enters every subtree whole.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) parent: Id,
    pub(super) link: Link,
    /// Whether an arc leads from the node to its parent; whether a way has its bottom here.
    pub(super) upwards: bool,
    /// What the link can still carry towards the parent, and from it.
    pub(super) up: i64,
    pub(super) down: i64,
    /// Next and previous in the thread.
    next: Id,
    previous: Id,
    /// Nodes of the subtree, and the last of them in the thread.
    size: Id,
    last: Id,
}

impl Node {
    pub(super) const fn new(parent: Id, link: Link, upwards: bool, up: i64, down: i64) -> Self {
        Self {
            parent,
            link,
            upwards,
            up,
            down,
            next: NONE,
            previous: NONE,
            size: 1,
            last: NONE,
        }
    }

    /// The flow of the arc that it hangs on: what can be sent back against it.
    pub(super) const fn flow(&self) -> i64 {
        if self.upwards { self.down } else { self.up }
    }
}

/// The entering arc, in the direction in which more flow betters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entering<C> {
    pub(super) arc: Id,
    pub(super) start: Id,
    pub(super) end: Id,
    /// Cost from start to end.
    pub(super) cost: C,
    /// The arc leads from start to end.
    pub(super) forwards: bool,
    pub(super) capacity: i64,
}

/// What a pivot made of the arcs.
pub(super) enum Pivoted {
    /// The entering arc was filled, or emptied; the tree stays.
    Passed,
    /// The entering arc is in the tree; what leaves is the link of a node as it was.
    Left(Leaving),
}

/// A link that leaves the tree.
pub(super) struct Leaving {
    /// The node below it, and the node as it hung.
    pub(super) below: Id,
    pub(super) node: Node,
    /// Whether it blocks flow towards the parent.
    pub(super) upwards: bool,
}

impl Leaving {
    /// The blocking arc of a way that leaves, by the node below it: the last one on the cycle, which is
    /// the lowest where the cycle goes down and the highest where it goes up.
    pub(super) const fn blocking<C>(&self, way: &Way<C>) -> Id {
        if self.node.upwards == self.upwards {
            way.blocks_up
        } else {
            way.blocks_down
        }
    }
}

/// The tree in view. Node 0 is the root.
#[derive(Clone, Debug)]
pub(super) struct Tree<C> {
    pub(super) nodes: Vec<Node>,
    /// Cost of the tree's path from each node to the root. Apart from the nodes, as the search for
    /// the entering arc reads nothing else of them.
    pub(super) prices: Vec<C>,
    /// Room for building the thread.
    free: Vec<Id>,
    walk: Vec<Id>,
}

impl<C: Price> Tree<C> {
    pub(super) const fn new() -> Self {
        Self {
            nodes: Vec::new(),
            prices: Vec::new(),
            free: Vec::new(),
            walk: Vec::new(),
        }
    }

    /// Threads the nodes. `order` names every node but the root, each after its parent.
    pub(super) fn thread(&mut self, order: &[Id]) {
        let nodes = &mut self.nodes;
        for node in order.iter().rev() {
            let below = get(nodes, *node);
            get_mut(nodes, below.parent).size += below.size;
        }
        // Each node's place in the walk is the next free one of its parent's.
        self.free.clear();
        self.free.resize(nodes.len(), 1);
        self.walk.clear();
        self.walk.resize(nodes.len(), 0);
        for node in order {
            let here = get(nodes, *node);
            let place = get(&self.free, here.parent);
            *get_mut(&mut self.free, here.parent) += here.size;
            set(&mut self.free, *node, place + 1);
            set(&mut self.walk, place, *node);
        }
        let mut previous = get(&self.walk, id(self.walk.len()) - 1);
        for node in &self.walk {
            get_mut(nodes, previous).next = *node;
            get_mut(nodes, *node).previous = previous;
            previous = *node;
        }
        for (place, node) in (0..).zip(&self.walk) {
            let end = place + get(nodes, *node).size - 1;
            get_mut(nodes, *node).last = get(&self.walk, end);
        }
    }

    /// Lets an arc enter, and names what leaves.
    pub(super) fn pivot(&mut self, entering: &Entering<C>) -> Pivoted {
        let Entering { start, end, .. } = *entering;
        let join = self.join(start, end);
        // The last link that blocks the cycle join → start → (entering arc) → end → join.
        let (mut amount, mut blocked) = (entering.capacity, None);
        let mut node = start;
        while node != join {
            let here = get(&self.nodes, node);
            if here.down < amount {
                (amount, blocked) = (here.down, Some((node, false)));
            }
            node = here.parent;
        }
        node = end;
        while node != join {
            let here = get(&self.nodes, node);
            if here.up <= amount {
                (amount, blocked) = (here.up, Some((node, true)));
            }
            node = here.parent;
        }
        if amount > 0 {
            self.send(start, join, -amount);
            self.send(end, join, amount);
        }
        let Some((below, upwards)) = blocked else {
            return Pivoted::Passed;
        };
        let leaving = Leaving {
            below,
            node: get(&self.nodes, below),
            upwards,
        };
        self.rehang(entering, amount, &leaving, join);
        Pivoted::Left(leaving)
    }

    /// The lowest node above both.
    fn join(&self, mut left: Id, mut right: Id) -> Id {
        while left != right {
            let (one, other) = (get(&self.nodes, left), get(&self.nodes, right));
            if one.size < other.size {
                left = one.parent;
            } else {
                right = other.parent;
            }
        }
        left
    }

    fn send(&mut self, mut node: Id, to: Id, amount: i64) {
        while node != to {
            let here = get_mut(&mut self.nodes, node);
            here.up -= amount;
            here.down += amount;
            node = here.parent;
        }
    }

    fn follow(&mut self, one: Id, next: Id) {
        get_mut(&mut self.nodes, one).next = next;
        get_mut(&mut self.nodes, next).previous = one;
    }

    /// Hangs what is below the leaving link on the entering arc.
    fn rehang(&mut self, entering: &Entering<C>, amount: i64, leaving: &Leaving, join: Id) {
        // Flow blocks downwards on the side where the entering arc starts.
        let (inside, outside) = if leaving.upwards {
            (entering.end, entering.start)
        } else {
            (entering.start, entering.end)
        };
        let moved = leaving.node;
        self.cut(&moved, join);
        let upwards = (inside == entering.start) == entering.forwards;
        let flow = if entering.forwards {
            amount
        } else {
            entering.capacity - amount
        };
        let (spare, back) = (entering.capacity - flow, flow);
        let mut hung = Node::new(outside, Link::Arc(entering.arc), upwards, spare, back);
        if !upwards {
            (hung.up, hung.down) = (back, spare);
        }
        let last = self.turn(inside, leaving.below, hung);
        // Back into the thread, right after the new parent.
        let after = get(&self.nodes, outside).next;
        self.follow(outside, inside);
        self.follow(last, after);
        let mut above = outside;
        while above != NONE && get(&self.nodes, above).last == outside {
            let here = get_mut(&mut self.nodes, above);
            here.last = last;
            above = here.parent;
        }
        above = outside;
        while above != join {
            let here = get_mut(&mut self.nodes, above);
            here.size += moved.size;
            above = here.parent;
        }
        let step = if inside == entering.start {
            entering.cost
        } else {
            -entering.cost
        };
        let change = get(&self.prices, outside) + step - get(&self.prices, inside);
        let mut node = inside;
        loop {
            let price = get_mut(&mut self.prices, node);
            *price = *price + change;
            if node == last {
                break;
            }
            node = get(&self.nodes, node).next;
        }
    }

    /// Takes a subtree out of the thread and out of the count of those above it.
    fn cut(&mut self, moved: &Node, join: Id) {
        let after = get(&self.nodes, moved.last).next;
        self.follow(moved.previous, after);
        let mut above = moved.parent;
        while above != NONE && get(&self.nodes, above).last == moved.last {
            let here = get_mut(&mut self.nodes, above);
            here.last = moved.previous;
            above = here.parent;
        }
        above = moved.parent;
        while above != join {
            let here = get_mut(&mut self.nodes, above);
            here.size -= moved.size;
            above = here.parent;
        }
    }

    /// Turns a subtree that is cut at `top` so that it hangs by `inside`, as `hung` says. Gives its new
    /// last node. What was above a node on the way is now behind it in the thread.
    fn turn(&mut self, inside: Id, top: Id, hung: Node) -> Id {
        let whole = get(&self.nodes, top).size;
        let mut was = get(&self.nodes, inside);
        *get_mut(&mut self.nodes, inside) = Node {
            next: was.next,
            previous: was.previous,
            size: whole,
            ..hung
        };
        // What followed the subtree of `below` in the thread as it was.
        let mut after = get(&self.nodes, was.last).next;
        let (mut below, mut tail) = (inside, was.last);
        while below != top {
            let node = was.parent;
            let here = get(&self.nodes, node);
            self.follow(tail, node);
            if was.last == here.last {
                tail = was.previous;
            } else {
                self.follow(was.previous, after);
                tail = here.last;
                after = get(&self.nodes, here.last).next;
            }
            let turned = get_mut(&mut self.nodes, node);
            turned.parent = below;
            turned.link = was.link;
            turned.upwards = !was.upwards;
            (turned.up, turned.down) = (was.down, was.up);
            turned.size = here.size - was.size;
            (below, was) = (node, here);
        }
        // Each now holds what hangs by it from above as well.
        let (mut node, mut size) = (top, 0);
        loop {
            let here = get_mut(&mut self.nodes, node);
            here.last = tail;
            if node == inside {
                return tail;
            }
            size += here.size;
            here.size = size;
            node = here.parent;
        }
    }
}
