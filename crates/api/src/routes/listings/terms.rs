//! What a co-operative says of a listing, as it travels; the CSV import reads its rows through it too.
use crate::http::Fields;
use crate::http::wire::{self, DecimalText, LEAST, MOST, QUANTITY_MAX};
use money::Micro;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::catalogue::listings::{CostSheet, Freight, Terms};
use utoipa::ToSchema;
use uuid::Uuid;

/// Price steps that a listing has at most.
pub const STEPS_MAX: usize = 20;
/// Regions that a listing is sent to at most.
pub const REGIONS_MAX: usize = 200;
/// Days of lead or transit: nothing takes three years.
const DAYS_MAX: u32 = 1_000;

/// A listing to be written, or to be changed (product and sku stay).
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListingText {
    pub(crate) product_id: Uuid,
    /// The co-operative's own number for it, unique among its listings.
    #[schema(example = "TILE-20", max_length = 64)]
    pub(crate) sku: String,
    #[schema(example = "Glazed tile 20 x 20, first quality", max_length = 200)]
    pub(crate) title: String,
    /// ISO 4217: the currency of all its money, and of the workplace's pay.
    #[schema(example = "ARS", pattern = "^[A-Z]{3}$")]
    pub(crate) currency: String,
    /// Days from an order to the first goods.
    #[schema(example = 14, minimum = 0, maximum = 1000)]
    pub(crate) lead_days: u32,
    /// The smallest order, in units; absent: any.
    #[schema(example = "100")]
    pub(crate) minimum: Option<DecimalText>,
    /// Quantities are multiples of this many units; absent: 1.
    #[schema(example = "10")]
    pub(crate) lot: Option<DecimalText>,
    pub(crate) cost_sheet: CostSheetText,
    /// What it asks, before the community premium: under the cost floor the listing does not open.
    #[schema(example = "16500")]
    pub(crate) offered_unit_price: Option<DecimalText>,
    /// The quantities from which the price table states another price, ascending.
    #[serde(default)]
    #[schema(example = json!(["1000", "5000"]), max_items = 20)]
    pub(crate) steps: Vec<DecimalText>,
    /// Where it is sent, or given where it is a service: then at no freight and in no days. Other regions are
    /// not served.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub(crate) freight: Vec<FreightText>,
}

/// What one unit, and one batch, take to make.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CostSheetText {
    /// Money per unit.
    #[schema(example = "5200")]
    pub(crate) materials_per_unit: DecimalText,
    /// Rent, energy and maintenance: money per unit.
    #[schema(example = "1900")]
    pub(crate) overhead_per_unit: DecimalText,
    /// Money per batch; absent: none.
    #[schema(example = "90000")]
    pub(crate) setup_cost: Option<DecimalText>,
    /// Standard allowed minutes per unit.
    #[schema(example = "38")]
    pub(crate) standard_minutes_per_unit: DecimalText,
    /// Minutes per batch; absent: none.
    #[schema(example = "240")]
    pub(crate) setup_minutes: Option<DecimalText>,
    /// Standard minutes made per minute worked, above 0 and up to 1; absent: 1.
    #[schema(example = "0.85")]
    pub(crate) line_efficiency: Option<DecimalText>,
}

/// Sending a unit to a region.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FreightText {
    /// ISO 3166-2.
    #[schema(example = "AR-B", pattern = "^[A-Z]{2}-[A-Z0-9]{1,3}$")]
    pub(crate) region: String,
    /// Money per unit.
    #[schema(example = "350")]
    pub(crate) unit_price: DecimalText,
    /// Days on the way.
    #[schema(example = 3, minimum = 0, maximum = 1000)]
    pub(crate) transit_days: u32,
}

impl From<CostSheet> for CostSheetText {
    fn from(sheet: CostSheet) -> Self {
        Self {
            materials_per_unit: sheet.materials.into(),
            overhead_per_unit: sheet.overhead.into(),
            setup_cost: Some(sheet.setup_cost.into()),
            standard_minutes_per_unit: sheet.standard_minutes.into(),
            setup_minutes: Some(sheet.setup_minutes.into()),
            line_efficiency: Some(sheet.line_efficiency.into()),
        }
    }
}

impl From<Freight> for FreightText {
    fn from(freight: Freight) -> Self {
        Self {
            region: freight.region,
            unit_price: freight.unit_price.into(),
            transit_days: freight.transit_days,
        }
    }
}

impl ListingText {
    /// The sku, of 1 to 64 characters.
    pub fn read_sku(&self, fields: &mut Fields) -> Option<String> {
        fields.text("/sku", &self.sku, 64)
    }

