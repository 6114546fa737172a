//! The talk with one co-operative: it quotes, the buyer asks for something else, either writes or ends it.
use super::pricing::{self, Costed};
use super::requests::close_if_over;
use super::rows::{self, LIVE, Quotation, Request};
use super::{get, record, tell};
use crate::actor::Actor;
use crate::catalogue::pricer::Pricer;
use crate::db::Conn;
use crate::error::{Code, FieldError, Refusal, Result};
use crate::ids::{ListingId, QuotationId, QuotationMessageId};
use crate::needs::need::require_buyer;
use crate::schema::{quotation_lines, quotation_messages};
use crate::sql::{Json, Time};
use chrono::{Days, NaiveDate, NaiveTime};
use diesel::prelude::*;
use governance::Role;
use money::Micro;
use ordering::{QUOTATION, QuotationAct, QuotationState};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A quote lives for a year at most.
const VALID_DAYS_MAX: u64 = 366;

/// What a co-operative quotes.
#[derive(Clone, Debug)]
pub struct NewQuote {
    /// At least one, each line of the request once.
    pub offers: Vec<Offer>,
    /// The last day on which it can be accepted.
    pub valid_until: NaiveDate,
    /// The share that it asks for in advance; none for that of the rules.
    pub advance_rate: Option<Micro>,
    /// Days until the rest is paid; none for those of the rules.
    pub payment_days: Option<i32>,
    /// Its words.
    pub note: String,
}

/// An offer for a line of the request.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Which line.
    pub line: i32,
    /// By which of its listings.
    pub listing: ListingId,
    /// How much of it.
    pub quantity: Micro,
    /// What it asks for a unit before the community premium; none for the price by the rules.
    pub unit_price: Option<Micro>,
}

/// What a buyer asks for instead.
#[derive(Clone, Debug)]
pub struct Counter {
    /// For some of the quoted lines, a price before the community premium.
    pub prices: Vec<(i32, Micro)>,
    /// Another share in advance.
    pub advance_rate: Option<Micro>,
    /// The buyer's words.
    pub note: String,
}

/// The co-operative quotes, for the first time or anew.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`] for the buyer, [`Code::WrongState`], also after the time for a first
/// answer, [`Code::Stale`], [`Code::InvalidInput`], those of [`pricing::price`].
pub fn quote(
    conn: &mut Conn,
    by: &Actor,
    id: QuotationId,
    version: i64,
    new: &NewQuote,
) -> Result<Quotation> {
    let (before, request) = of_cooperative(conn, by, id, version)?;
    let state = QUOTATION.next(before.state, QuotationAct::Quote)?;
    require_in_time(&before, by.now)?;
    check(by, new)?;
    let asked = rows::asked(conn, request.id)?;
    let costed = pricing::price(conn, by, &request, &asked, &new.offers)?;
    let rule = |of: fn(&Costed) -> i64| costed.iter().map(of).max().unwrap_or(0);
    let advance = rule(|line| line.quote.advance_rate.get());
    let days = costed.iter().map(|line| line.quote.payment_days).min();
    let mut quoted = before.clone();
    quoted.state = state;
    quoted.valid_until = Some(new.valid_until);
    quoted.advance_rate = Some(new.advance_rate.unwrap_or(Micro::new(advance)));
    quoted.payment_days = Some(new.payment_days.or(days).unwrap_or(0));
    quoted.lapses_at = end_of(new.valid_until);
    quoted.quoted_at = Some(by.now);
    diesel::delete(quotation_lines::table.filter(quotation_lines::quotation_id.eq(id)))
        .execute(conn)?;
    for (offer, costed) in new.offers.iter().zip(&costed) {
        write_line(conn, id, offer, costed)?;
    }
    let quoted = rows::save(conn, quoted)?;
    say(
        conn,
        by,
        id,
        "quote",
        &new.note,
        Some(terms_of(&quoted, new, &costed)),
    )?;
    record(conn, by, "quotation.quote", Some(&before), &quoted)?;
    tell(conn, by, &quoted, &request, "quoted")?;
    Ok(quoted)
}

/// The moment after the last second of the day.
fn end_of(day: NaiveDate) -> Time {
    let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
    Time::from(next.and_time(NaiveTime::MIN).and_utc())
}

fn require_in_time(quotation: &Quotation, now: Time) -> Result<()> {
    if now <= quotation.lapses_at {
        return Ok(());
    }
    let detail = format!("The time for it ended on {}.", quotation.lapses_at.utc());
    Err(Refusal::new(Code::WrongState, detail).into())
}

