//! `GET /trial-balance`.
use super::months;
use crate::http::wire::DecimalText;
use crate::http::{Answer, Call, Query, Reply};
use actix_web::get;
use serde::{Deserialize, Serialize};
use store::books::balance::{self, Balance};
use utoipa::{IntoParams, ToSchema};

/// Which months.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Months {
    /// From this month on: `2026-11`.
    #[param(example = "2026-11", pattern = "^[0-9]{4}-[0-9]{2}$")]
    pub from: Option<String>,
    /// Up to this month.
    #[param(example = "2026-12", pattern = "^[0-9]{4}-[0-9]{2}$")]
    pub to: Option<String>,
}

/// An account in one currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct BalanceView {
    /// The account's key in the chart.
    #[schema(example = "payables")]
    account: &'static str,
    /// Your organisation's code.
    #[schema(example = "2100")]
    code: String,
    /// Your organisation's name.
    #[schema(example = "Payables")]
    name: String,
    /// asset, liability, income or expense.
    #[schema(example = "liability")]
    account_type: &'static str,
    /// ISO 4217.
    #[schema(example = "ARS")]
    currency: &'static str,
    /// What it held before the first of the months: debits above zero.
    #[schema(value_type = String, example = "0.00")]
    opening: DecimalText,
    #[schema(value_type = String, example = "0.00")]
    debit: DecimalText,
    #[schema(value_type = String, example = "18222.60")]
    credit: DecimalText,
    /// What it holds at the end of the last: debits above zero.
    #[schema(value_type = String, example = "-18222.60")]
    closing: DecimalText,
}

/// The trial balance: in each currency, debits are credits and closings add up to zero.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrialBalance {
    accounts: Vec<BalanceView>,
}

fn view(balance: Balance) -> BalanceView {
    BalanceView {
        account: balance.named.account.key(),
        code: balance.named.code,
        name: balance.named.name,
        account_type: balance.named.account.account_type().as_str(),
        currency: balance.debit.currency().code(),
        opening: balance.opening.into(),
        debit: balance.debit.into(),
        credit: balance.credit.into(),
        closing: balance.closing.into(),
    }
}

/// The trial balance of your organisation's book: what each account took in the months, and what it holds.
#[utoipa::path(tag = "Books", operation_id = "trial_balance", params(Months),
    responses((status = 200, description = "The balance.", body = TrialBalance)))]
#[get("/trial-balance")]
pub async fn trial(call: Call, query: Query<Months>) -> Answer {
    let wanted = months(query.0.from.as_ref(), query.0.to.as_ref())?;
    call.read(move |conn, actor| {
        let rows = balance::trial(conn, actor, &wanted)?;
        let accounts = rows.into_iter().map(view).collect();
        Ok(Reply::plain(&TrialBalance { accounts })?)
    })
    .await
}
