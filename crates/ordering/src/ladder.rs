//! Approval ladders: who has to sign an amount, step by step, as an organisation's assembly adopted it.
//!
//! A ladder has steps per currency. A step holds up to its bound, which says itself whether it belongs to
//! the step; the first step that holds an amount decides. What lies above the last step is the
//! membership's: an assembly record.

use money::{Currency, Money};

use crate::error::OrderingError;
use crate::machine::named;

named! {
    /// An office that signs for an organisation.
    Office, "office" {
        /// Approves what another has placed; the office of organisations without a ladder.
        Approver = "approver",
        /// The officer of a budget line.
        Officer = "officer",
        /// The second signature.
        SecondSigner = "second_signer",
        /// The president.
        President = "president",
        /// A member of the board.
        BoardMember = "board_member",
        /// A steward of a solidarity fund; in no ladder.
        FundSteward = "fund_steward",
    }
}

named! {
    /// By which of an organisation's steps a payment is judged.
    ApprovalPath, "path of approval" {
        /// No ladder: two persons.
        TwoPersons = "two_persons",
        /// Outside any budget line.
        Full = "full",
        /// Inside the rest of a budget line.
        WithinBudget = "within_budget",
        /// An emergency, with its reason.
        Emergency = "emergency",
    }
}

/// So many persons of an office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signers {
    /// The office.
    pub office: Office,
    /// Distinct persons; above zero.
    pub persons: u32,
}

/// Up to where a step holds. `Unlimited` is a word of its own, never a large number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// Up to this amount; zero is zero.
    Amount(Money),
    /// Whatever the amount.
    Unlimited,
}

/// A step of a ladder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Up to where it holds.
    pub up_to: Bound,
    /// Whether the bound itself belongs to it.
    pub inclusive: bool,
    /// Who signs; an office at most once.
    pub signers: Vec<Signers>,
    /// Whether an assembly has to decide, too.
    pub assembly_record: bool,
}

impl Step {
    fn holds(&self, amount: Money) -> bool {
        match self.up_to {
            Bound::Unlimited => true,
            Bound::Amount(bound) if self.inclusive => amount.minor() <= bound.minor(),
            Bound::Amount(bound) => amount.minor() < bound.minor(),
        }
    }
}

/// The steps of one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrencySteps {
    /// Of all its bounds.
    pub currency: Currency,
    /// Outside any budget line. Above the last step an assembly decides.
    pub full: Vec<Step>,
    /// Inside the rest of a budget line. Above the last step, and without any, the full steps hold.
    pub within_budget: Vec<Step>,
    /// In an emergency. Above the last step there is none.
    pub emergency: Vec<Step>,
}

/// What a payment asks for before it is approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demand {
    /// By which steps it was judged.
    pub path: ApprovalPath,
    /// Who signs.
    pub signers: Vec<Signers>,
    /// Whether an assembly decides.
    pub assembly_record: bool,
}

impl Demand {
    /// Two persons of an office: the rule of organisations without a ladder, and of funds.
    pub fn two_of(office: Office) -> Self {
        Self {
            path: ApprovalPath::TwoPersons,
            signers: vec![Signers { office, persons: 2 }],
            assembly_record: false,
        }
    }

    /// Persons in all.
    pub fn persons(&self) -> u32 {
        let persons = self.signers.iter().map(|signers| signers.persons);
        persons.fold(0, u32::saturating_add)
    }
}

/// What is wrong with a step, where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LadderFault {
    /// JSON pointer below the list of currencies: `/0/full/1/up_to`.
    pub pointer: String,
    /// A sentence.
    pub detail: String,
}

/// A ladder without gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ladder(Vec<CurrencySteps>);

/// Steps of one kind at most: nobody remembers more.
pub const STEPS_MAX: usize = 12;
/// Persons of one office at most: a large board.
pub const PERSONS_MAX: u32 = 50;

impl Ladder {
    /// Reads a ladder.
    ///
    /// # Errors
    /// Every fault: no currency or one twice, no full steps, more than [`STEPS_MAX`], bounds that do not
    /// rise or are below zero, `Unlimited` before the end, a step that asks for nobody, holds nothing, or
    /// names an office twice.
    pub fn parse(currencies: Vec<CurrencySteps>) -> Result<Self, Vec<LadderFault>> {
        let mut faults = Vec::new();
        if currencies.is_empty() {
            note(
                &mut faults,
                "",
                "A ladder has steps for at least one currency.",
            );
        }
        for (index, steps) in currencies.iter().enumerate() {
            let at = format!("/{index}");
            let mut earlier = currencies.iter().take(index);
            if earlier.any(|other| other.currency == steps.currency) {
                let pointer = format!("{at}/currency");
                note(&mut faults, &pointer, "A currency has its steps once.");
            }
            if steps.full.is_empty() {
                let pointer = format!("{at}/full");
                note(&mut faults, &pointer, "A ladder ends in at least one step.");
            }
            check(&mut faults, &format!("{at}/full"), &steps.full);
            let within = format!("{at}/within_budget");
            check(&mut faults, &within, &steps.within_budget);
            check(&mut faults, &format!("{at}/emergency"), &steps.emergency);
        }
        if faults.is_empty() {
            Ok(Self(currencies))
        } else {
            Err(faults)
        }
    }