fn check(by: &Actor, new: &NewQuote) -> Result<()> {
    let mut faults = Vec::new();
    let mut fault = |pointer: &str, detail: &str| {
        faults.push(FieldError {
            pointer: pointer.to_owned(),
            detail: detail.to_owned(),
        });
    };
    let today = by.now.date();
    let latest = today.checked_add_days(Days::new(VALID_DAYS_MAX));
    if new.valid_until < today || latest.is_some_and(|latest| new.valid_until > latest) {
        fault(
            "/valid_until",
            "A quote is valid from today on, for a year at most.",
        );
    }
    let named: BTreeSet<i32> = new.offers.iter().map(|offer| offer.line).collect();
    if named.len() != new.offers.len() {
        fault("/lines", "Quote each line of the request once.");
    }
    if faults.is_empty() {
        return Ok(());
    }
    let mut refusal = Refusal::new(Code::InvalidInput, "The quote cannot be what it says.");
    refusal.fields = faults;
    Err(refusal.into())
}

fn write_line(conn: &mut Conn, id: QuotationId, offer: &Offer, costed: &Costed) -> Result<()> {
    let (quote, cost) = (&costed.quote, &costed.cost);
    diesel::insert_into(quotation_lines::table)
        .values((
            quotation_lines::quotation_id.eq(id),
            quotation_lines::position.eq(offer.line),
            quotation_lines::listing_id.eq(offer.listing),
            quotation_lines::quantity_micro.eq(offer.quantity.get()),
            quotation_lines::lot_micro.eq(cost.lot.get()),
            quotation_lines::agreed_unit_price_micro.eq(offer.unit_price.map(Micro::get)),
            quotation_lines::unit_price_micro.eq(quote.unit_price.get()),
            quotation_lines::market_unit_price_micro.eq(quote.market_unit_price.get()),
            quotation_lines::unit_freight_micro.eq(cost.unit_freight.get()),
            quotation_lines::goods_minor.eq(cost.totals.goods().minor()),
            quotation_lines::freight_minor.eq(cost.totals.freight().minor()),
            quotation_lines::tax_minor.eq(cost.totals.vat().minor()),
            quotation_lines::total_minor.eq(cost.totals.total().minor()),
            quotation_lines::earliest_on.eq(cost.earliest_on),
            quotation_lines::rule_set_id.eq(quote.rule_set),
            quotation_lines::price_request.eq(Json(quote.kept_request()?)),
            quotation_lines::price_answer.eq(Json(quote.kept_answer()?)),
        ))
        .execute(conn)?;
    Ok(())
}

/// The terms of a quote as the talk keeps them.
fn terms_of(quoted: &Quotation, new: &NewQuote, costed: &[Costed]) -> Value {
    let lines = new.offers.iter().zip(costed).map(|(offer, costed)| {
        json!({
            "line": offer.line,
            "listing_id": offer.listing.to_string(),
            "quantity": offer.quantity.to_string(),
            "offered_unit_price": offer.unit_price.map(|price| price.to_string()),
            "unit_price": costed.quote.unit_price.to_string(),
            "earliest_on": costed.cost.earliest_on,
        })
    });
    json!({
        "lines": lines.collect::<Vec<_>>(),
        "valid_until": quoted.valid_until,
        "advance_rate": quoted.advance_rate.map(|rate| rate.to_string()),
        "payment_days": quoted.payment_days,
    })
}

/// The buyer asks for something else. What nobody may accept is not asked for either.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`] for the co-operative, [`Code::WrongState`], [`Code::Stale`],
/// [`Code::InvalidInput`] for a line that was not quoted, [`Code::BelowFloor`], [`Code::NotAboveMarket`].
pub fn counter(
    conn: &mut Conn,
    by: &Actor,
    id: QuotationId,
    version: i64,
    new: &Counter,
) -> Result<Quotation> {
    let (before, request) = of_buyer(conn, by, id, version)?;
    let state = QUOTATION.next(before.state, QuotationAct::Counter)?;
    require_in_time(&before, by.now)?;
    let quoted = rows::quoted(conn, id, request.currency)?;
    for (at, (line, price)) in new.prices.iter().enumerate() {
        let of = quoted.iter().find(|one| one.position == *line);
        let of = of.ok_or_else(|| {
            let detail = format!("Line {line} was not quoted.");
            Refusal::new(Code::InvalidInput, detail).at(format!("/lines/{at}/line"))
        })?;
        let pricer = Pricer::load(conn, of.listing, request.buyer, by.now.date())?;
        pricer.agreed(of.quantity, Some(*price)).map_err(|error| {
            let pointer = format!("/lines/{at}/offered_unit_price");
            error.without_fields().at(pointer)
        })?;
    }
    let mut countered = before.clone();
    countered.state = state;
    let countered = rows::save(conn, countered)?;
    let lines = new
        .prices
        .iter()
        .map(|(line, price)| json!({"line": line, "offered_unit_price": price.to_string()}));
    let terms = json!({
        "lines": lines.collect::<Vec<_>>(),
        "advance_rate": new.advance_rate.map(|rate| rate.to_string()),
    });
    say(conn, by, id, "counter", &new.note, Some(terms))?;
    record(conn, by, "quotation.counter", Some(&before), &countered)?;
    tell(conn, by, &countered, &request, "countered")?;
    Ok(countered)
}

