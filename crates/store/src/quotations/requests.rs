//! Writing and sending a request for quotation, and taking it back.
use super::rows::{self, LIVE, Request, RequestLine};
use super::{names, record};
use crate::actor::Actor;
use crate::catalogue::products;
use crate::db::Conn;
use crate::error::{Code, Error, OrNotFound, Refusal, Result};
use crate::governance::verification::verified_by;
use crate::ids::{NeedId, OrganisationId, ProductId, QuotationId, QuotationRequestId};
use crate::needs::need::{self, Need, require_buyer};
use crate::on_each;
use crate::operations::audit::{self, Act};
use crate::operations::{counters, notices};
use crate::schema::{listings, quotation_request_lines, quotation_requests, quotations};
use crate::sql::Time;
use diesel::prelude::*;
use governance::Role;
use money::Currency;
use ordering::{
    ListingState, NeedState, QUOTATION, QUOTATION_REQUEST, QuotationAct, QuotationRequestAct,
    QuotationRequestState,
};
use serde_json::json;

/// The references' prefix: `RFQ-2026-000001`.
const PREFIX: &str = "RFQ";
/// The counter behind the references.
const SERIES: &str = "quotation_requests";
/// Lines that a request has at most.
pub const LINES_MAX: usize = 100;
/// Co-operatives that are asked at most.
pub const COOPERATIVES_MAX: usize = 50;

/// What a buyer asks for.
#[derive(Clone, Debug)]
pub struct NewRequest {
    /// A few words for people.
    pub title: String,
    /// What is asked for.
    pub wanted: Wanted,
    /// Who is asked, each once.
    pub cooperatives: Vec<OrganisationId>,
    /// For those who are asked.
    pub note: String,
    /// Until when a first answer counts.
    pub answer_by: Time,
}

/// What is asked for: a need, or lines of the request's own.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// The lines of a need of the buyer's.
    Need(NeedId),
    /// Lines, in a currency.
    Lines(Currency, Vec<RequestLine>),
}

/// A request with its lines.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The request.
    pub request: Request,
    /// Its lines.
    pub lines: Vec<RequestLine>,
}

/// Sends a request to the co-operatives. Each is told, and sees its own invitation only.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotAdmitted`], [`Code::NotFound`] for the need, [`Code::WrongState`] for one that
/// is not open, [`Code::InvalidInput`] for a product that is not on file or a co-operative that is not verified
/// or makes none of it, [`Code::QuantityNotOffered`] for what is counted more finely than the product.
pub fn send(conn: &mut Conn, by: &Actor, new: &NewRequest) -> Result<Seen> {
    require_buyer(by)?;
    if new.answer_by <= by.now {
        let detail = "The time to answer is still to come.";
        return Err(invalid("/answer_by", detail));
    }
    let (currency, need, lines) = wanted(conn, by, &new.wanted)?;
    let policy = need.as_ref().map(|need| need.terms.networks.clone());
    let policy = policy.unwrap_or_default();
    for (at, cooperative) in new.cooperatives.iter().enumerate() {
        require_maker(conn, by, (at, *cooperative), &policy, currency, &lines)?;
    }
    let id = QuotationRequestId::fresh();
    let reference = counters::reference(conn, by.organisation, (PREFIX, SERIES), by.now)?;
    diesel::insert_into(quotation_requests::table)
        .values((
            quotation_requests::id.eq(id),
            quotation_requests::buyer_id.eq(by.organisation),
            quotation_requests::reference.eq(&reference),
            quotation_requests::title.eq(&new.title),
            quotation_requests::currency.eq(currency.code()),
            quotation_requests::need_id.eq(need.as_ref().map(|need| need.id)),
            quotation_requests::status.eq(QUOTATION_REQUEST.initial.as_str()),
            quotation_requests::note.eq(&new.note),
            quotation_requests::answer_by.eq(new.answer_by),
            quotation_requests::created_by.eq(by.person),
            quotation_requests::created_at.eq(by.now),
            quotation_requests::version.eq(1),
        ))
        .execute(conn)?;
    write_lines(conn, id, &lines)?;
    invite(conn, by, id, &reference, new)?;
    let request = rows::request(conn, id)?;
    record_request(conn, by, "quotation_request.send", &request)?;
    Ok(Seen { request, lines })
}

