//! Orders, and the answers to them.
use super::checks;
use super::codes::UnitCode;
use super::line::{Line, Price};
use super::party::{Party, PostalAddress};
use super::totals::Totals;
use super::violation::{Violation, require};
use chrono::NaiveDate;
use money::{Currency, Micro, Money};
use std::collections::BTreeSet;

/// Days, both of them included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first.
    pub from: NaiveDate,
    /// The last; not before the first.
    pub to: NaiveDate,
}

impl Period {
    pub(super) fn check(self, rule: &'static str, field: &str) -> Result<(), Violation> {
        require(
            self.from <= self.to,
            rule,
            field,
            "A period does not end before it begins.",
        )
    }
}

/// What an order says about the whole of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderHeader {
    /// Its number.
    pub number: String,
    /// Its date.
    pub issued_on: NaiveDate,
    /// Until when the seller can accept it.
    pub valid_until: Option<NaiveDate>,
    /// A remark.
    pub note: Option<String>,
    /// The currency of every amount.
    pub currency: Currency,
    /// Who ordered, on the buyer's side.
    pub buyer_reference: Option<String>,
    /// The framework agreement.
    pub contract: Option<String>,
    /// Where it is wanted.
    pub deliver_to: Option<PostalAddress>,
    /// When it is wanted.
    pub delivery: Option<Period>,
    /// Terms of payment in words.
    pub terms: Option<String>,
}

impl OrderHeader {
    fn check(&self) -> Result<(), Violation> {
        checks::text("tir01-003", "number", &self.number)?;
        let optional = [
            ("tir01-006", "note", &self.note),
            ("tir01-p002", "buyer_reference", &self.buyer_reference),
            ("tir01-019", "contract", &self.contract),
            ("tir01-090", "terms", &self.terms),
        ];
        for (rule, field, value) in optional {
            checks::optional(rule, field, value.as_ref())?;
        }
        require(
            self.currency.minor_digits() <= 2,
            "PEPPOL-T01-R028",
            "currency",
            "Amounts of orders have at most two decimal places.",
        )?;
        if let Some(address) = &self.deliver_to {
            address.check("deliver_to")?;
        }
        self.delivery.map_or(Ok(()), |delivery| {
            delivery.check("PEPPOL-T01-R015", "delivery")
        })
    }
}

/// What an order says. Its lines are those of invoices, without an order line; amounts follow from them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderDraft {
    /// What it says about the whole of it.
    pub header: OrderHeader,
    /// Who buys.
    pub buyer: Party,
    /// Who is to sell.
    pub seller: Party,
    /// What is ordered.
    pub lines: Vec<Line>,
}

/// An order that adds up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    draft: OrderDraft,
    totals: Totals,
}

impl Order {
    /// Computes the totals, and checks everything.
    ///
    /// # Errors
    /// The first rule that does not hold, and the field.
    pub fn new(draft: OrderDraft) -> Result<Self, Violation> {
        let currency = draft.header.currency;
        draft.header.check()?;
        draft.buyer.check("buyer", "tir01-023")?;
        draft.seller.check("seller", "tir01-043")?;
        let ids = draft.lines.iter().map(|line| line.id.as_str());
        distinct("PEPPOL-T01-R001", ids)?;
        for (at, line) in draft.lines.iter().enumerate() {
            line.check(&format!("lines[{at}]"), currency)?;
        }
        let zero = Money::zero(currency);
        let totals = Totals::of(&draft.lines, &[], (zero, zero), currency)?;
        require(
            totals.lines.minor() >= 0,
            "PEPPOL-T01-R007",
            "lines",
            "An order is not for less than nothing.",
        )?;
        Ok(Self { draft, totals })
    }

    /// What it says.
    pub const fn draft(&self) -> &OrderDraft {
        &self.draft
    }

    /// What it comes to.
    pub const fn totals(&self) -> &Totals {
        &self.totals
    }
}

/// One to five thousand lines, no two of the same id.
pub(super) fn distinct<'a>(
    rule: &'static str,
    ids: impl Iterator<Item = &'a str>,
) -> Result<(), Violation> {
    let mut known = BTreeSet::new();
    for (at, id) in ids.enumerate() {
        require(
            known.insert(id),
            rule,
            format!("lines[{at}].id"),
            "Two lines have the same id.",
        )?;
    }
    require(
        (1..=super::billing::LINES_MAX).contains(&known.len()),
        rule,
        "lines",
        "A document has 1 to 5000 lines.",
    )
}

/// What the seller says to a whole order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseCode {
    /// It arrived, and is being looked at (AB).
    Received,
    /// As it stands (AP).
    Accepted,
    /// With what the lines change (CA).
    AcceptedWithChanges,
    /// Not at all (RE).
    Rejected,
}