    /// The steps, by currency as they were given.
    pub fn currencies(&self) -> &[CurrencySteps] {
        &self.0
    }

    /// What an amount asks for, outside any budget line or inside one.
    ///
    /// # Errors
    /// [`OrderingError::NoSteps`] for a currency that the ladder does not have.
    pub fn demand(&self, amount: Money, within_budget: bool) -> Result<Demand, OrderingError> {
        let steps = self.steps(amount.currency())?;
        let inside = || first(&steps.within_budget, amount);
        if within_budget && let Some(step) = inside() {
            return Ok(of_step(ApprovalPath::WithinBudget, step));
        }
        Ok(match first(&steps.full, amount) {
            Some(step) => of_step(ApprovalPath::Full, step),
            None => Demand {
                path: ApprovalPath::Full,
                signers: Vec::new(),
                assembly_record: true,
            },
        })
    }

    /// What an amount asks for in an emergency.
    ///
    /// # Errors
    /// [`OrderingError::NoSteps`], [`OrderingError::AboveEmergency`] with the bound of the last step.
    pub fn emergency(&self, amount: Money) -> Result<Demand, OrderingError> {
        let steps = self.steps(amount.currency())?;
        if let Some(step) = first(&steps.emergency, amount) {
            return Ok(of_step(ApprovalPath::Emergency, step));
        }
        let most = steps.emergency.last().and_then(|step| match step.up_to {
            Bound::Amount(bound) => Some(bound),
            Bound::Unlimited => None,
        });
        Err(OrderingError::AboveEmergency { amount, most })
    }

    fn steps(&self, currency: Currency) -> Result<&CurrencySteps, OrderingError> {
        let found = self.0.iter().find(|steps| steps.currency == currency);
        found.ok_or(OrderingError::NoSteps(currency))
    }
}

fn first(steps: &[Step], amount: Money) -> Option<&Step> {
    steps.iter().find(|step| step.holds(amount))
}

fn of_step(path: ApprovalPath, step: &Step) -> Demand {
    Demand {
        path,
        signers: step.signers.clone(),
        assembly_record: step.assembly_record,
    }
}

fn note(faults: &mut Vec<LadderFault>, pointer: &str, detail: &str) {
    faults.push(LadderFault {
        pointer: pointer.to_owned(),
        detail: detail.to_owned(),
    });
}

fn check(faults: &mut Vec<LadderFault>, at: &str, steps: &[Step]) {
    if steps.len() > STEPS_MAX {
        note(faults, at, &format!("There are at most {STEPS_MAX} steps."));
    }
    let mut below: Option<Bound> = None;
    for (index, step) in steps.iter().enumerate() {
        let bound = format!("{at}/{index}/up_to");
        match (below, step.up_to) {
            (Some(Bound::Unlimited), _) => {
                note(faults, &bound, "Nothing comes after a step without limit.");
            }
            (Some(Bound::Amount(before)), Bound::Amount(after))
                if after.minor() <= before.minor() =>
            {
                let detail = format!("A step ends above the one before, which ends at {before}.");
                note(faults, &bound, &detail);
            }
            (_, Bound::Amount(bound_at)) if bound_at.minor() < 0 => {
                note(faults, &bound, "A bound is zero or more.");
            }
            (_, Bound::Amount(bound_at)) if bound_at.minor() == 0 && !step.inclusive => {
                note(faults, &bound, "A step below zero holds nothing.");
            }
            _ => {}
        }
        if step.up_to == Bound::Unlimited && !step.inclusive {
            let pointer = format!("{at}/{index}/inclusive");
            note(faults, &pointer, "A step without limit leaves nothing out.");
        }
        check_signers(faults, &format!("{at}/{index}/signers"), step);
        below = Some(step.up_to);
    }
}

fn check_signers(faults: &mut Vec<LadderFault>, at: &str, step: &Step) {
    if step.signers.is_empty() && !step.assembly_record {
        note(faults, at, "A step asks for somebody, or for an assembly.");
    }
    for (index, signers) in step.signers.iter().enumerate() {
        let mut earlier = step.signers.iter().take(index);
        if earlier.any(|other| other.office == signers.office) {
            let pointer = format!("{at}/{index}/role");
            note(faults, &pointer, "A step names an office once.");
        }
        if signers.office == Office::FundSteward {
            let pointer = format!("{at}/{index}/role");
            note(faults, &pointer, "Stewards sign for funds, in no ladder.");
        }
        if !(1..=PERSONS_MAX).contains(&signers.persons) {
            let pointer = format!("{at}/{index}/persons");
            let detail = format!("An office signs with 1 to {PERSONS_MAX} persons.");
            note(faults, &pointer, &detail);
        }
    }
}

#[cfg(test)]
mod tests;