fn invalid(pointer: impl Into<String>, detail: impl Into<String>) -> Error {
    Refusal::new(Code::InvalidInput, detail).at(pointer).into()
}

fn wanted(
    conn: &mut Conn,
    by: &Actor,
    wanted: &Wanted,
) -> Result<(Currency, Option<Need>, Vec<RequestLine>)> {
    match wanted {
        Wanted::Lines(currency, lines) => {
            for (at, line) in lines.iter().enumerate() {
                require_counted(conn, by, at, line)?;
            }
            Ok((*currency, None, lines.clone()))
        }
        Wanted::Need(id) => {
            let need = need::get(conn, by, *id)?;
            let open = [NeedState::Published, NeedState::Proposed, NeedState::Unmet];
            if !open.contains(&need.state) {
                let detail = format!("The need is {}; an open one can be quoted.", need.state);
                return Err(Refusal::new(Code::WrongState, detail).into());
            }
            let line = |line: &need::NeedLine| RequestLine {
                position: line.position,
                need_position: Some(line.position),
                product: line.product,
                specification: line.specification.clone(),
                quantity: line.quantity,
                region: line.region.clone(),
                due_on: line.due_on,
            };
            let lines = need.terms.lines.iter().map(line).collect();
            Ok((need.terms.currency, Some(need), lines))
        }
    }
}

fn require_counted(conn: &mut Conn, by: &Actor, at: usize, line: &RequestLine) -> Result<()> {
    let product = match products::get(conn, line.product) {
        Ok(product) => product,
        Err(Error::Refused(refusal)) if refusal.code == Code::NotFound => {
            let pointer = format!("/lines/{at}/product_id");
            return Err(invalid(pointer, "There is no such product."));
        }
        Err(error) => return Err(error),
    };
    if line.due_on < by.now.date() {
        let pointer = format!("/lines/{at}/due_on");
        return Err(invalid(pointer, "This day is over."));
    }
    if product.counts(line.quantity) {
        return Ok(());
    }
    let detail = format!(
        "“{}” has quantities of {} decimals at most.",
        product.name, product.quantity_decimals
    );
    let refusal = Refusal::new(Code::QuantityNotOffered, detail);
    Err(refusal.at(format!("/lines/{at}/quantity")).into())
}

/// Who is asked is verified and offers at least one of the products.
fn require_maker(
    conn: &mut Conn,
    by: &Actor,
    (at, cooperative): (usize, OrganisationId),
    policy: &[OrganisationId],
    currency: Currency,
    lines: &[RequestLine],
) -> Result<()> {
    let pointer = format!("/cooperatives/{at}");
    let products: Vec<ProductId> = lines.iter().map(|line| line.product).collect();
    let offers = listings::table
        .filter(listings::cooperative_id.eq(cooperative))
        .filter(listings::product_id.eq_any(products))
        .filter(listings::currency.eq(currency.code()))
        .filter(listings::status.eq(ListingState::Open.as_str()));
    let makes: bool = diesel::select(diesel::dsl::exists(offers)).get_result(conn)?;
    if !makes {
        let detail = "This is no co-operative that offers one of the products in the currency.";
        return Err(invalid(pointer, detail));
    }
    if verified_by(conn, cooperative, policy, by.now.date())?.is_none() {
        let detail = "No network that counts for you verifies this co-operative now.";
        return Err(invalid(pointer, detail));
    }
    Ok(())
}

fn write_lines(conn: &mut Conn, id: QuotationRequestId, lines: &[RequestLine]) -> Result<()> {
    let rows: Vec<_> = lines
        .iter()
        .map(|line| {
            (
                quotation_request_lines::request_id.eq(id),
                quotation_request_lines::position.eq(line.position),
                quotation_request_lines::need_position.eq(line.need_position),
                quotation_request_lines::product_id.eq(line.product),
                quotation_request_lines::specification.eq(&line.specification),
                quotation_request_lines::quantity_micro.eq(line.quantity.get()),
                quotation_request_lines::region.eq(&line.region),
                quotation_request_lines::due_on.eq(line.due_on),
            )
        })
        .collect();
    on_each!(conn => diesel::insert_into(quotation_request_lines::table)
        .values(&rows)
        .execute(conn))?;
    Ok(())
}