impl ResponseCode {
    /// The code of UNCL 4343.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Received => "AB",
            Self::Accepted => "AP",
            Self::AcceptedWithChanges => "CA",
            Self::Rejected => "RE",
        }
    }
}

/// What the seller says to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineStatus {
    /// It was not in the order (1).
    Added,
    /// It will be otherwise (3).
    Changed,
    /// As it stands (5).
    Accepted,
    /// Not at all (7).
    Rejected,
}

impl LineStatus {
    /// The code of UNCL 1229.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Added => "1",
            Self::Changed => "3",
            Self::Accepted => "5",
            Self::Rejected => "7",
        }
    }
}

/// The answer to a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseLine {
    /// Distinct among the lines of the response.
    pub id: String,
    /// The line of the order.
    pub order_line: String,
    /// What the seller says to it.
    pub status: LineStatus,
    /// Why.
    pub note: Option<String>,
    /// How much will come, where that was changed.
    pub quantity: Option<(Micro, UnitCode)>,
    /// At which price, where that was changed.
    pub price: Option<(Price, UnitCode)>,
    /// When, where that was changed.
    pub delivery: Option<Period>,
    /// What it is.
    pub name: String,
    /// The seller's number of the article.
    pub seller_item: Option<String>,
}

/// What the answer to an order says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseDraft {
    /// Its number.
    pub number: String,
    /// Its date.
    pub issued_on: NaiveDate,
    /// What the seller says.
    pub code: ResponseCode,
    /// Why.
    pub note: Option<String>,
    /// The order's currency.
    pub currency: Currency,
    /// The order.
    pub order: String,
    /// Who answers.
    pub seller: Party,
    /// Whom.
    pub buyer: Party,
    /// When it will come.
    pub delivery: Option<Period>,
    /// The lines; where the order was accepted with changes, and only there.
    pub lines: Vec<ResponseLine>,
}

/// The answer to an order that keeps Peppol's rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderResponse(ResponseDraft);

impl OrderResponse {
    /// Checks everything.
    ///
    /// # Errors
    /// The first rule that does not hold, and the field.
    pub fn new(draft: ResponseDraft) -> Result<Self, Violation> {
        draft.check()?;
        Ok(Self(draft))
    }

    /// What it says.
    pub const fn draft(&self) -> &ResponseDraft {
        &self.0
    }
}

impl ResponseDraft {
    fn check(&self) -> Result<(), Violation> {
        checks::text("tir76-003", "number", &self.number)?;
        checks::text("tir76-011", "order", &self.order)?;
        checks::optional("tir76-006", "note", self.note.as_ref())?;
        self.seller.check("seller", "PEPPOL-T76-R002")?;
        self.buyer.check("buyer", "PEPPOL-T76-R001")?;
        if let Some(delivery) = self.delivery {
            delivery.check("PEPPOL-T76-R004", "delivery")?;
        }
        let changes = self.code == ResponseCode::AcceptedWithChanges;
        require(
            self.lines.is_empty() != changes,
            "tir76-200",
            "lines",
            "Lines are answered where an order is accepted with changes, and only there.",
        )?;
        if changes {
            distinct(
                "PEPPOL-T76-R003",
                self.lines.iter().map(|line| line.id.as_str()),
            )?;
        }
        for (at, line) in self.lines.iter().enumerate() {
            line.check(&format!("lines[{at}]"))?;
        }
        Ok(())
    }
}

impl ResponseLine {
    fn check(&self, field: &str) -> Result<(), Violation> {
        checks::text("tir76-120", &format!("{field}.id"), &self.id)?;
        checks::text(
            "tir76-201",
            &format!("{field}.order_line"),
            &self.order_line,
        )?;
        checks::text("tir76-148", &format!("{field}.name"), &self.name)?;
        checks::optional("tir76-204", &format!("{field}.note"), self.note.as_ref())?;
        let item = self.seller_item.as_ref();
        checks::optional("tir76-149", &format!("{field}.seller_item"), item)?;
        if let Some(delivery) = self.delivery {
            delivery.check("PEPPOL-T76-R004", &format!("{field}.delivery"))?;
        }
        let quantity = self.quantity.map_or(Micro::ZERO, |(quantity, _)| quantity);
        let price = self.price.map(|(price, _)| price);
        require(
            quantity >= Micro::ZERO
                && price.is_none_or(|price| price.amount >= Micro::ZERO && price.per > Micro::ZERO),
            "tir76-132",
            field,
            "Quantities and prices are not below zero.",
        )
    }
}
