//! Approvals: by others than who placed the order, of one revision, each person for one office.

use crate::error::OrderingError;
use crate::ladder::{Demand, Office, Signers};

/// One person's approval of one revision of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval<Id> {
    /// The person.
    pub approver: Id,
    /// The order's revision when they approved; any change of the order is a new revision.
    pub revision: u32,
    /// The offices that the person holds now: none where the mandate has ended or was recalled.
    pub offices: Vec<Office>,
}

/// What a demand still lacks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outstanding {
    /// Who has still to sign.
    pub signers: Vec<Signers>,
    /// Whether an assembly has still to decide.
    pub assembly_record: bool,
}

impl Outstanding {
    /// Whether nothing is lacking.
    pub fn is_empty(&self) -> bool {
        self.signers.is_empty() && !self.assembly_record
    }

    /// Persons who have still to sign.
    pub fn persons(&self) -> u32 {
        let persons = self.signers.iter().map(|signers| signers.persons);
        persons.fold(0, u32::saturating_add)
    }
}

/// Whether `approval` can be put beside `approvals`.
///
/// # Errors
/// [`OrderingError::ApproverPlacedOrder`], [`OrderingError::AlreadyApproved`], [`OrderingError::NotAsked`]
/// where nobody of the person's offices is lacking.
pub fn approve<Id: Eq + Clone>(
    demand: &Demand,
    approvals: &[Approval<Id>],
    placer: &Id,
    approval: &Approval<Id>,
) -> Result<(), OrderingError> {
    if approval.approver == *placer {
        return Err(OrderingError::ApproverPlacedOrder);
    }
    let same = |given: &Approval<Id>| {
        given.approver == approval.approver && given.revision == approval.revision
    };
    if approvals.iter().any(same) {
        return Err(OrderingError::AlreadyApproved);
    }
    let before = outstanding(demand, approvals, approval.revision, false);
    let mut with = approvals.to_vec();
    with.push(approval.clone());
    if outstanding(demand, &with, approval.revision, false).persons() == before.persons() {
        let offices = before.signers.iter().map(|signers| signers.office);
        return Err(OrderingError::NotAsked(offices.collect()));
    }
    Ok(())
}

/// What the demand still lacks, by the approvals of `revision`; those of other revisions are void. A
/// person counts once, for whichever of their offices leaves the least lacking.
pub fn outstanding<Id: Eq>(
    demand: &Demand,
    approvals: &[Approval<Id>],
    revision: u32,
    assembly_decided: bool,
) -> Outstanding {
    let mut people: Vec<&Approval<Id>> = Vec::new();
    for approval in approvals.iter().filter(|a| a.revision == revision) {
        if !people.iter().any(|p| p.approver == approval.approver) {
            people.push(approval);
        }
    }
    let mut seats: Vec<Seat> = demand.signers.iter().flat_map(seats_of).collect();
    for person in 0..people.len() {
        let mut tried = vec![false; seats.len()];
        seat(person, &people, &mut seats, &mut tried);
    }
    let signers = demand.signers.iter().filter_map(|asked| {
        let free = seats
            .iter()
            .filter(|seat| seat.office == asked.office && seat.person.is_none());
        let persons = u32::try_from(free.count()).unwrap_or(u32::MAX);
        (persons > 0).then_some(Signers { persons, ..*asked })
    });
    Outstanding {
        signers: signers.collect(),
        assembly_record: demand.assembly_record && !assembly_decided,
    }
}

/// One signature that is asked for, and who gives it.
struct Seat {
    office: Office,
    person: Option<usize>,
}

fn seats_of(signers: &Signers) -> impl Iterator<Item = Seat> + use<> {
    let office = signers.office;
    (0..signers.persons).map(move |_| Seat {
        office,
        person: None,
    })
}

/// Gives a person a seat of one of their offices, moving others to seats that they can take as well: an
/// augmenting path of a bipartite matching, so that no order of signing leaves a seat empty in vain.
fn seat<Id>(
    person: usize,
    people: &[&Approval<Id>],
    seats: &mut [Seat],
    tried: &mut [bool],
) -> bool {
    let Some(offices) = people.get(person).map(|approval| &approval.offices) else {
        return false;
    };
    for index in 0..seats.len() {
        let held = match (seats.get(index), tried.get_mut(index)) {
            (Some(free), Some(tried)) if !*tried && offices.contains(&free.office) => {
                *tried = true;
                free.person
            }
            _ => continue,
        };
        let free = match held {
            None => true,
            Some(other) => seat(other, people, seats, tried),
        };
        if free {
            if let Some(taken) = seats.get_mut(index) {
                taken.person = Some(person);
            }
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests;
