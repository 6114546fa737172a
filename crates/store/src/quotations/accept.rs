//! A quote becomes an order, exactly once: one quotation of a request is accepted, the other talks end.
use super::requests::{end_others, record_request};
use super::rows;
use super::talk::{of_buyer, say};
use super::{pricing, record, tell};
use crate::actor::Actor;
use crate::agreements::sign::require_verified;
use crate::catalogue::pricer::PaymentTerms;
use crate::db::Conn;
use crate::error::{Code, Refusal, Result, corrupt};
use crate::ids::QuotationId;
use crate::needs::states;
use crate::orders::{SeenOrder, quoted};
use chrono::TimeDelta;
use ordering::{QUOTATION, QUOTATION_REQUEST, QuotationAct, QuotationRequestAct};

/// The buyer accepts the quote: an order at its prices, whose capacity is held for `hold_for`, and which goes by
/// approvals and confirmation as any other.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`], [`Code::WrongState`] where it is not quoted or not valid any more, or
/// another quotation of the request was accepted, [`Code::Stale`], [`Code::NotVerified`], [`Code::BelowFloor`],
/// [`Code::SoldOut`], [`Code::QuantityNotOffered`], [`Code::VatRateMissing`].
pub fn accept(
    conn: &mut Conn,
    by: &Actor,
    id: QuotationId,
    version: i64,
    hold_for: TimeDelta,
) -> Result<SeenOrder> {
    let asked = rows::quotation(conn, id)?.request;
    rows::lock(conn, asked)?;
    let (before, request) = of_buyer(conn, by, id, version)?;
    let ordered = QUOTATION_REQUEST.next(request.state, QuotationRequestAct::Order)?;
    let mut accepted = before.clone();
    accepted.state = QUOTATION.next(before.state, QuotationAct::Accept)?;
    let valid_until = before
        .valid_until
        .ok_or_else(|| corrupt("quotations.valid_until"))?;
    if by.now.date() > valid_until {
        let detail = format!("The quote was valid until {valid_until}: ask for another.");
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    require_verified(conn, before.cooperative, by.now)?;
    let terms = PaymentTerms {
        advance_rate: before.advance_rate.unwrap_or_default(),
        payment_days: before.payment_days.unwrap_or(0),
    };
    let asked = rows::asked(conn, request.id)?;
    let lines = rows::quoted(conn, id, request.currency)?;
    let lines = pricing::restore(&asked, lines, terms)?;
    for line in &lines {
        pricing::require_floor(conn, by, request.buyer, line)?;
    }
    let accepted = rows::save(conn, accepted)?;
    rows::save_request(conn, &request, ordered)?;
    let of = (id, request.need, request.currency);
    let order = quoted::place(conn, by, of, lines, hold_for)?;
    if let Some(need) = request.need {
        states::order_elsewhere(conn, by, need)?;
    }
    say(conn, by, id, "accept", "", None)?;
    record(conn, by, "quotation.accept", Some(&before), &accepted)?;
    let after = rows::request(conn, request.id)?;
    record_request(conn, by, "quotation_request.order", &after)?;
    tell(conn, by, &accepted, &request, "accepted")?;
    end_others(conn, by, &request, Some(id), QuotationAct::Decline)?;
    Ok(order)
}
