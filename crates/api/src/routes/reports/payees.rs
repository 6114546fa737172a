//! `GET /reports/payees`.
use crate::http::wire::{DecimalText, MOST};
use crate::http::{Answer, Call, Fields, Query, Reply};
use accounting::payees::{PayeeReport, Rule, THRESHOLD};
use actix_web::get;
use money::Micro;
use serde::{Deserialize, Serialize};
use store::reports::payees;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Years that a report can be asked of.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9998;

/// Which year, and from which amount on.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    #[param(example = 2026, minimum = 1970, maximum = 9998)]
    year: i32,
    /// Who was paid at least this is listed: 5000 unless stated, of each currency.
    #[param(example = "5000", pattern = "^[0-9]+(\\.[0-9]+)?$")]
    threshold: Option<String>,
    /// summed (all payments of the year) or single (each by itself): summed unless stated.
    #[param(example = "summed", pattern = "^(summed|single)$")]
    rule: Option<String>,
}

/// Somebody who was paid at least the threshold.
#[derive(Debug, Serialize, ToSchema)]
pub struct PayeeView {
    payee_id: Uuid,
    #[schema(example = "Cooperativa La Mar")]
    name: String,
    /// ISO 4217.
    #[schema(example = "ARS")]
    currency: &'static str,
    /// How many payments.
    #[schema(example = 3)]
    payments: usize,
    #[schema(value_type = String, example = "18222.60")]
    total: DecimalText,
    #[schema(value_type = String, example = "9111.30")]
    largest: DecimalText,
    /// How many payments are by themselves at or above the threshold.
    #[schema(example = 2)]
    single_payments: usize,
    /// What these come to.
    #[schema(value_type = String, example = "18222.60")]
    single_total: DecimalText,
}

/// All others in a currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct OthersView {
    /// ISO 4217.
    #[schema(example = "ARS")]
    currency: &'static str,
    #[schema(example = 12)]
    payees: usize,
    #[schema(value_type = String, example = "1200.00")]
    total: DecimalText,
}

/// Who was paid how much.
#[derive(Debug, Serialize, ToSchema)]
pub struct PayeesReport {
    /// By currency, the largest total first.
    payees: Vec<PayeeView>,
    /// Those below the threshold, together: with the payees it is everything that was paid.
    others: Vec<OthersView>,
}

impl From<PayeeReport> for PayeesReport {
    fn from(found: PayeeReport) -> Self {
        let payees = found.rows.into_iter().map(|row| PayeeView {
            payee_id: row.payee,
            name: row.name,
            currency: row.total.currency().code(),
            payments: row.payments,
            total: row.total.into(),
            largest: row.largest.into(),
            single_payments: row.at_or_above.0,
            single_total: row.at_or_above.1.into(),
        });
        let others = found.others.into_iter();
        Self {
            payees: payees.collect(),
            others: others
                .map(|(currency, (payees, total))| OthersView {
                    currency: currency.code(),
                    payees,
                    total: total.into(),
                })
                .collect(),
        }
    }
}

/// Who your organisation paid at least a threshold in a year, as laws on unions' accounts ask it; refunds count
/// against payments.
#[utoipa::path(tag = "Reports", operation_id = "reports_payees", params(Wanted),
    responses((status = 200, description = "The report.", body = PayeesReport)))]
#[get("/reports/payees")]
pub async fn report(call: Call, query: Query<Wanted>) -> Answer {
    let mut fields = Fields::new();
    let year = query.0.year;
    fields.require(YEARS.contains(&year), "?year", "A year from 1970 on.");
    let threshold = match query.0.threshold {
        None => Some(THRESHOLD),
        Some(text) => {
            DecimalText(text).micro_within(&mut fields, "?threshold", (Micro::ZERO, MOST))
        }
    };
    let rule = match query.0.rule.as_deref() {
        None | Some("summed") => Some(Rule::Summed),
        Some("single") => Some(Rule::Single),
        Some(_) => None,
    };
    fields.require(rule.is_some(), "?rule", "The rule is summed or single.");
    let (threshold, rule) = fields.finish(|| Some((threshold?, rule?)))?;
    call.read(move |conn, actor| {
        let found = payees::report(conn, actor, year, threshold, rule)?;
        Ok(Reply::plain(&PayeesReport::from(found))?)
    })
    .await
}
