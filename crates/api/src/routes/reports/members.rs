//! `GET /reports/members`.
use crate::http::wire::DecimalText;
use crate::http::{Answer, Call, Fields, Query, Reply};
use actix_web::get;
use money::Money;
use serde::{Deserialize, Serialize};
use store::reports::members::{self, Row};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which year, and for how many members.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    #[param(example = 2026, minimum = 1970, maximum = 9998)]
    year: i32,
    /// How many members your organisation has; without it nothing is said per member.
    #[param(example = 12000, minimum = 1, maximum = 1000000000)]
    members: Option<i64>,
}

/// The extra for one purpose.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExtraView {
    /// wages, hours, jobs, democracy, community, reserve or materials_and_overhead.
    #[schema(example = "wages")]
    purpose: &'static str,
    #[schema(value_type = String, example = "1200.00")]
    amount: DecimalText,
}

/// Somebody else who pays of the extra.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaidByView {
    organisation_id: Uuid,
    #[schema(example = "Fondo de la Red")]
    name: String,
    #[schema(value_type = String, example = "360.00")]
    extra: DecimalText,
}

/// A year in one currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct MembersRowView {
    /// ISO 4217.
    #[schema(example = "ARS")]
    currency: &'static str,
    /// What the goods would have cost at market prices.
    #[schema(value_type = String, example = "14700.00")]
    market: DecimalText,
    /// What your organisation paid above that.
    #[schema(value_type = String, example = "1800.00")]
    extra_total: DecimalText,
    /// The same by purpose.
    extra: Vec<ExtraView>,
    /// For each member, or null.
    #[schema(value_type = Option<String>, example = "0.15")]
    extra_per_member: Option<DecimalText>,
    /// Who else paid of the extra of orders that your organisation placed.
    paid_by: Vec<PaidByView>,
    /// What was bought before, by the baseline, or null.
    #[schema(value_type = Option<String>, example = "120000.00")]
    baseline: Option<DecimalText>,
    /// What of it was bought from co-operatives already, or null.
    #[schema(value_type = Option<String>, example = "4000.00")]
    baseline_cooperatives: Option<DecimalText>,
    /// Goods bought here over the baseline, as a fraction of one, or null.
    #[schema(value_type = Option<String>, example = "0.1375")]
    share_moved: Option<DecimalText>,
}

/// What buying from co-operatives cost and moved.
#[derive(Debug, Serialize, ToSchema)]
pub struct MembersReport {
    /// By currency.
    rows: Vec<MembersRowView>,
}

fn view(row: Row) -> MembersRowView {
    let money = |amount: Option<Money>| amount.map(DecimalText::from);
    MembersRowView {
        currency: row.market.currency().code(),
        market: row.market.into(),
        extra_total: row.extra_total.into(),
        extra: row
            .extra
            .into_iter()
            .map(|(purpose, amount)| ExtraView {
                purpose: purpose.as_str(),
                amount: amount.into(),
            })
            .collect(),
        extra_per_member: money(row.extra_per_member),
        paid_by: row
            .paid_by
            .into_iter()
            .map(|(organisation, name, extra)| PaidByView {
                organisation_id: organisation.uuid(),
                name,
                extra: extra.into(),
            })
            .collect(),
        baseline: money(row.baseline),
        baseline_cooperatives: money(row.baseline_cooperatives),
        share_moved: row.share_moved.map(DecimalText::from),
    }
}

/// The members' report: the extra over the market that your organisation paid in a year, what it is for, who else paid
/// of it, and how much of what is bought has moved to co-operatives. Every member of the organisation sees it.
#[utoipa::path(tag = "Reports", operation_id = "reports_members", params(Wanted),
    responses((status = 200, description = "The report.", body = MembersReport)))]
#[get("/reports/members")]
pub async fn report(call: Call, query: Query<Wanted>) -> Answer {
    let (year, members) = (query.0.year, query.0.members);
    let mut fields = Fields::new();
    fields.require(
        (1970..=9998).contains(&year),
        "?year",
        "A year from 1970 on.",
    );
    fields.require(
        members.is_none_or(|members| (1..=1_000_000_000).contains(&members)),
        "?members",
        "An organisation has at least one member.",
    );
    fields.finish(|| Some(()))?;
    call.read(move |conn, actor| {
        let rows = members::report(conn, actor, year, members)?;
        let rows = rows.into_iter().map(view).collect();
        Ok(Reply::plain(&MembersReport { rows })?)
    })
    .await
}
