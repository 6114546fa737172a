//! An order that a buyer's own program wrote as UBL: a need with a plan for all of it, ordered at once, or nothing.
//!
//! What the document says is taken over ([`terms`]), or it is refused with the element that says it. A price is what the
//! buyer expects at most: prices are the co-operatives' assemblies', so a lower one is taken and a higher one refused.
mod terms;

use super::payers::Payers;
use super::place::place;
use super::views::SeenOrder;
use crate::actor::Actor;
use crate::books::details;
use crate::db::Conn;
use crate::error::{Code, FieldError, Refusal, Result};
use crate::ids::{NeedId, OrderId, OrganisationId};
use crate::needs::need;
use crate::needs::proposals::Proposal;
use crate::needs::{propose, states};
use crate::schema::{needs, orders};
use accounting::ubl::{ReceivedOrder, read_order};
use chrono::TimeDelta;
use diesel::prelude::*;
use money::{Micro, Money};
use std::collections::BTreeSet;
use terms::{in_document, is, terms};

/// Reads an order.
///
/// # Errors
/// [`Code::InvalidInput`] with the element's path.
pub fn read(xml: &[u8]) -> Result<ReceivedOrder> {
    let read = read_order(xml);
    read.map_err(|error| {
        Refusal::new(Code::InvalidInput, error.why.clone())
            .at(error.path)
            .into()
    })
}

/// Where the document says by whom it is to be made.
const SELLER: &str = "/Order/SellerSupplierParty/Party";

/// What cannot be taken over, with its place.
#[derive(Default)]
struct Faults(Vec<FieldError>);

impl Faults {
    fn add(&mut self, pointer: impl Into<String>, detail: impl Into<String>) {
        self.0.push(FieldError {
            pointer: pointer.into(),
            detail: detail.into(),
        });
    }

    fn finish(self) -> Result<()> {
        let detail = match self.0.as_slice() {
            [] => return Ok(()),
            [only] => only.detail.clone(),
            many => format!("{} elements cannot be taken over.", many.len()),
        };
        let mut refusal = Refusal::new(Code::DocumentRefused, detail);
        refusal.fields = self.0;
        Err(refusal.into())
    }
}

fn of_line(at: usize, path: &str) -> String {
    format!("/Order/OrderLine[{}]/LineItem/{path}", at + 1)
}

/// Writes the need that the document states, under the document's number, and orders all of it by a fresh plan.
///
/// # Errors
/// [`Code::DocumentRefused`] with all that cannot be taken over, [`Code::Duplicate`] where the number was ordered
/// before, [`Code::Forbidden`] and [`Code::NotAdmitted`] for who does not buy, those of [`place()`].
pub fn place_document(
    conn: &mut Conn,
    by: &Actor,
    document: &ReceivedOrder,
    hold_for: TimeDelta,
) -> Result<SeenOrder> {
    need::require_buyer(by)?;
    require_new(conn, by, &document.header.number)?;
    let terms = terms(conn, by, document)?;
    let written = need::create(conn, by, &terms).map_err(in_document)?;
    states::publish(conn, by, written.id, written.version)?;
    let plan = propose::ask(conn, by, written.id)?;
    require_plan(conn, document, &plan)?;
    let placed = place(conn, by, plan.id, &Payers::Single, hold_for)?;
    require_price(document, &placed)?;
    Ok(placed)
}

fn require_new(conn: &mut Conn, by: &Actor, number: &str) -> Result<()> {
    let known: Option<NeedId> = needs::table
        .filter(needs::buyer_id.eq(by.organisation))
        .filter(needs::external_reference.eq(number))
        .select(needs::id)
        .first(conn)
        .optional()?;
    let Some(known) = known else {
        return Ok(());
    };
    let order: Option<OrderId> = orders::table
        .filter(orders::buyer_id.eq(by.organisation))
        .filter(orders::need_id.eq(known))
        .order(orders::id)
        .select(orders::id)
        .first(conn)
        .optional()?;
    let place = order.map_or_else(
        || format!("/api/v1/needs/{known}"),
        |order| format!("/api/v1/orders/{order}"),
    );
    let detail = format!("{number} was handed in before: {place}.");
    Err(Refusal::new(Code::Duplicate, detail).at("/Order/ID").into())
}

/// The plan has to make all of it, by whom the document names, at no higher price.
fn require_plan(conn: &mut Conn, document: &ReceivedOrder, plan: &Proposal) -> Result<()> {
    let mut faults = Faults::default();
    let mut makers: BTreeSet<OrganisationId> = BTreeSet::new();
    for (position, (at, line)) in (1..).zip(document.lines.iter().enumerate()) {
        let parts = plan.lines.iter();
        let parts = parts.filter(|part| part.need_position == Some(position));
        let mut found = Micro::ZERO;
        let mut dearest = Micro::ZERO;
        for part in parts {
            found = found.checked_add(part.quantity)?;
            dearest = dearest.max(part.unit_price);
            makers.insert(part.cooperative);
        }
        if found < line.quantity {
            let why = format!("{found} of it can be made by then.");
            faults.add(of_line(at, "Quantity"), why);
        }
        if let Some(price) = line.price {
            // So much for so many: compared without a division.
            let offered = i128::from(dearest.get()) * i128::from(price.per.get());
            if offered > i128::from(price.amount.get()) * 1_000_000 {
                let why = format!("A unit costs {dearest}.");
                faults.add(of_line(at, "Price/PriceAmount"), why);
            }
        }
    }
    let mut others = Vec::new();
    for maker in makers {
        let (party, _) = details::party(conn, maker)?;
        if !is(&party, &document.seller) {
            others.push(party.name);
        }
    }
    if !others.is_empty() {
        let why = format!("The plan for it is with {}.", others.join(" and "));
        faults.add(SELLER, why);
    }
    faults.finish()
}

/// What the placed order comes to has to be what the document expects at most, and its tax the same.
fn require_price(document: &ReceivedOrder, placed: &SeenOrder) -> Result<()> {
    let mut faults = Faults::default();
    for (position, (at, line)) in (1..).zip(document.lines.iter().enumerate()) {
        let mut goods = Money::zero(document.header.currency);
        for made in &placed.lines {
            if made.need_position != Some(position) {
                continue;
            }
            goods = goods.checked_add(made.totals.goods())?;
            let stated = line
                .vat
                .as_ref()
                .map(|vat| vat.rate().unwrap_or(Micro::ZERO));
            if stated.is_some_and(|rate| rate != made.vat_rate) {
                let why = format!("The rate of tax is {}, as a part of one.", made.vat_rate);
                faults.add(of_line(at, "Item/ClassifiedTaxCategory"), why);
            }
        }
        if line.net.is_some_and(|net| net.minor() < goods.minor()) {
            faults.add(
                of_line(at, "LineExtensionAmount"),
                format!("It comes to {goods}."),
            );
        }
    }
    let total = placed.order.totals.total();
    if document
        .payable
        .is_some_and(|payable| payable.minor() < total.minor())
    {
        let path = "/Order/AnticipatedMonetaryTotal/PayableAmount";
        faults.add(path, format!("With freight and tax it comes to {total}."));
    }
    faults.finish()
}
