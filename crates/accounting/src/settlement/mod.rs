//! Which movement in the bank pays which invoice.
//!
//! A movement is matched by its end-to-end id, then by references found in what was written with it, then by the exact
//! amount together with the other side. Never in doubt: where two items could be meant, both are named and people
//! decide. The same items and movements give the same decisions, whatever the order of the items.
//!
//! No item gets more than it has open, and what a movement is given to items, with what is left of it, is the movement.
mod evidence;

use crate::statements::{Booking, Counterparty, StatementEntry};
use evidence::Index;
use money::Money;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// In which direction an item is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// We are paid.
    Receive,
    /// We pay.
    Pay,
}

/// An invoice, or anything else with a reference that is to be paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenItem {
    /// Its id, another for each item.
    pub id: Uuid,
    /// The number that people write: `INV-2026-000001`.
    pub reference: String,
    /// End-to-end ids under which its payment went to a bank; its reference is one without being named here.
    pub end_to_end: Vec<String>,
    /// Who pays whom.
    pub direction: Direction,
    /// What is still to be paid; zero of an item that was paid, which is how a second payment is known. Never below.
    pub open: Money,
    /// The name of the other side.
    pub name: String,
    /// Accounts of the other side.
    pub accounts: Vec<String>,
    /// Its number at the tax authority.
    pub tax_id: Option<String>,
}

/// By what a movement was matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MatchedBy {
    /// The end-to-end id is the item's.
    EndToEnd,
    /// The item's reference stands in a field of its own, or in the text.
    Reference,
    /// The amount is exactly what the item has open, and the other side is the item's.
    AmountAndCounterparty,
}

/// A part of a movement that pays an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allocation {
    /// Which item.
    pub item: Uuid,
    /// How much, with the sign of the movement: above zero came in.
    pub amount: Money,
    /// By what it was matched.
    pub by: MatchedBy,
}

/// What a movement turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It pays its items to the end, and nothing is left of it.
    Settled,
    /// It pays a part of its item.
    Partial,
    /// It pays its item to the end, and something is left of it.
    Overpaid,
    /// It came before: in an earlier import, or in this file.
    SameEntry,
    /// The items that it names were paid already.
    AlreadyPaid(Vec<Uuid>),
    /// Several items could be meant, or what it names and what it pays do not go together.
    Ambiguous(Vec<Uuid>),
    /// The items that it names are in another currency, or are paid in the other direction.
    Contradicts(Vec<Uuid>),
    /// The bank may still change it.
    Pending,
    /// It takes another movement back, which people have to look at.
    Reversal,
    /// Nothing in it points to an item.
    Unknown,
}

/// What is to be done with a movement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The id of the movement.
    pub entry: String,
    /// What it turned out to be.
    pub outcome: Outcome,
    /// What it pays, in the order of the items' ids.
    pub allocations: Vec<Allocation>,
    /// What is left of it, with its sign.
    pub unallocated: Money,
}

/// Decides about each movement, in the order given; earlier ones leave less open to later ones. `seen` are the ids of
/// movements that were decided about before.
pub fn settle(
    items: &[OpenItem],
    entries: &[StatementEntry],
    seen: &BTreeSet<String>,
) -> Vec<Decision> {
    let mut settling = Settling {
        index: Index::new(items),
        items: items.iter().map(|item| (item.id, item)).collect(),
        by_amount: BTreeSet::new(),
        open: BTreeMap::new(),
    };
    for item in items {
        settling.set_open(item.id, item.open.minor().unsigned_abs());
    }
    let mut seen = seen.clone();
    entries
        .iter()
        .map(|entry| {
            if seen.insert(entry.id.clone()) {
                settling.decide(entry)
            } else {
                nothing(entry, Outcome::SameEntry)
            }
        })
        .collect()
}

/// The items, and what each has left.
struct Settling<'a> {
    index: Index,
    items: BTreeMap<Uuid, &'a OpenItem>,
    open: BTreeMap<Uuid, u64>,
    /// The same the other way round.
    by_amount: BTreeSet<(u64, Uuid)>,
}

