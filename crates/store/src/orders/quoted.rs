//! Quotations as orders: what a co-operative quoted is priced, and placed once the buyer accepts it.
use super::journal;
use super::payers::Payers;
use super::place::{self, Source};
use super::priced::{self, Locked, Priced, Wanted};
use super::rows::Origin;
use super::views::{self, SeenOrder};
use crate::actor::Actor;
use crate::catalogue::pricer::Quote;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{ListingId, NeedId, OrganisationId, QuotationId};
use chrono::{Days, NaiveDate, TimeDelta};
use money::{Currency, Micro};
use ordering::Totals;

/// A line at a price that was quoted.
#[derive(Clone, Debug)]
pub(crate) struct QuotedLine {
    /// Its place in the request, and in the order.
    pub position: i32,
    /// The need's line that it serves.
    pub need_position: Option<i32>,
    /// By which listing.
    pub listing: ListingId,
    /// Where to: ISO 3166-2.
    pub region: String,
    /// By when.
    pub due_on: NaiveDate,
    /// How much.
    pub quantity: Micro,
    /// What all lines of the listing come to.
    pub pooled: Micro,
    /// The price of a unit, with all that led to it.
    pub quote: Quote,
    /// The carriage of a unit, where it was quoted; else that of the day.
    pub unit_freight: Option<Micro>,
}

/// What a quoted line costs.
#[derive(Clone, Debug)]
pub(crate) struct QuotedCost {
    /// The carriage of a unit.
    pub unit_freight: Micro,
    /// Goods, carriage and tax.
    pub totals: Totals,
    /// The first day on which it can be there.
    pub earliest_on: NaiveDate,
    /// Quantities are multiples of it.
    pub lot: Micro,
}

fn priced(
    conn: &mut Conn,
    buyer: OrganisationId,
    on: NaiveDate,
    lines: Vec<QuotedLine>,
) -> Result<Vec<Priced>> {
    let wanted = lines
        .into_iter()
        .map(|line| Wanted {
            position: line.position,
            need_position: line.need_position,
            listing: line.listing,
            region: line.region,
            due_on: line.due_on,
            quantity: line.quantity,
            pooled: Some(line.pooled),
            limit: None,
            locked: Some(Box::new(Locked {
                quote: line.quote,
                unit_freight: line.unit_freight,
            })),
        })
        .collect();
    let priced = priced::price(conn, buyer, on, wanted)?;
    priced::require_offered(&priced)?;
    Ok(priced)
}

/// What the lines cost, in their order.
///
/// # Errors
/// [`crate::Code::QuantityNotOffered`], [`crate::Code::VatRateMissing`], [`crate::Code::ProposalStale`] where a
/// region is not served.
pub(crate) fn price(
    conn: &mut Conn,
    buyer: OrganisationId,
    on: NaiveDate,
    lines: Vec<QuotedLine>,
) -> Result<Vec<QuotedCost>> {
    let priced = priced(conn, buyer, on, lines)?;
    let cost = |line: Priced| {
        let days = line
            .wanted
            .due_on
            .signed_duration_since(line.work.line.due_on)
            .num_days();
        let transit = Days::new(u64::try_from(days).unwrap_or(0));
        QuotedCost {
            unit_freight: line.unit_freight,
            totals: line.totals,
            earliest_on: line
                .work
                .line
                .earliest_on
                .checked_add_days(transit)
                .unwrap_or(NaiveDate::MAX),
            lot: line.work.lot,
        }
    };
    Ok(priced.into_iter().map(cost).collect())
}

/// Places an order by an accepted quotation: a draft at its prices that holds its capacity for `hold_for`.
///
/// # Errors
/// Those of [`price`], [`crate::Code::SoldOut`], [`crate::Code::CurrencyMismatch`].
pub(crate) fn place(
    conn: &mut Conn,
    by: &Actor,
    (quotation, need, currency): (QuotationId, Option<NeedId>, Currency),
    lines: Vec<QuotedLine>,
    hold_for: TimeDelta,
) -> Result<SeenOrder> {
    let priced = priced(conn, by.organisation, by.now.date(), lines)?;
    let source = Source {
        origin: Origin::Quotation(quotation),
        need,
        pool: None,
        currency,
    };
    let (order, shares) = place::write(conn, by, source, &Payers::Single, &priced, hold_for)?;
    journal::record(conn, by, "order.place", None, &order)?;
    views::just_placed(conn, by, order, &priced, &shares)
}
