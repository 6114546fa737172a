//! Quotes side by side: price with its explanation, how far the wage gap is closed, capacity, lead time, advance,
//! freight and total. First those that can serve the whole request, then by name: never by price.
use super::rows::{self, Quotation, QuotedLine, Request, RequestLine};
use super::{names, requests, titles};
use crate::actor::Actor;
use crate::catalogue::{capacity, workplaces};
use crate::db::Conn;
use crate::error::{Result, corrupt};
use crate::governance::verification::verified_by;
use crate::ids::{ListingId, OrganisationId, QuotationRequestId};
use crate::orders::{hide, sees_all};
use chrono::NaiveDate;
use money::{Micro, Money, parse_decimal};
use ordering::{QuotationState, Totals};
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::BTreeMap;

/// The rule of the order, in words: it is part of the answer.
pub const ORDERED_BY: &str = "eligible_then_name";

/// The quotes of a request, side by side.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The request.
    pub request: Request,
    /// What was asked for.
    pub asked: Vec<RequestLine>,
    /// One for each co-operative that was asked.
    pub rows: Vec<Compared>,
    /// Titles of the listings.
    pub titles: BTreeMap<ListingId, String>,
}

/// One co-operative's quote beside the others.
#[derive(Clone, Debug)]
pub struct Compared {
    /// Where the talk stands.
    pub quotation: Quotation,
    /// Who quoted.
    pub name: String,
    /// Why it cannot serve the whole request; empty where it can.
    pub obstacles: Vec<Obstacle>,
    /// By the request's lines; empty where it has not quoted.
    pub lines: Vec<ComparedLine>,
    /// What it comes to; none where it has not quoted.
    pub totals: Option<Totals>,
    /// What of it is paid in advance.
    pub advance: Option<Money>,
    /// Pay per member and month, where the assembly opened it.
    pub monthly_pay: Option<Money>,
}

/// Why a quote cannot serve the whole request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// There is no quote that can be accepted now.
    NotQuoted,
    /// Lines, or parts of lines, were not quoted.
    NotAllLines,
    /// A line cannot be there by its day.
    TooLate,
    /// The free capacity until the day is less than the quantity.
    CapacityTaken,
    /// No network's verification is in force.
    NotVerified,
}

impl Obstacle {
    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotQuoted => "not_quoted",
            Self::NotAllLines => "not_all_lines",
            Self::TooLate => "too_late",
            Self::CapacityTaken => "capacity_taken",
            Self::NotVerified => "not_verified",
        }
    }
}

/// A quoted line beside the others'.
#[derive(Clone, Debug)]
pub struct ComparedLine {
    /// What was quoted.
    pub quoted: QuotedLine,
    /// What can still be made until the day.
    pub free: Micro,
    /// How the wage gap is closed.
    pub wage_gap: WageGap,
    /// The price's answer as the buyer sees it.
    pub answer: Value,
}

/// What is missing up to the living wage in a unit, and who pays it.
#[derive(Clone, Copy, Debug)]
pub struct WageGap {
    /// Money per unit between the pay of today and the living wage.
    pub per_unit: Decimal,
    /// What of it the market price alone would pay.
    pub paid_by_market: Decimal,
    /// What of it this price pays: all of it, since the floor does.
    pub paid_by_price: Decimal,
    /// The living wage of a month.
    pub living_wage_monthly: Decimal,
}

/// The quotes of a request of the actor's organisation, side by side.
///
/// # Errors
/// [`crate::Code::NotFound`] for anybody but its buyer.
pub fn compare(conn: &mut Conn, by: &Actor, id: QuotationRequestId) -> Result<Comparison> {
    let seen = requests::see(conn, by, id)?;
    let talks = rows::of_request(conn, id)?;
    let cooperatives: Vec<OrganisationId> = talks.iter().map(|talk| talk.cooperative).collect();
    let named = names(conn, cooperatives)?;
    let mut compared = Vec::new();
    for talk in talks {
        let name = named.get(&talk.cooperative).cloned().unwrap_or_default();
        compared.push(one(conn, by, &seen, talk, name)?);
    }
    compared.sort_by_cached_key(|row| (!row.obstacles.is_empty(), row.name.to_lowercase()));
    let listed = compared
        .iter()
        .flat_map(|row| row.lines.iter().map(|line| line.quoted.listing))
        .collect();
    Ok(Comparison {
        titles: titles(conn, listed)?,
        request: seen.request,
        asked: seen.lines,
        rows: compared,
    })
}

