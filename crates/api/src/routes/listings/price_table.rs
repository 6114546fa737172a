//! `GET /listings/{id}/price-table`.
use crate::http::wire::DecimalText;
use crate::http::{Answer, Call, Reply};
use crate::routes::simulations::answers::{BasisView, ComponentsView};
use actix_web::{get, web};
use chrono::NaiveDate;
use serde::Serialize;
use store::catalogue::pricer::{Pricer, Quote};
use utoipa::ToSchema;
use uuid::Uuid;

/// Today's prices of a listing by quantity, by the rules that both sides adopted.
#[derive(Debug, Serialize, ToSchema)]
pub struct PriceTableView {
    listing_id: Uuid,
    product_id: Uuid,
    /// ISO 4217: the currency of all amounts here.
    #[schema(example = "ARS")]
    currency: String,
    as_of: NaiveDate,
    rule_set_id: Uuid,
    /// From the smallest order up.
    rows: Vec<PriceTableRow>,
}

/// The price of one quantity.
#[derive(Debug, Serialize, ToSchema)]
pub struct PriceTableRow {
    /// Units.
    #[schema(example = "1000")]
    quantity: DecimalText,
    /// What a unit costs, community premium included, before freight and VAT.
    #[schema(example = "17350.25")]
    unit_price: DecimalText,
    /// The market reference.
    #[schema(example = "14850")]
    market_unit_price: DecimalText,
    /// What a unit costs above the market reference.
    #[schema(example = "2500.25")]
    premium_per_unit: DecimalText,
    /// The premium as a fraction of the market reference.
    #[schema(example = "0.168367")]
    premium_rate: DecimalText,
    basis: BasisView,
    /// What all of it costs, before freight and VAT.
    #[schema(example = "17350250.00")]
    line_amount: DecimalText,
    /// What `line_amount` consists of; the ten sum to it.
    components: ComponentsView,
}

impl TryFrom<Quote> for PriceTableRow {
    type Error = store::Error;
    fn try_from(quote: Quote) -> Result<Self, store::Error> {
        let premium = quote.unit_price.checked_sub(quote.market_unit_price)?;
        let answer = quote.answer;
        Ok(Self {
            quantity: quote.request.quantity.into(),
            unit_price: quote.unit_price.into(),
            market_unit_price: quote.market_unit_price.into(),
            premium_per_unit: premium.into(),
            premium_rate: answer.premium_rate.into(),
            basis: answer.basis.into(),
            line_amount: answer.line_amount.into(),
            components: answer.components.into(),
        })
    }
}

/// Today's price table of a listing: for a buyer by the rules that both sides adopted; for the
/// co-operative and its verifiers by those that its assembly adopted.
#[utoipa::path(tag = "Listings", operation_id = "price_table_get",
    params(("id" = Uuid, Path, description = "The listing.")),
    responses((status = 200, description = "The price table.", body = PriceTableView)),
    extensions(("x-problem-codes" = json!(["workplace_missing", "currency_mismatch",
        "no_common_rule_set", "insufficient_market_evidence", "missing_exchange_rate",
        "no_productive_hours", "below_floor", "not_above_market", "amount_out_of_range"]))))]
#[get("/listings/{id}/price-table")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let (pricer, _) = Pricer::seen_by(conn, actor, (*id).into())?;
        let rows = pricer
            .steps()
            .into_iter()
            .map(|quantity| PriceTableRow::try_from(pricer.quote(quantity)?))
            .collect::<Result<_, store::Error>>()?;
        let table = PriceTableView {
            listing_id: pricer.listing().id.uuid(),
            product_id: pricer.product().uuid(),
            currency: pricer.currency().code().to_owned(),
            as_of: actor.now.date(),
            rule_set_id: pricer.rule_set().uuid(),
            rows,
        };
        Ok(Reply::plain(&table)?)
    })
    .await
}
