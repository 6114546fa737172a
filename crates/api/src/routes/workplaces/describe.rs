//! `PUT /workplace`.
use super::WorkplaceView;
use crate::http::wire::{DecimalText, LEAST, MOST, MoneyText};
use crate::http::{Answer, Body, Call, Fields, Problem, Reply};
use crate::openapi::IfMatch;
use actix_web::put;
use money::Micro;
use serde::Deserialize;
use store::catalogue::workplaces::{self, Conditions};
use utoipa::ToSchema;
use uuid::Uuid;

/// Hours of a week.
const WEEK: Micro = Micro::new(168_000_000);

/// Pay and hours, and how much work is looked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkplaceText {
    /// Pay per member and month for standard hours: overtime excluded, bonus and payment in kind included.
    monthly_pay: MoneyText,
    /// Social contributions on pay, as a fraction of it; absent: none.
    #[schema(example = "0.24")]
    on_cost_rate: Option<DecimalText>,
    /// The paid week that the assembly agreed, in hours: at most the benchmark's standard week.
    #[schema(example = "40")]
    weekly_hours: DecimalText,
    /// Paid assembly and education time, hours per member and month; absent: none.
    #[schema(example = "6")]
    assembly_hours_per_month: Option<DecimalText>,
    /// Paid hours of the week that find no work, all members together; absent: none.
    #[schema(example = "320")]
    idle_weekly_hours: Option<DecimalText>,
    /// For how many weeks the order book holds work; absent: none.
    #[schema(example = "3.5")]
    weeks_of_work_left: Option<DecimalText>,
    /// The living wage that pay is measured against, in pay's currency.
    benchmark_id: Uuid,
    /// Whether buyers see pay and hours behind a price: the assembly decides.
    #[serde(default)]
    open_to_buyers: bool,
}

fn parse(body: &WorkplaceText) -> Result<Conditions, Problem> {
    let mut fields = Fields::new();
    let pay = body.monthly_pay.read(&mut fields, "/monthly_pay");
    fields.require(
        pay.is_none_or(|pay| pay.minor() > 0),
        "/monthly_pay/amount",
        "Pay is above zero.",
    );
    let mut or_none = |value: &Option<DecimalText>, pointer: &str| match value {
        Some(value) => value.micro_within(&mut fields, pointer, (Micro::ZERO, MOST)),
        None => Some(Micro::ZERO),
    };
    let on_cost_rate = or_none(&body.on_cost_rate, "/on_cost_rate");
    let assembly_hours = or_none(&body.assembly_hours_per_month, "/assembly_hours_per_month");
    let idle_weekly_hours = or_none(&body.idle_weekly_hours, "/idle_weekly_hours");
    let weeks_of_work_left = or_none(&body.weeks_of_work_left, "/weeks_of_work_left");
    let weekly_hours = body
        .weekly_hours
        .micro_within(&mut fields, "/weekly_hours", (LEAST, WEEK));
    fields.finish(|| {
        Some(Conditions {
            monthly_pay: pay?,
            on_cost_rate: on_cost_rate?,
            weekly_hours: weekly_hours?,
            assembly_hours: assembly_hours?,
            idle_weekly_hours: idle_weekly_hours?,
            weeks_of_work_left: weeks_of_work_left?,
            benchmark: body.benchmark_id.into(),
            open_to_buyers: body.open_to_buyers,
        })
    })
}

/// Describes your co-operative's workplace: without it nothing is listed, since work could not be costed.
/// The first time, If-Match is "0".
#[utoipa::path(tag = "Listings", operation_id = "workplace_describe", request_body = WorkplaceText,
    params(IfMatch),
    responses((status = 200, description = "The workplace.", body = WorkplaceView,
        headers(("ETag" = String, description = "Its version.")))),
    extensions(("x-problem-codes" = json!(["currency_mismatch", "no_productive_hours"]))))]
#[put("/workplace")]
pub async fn describe(call: Call, body: Body<WorkplaceText>) -> Answer {
    let conditions = parse(&body.value)?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let workplace = workplaces::describe(conn, actor, version, &conditions)?;
        let version = workplace.version;
        Ok(Reply::ok(&WorkplaceView::from(workplace), version)?)
    })
    .await
}
