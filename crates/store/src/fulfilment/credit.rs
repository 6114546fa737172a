//! Credit notes: what is not made again is taken off what each payer owes.
use super::billing::{self, BillingLine};
use super::claims::Claim;
use super::invoices::{self, Booked, DocumentKind, LineAmount, NewDocument};
use super::taxed;
use super::trade::Trade;
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Result, corrupt};
use crate::sql::Time;
use money::{Micro, Money};
use ordering::{Totals, value_between};

/// Credits what is open of the claim to everybody who pays for it. Units that were billed are owed back;
/// units that were not will not be billed any more.
///
/// # Errors
/// [`crate::Code::AmountOutOfRange`].
pub(super) fn issue(
    conn: &mut Conn,
    trade: &Trade,
    claim: &Claim,
    by: Option<&Actor>,
    now: Time,
) -> Result<()> {
    let mut lines = billing::of(conn, &trade.issued)?;
    for line in billing::touched(&mut lines, claim.line, claim.branch) {
        let credited = credit(conn, trade, line, claim.open)?;
        billing::save(conn, trade.issued.id, line)?;
        invoices::insert(
            conn,
            trade,
            &NewDocument {
                kind: DocumentKind::CreditNote,
                payer: line.payer,
                account: line.account,
                claim: Some(claim.id),
                lines: vec![LineAmount {
                    line: claim.line,
                    quantity: claim.open,
                    totals: credited.whole,
                    booked: credited.booked,
                }],
                deducted: credited.never_billed,
                instalments: Vec::new(),
                by: by.filter(|actor| actor.organisation == trade.issued.cooperative),
                now,
            },
        )?;
    }
    Ok(())
}

struct Credited {
    whole: Totals,
    booked: Booked,
    never_billed: Money,
}

/// Takes `units` out of what comes: first of those that were billed and are not good, then of those that
/// would be billed last, so that what is billed stays the value of the units billed.
fn credit(
    conn: &mut Conn,
    trade: &Trade,
    line: &mut BillingLine,
    units: Micro,
) -> Result<Credited> {
    let over = line.billed.get().saturating_sub(line.accepted.get()).max(0);
    let owed_back = Micro::new(over.min(units.get()));
    let rest = units.checked_sub(owed_back)?;
    let billed_after = line.billed.checked_sub(owed_back)?;
    let back = value_between(line.whole, (billed_after, line.billed), line.quantity)?;
    let end = line.quantity.checked_sub(line.credited)?;
    let never = value_between(line.whole, (end.checked_sub(rest)?, end), line.quantity)?;
    line.billed = billed_after;
    line.credited = line.credited.checked_add(units)?;
    let back = taxed::lines(
        conn,
        trade,
        line.account,
        &[(line.position, owed_back, back)],
    )?;
    let booked = back
        .first()
        .map(|line| line.booked)
        .ok_or_else(|| corrupt("billing_lines"))?;
    Ok(Credited {
        whole: booked.totals.checked_add(never)?,
        booked,
        never_billed: never.total(),
    })
}
