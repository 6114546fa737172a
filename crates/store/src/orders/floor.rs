//! The floor under an accepted price: nobody sells for less than what dignified work costs, also not by
//! a price that was locked before those costs rose.
use super::purchase_orders::PurchaseOrder;
use crate::catalogue::pricer::Pricer;
use crate::db::Conn;
use crate::error::{Code, Error, Refusal, Result, corrupt};
use crate::ids::{ListingId, RuleSetId};
use crate::schema::order_lines;
use crate::sql::Json;
use chrono::NaiveDate;
use diesel::prelude::*;
use money::Micro;
use rust_decimal::Decimal;
use serde_json::Value;

/// Refuses where a line's locked price, the community premium aside, is under the floor by the cost
/// sheet, pay and hours of `today`.
///
/// # Errors
/// [`Code::BelowFloor`], naming the listing and both figures.
pub(super) fn require(conn: &mut Conn, issued: &PurchaseOrder, today: NaiveDate) -> Result<()> {
    let locked: Vec<(ListingId, RuleSetId, Json, Json)> = order_lines::table
        .filter(order_lines::purchase_order_id.eq(Some(issued.id)))
        .order(order_lines::position)
        .select((
            order_lines::listing_id,
            order_lines::rule_set_id,
            order_lines::price_request,
            order_lines::price_answer,
        ))
        .load(conn)?;
    for (listing, rules, request, answer) in locked {
        let base = base(&request.0, &answer.0)?;
        let quantity = decimal(&request.0, "quantity")?;
        let quantity = Micro::from_decimal(quantity).map_err(|_| corrupt("a locked price"))?;
        let pricer = pricer(conn, listing, issued, rules, today)?;
        let floor = pricer.floor(quantity)?;
        let places = places(&answer.0);
        if base.round_dp(places) < floor.round_dp(places) {
            let detail = format!(
                "“{}” was confirmed at {base} before the community premium, and its work costs {floor} \
                 today: decline it, and the buyer is offered a new match.",
                pricer.listing().terms.title
            );
            return Err(Refusal::new(Code::BelowFloor, detail).into());
        }
    }
    Ok(())
}

/// By the rules that both sides adopted; a branch that calls off under its federation's agreement has the rules
/// of that agreement.
fn pricer(
    conn: &mut Conn,
    listing: ListingId,
    issued: &PurchaseOrder,
    rules: RuleSetId,
    today: NaiveDate,
) -> Result<Pricer> {
    match Pricer::load(conn, listing, issued.buyer, today) {
        Err(Error::Refused(refusal)) if refusal.code == Code::NoCommonRuleSet => {
            Pricer::by_rule_set(conn, listing, rules, today)
        }
        loaded => loaded,
    }
}

/// The price before the community premium: the bound that decided.
fn base(request: &Value, answer: &Value) -> Result<Decimal> {
    match answer.get("basis").and_then(Value::as_str) {
        Some("market") => decimal(answer, "market_reference"),
        Some("cost_floor") => decimal(answer, "floor"),
        Some("network_minimum") => decimal(request, "network_minimum"),
        Some("agreed") => decimal(request, "agreed_unit_price"),
        Some("reviewed") => reviewed(answer),
        _ => Err(corrupt("a locked price")),
    }
}

/// To how many decimals price and floor are compared: the parts of a reviewed price are each rounded at the
/// tenth, so that only a millionth of their sum is certain.
fn places(answer: &Value) -> u32 {
    match answer.get("basis").and_then(Value::as_str) {
        Some("reviewed") => 6,
        _ => 10,
    }
}

/// After a review: the components but the community premium.
fn reviewed(answer: &Value) -> Result<Decimal> {
    let components = answer
        .pointer("/trace/components_per_unit")
        .ok_or_else(|| corrupt("a locked price"))?;
    let names = pricing::Components::<Decimal>::NAMES;
    let costs = names.iter().filter(|name| **name != "community");
    costs
        .map(|name| decimal(components, name))
        .sum::<Result<Decimal>>()
}

fn decimal(value: &Value, field: &str) -> Result<Decimal> {
    value
        .get(field)
        .and_then(Value::as_str)
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| corrupt("a locked price"))
}
