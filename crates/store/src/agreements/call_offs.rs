//! What is called off of an agreement's lines: counted in one conditional update, given back when the order
//! comes to nothing.
use super::rows::{self, Agreement, Line};
use super::{get, lock, sign};
use crate::actor::Actor;
use crate::catalogue::products;
use crate::db::Conn;
use crate::error::{Code, Error, Refusal, Result};
use crate::identity::tree::is_in_tree;
use crate::ids::{AgreementId, ListingId};
use crate::needs::need::require_buyer;
use crate::schema::{agreement_lines, framework_agreements};
use crate::sql::Time;
use chrono::NaiveDate;
use diesel::prelude::*;
use money::Micro;
use ordering::{AGREEMENT, AgreementAct};
use std::collections::BTreeMap;

/// A part of a call-off.
#[derive(Clone, Debug)]
pub struct Part {
    /// Of which line of the agreement.
    pub line: i32,
    /// How much.
    pub quantity: Micro,
    /// Where to: ISO 3166-2.
    pub region: String,
    /// By when.
    pub due_on: NaiveDate,
}

/// Counts the parts as called off under the agreement, for its buyer or one that belongs to it, within its term. Answers the agreement
/// and, for each part, its line.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`], [`Code::WrongState`] outside the term or unless it is in force,
/// [`Code::NotVerified`], [`Code::BelowFloor`], [`Code::InvalidInput`] for a line that it does not have,
/// [`Code::QuantityNotOffered`], [`Code::OverCall`] with what is left.
pub(crate) fn take(
    conn: &mut Conn,
    by: &Actor,
    id: AgreementId,
    parts: &[Part],
) -> Result<(Agreement, Vec<Line>)> {
    require_buyer(by)?;
    lock(conn, id)?;
    let agreement = get(conn, by, id)?;
    if !is_in_tree(conn, agreement.buyer, by.organisation)? {
        return Err(Refusal::not_found().into());
    }
    AGREEMENT.next(agreement.state, AgreementAct::CallOff)?;
    require_term(&agreement, by.now)?;
    sign::require_verified(conn, agreement.cooperative, by.now)?;
    let lines = rows::lines(conn, &agreement)?;
    let mut chosen = Vec::new();
    let mut sums: BTreeMap<i32, (Micro, usize)> = BTreeMap::new();
    for (at, part) in parts.iter().enumerate() {
        let line = lines.iter().find(|line| line.position == part.line);
        let line = line.ok_or_else(|| {
            let detail = format!("The agreement has no line {}.", part.line);
            Refusal::new(Code::InvalidInput, detail).at(format!("/lines/{at}/line"))
        })?;
        let sum = sums.entry(part.line).or_insert((Micro::ZERO, at));
        sum.0 = sum.0.checked_add(part.quantity)?;
        chosen.push(line.clone());
    }
    for (position, (quantity, at)) in sums {
        let Some(line) = lines.iter().find(|line| line.position == position) else {
            continue;
        };
        sign::require_floor(conn, &agreement, line, by.now)?;
        require_counted(conn, line, quantity, at)?;
        count(conn, &agreement, line, quantity).map_err(|error| {
            let pointer = format!("/lines/{at}/quantity");
            error.at(pointer)
        })?;
    }
    touch(conn, id)?;
    Ok((agreement, chosen))
}

/// Gives back what was called off of these listings.
pub(crate) fn give_back(
    conn: &mut Conn,
    id: AgreementId,
    quantities: &BTreeMap<ListingId, Micro>,
) -> Result<()> {
    for (listing, quantity) in quantities {
        diesel::update(agreement_lines::table)
            .filter(agreement_lines::agreement_id.eq(id))
            .filter(agreement_lines::listing_id.eq(listing))
            .set(
                agreement_lines::called_off_micro
                    .eq(agreement_lines::called_off_micro - quantity.get()),
            )
            .execute(conn)?;
    }
    touch(conn, id)
}

/// What was called off is a part of the agreement as it is read: a new version of it.
fn touch(conn: &mut Conn, id: AgreementId) -> Result<()> {
    diesel::update(framework_agreements::table.find(id))
        .set(framework_agreements::version.eq(framework_agreements::version + 1))
        .execute(conn)?;
    Ok(())
}

fn require_term(agreement: &Agreement, now: Time) -> Result<()> {
    let today = now.date();
    let detail = if today < agreement.starts_on {
        format!("The agreement's term starts on {}.", agreement.starts_on)
    } else if today > agreement.ends_on {
        format!("The agreement's term ended on {}.", agreement.ends_on)
    } else {
        return Ok(());
    };
    Err(Refusal::new(Code::WrongState, detail).into())
}

/// The product is counted as finely as the quantity says.
fn require_counted(conn: &mut Conn, line: &Line, quantity: Micro, at: usize) -> Result<()> {
    let product = products::get(conn, line.product)?;
    if product.counts(quantity) {
        return Ok(());
    }
    let detail = format!(
        "“{}” has quantities of {} decimals at most.",
        product.name, product.quantity_decimals
    );
    let refusal = Refusal::new(Code::QuantityNotOffered, detail);
    Err(refusal.at(format!("/lines/{at}/quantity")).into())
}

/// Adds to what was called off of the line. The row decides: whoever comes second finds what the first left.
fn count(conn: &mut Conn, agreement: &Agreement, line: &Line, quantity: Micro) -> Result<()> {
    let commitment = line.commitment()?;
    if let Err(over) = commitment.call_off(line.called_off, quantity) {
        return Err(over_call(quantity, line, over.left));
    }
    let before = commitment.most().checked_sub(quantity)?;
    let changed = diesel::update(agreement_lines::table.find((agreement.id, line.position)))
        .filter(agreement_lines::called_off_micro.le(before.get()))
        .set(
            agreement_lines::called_off_micro
                .eq(agreement_lines::called_off_micro + quantity.get()),
        )
        .execute(conn)?;
    if changed == 1 {
        return Ok(());
    }
    Err(over_call(quantity, line, Micro::ZERO))
}

fn over_call(quantity: Micro, line: &Line, left: Micro) -> Error {
    let detail = format!(
        "{quantity} were asked for, and {left} can still be called off: {} are agreed, with an allowance of \
         {}, and {} are called off.",
        line.committed, line.allowance, line.called_off
    );
    Refusal::new(Code::OverCall, detail).into()
}
