//! `GET /listings/{id}/price`.
use crate::http::wire::{DecimalText, LEAST, QUANTITY_MAX};
use crate::http::{Answer, Call, Fields, Query, Reply};
use crate::routes::simulations::answers::PriceAnswerView;
use actix_web::{get, web};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use store::catalogue::pricer::Pricer;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// How much is asked for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Units, above zero; pooled units where buyers pool.
    #[param(value_type = String, example = "1000", pattern = r"^[0-9]+(\.[0-9]+)?$")]
    quantity: DecimalText,
}

/// Today's price of a quantity, explained.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListingPriceView {
    listing_id: Uuid,
    product_id: Uuid,
    /// Units.
    #[schema(example = "1000")]
    quantity: DecimalText,
    /// ISO 4217: the currency of all amounts here.
    #[schema(example = "ARS")]
    currency: String,
    as_of: NaiveDate,
    /// The rules that both sides adopted.
    rule_set_id: Uuid,
    /// The share that is paid in advance.
    #[schema(example = "0.5")]
    advance_rate: DecimalText,
    /// Days until the rest is paid.
    #[schema(example = 30)]
    payment_days: i32,
    price: PriceAnswerView,
}

/// Today's price of a quantity with its explanation. The hours and the pay behind it are for the
/// co-operative and its verifiers, and for buyers where the co-operative's assembly opened them; they are
/// null for others.
#[utoipa::path(tag = "Listings", operation_id = "listing_price_get",
    params(("id" = Uuid, Path, description = "The listing."), Wanted),
    responses((status = 200, description = "The price.", body = ListingPriceView)),
    extensions(("x-problem-codes" = json!(["workplace_missing", "currency_mismatch",
        "no_common_rule_set", "insufficient_market_evidence", "missing_exchange_rate",
        "no_productive_hours", "below_floor", "not_above_market", "amount_out_of_range"]))))]
#[get("/listings/{id}/price")]
pub async fn get(call: Call, id: web::Path<Uuid>, query: Query<Wanted>) -> Answer {
    let mut fields = Fields::new();
    let quantity = &query.0.quantity;
    let quantity = quantity.micro_within(&mut fields, "?quantity", (LEAST, QUANTITY_MAX));
    let quantity = fields.finish(|| quantity)?;
    call.read(move |conn, actor| {
        let (pricer, sees_behind) = Pricer::seen_by(conn, actor, (*id).into())?;
        let quote = pricer.quote(quantity)?;
        let mut price = PriceAnswerView::from(quote.answer);
        if !sees_behind {
            price.hide_work();
        }
        let view = ListingPriceView {
            listing_id: pricer.listing().id.uuid(),
            product_id: pricer.product().uuid(),
            quantity: quantity.into(),
            currency: pricer.currency().code().to_owned(),
            as_of: actor.now.date(),
            rule_set_id: quote.rule_set.uuid(),
            advance_rate: quote.advance_rate.into(),
            payment_days: quote.payment_days,
            price,
        };
        Ok(Reply::plain(&view)?)
    })
    .await
}
