//! Workplaces: pay and hours behind a co-operative's prices.
mod describe;
mod get;

use crate::http::wire::{DecimalText, MoneyText};
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::catalogue::workplaces::Workplace;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(get::own)
        .service(get::of_cooperative)
        .service(describe::describe);
}

/// A co-operative's pay and hours, and how much work it looks for.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkplaceView {
    cooperative_id: Uuid,
    /// Pay per member and month for standard hours: overtime excluded, bonus and payment in kind included.
    monthly_pay: MoneyText,
    /// Social contributions on pay, as a fraction of it.
    #[schema(example = "0.24")]
    on_cost_rate: DecimalText,
    /// The paid week that the assembly agreed, in hours.
    #[schema(example = "40")]
    weekly_hours: DecimalText,
    /// Paid assembly and education time, hours per member and month.
    #[schema(example = "6")]
    assembly_hours_per_month: DecimalText,
    /// Paid hours of the week that find no work, all members together.
    #[schema(example = "320")]
    idle_weekly_hours: DecimalText,
    /// For how many weeks the order book holds work.
    #[schema(example = "3.5")]
    weeks_of_work_left: DecimalText,
    /// The living wage that pay is measured against.
    benchmark_id: Uuid,
    /// Whether buyers see pay and hours behind a price.
    open_to_buyers: bool,
    updated_at: DateTime<Utc>,
}

impl From<Workplace> for WorkplaceView {
    fn from(workplace: Workplace) -> Self {
        let conditions = workplace.conditions;
        Self {
            cooperative_id: workplace.cooperative.uuid(),
            monthly_pay: conditions.monthly_pay.into(),
            on_cost_rate: conditions.on_cost_rate.into(),
            weekly_hours: conditions.weekly_hours.into(),
            assembly_hours_per_month: conditions.assembly_hours.into(),
            idle_weekly_hours: conditions.idle_weekly_hours.into(),
            weeks_of_work_left: conditions.weeks_of_work_left.into(),
            benchmark_id: conditions.benchmark.uuid(),
            open_to_buyers: conditions.open_to_buyers,
            updated_at: workplace.updated_at.utc(),
        }
    }
}