fn one(
    conn: &mut Conn,
    by: &Actor,
    seen: &requests::Seen,
    talk: Quotation,
    name: String,
) -> Result<Compared> {
    let currency = seen.request.currency;
    let today = by.now.date();
    let quoted = rows::quoted(conn, talk.id, currency)?;
    let whole = sees_all(conn, by, talk.cooperative)?;
    let mut totals = Totals::zero(currency);
    let mut lines = Vec::new();
    for line in quoted {
        totals = totals.checked_add(line.totals)?;
        let due_on = seen
            .lines
            .iter()
            .find(|asked| asked.position == line.position)
            .map_or(today, |asked| asked.due_on);
        lines.push(compared_line(conn, line, (today, due_on), whole)?);
    }
    let mut obstacles = obstacles(&talk, &seen.lines, &lines);
    if verified_by(conn, talk.cooperative, &[], today)?.is_none() {
        obstacles.push(Obstacle::NotVerified);
    }
    let quoted = !lines.is_empty();
    let advance = talk.advance_rate.filter(|_| quoted);
    let advance = advance.map(|rate| totals.advance(rate)).transpose()?;
    let workplace = workplaces::find(conn, talk.cooperative)?;
    let open = workplace.filter(|workplace| workplace.conditions.open_to_buyers);
    Ok(Compared {
        quotation: talk,
        name,
        obstacles,
        lines,
        totals: quoted.then_some(totals),
        advance,
        monthly_pay: open.map(|workplace| workplace.conditions.monthly_pay),
    })
}

fn compared_line(
    conn: &mut Conn,
    quoted: QuotedLine,
    (today, due_on): (NaiveDate, NaiveDate),
    whole: bool,
) -> Result<ComparedLine> {
    let mut free = Micro::ZERO;
    for period in capacity::calendar(conn, quoted.listing, today)? {
        if period.dates.ends_on <= due_on {
            free = free.checked_add(period.free())?;
        }
    }
    let wage_gap = wage_gap(&quoted.price_request, &quoted.price_answer)?;
    let (mut request, mut answer) = (quoted.price_request.clone(), quoted.price_answer.clone());
    if !whole {
        hide(&mut request, &mut answer);
    }
    Ok(ComparedLine {
        quoted,
        free,
        wage_gap,
        answer,
    })
}

fn obstacles(talk: &Quotation, asked: &[RequestLine], lines: &[ComparedLine]) -> Vec<Obstacle> {
    let standing = [QuotationState::Quoted, QuotationState::Accepted];
    if !standing.contains(&talk.state) || lines.is_empty() {
        return vec![Obstacle::NotQuoted];
    }
    let of = |line: &RequestLine| {
        lines
            .iter()
            .find(|quoted| quoted.quoted.position == line.position)
    };
    let mut obstacles = Vec::new();
    let all = asked
        .iter()
        .all(|line| of(line).is_some_and(|quoted| quoted.quoted.quantity >= line.quantity));
    if !all {
        obstacles.push(Obstacle::NotAllLines);
    }
    let late = asked
        .iter()
        .any(|line| of(line).is_some_and(|quoted| quoted.quoted.earliest_on > line.due_on));
    if late {
        obstacles.push(Obstacle::TooLate);
    }
    let accepted = talk.state == QuotationState::Accepted;
    let taken = lines.iter().any(|line| line.free < line.quoted.quantity);
    if taken && !accepted {
        obstacles.push(Obstacle::CapacityTaken);
    }
    obstacles
}

/// The market price pays the costs in their order: materials, overhead, finance, labour, then the gap.
fn wage_gap(request: &Value, answer: &Value) -> Result<WageGap> {
    let figure = |value: &Value, pointer: &str| {
        let text = value.pointer(pointer).and_then(Value::as_str);
        let figure = text.and_then(|text| parse_decimal(text).ok());
        figure.ok_or_else(|| corrupt("a quoted price"))
    };
    let component = |name: &str| figure(answer, &format!("/trace/components_per_unit/{name}"));
    let mut before_gap = Decimal::ZERO;
    for name in ["materials", "overhead", "finance", "labour"] {
        before_gap += component(name)?;
    }
    let gap = component("wage_gap")?;
    let market = figure(answer, "/market_reference")?;
    Ok(WageGap {
        per_unit: gap,
        paid_by_market: (market - before_gap).clamp(Decimal::ZERO, gap),
        paid_by_price: gap,
        living_wage_monthly: figure(request, "/benchmark/living_wage_monthly")?,
    })
}
