//! A ladder as JSON, read and written.
use crate::http::wire::{self, LimitText};
use crate::http::{Fields, Problem};
use money::Currency;
use ordering::{CurrencySteps, Demand, Ladder, LadderFault, Office, Signers, Step};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The steps of one currency.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CurrencyStepsText {
    /// ISO 4217.
    #[schema(example = "ARS", pattern = "^[A-Z]{3}$")]
    currency: String,
    /// Outside any budget line. Above the last step the membership decides: an assembly record.
    #[schema(min_items = 1, max_items = 12)]
    full: Vec<StepText>,
    /// Inside the rest of a budget line; above the last step, and where there are none, the full steps hold.
    #[schema(max_items = 12)]
    within_budget: Vec<StepText>,
    /// In an emergency; above the last step, and where there are none, there is no emergency.
    #[schema(max_items = 12)]
    emergency: Vec<StepText>,
}

/// A step: the first that holds an amount decides.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepText {
    /// Up to where it holds, above the step before: an amount, or the word `unlimited`.
    #[schema(value_type = String, example = "500.00")]
    up_to: LimitText,
    /// Whether the bound itself belongs to the step; true where there is none.
    #[schema(example = true)]
    inclusive: bool,
    /// Who signs: distinct persons, each for one office.
    #[schema(max_items = 5)]
    signers: Vec<SignersText>,
    /// Whether an assembly's decision that names the order is needed, too.
    #[schema(example = false)]
    assembly_record: bool,
}

/// So many persons of an office.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignersText {
    /// approver, officer, `second_signer`, president or `board_member`: a role that mandates give; for a
    /// fund's share `fund_steward`.
    #[schema(example = "board_member")]
    role: String,
    #[schema(example = 1, minimum = 1, maximum = 50)]
    persons: u32,
}

impl From<&Signers> for SignersText {
    fn from(signers: &Signers) -> Self {
        Self {
            role: signers.office.as_str().to_owned(),
            persons: signers.persons,
        }
    }
}

/// What a payment asks for before it is approved.
#[derive(Debug, Serialize, ToSchema)]
pub struct DemandView {
    /// `two_persons` (no ladder was adopted), full, `within_budget` or emergency.
    #[schema(example = "full")]
    path: &'static str,
    /// Who signs.
    signers: Vec<SignersText>,
    /// Whether an assembly's decision that names the order is needed.
    assembly_record: bool,
}

impl From<&Demand> for DemandView {
    fn from(demand: &Demand) -> Self {
        Self {
            path: demand.path.as_str(),
            signers: demand.signers.iter().map(SignersText::from).collect(),
            assembly_record: demand.assembly_record,
        }
    }
}

/// The ladder, or everything that is wrong with it.
///
/// # Errors
/// `invalid_input` with a pointer for each field.
pub fn read(written: &[CurrencyStepsText]) -> Result<Ladder, Problem> {
    let mut fields = Fields::new();
    let steps: Vec<Option<CurrencySteps>> = written
        .iter()
        .enumerate()
        .map(|(index, written)| read_currency(&mut fields, &format!("/ladders/{index}"), written))
        .collect();
    let steps: Vec<CurrencySteps> = fields.finish(|| steps.into_iter().collect())?;
    Ladder::parse(steps).map_err(|faults| {
        let mut fields = Fields::new();
        for LadderFault { pointer, detail } in faults {
            fields.refuse(format!("/ladders{pointer}"), detail);
        }
        Problem::invalid(fields.into_faults())
    })
}

fn read_currency(
    fields: &mut Fields,
    at: &str,
    written: &CurrencyStepsText,
) -> Option<CurrencySteps> {
    let currency = wire::currency(fields, format!("{at}/currency"), &written.currency)?;
    let mut steps = |name: &str, steps: &[StepText]| -> Option<Vec<Step>> {
        let read: Vec<Option<Step>> = steps
            .iter()
            .enumerate()
            .map(|(index, step)| read_step(fields, &format!("{at}/{name}/{index}"), step, currency))
            .collect();
        read.into_iter().collect()
    };
    let full = steps("full", &written.full);
    let within_budget = steps("within_budget", &written.within_budget);
    let emergency = steps("emergency", &written.emergency);
    Some(CurrencySteps {
        currency,
        full: full?,
        within_budget: within_budget?,
        emergency: emergency?,
    })
}

fn read_step(fields: &mut Fields, at: &str, step: &StepText, currency: Currency) -> Option<Step> {
    let up_to = step.up_to.read(fields, format!("{at}/up_to"), currency);
    let signers: Vec<Option<Signers>> = step
        .signers
        .iter()
        .enumerate()
        .map(|(index, signers)| {
            let pointer = format!("{at}/signers/{index}/role");
            let office = fields.take(pointer, Office::parse(&signers.role))?;
            Some(Signers {
                office,
                persons: signers.persons,
            })
        })
        .collect();
    Some(Step {
        up_to: up_to?,
        inclusive: step.inclusive,
        signers: signers.into_iter().collect::<Option<_>>()?,
        assembly_record: step.assembly_record,
    })
}

/// The ladder as JSON.
pub fn write(ladder: &Ladder) -> Vec<CurrencyStepsText> {
    let steps = |steps: &[Step]| -> Vec<StepText> {
        steps
            .iter()
            .map(|step| StepText {
                up_to: step.up_to.into(),
                inclusive: step.inclusive,
                signers: step.signers.iter().map(SignersText::from).collect(),
                assembly_record: step.assembly_record,
            })
            .collect()
    };
    ladder
        .currencies()
        .iter()
        .map(|of| CurrencyStepsText {
            currency: of.currency.code().to_owned(),
            full: steps(&of.full),
            within_budget: steps(&of.within_budget),
            emergency: steps(&of.emergency),
        })
        .collect()
}
