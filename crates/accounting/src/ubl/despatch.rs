//! Despatch advices: what is on its way.
use super::checks;
use super::codes::UnitCode;
use super::order::{Period, distinct};
use super::party::Party;
use super::violation::{Violation, require};
use super::write::{Xml, customization, item_named, named_party, period};
use chrono::NaiveDate;
use money::Micro;
use std::io::{Result as IoResult, Write};

/// The identifiers of Peppol's despatch advice: specification and process.
const PEPPOL: [&str; 2] = [
    "urn:fdc:peppol.eu:poacc:trns:despatch_advice:3",
    "urn:fdc:peppol.eu:poacc:bis:despatch_advice:3",
];

/// A line of what was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DespatchLine {
    /// Distinct among the lines.
    pub id: String,
    /// The line of the order.
    pub order_line: String,
    /// What it is.
    pub name: String,
    /// The seller's number of the article.
    pub seller_item: String,
    /// How much was sent; not below zero.
    pub quantity: Micro,
    /// Of what.
    pub unit: UnitCode,
    /// How much of the order is still to come, and why.
    pub outstanding: Option<(Micro, String)>,
    /// A remark.
    pub note: Option<String>,
}

/// What a despatch advice says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DespatchDraft {
    /// Its number.
    pub number: String,
    /// Its date.
    pub issued_on: NaiveDate,
    /// A remark.
    pub note: Option<String>,
    /// The order.
    pub order: Option<String>,
    /// Who sends.
    pub supplier: Party,
    /// Who is to receive, and where.
    pub consignee: Party,
    /// When it left.
    pub despatched_on: Option<NaiveDate>,
    /// When it should arrive.
    pub arrival: Option<Period>,
    /// The carrier's number.
    pub tracking: Option<String>,
    /// What was sent.
    pub lines: Vec<DespatchLine>,
}

/// A despatch advice that keeps Peppol's rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DespatchAdvice(DespatchDraft);

impl DespatchAdvice {
    /// Checks everything.
    ///
    /// # Errors
    /// The first rule that does not hold, and the field.
    pub fn new(draft: DespatchDraft) -> Result<Self, Violation> {
        checks::text("tir16-003", "number", &draft.number)?;
        let optional = [
            ("tir16-088", "note", &draft.note),
            ("tir16-006", "order", &draft.order),
            ("tir16-p048", "tracking", &draft.tracking),
        ];
        for (rule, field, value) in optional {
            checks::optional(rule, field, value.as_ref())?;
        }
        draft.supplier.check("supplier", "tir16-007")?;
        draft.consignee.check("consignee", "tir16-017")?;
        if let Some(arrival) = draft.arrival {
            arrival.check("tir16-048", "arrival")?;
        }
        distinct("tir16-050", draft.lines.iter().map(|line| line.id.as_str()))?;
        for (at, line) in draft.lines.iter().enumerate() {
            check_line(line, &format!("lines[{at}]"))?;
        }
        Ok(Self(draft))
    }

    /// What it says.
    pub const fn draft(&self) -> &DespatchDraft {
        &self.0
    }

    /// Writes it as UBL 2.1: the same bytes for the same advice.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_to(&self, out: impl Write) -> IoResult<()> {
        let draft = &self.0;
        Xml::document(out, "DespatchAdvice", |xml| {
            customization(xml, PEPPOL, [&draft.supplier, &draft.consignee])?;
            xml.text("cbc:ID", &draft.number)?;
            xml.date("cbc:IssueDate", draft.issued_on)?;
            xml.optional("cbc:Note", draft.note.as_ref())?;
            xml.reference("cac:OrderReference", draft.order.as_ref())?;
            named_party(xml, "cac:DespatchSupplierParty", &draft.supplier, true)?;
            named_party(xml, "cac:DeliveryCustomerParty", &draft.consignee, true)?;
            shipment(xml, draft)?;
            draft.lines.iter().try_for_each(|line| {
                xml.parent("cac:DespatchLine", |xml| {
                    write_line(xml, line, draft.order.as_ref())
                })
            })
        })
    }

    /// The advice as UBL 2.1, in memory.
    ///
    /// # Errors
    /// None that memory does not make.
    pub fn to_xml(&self) -> IoResult<Vec<u8>> {
        let mut out = Vec::new();
        self.write_to(&mut out)?;
        Ok(out)
    }
}

fn check_line(line: &DespatchLine, field: &str) -> Result<(), Violation> {
    checks::text("tir16-050", &format!("{field}.id"), &line.id)?;
    checks::text(
        "tir16-056",
        &format!("{field}.order_line"),
        &line.order_line,
    )?;
    checks::text("PEPPOL-T16-R004", &format!("{field}.name"), &line.name)?;
    checks::text(
        "PEPPOL-T16-R003",
        &format!("{field}.seller_item"),
        &line.seller_item,
    )?;
    checks::optional("tir16-051", &format!("{field}.note"), line.note.as_ref())?;
    let outstanding = line.outstanding.as_ref();
    if let Some((_, reason)) = outstanding {
        checks::text("PEPPOL-T16-R007", &format!("{field}.outstanding"), reason)?;
    }
    require(
        line.quantity >= Micro::ZERO && outstanding.is_none_or(|(left, _)| *left >= Micro::ZERO),
        "PEPPOL-T16-R006",
        format!("{field}.quantity"),
        "Quantities are not below zero.",
    )
}

fn shipment<W: Write>(xml: &mut Xml<W>, draft: &DespatchDraft) -> IoResult<()> {
    let known =
        draft.tracking.is_some() || draft.arrival.is_some() || draft.despatched_on.is_some();
    if !known {
        return Ok(());
    }
    xml.parent("cac:Shipment", |xml| {
        xml.text("cbc:ID", "1")?;
        xml.parent("cac:Delivery", |xml| {
            xml.optional("cbc:TrackingID", draft.tracking.as_ref())?;
            period(xml, "cac:EstimatedDeliveryPeriod", draft.arrival)?;
            let Some(on) = draft.despatched_on else {
                return Ok(());
            };
            xml.parent("cac:Despatch", |xml| xml.date("cbc:ActualDespatchDate", on))
        })
    })
}

fn write_line<W: Write>(
    xml: &mut Xml<W>,
    line: &DespatchLine,
    order: Option<&String>,
) -> IoResult<()> {
    let unit = line.unit.code();
    xml.text("cbc:ID", &line.id)?;
    xml.optional("cbc:Note", line.note.as_ref())?;
    xml.quantity("cbc:DeliveredQuantity", line.quantity, unit)?;
    if let Some((left, reason)) = &line.outstanding {
        xml.quantity("cbc:OutstandingQuantity", *left, unit)?;
        xml.text("cbc:OutstandingReason", reason)?;
    }
    xml.parent("cac:OrderLineReference", |xml| {
        xml.text("cbc:LineID", &line.order_line)?;
        xml.reference("cac:OrderReference", order)
    })?;
    item_named(xml, &line.name, Some(&line.seller_item))
}
