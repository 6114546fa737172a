//! Budget lines: opened, delegated down the tree, closed.
mod close;
mod commitments;
mod delegate;
mod get;
mod list;
mod open;

use crate::http::wire::{self, DecimalText, LimitText};
use crate::http::{Fields, Problem};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use store::budgets::{BudgetLine, Terms};
use store::error::Error;
use store::ids::BudgetLineId;
use store::sql::Time;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(open::open)
        .service(list::list)
        .service(get::get)
        .service(delegate::delegate)
        .service(close::close)
        .service(commitments::list);
}

/// What a budget line is for, and what it may carry.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BudgetTerms {
    #[schema(example = "School supplies 2027", max_length = 200)]
    name: String,
    /// ISO 4217.
    #[schema(example = "ARS", pattern = "^[A-Z]{3}$")]
    currency: String,
    /// The first day on which an order can be promised from it.
    starts_on: NaiveDate,
    /// The last.
    ends_on: NaiveDate,
    /// An amount (zero means that nothing may be spent), or the word `unlimited`.
    #[schema(value_type = String, example = "50000.00")]
    amount: LimitText,
}

impl BudgetTerms {
    fn read(&self) -> Result<Terms, Problem> {
        let mut fields = Fields::new();
        let name = fields.text("/name", &self.name, 200);
        let currency = wire::currency(&mut fields, "/currency", &self.currency);
        let starts_on = wire::day(&mut fields, "/starts_on", self.starts_on);
        let ends_on = wire::day(&mut fields, "/ends_on", self.ends_on);
        fields.require(
            self.starts_on <= self.ends_on,
            "/ends_on",
            "A budget line does not end before it starts.",
        );
        let amount = currency.and_then(|currency| {
            let amount = self.amount.read(&mut fields, "/amount", currency)?;
            let good = match amount {
                ordering::Bound::Amount(amount) => amount.minor() >= 0,
                ordering::Bound::Unlimited => true,
            };
            fields.require(good, "/amount", "A budget line is zero or more.");
            Some(amount)
        });
        fields.finish(|| {
            Some(Terms {
                name: name?,
                currency: currency?,
                starts_on: starts_on?,
                ends_on: ends_on?,
                amount: amount?,
            })
        })
    }
}

/// A budget line with its figures.
#[derive(Debug, Serialize, ToSchema)]
pub struct BudgetLineView {
    id: Uuid,
    /// Who spends it.
    organisation_id: Uuid,
    /// The line that it is a part of.
    part_of: Option<Uuid>,
    #[schema(example = "School supplies 2027")]
    name: String,
    /// ISO 4217, of all figures.
    #[schema(example = "ARS")]
    currency: &'static str,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
    /// What it may carry: an amount, or the word `unlimited`.
    #[schema(value_type = String, example = "50000.00")]
    amount: LimitText,
    /// Promised to orders that wait or are confirmed.
    #[schema(value_type = String, example = "301464.00")]
    committed: DecimalText,
    /// Gone out.
    #[schema(value_type = String, example = "0.00")]
    spent: DecimalText,
    /// Given on in parts; parts without limit count nothing here.
    #[schema(value_type = String, example = "0.00")]
    delegated: DecimalText,
    /// What is left: an amount, or the word `unlimited`.
    #[schema(value_type = String, example = "12000.00")]
    left: LimitText,
    /// open or closed.
    #[schema(example = "open")]
    status: &'static str,
    opened_at: DateTime<Utc>,
    closed_at: Option<DateTime<Utc>>,
}

impl BudgetLineView {
    fn of(line: BudgetLine) -> Result<Self, Error> {
        Ok(Self {
            id: line.id.uuid(),
            organisation_id: line.organisation.uuid(),
            part_of: line.parent.map(BudgetLineId::uuid),
            name: line.name,
            currency: line.currency.code(),
            starts_on: line.starts_on,
            ends_on: line.ends_on,
            amount: line.budget.amount.into(),
            committed: line.budget.committed.into(),
            spent: line.budget.spent.into(),
            delegated: line.budget.delegated.into(),
            left: line.budget.left()?.into(),
            status: line.state.as_str(),
            opened_at: line.opened_at.utc(),
            closed_at: line.closed_at.map(Time::utc),
        })
    }
}