/// Opens a talk with each co-operative and tells it.
fn invite(
    conn: &mut Conn,
    by: &Actor,
    id: QuotationRequestId,
    reference: &str,
    new: &NewRequest,
) -> Result<()> {
    let buyer = names(conn, vec![by.organisation])?.remove(&by.organisation);
    for cooperative in &new.cooperatives {
        let quotation = QuotationId::fresh();
        diesel::insert_into(quotations::table)
            .values((
                quotations::id.eq(quotation),
                quotations::request_id.eq(id),
                quotations::buyer_id.eq(by.organisation),
                quotations::cooperative_id.eq(cooperative),
                quotations::status.eq(QUOTATION.initial.as_str()),
                quotations::lapses_at.eq(new.answer_by),
                quotations::version.eq(1),
            ))
            .execute(conn)?;
        let notice = json!({
            "kind": "quotation_asked",
            "organisation": buyer,
            "request": reference,
            "answer_by": new.answer_by.utc(),
            "url": format!("/quotations/{quotation}"),
        });
        notices::tell(conn, *cooperative, Role::Seller, &notice, by.now)?;
    }
    Ok(())
}

/// A request of the actor's organisation, with its lines.
///
/// # Errors
/// [`Code::NotFound`] for anybody else: who is asked sees its own invitation.
pub fn see(conn: &mut Conn, by: &Actor, id: QuotationRequestId) -> Result<Seen> {
    let request = rows::request(conn, id)?;
    let own = request.buyer == by.organisation;
    let request = own.then_some(request).or_not_found()?;
    Ok(Seen {
        lines: rows::asked(conn, id)?,
        request,
    })
}

/// The requests of the actor's organisation after `after`, in the order in which they were sent.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    state: Option<QuotationRequestState>,
    after: Option<QuotationRequestId>,
    limit: i64,
) -> Result<Vec<Request>> {
    rows::requests(conn, by.organisation, state, (after, limit))
}

/// The buyer takes a request back: every talk about it ends, and who was asked is told.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`], [`Code::WrongState`], [`Code::Stale`].
pub fn withdraw(conn: &mut Conn, by: &Actor, id: QuotationRequestId, version: i64) -> Result<Seen> {
    require_buyer(by)?;
    rows::lock(conn, id)?;
    let request = see(conn, by, id)?.request;
    if request.version != version {
        return Err(Refusal::stale().into());
    }
    let state = QUOTATION_REQUEST.next(request.state, QuotationRequestAct::Withdraw)?;
    rows::save_request(conn, &request, state)?;
    end_others(conn, by, &request, None, QuotationAct::Withdraw)?;
    let seen = see(conn, by, id)?;
    record_request(conn, by, "quotation_request.withdraw", &seen.request)?;
    Ok(seen)
}

/// Ends the talks about the request that could still lead to an order, but `kept`.
pub(super) fn end_others(
    conn: &mut Conn,
    by: &Actor,
    request: &Request,
    kept: Option<QuotationId>,
    act: QuotationAct,
) -> Result<()> {
    for before in rows::of_request(conn, request.id)? {
        if Some(before.id) == kept || !LIVE.contains(&before.state) {
            continue;
        }
        let state = QUOTATION.next(before.state, act)?;
        let mut ended = before.clone();
        ended.state = state;
        let ended = rows::save(conn, ended)?;
        record(conn, by, "quotation.end", Some(&before), &ended)?;
        super::tell(conn, by, &ended, request, "ended")?;
    }
    Ok(())
}

/// A request of which no talk is left is over.
pub(super) fn close_if_over(conn: &mut Conn, id: QuotationRequestId) -> Result<()> {
    rows::lock(conn, id)?;
    let request = rows::request(conn, id)?;
    let live = rows::of_request(conn, id)?
        .iter()
        .any(|talk| LIVE.contains(&talk.state));
    if live || request.state != QuotationRequestState::Open {
        return Ok(());
    }
    let state = QUOTATION_REQUEST.next(request.state, QuotationRequestAct::Expire)?;
    rows::save_request(conn, &request, state)
}

pub(super) fn record_request(
    conn: &mut Conn,
    by: &Actor,
    act: &'static str,
    request: &Request,
) -> Result<()> {
    let after = json!({"reference": request.reference, "status": request.state.as_str()});
    let act = Act {
        act,
        kind: "quotation_request",
        id: request.id.uuid(),
        before: None,
        after: Some(&after),
    };
    audit::record(conn, by, &act)
}