    /// All that may change.
    pub fn read_terms(&self, fields: &mut Fields) -> Option<Terms> {
        let title = fields.text("/title", &self.title, 200);
        let currency = wire::currency(fields, "/currency", &self.currency);
        let lead_days = days(fields, "/lead_days", self.lead_days);
        let minimum = match &self.minimum {
            Some(least) => least.micro_within(fields, "/minimum", (Micro::ZERO, QUANTITY_MAX)),
            None => Some(Micro::ZERO),
        };
        let lot = match &self.lot {
            Some(lot) => lot.micro_within(fields, "/lot", (LEAST, QUANTITY_MAX)),
            None => Some(Micro::ONE),
        };
        let cost_sheet = self.cost_sheet.read(fields);
        let offered_unit_price = match &self.offered_unit_price {
            Some(price) => price
                .micro_within(fields, "/offered_unit_price", (LEAST, MOST))
                .map(Some),
            None => Some(None),
        };
        let steps = self.read_steps(fields);
        let freight = self.read_freight(fields);
        Some(Terms {
            title: title?,
            currency: currency?,
            lead_days: lead_days?,
            minimum: minimum?,
            lot: lot?,
            cost_sheet: cost_sheet?,
            offered_unit_price: offered_unit_price?,
            steps: steps?,
            freight: freight?,
        })
    }

    fn read_steps(&self, fields: &mut Fields) -> Option<Vec<Micro>> {
        if self.steps.len() > STEPS_MAX {
            fields.refuse(
                "/steps",
                format!("A listing has at most {STEPS_MAX} steps."),
            );
            return None;
        }
        let mut steps = Vec::with_capacity(self.steps.len());
        for (at, step) in self.steps.iter().enumerate() {
            let pointer = format!("/steps/{at}");
            let step = step.micro_within(fields, pointer.clone(), (LEAST, QUANTITY_MAX))?;
            if steps.last().is_some_and(|last| *last >= step) {
                fields.refuse(pointer, "Steps ascend.");
                return None;
            }
            steps.push(step);
        }
        Some(steps)
    }

    fn read_freight(&self, fields: &mut Fields) -> Option<Vec<Freight>> {
        if self.freight.len() > REGIONS_MAX {
            let detail = format!("A listing is sent to at most {REGIONS_MAX} regions.");
            fields.refuse("/freight", detail);
            return None;
        }
        let mut seen = BTreeSet::new();
        let mut all = Vec::with_capacity(self.freight.len());
        for (at, freight) in self.freight.iter().enumerate() {
            let region = wire::region(fields, format!("/freight/{at}/region"), &freight.region)?;
            if !seen.insert(region.clone()) {
                fields.refuse(
                    format!("/freight/{at}/region"),
                    "This region stands here twice.",
                );
                return None;
            }
            let pointer = format!("/freight/{at}/unit_price");
            all.push(Freight {
                region,
                unit_price: freight.unit_price.micro_within(
                    fields,
                    pointer,
                    (Micro::ZERO, MOST),
                )?,
                transit_days: days(
                    fields,
                    &format!("/freight/{at}/transit_days"),
                    freight.transit_days,
                )?,
            });
        }
        Some(all)
    }
}

impl CostSheetText {
    fn read(&self, fields: &mut Fields) -> Option<CostSheet> {
        let mut any = |value: &DecimalText, name: &str| {
            value.micro_within(fields, format!("/cost_sheet/{name}"), (Micro::ZERO, MOST))
        };
        let materials = any(&self.materials_per_unit, "materials_per_unit");
        let overhead = any(&self.overhead_per_unit, "overhead_per_unit");
        let minutes = any(&self.standard_minutes_per_unit, "standard_minutes_per_unit");
        let mut or_zero = |value: &Option<DecimalText>, name: &str| match value {
            Some(value) => any(value, name),
            None => Some(Micro::ZERO),
        };
        let setup_cost = or_zero(&self.setup_cost, "setup_cost");
        let setup_minutes = or_zero(&self.setup_minutes, "setup_minutes");
        let line_efficiency = match &self.line_efficiency {
            Some(efficiency) => {
                let pointer = "/cost_sheet/line_efficiency";
                efficiency.micro_within(fields, pointer, (LEAST, Micro::ONE))
            }
            None => Some(Micro::ONE),
        };
        Some(CostSheet {
            materials: materials?,
            overhead: overhead?,
            setup_cost: setup_cost?,
            standard_minutes: minutes?,
            setup_minutes: setup_minutes?,
            line_efficiency: line_efficiency?,
        })
    }
}

fn days(fields: &mut Fields, pointer: &str, days: u32) -> Option<u32> {
    fields.require(
        days <= DAYS_MAX,
        pointer,
        format!("This is 0 to {DAYS_MAX} days."),
    );
    (days <= DAYS_MAX).then_some(days)
}