/// Either side writes to the other, while the talk goes on.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`], [`Code::WrongState`].
pub fn write(conn: &mut Conn, by: &Actor, id: QuotationId, note: &str) -> Result<Quotation> {
    let (quotation, request) = get(conn, by, id)?;
    require_side(by, &request)?;
    if !LIVE.contains(&quotation.state) {
        let detail = format!("The quotation is {}: the talk is over.", quotation.state);
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    // What is said is a part of the talk as it is read: a new version of it.
    let quotation = rows::save(conn, quotation)?;
    say(conn, by, id, "message", note, None)?;
    record(conn, by, "quotation.write", None, &quotation)?;
    tell(conn, by, &quotation, &request, "written")?;
    Ok(quotation)
}

/// Either side ends the talk. Nobody is penalised.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`], [`Code::WrongState`], [`Code::Stale`].
pub fn decline(
    conn: &mut Conn,
    by: &Actor,
    id: QuotationId,
    version: i64,
    note: &str,
) -> Result<Quotation> {
    let (before, request) = get(conn, by, id)?;
    require_side(by, &request)?;
    end(
        conn,
        by,
        (before, request),
        version,
        (QuotationAct::Decline, note),
    )
}

/// The co-operative takes its quote back.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`] for the buyer, [`Code::WrongState`] where it has not quoted,
/// [`Code::Stale`].
pub fn withdraw(
    conn: &mut Conn,
    by: &Actor,
    id: QuotationId,
    version: i64,
    note: &str,
) -> Result<Quotation> {
    let talk = of_cooperative(conn, by, id, version)?;
    if talk.0.state == QuotationState::Asked {
        let detail = "There is no quote to take back: decline instead.";
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    end(conn, by, talk, version, (QuotationAct::Withdraw, note))
}

fn end(
    conn: &mut Conn,
    by: &Actor,
    (before, request): (Quotation, Request),
    version: i64,
    (act, note): (QuotationAct, &str),
) -> Result<Quotation> {
    current(&before, version)?;
    let mut ended = before.clone();
    ended.state = QUOTATION.next(before.state, act)?;
    let ended = rows::save(conn, ended)?;
    say(conn, by, ended.id, act.as_str(), note, None)?;
    let name = match act {
        QuotationAct::Withdraw => "quotation.withdraw",
        _ => "quotation.decline",
    };
    record(conn, by, name, Some(&before), &ended)?;
    tell(conn, by, &ended, &request, "ended")?;
    close_if_over(conn, request.id)?;
    Ok(ended)
}

/// Keeps what was said.
pub(super) fn say(
    conn: &mut Conn,
    by: &Actor,
    id: QuotationId,
    act: &str,
    note: &str,
    terms: Option<Value>,
) -> Result<()> {
    diesel::insert_into(quotation_messages::table)
        .values((
            quotation_messages::id.eq(QuotationMessageId::fresh()),
            quotation_messages::quotation_id.eq(id),
            quotation_messages::organisation_id.eq(by.organisation),
            quotation_messages::person_id.eq(by.person),
            quotation_messages::act.eq(act),
            quotation_messages::note.eq(note),
            quotation_messages::terms.eq(terms.map(Json)),
            quotation_messages::written_at.eq(by.now),
        ))
        .execute(conn)?;
    Ok(())
}

fn require_side(by: &Actor, request: &Request) -> Result<()> {
    if by.organisation == request.buyer {
        return require_buyer(by);
    }
    by.require(&[Role::Seller, Role::Treasurer])?;
    by.require_admitted()
}

fn current(quotation: &Quotation, version: i64) -> Result<()> {
    if quotation.version == version {
        return Ok(());
    }
    Err(Refusal::stale().into())
}

fn of_cooperative(
    conn: &mut Conn,
    by: &Actor,
    id: QuotationId,
    version: i64,
) -> Result<(Quotation, Request)> {
    let (quotation, request) = get(conn, by, id)?;
    if quotation.cooperative != by.organisation {
        let detail = "Only the co-operative that was asked can do this.";
        return Err(Refusal::new(Code::Forbidden, detail).into());
    }
    require_side(by, &request)?;
    current(&quotation, version)?;
    Ok((quotation, request))
}

/// The talk at the version that the caller read, for a buyer of the organisation that asked.
pub(super) fn of_buyer(
    conn: &mut Conn,
    by: &Actor,
    id: QuotationId,
    version: i64,
) -> Result<(Quotation, Request)> {
    let (quotation, request) = get(conn, by, id)?;
    if request.buyer != by.organisation {
        let detail = "Only the buyer that asked can do this.";
        return Err(Refusal::new(Code::Forbidden, detail).into());
    }
    require_buyer(by)?;
    current(&quotation, version)?;
    Ok((quotation, request))
}
