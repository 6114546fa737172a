//! What each payer of a purchase order was delivered, credited and billed, line by line.
use crate::db::Conn;
use crate::error::{Result, corrupt};
use crate::ids::{OrganisationId, PurchaseOrderId};
use crate::on_each;
use crate::orders::payers::Payer;
use crate::orders::purchase_orders::PurchaseOrder;
use crate::orders::rows;
use crate::schema::billing_lines;
use diesel::prelude::*;
use money::{Currency, Micro, Money};
use ordering::{Totals, value_of};

/// One payer's part of a line. A fund pays its part of every unit, whoever it goes to.
#[derive(Clone, Debug)]
pub(crate) struct BillingLine {
    /// The line.
    pub position: i32,
    /// Who pays.
    pub payer: OrganisationId,
    /// On whose account.
    pub account: Payer,
    /// Units that the amounts are for.
    pub quantity: Micro,
    /// What all of them cost this payer.
    pub whole: Totals,
    /// Units accepted and not found defective since.
    pub accepted: Micro,
    /// Units that were credited: they will not come any more.
    pub credited: Micro,
    /// Units billed and not credited since.
    pub billed: Micro,
}

impl BillingLine {
    /// What was billed, less what was credited of it.
    ///
    /// # Errors
    /// [`crate::Code::AmountOutOfRange`].
    pub(super) fn billed_value(&self) -> Result<Totals> {
        Ok(value_of(self.whole, self.billed, self.quantity)?)
    }

    /// Units that are still to come.
    pub(super) fn outstanding(&self) -> Micro {
        let settled = self.accepted.get().saturating_add(self.credited.get());
        Micro::new(self.quantity.get().saturating_sub(settled))
    }
}

#[derive(Queryable)]
struct Row {
    _purchase_order_id: PurchaseOrderId,
    line_position: i32,
    payer_id: OrganisationId,
    account: String,
    quantity_micro: i64,
    goods_minor: i64,
    freight_minor: i64,
    tax_minor: i64,
    accepted_micro: i64,
    credited_micro: i64,
    billed_micro: i64,
}

impl Row {
    fn in_currency(self, currency: Currency) -> Result<BillingLine> {
        Ok(BillingLine {
            position: self.line_position,
            payer: self.payer_id,
            account: Payer::parse(&self.account).ok_or_else(|| corrupt("billing_lines.account"))?,
            quantity: Micro::new(self.quantity_micro),
            whole: rows::totals(
                currency,
                [self.goods_minor, self.freight_minor, self.tax_minor],
            )?,
            accepted: Micro::new(self.accepted_micro),
            credited: Micro::new(self.credited_micro),
            billed: Micro::new(self.billed_micro),
        })
    }
}

/// Writes the lines of a purchase order that was accepted.
///
/// # Errors
/// Those of the database.
pub(super) fn insert(conn: &mut Conn, id: PurchaseOrderId, lines: &[BillingLine]) -> Result<()> {
    let rows: Vec<_> = lines
        .iter()
        .map(|line| {
            (
                billing_lines::purchase_order_id.eq(id),
                billing_lines::line_position.eq(line.position),
                billing_lines::payer_id.eq(line.payer),
                billing_lines::account.eq(line.account.as_str()),
                billing_lines::quantity_micro.eq(line.quantity.get()),
                billing_lines::goods_minor.eq(line.whole.goods().minor()),
                billing_lines::freight_minor.eq(line.whole.freight().minor()),
                billing_lines::tax_minor.eq(line.whole.vat().minor()),
                billing_lines::accepted_micro.eq(0_i64),
                billing_lines::credited_micro.eq(0_i64),
                billing_lines::billed_micro.eq(0_i64),
            )
        })
        .collect();
    on_each!(conn => diesel::insert_into(billing_lines::table).values(&rows).execute(conn))?;
    Ok(())
}

/// All lines of the purchase order, by line and payer.
///
/// # Errors
/// Those of the database.
pub(crate) fn of(conn: &mut Conn, issued: &PurchaseOrder) -> Result<Vec<BillingLine>> {
    let rows: Vec<Row> = billing_lines::table
        .filter(billing_lines::purchase_order_id.eq(issued.id))
        .order((
            billing_lines::line_position,
            billing_lines::account,
            billing_lines::payer_id,
        ))
        .load(conn)?;
    let currency = issued.totals.currency();
    rows.into_iter()
        .map(|row| row.in_currency(currency))
        .collect()
}

/// Whose accounts units of a line touch that go to `branch`: its payer's, and the fund's. A single buyer pays
/// for all its branches.
pub(super) fn touched(
    lines: &mut [BillingLine],
    position: i32,
    branch: OrganisationId,
) -> Vec<&mut BillingLine> {
    let is_buyer = |line: &BillingLine| line.account == Payer::Buyer && line.position == position;
    let single = lines.iter().filter(|line| is_buyer(line)).count() == 1;
    lines
        .iter_mut()
        .filter(|line| line.position == position)
        .filter(|line| line.account == Payer::Fund || single || line.payer == branch)
        .collect()
}

/// Writes what a line's counters have become.
///
/// # Errors
/// Those of the database, which refuses more than was ordered.
pub(super) fn save(conn: &mut Conn, id: PurchaseOrderId, line: &BillingLine) -> Result<()> {
    diesel::update(billing_lines::table.find((
        id,
        line.position,
        line.payer,
        line.account.as_str(),
    )))
    .set((
        billing_lines::accepted_micro.eq(line.accepted.get()),
        billing_lines::credited_micro.eq(line.credited.get()),
        billing_lines::billed_micro.eq(line.billed.get()),
    ))
    .execute(conn)?;
    Ok(())
}

/// Counts units of a line as accepted, or (below zero) as not accepted after all.
///
/// # Errors
/// Those of the database.
pub(super) fn accept(
    conn: &mut Conn,
    issued: &PurchaseOrder,
    (position, branch): (i32, OrganisationId),
    units: i64,
) -> Result<()> {
    let mut lines = of(conn, issued)?;
    for line in touched(&mut lines, position, branch) {
        line.accepted = line.accepted.checked_add(Micro::new(units))?;
        save(conn, issued.id, line)?;
    }
    Ok(())
}

/// What one payer was billed and not credited.
///
/// # Errors
/// [`crate::Code::AmountOutOfRange`].
pub(super) fn billed_to(
    lines: &[BillingLine],
    (payer, account): (OrganisationId, Payer),
    currency: Currency,
) -> Result<Money> {
    let mut sum = Money::zero(currency);
    for line in lines
        .iter()
        .filter(|line| line.payer == payer && line.account == account)
    {
        sum = sum.checked_add(line.billed_value()?.total())?;
    }
    Ok(sum)
}
