//! Solidarity funds: opening one, deposits that two stewards sign, what is paid out and comes back.
mod act_on_deposit;
mod advances;
mod get;
mod list;
mod movements;
mod open;
mod propose_deposit;

use crate::http::wire::MoneyText;
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::ids::{OrderId, OrganisationId, PersonId};
use store::pools::funds::SeenFund;
use store::pools::movements::Movement;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(open::open)
        .service(list::list)
        .service(get::get)
        .service(propose_deposit::propose)
        .service(movements::list)
        .service(movements::get)
        .service(act_on_deposit::sign)
        .service(act_on_deposit::cancel)
        .service(advances::propose)
        .service(advances::list)
        .service(advances::get)
        .service(advances::approve)
        .service(advances::cancel)
        .service(advances::repay);
}

/// A solidarity fund.
#[derive(Debug, Serialize, ToSchema)]
pub struct FundView {
    id: Uuid,
    /// The network that keeps it.
    organisation_id: Uuid,
    #[schema(example = "Fondo solidario del Sur")]
    name: String,
    /// ISO 4217.
    #[schema(example = "ARS")]
    currency: String,
    /// What it can pay. Null for those who are in no open pool that counts on it.
    balance: Option<MoneyText>,
    created_at: DateTime<Utc>,
}

impl From<SeenFund> for FundView {
    fn from(seen: SeenFund) -> Self {
        let fund = seen.fund;
        Self {
            id: fund.id.uuid(),
            organisation_id: fund.organisation.uuid(),
            name: fund.name,
            currency: fund.balance.currency().code().to_owned(),
            balance: seen.with_balance.then(|| fund.balance.into()),
            created_at: fund.created_at.utc(),
        }
    }
}

/// A movement of a fund. The balance is the signed deposits, less the releases, plus the returns.
#[derive(Debug, Serialize, ToSchema)]
pub struct MovementView {
    id: Uuid,
    fund_id: Uuid,
    /// deposit, release (for an order) or return (from an order that was cancelled).
    #[schema(example = "deposit")]
    kind: &'static str,
    /// proposed (a deposit that does not count yet, a release that is held), signed or cancelled.
    #[schema(example = "proposed")]
    status: &'static str,
    amount: MoneyText,
    /// Absent for a deposit.
    order_id: Option<Uuid>,
    /// The organisation that paid a deposit.
    payer_id: Option<Uuid>,
    #[schema(example = "Aporte solidario de noviembre.")]
    note: String,
    /// Absent for what the server gave back by itself.
    proposed_by: Option<Uuid>,
    proposed_at: DateTime<Utc>,
    /// Another person.
    signed_by: Option<Uuid>,
    signed_at: Option<DateTime<Utc>>,
}

impl From<Movement> for MovementView {
    fn from(movement: Movement) -> Self {
        Self {
            id: movement.id.uuid(),
            fund_id: movement.fund.uuid(),
            kind: movement.kind.as_str(),
            status: movement.status.as_str(),
            amount: movement.amount.into(),
            order_id: movement.order.map(OrderId::uuid),
            payer_id: movement.payer.map(OrganisationId::uuid),
            note: movement.note,
            proposed_by: movement.proposed_by.map(PersonId::uuid),
            proposed_at: movement.proposed_at.utc(),
            signed_by: movement.signed_by.map(PersonId::uuid),
            signed_at: movement.signed_at.map(store::sql::Time::utc),
        }
    }
}