impl Settling<'_> {
    fn decide(&mut self, entry: &StatementEntry) -> Decision {
        match entry.booking {
            Booking::Pending => return nothing(entry, Outcome::Pending),
            Booking::Booked if entry.reversal => return nothing(entry, Outcome::Reversal),
            Booking::Booked if entry.amount.minor() == 0 => {
                return nothing(entry, Outcome::Unknown);
            }
            Booking::Booked => {}
        }
        let by_id = entry.end_to_end.as_deref().map(|id| self.index.by_id(id));
        for (named, by) in [
            (by_id.unwrap_or_default(), MatchedBy::EndToEnd),
            (self.index.by_text(entry), MatchedBy::Reference),
        ] {
            if !named.is_empty() {
                return self.named(entry, &named, by);
            }
        }
        let amount = entry.amount.minor().unsigned_abs();
        let likely: Vec<Uuid> = self
            .by_amount
            .range((amount, Uuid::nil())..=(amount, Uuid::max()))
            .filter_map(|(_, id)| self.items.get(id))
            .filter(|item| self.could_pay(entry, item))
            .filter(|item| evidence::same_party(item, &entry.counterparty))
            .map(|item| item.id)
            .collect();
        match likely.as_slice() {
            [] => nothing(entry, Outcome::Unknown),
            [one] => self.pay(entry, &[*one], MatchedBy::AmountAndCounterparty),
            _ => nothing(entry, Outcome::Ambiguous(likely)),
        }
    }

    /// The movement names items: it pays the only one, or all of them to the cent.
    fn named(&mut self, entry: &StatementEntry, named: &BTreeSet<Uuid>, by: MatchedBy) -> Decision {
        let all = || named.iter().copied().collect();
        let fitting: Vec<Uuid> = named
            .iter()
            .copied()
            .filter(|id| {
                self.items
                    .get(id)
                    .is_some_and(|item| self.could_pay(entry, item))
            })
            .collect();
        if fitting.is_empty() {
            return nothing(entry, Outcome::Contradicts(all()));
        }
        let open: Vec<Uuid> = fitting
            .iter()
            .copied()
            .filter(|&id| self.left(id) > 0)
            .collect();
        let sum: u128 = open.iter().map(|&id| u128::from(self.left(id))).sum();
        let exact = sum == u128::from(entry.amount.minor().unsigned_abs());
        if open.is_empty() && fitting.len() == named.len() {
            nothing(entry, Outcome::AlreadyPaid(fitting))
        } else if exact || (named.len() == 1 && open.len() == 1) {
            self.pay(entry, &open, by)
        } else {
            nothing(entry, Outcome::Ambiguous(all()))
        }
    }

    /// Gives the movement to the items, to none more than it has open.
    fn pay(&mut self, entry: &StatementEntry, items: &[Uuid], by: MatchedBy) -> Decision {
        let mut left = entry.amount.minor();
        let mut allocations = Vec::with_capacity(items.len());
        let mut all_paid = true;
        for id in items {
            let open = self.left(*id);
            let paid = left.unsigned_abs().min(open);
            self.set_open(*id, open - paid);
            all_paid &= open == paid;
            // What an item has open is an amount above zero, so either sign of it is one.
            let signed = i64::try_from(paid).map_or(0, |paid| paid * left.signum());
            left -= signed;
            allocations.push(Allocation {
                item: *id,
                amount: Money::new(signed, entry.amount.currency()),
                by,
            });
        }
        Decision {
            entry: entry.id.clone(),
            outcome: match (all_paid, left) {
                (false, _) => Outcome::Partial,
                (true, 0) => Outcome::Settled,
                (true, _) => Outcome::Overpaid,
            },
            allocations,
            unallocated: Money::new(left, entry.amount.currency()),
        }
    }

    fn set_open(&mut self, id: Uuid, amount: u64) {
        if let Some(before) = self.open.insert(id, amount) {
            self.by_amount.remove(&(before, id));
        }
        self.by_amount.insert((amount, id));
    }

    fn left(&self, id: Uuid) -> u64 {
        self.open.get(&id).copied().unwrap_or_default()
    }

    fn could_pay(&self, entry: &StatementEntry, item: &OpenItem) -> bool {
        let direction = if entry.amount.minor() > 0 {
            Direction::Receive
        } else {
            Direction::Pay
        };
        item.direction == direction && item.open.currency() == entry.amount.currency()
    }
}

fn nothing(entry: &StatementEntry, outcome: Outcome) -> Decision {
    Decision {
        entry: entry.id.clone(),
        outcome,
        allocations: Vec::new(),
        unallocated: entry.amount,
    }
}

impl OpenItem {
    /// Whether the bank's words about the other side can mean the item's.
    pub fn is_of(&self, counterparty: &Counterparty) -> bool {
        evidence::same_party(self, counterparty)
    }
}
