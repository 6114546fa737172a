//! Orders of other people, read leniently.
use super::billing::LINES_MAX;
use super::codes::{UnitCode, Vat};
use super::line::{LineAdjustment, Price};
use super::order::{OrderHeader, Period};
use super::party::ElectronicAddress;
use super::read_parts::{address, adjustments, currency, electronic_address, price, refused, vat};
use super::tree::{At, ReadError, parse};
use money::{Currency, Micro, Money};

/// A party of an order, with whatever it can be known by.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct OrderParty {
    /// Its registered name, or the one it goes by.
    pub name: Option<String>,
    /// Where it receives documents.
    pub electronic_address: Option<ElectronicAddress>,
    /// Its tax id, as it was written.
    pub tax_id: Option<String>,
    /// Its number in a register.
    pub registration: Option<String>,
    /// Other numbers that it is known by.
    pub ids: Vec<String>,
}

/// A line of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderedLine {
    /// Its id.
    pub id: String,
    /// What is wanted.
    pub name: String,
    /// More about it.
    pub description: Option<String>,
    /// The seller's number of the article.
    pub seller_item: Option<String>,
    /// The article's GTIN or other standard number.
    pub standard_item: Option<String>,
    /// How much.
    pub quantity: Micro,
    /// Of what.
    pub unit: UnitCode,
    /// The price that the buyer expects.
    pub price: Option<Price>,
    /// What is expected to be added and taken off.
    pub adjustments: Vec<LineAdjustment>,
    /// What the line is expected to come to.
    pub net: Option<Money>,
    /// The tax on it.
    pub vat: Option<Vat>,
    /// A remark.
    pub note: Option<String>,
}

/// An order as somebody wrote it. What is expected to be paid is for the seller to judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedOrder {
    /// What it says about the whole of it.
    pub header: OrderHeader,
    /// Who buys.
    pub buyer: OrderParty,
    /// Who is to sell.
    pub seller: OrderParty,
    /// What is ordered.
    pub lines: Vec<OrderedLine>,
    /// What is expected to be paid.
    pub payable: Option<Money>,
    /// By which specification it says it was written.
    pub customization: Option<String>,
    /// The places of elements that say something of the order or of a line and are not among the values above.
    pub passed_over: Vec<String>,
}

/// Reads an order.
///
/// # Errors
/// [`ReadError`] with the path of what is missing, malformed or past a limit: 32 MiB, 32 levels, 5,000 lines.
pub fn read_order(xml: &[u8]) -> Result<ReceivedOrder, ReadError> {
    let root = parse(xml)?;
    if root.name != "Order" {
        let why = format!("{} is not an Order.", root.name);
        return Err(ReadError::new("/", why));
    }
    let at = At::root(&root);
    let currency = currency(&at, "AnticipatedMonetaryTotal")?;
    let each = at.each("OrderLine");
    if each.is_empty() || each.len() > LINES_MAX {
        return Err(at.error("OrderLine", "An order has 1 to 5000 lines."));
    }
    let lines = each.iter().map(|one| line(one, currency));
    let delivery = at.find("Delivery");
    let location = delivery.as_ref().and_then(|one| {
        one.find("DeliveryLocation/Address")
            .or_else(|| one.find("DeliveryAddress"))
    });
    let header = OrderHeader {
        number: at.need_text("ID")?,
        issued_on: at
            .date("IssueDate")?
            .ok_or_else(|| at.error("IssueDate", "This is missing."))?,
        valid_until: at.date("ValidityPeriod/EndDate")?,
        note: at.text("Note"),
        currency,
        buyer_reference: at.text("CustomerReference"),
        contract: at.text("Contract/ID"),
        deliver_to: location.map(|location| address(&location)).transpose()?,
        delivery: requested(delivery.as_ref())?,
        terms: at.text("PaymentTerms/Note"),
    };
    Ok(ReceivedOrder {
        header,
        buyer: party(&at, "BuyerCustomerParty")?,
        seller: party(&at, "SellerSupplierParty")?,
        lines: lines.collect::<Result<_, _>>()?,
        payable: at.amount("AnticipatedMonetaryTotal/PayableAmount", currency)?,
        customization: at.text("CustomizationID"),
        passed_over: passed_over(&at),
    })
}

/// What is read of each element, and what says nothing of what is ordered. Parties, prices, categories and totals are
/// read as a whole.
const READ: [(&str, &[&str]); 5] = [
    (
        "",
        &[
            "UBLVersionID",
            "CustomizationID",
            "ProfileID",
            "ID",
            "UUID",
            "CopyIndicator",
            "IssueDate",
            "IssueTime",
            "OrderTypeCode",
            "Note",
            "DocumentCurrencyCode",
            "CustomerReference",
            "LineCountNumeric",
            "ValidityPeriod",
            "Contract",
            "BuyerCustomerParty",
            "SellerSupplierParty",
            "Delivery",
            "PaymentTerms",
            "TaxTotal",
            "AnticipatedMonetaryTotal",
            "OrderLine",
        ],
    ),
    (
        "Delivery",
        &[
            "DeliveryLocation",
            "DeliveryAddress",
            "RequestedDeliveryPeriod",
        ],
    ),
    ("OrderLine", &["Note", "LineItem"]),
    (
        "OrderLine/LineItem",
        &[
            "ID",
            "Note",
            "Quantity",
            "LineExtensionAmount",
            "AllowanceCharge",
            "Price",
            "Item",
        ],
    ),
    (
        "OrderLine/LineItem/Item",
        &[
            "Description",
            "Name",
            "SellersItemIdentification",
            "StandardItemIdentification",
            "ClassifiedTaxCategory",
        ],
    ),
];

fn passed_over(root: &At<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for (path, read) in READ {
        let steps = path.split('/').filter(|step| !step.is_empty());
        let within = steps.fold(vec![root.clone()], |all, step| {
            all.iter().flat_map(|one| one.each(step)).collect()
        });
        for one in within {
            found.extend(one.others(read));
        }
    }
    found
}

fn party(at: &At<'_>, role: &str) -> Result<OrderParty, ReadError> {
    let at = at.need(&format!("{role}/Party"))?;
    let ids = at.each("PartyIdentification");
    let name = at.text("PartyLegalEntity/RegistrationName");
    Ok(OrderParty {
        name: name.or_else(|| at.text("PartyName/Name")),
        electronic_address: electronic_address(&at),
        tax_id: at.text("PartyTaxScheme/CompanyID"),
        registration: at.text("PartyLegalEntity/CompanyID"),
        ids: ids.iter().filter_map(|one| one.text("ID")).collect(),
    })
}

fn requested(delivery: Option<&At<'_>>) -> Result<Option<Period>, ReadError> {
    let Some(at) = delivery.and_then(|one| one.find("RequestedDeliveryPeriod")) else {
        return Ok(None);
    };
    let (from, to) = (at.date("StartDate")?, at.date("EndDate")?);
    Ok(match (from, to) {
        (Some(from), Some(to)) => Some(Period { from, to }),
        (Some(day), None) | (None, Some(day)) => Some(Period { from: day, to: day }),
        (None, None) => None,
    })
}

fn line(order_line: &At<'_>, currency: Currency) -> Result<OrderedLine, ReadError> {
    let at = order_line.need("LineItem")?;
    let path = "Quantity";
    let quantity = at.micro(path)?;
    let quantity = quantity.ok_or_else(|| at.error(path, "This is missing."))?;
    let unit = at.need(path)?.attribute("unitCode").unwrap_or_default();
    let unit = UnitCode::parse(unit).map_err(|violation| refused(&at, path, violation))?;
    let item = at.need("Item")?;
    let name = item.text("Name").or_else(|| item.text("Description"));
    let category = item.find("ClassifiedTaxCategory");
    Ok(OrderedLine {
        id: at.need_text("ID")?,
        name: name.ok_or_else(|| item.error("Name", "The item has no name."))?,
        description: item.text("Description"),
        seller_item: item.text("SellersItemIdentification/ID"),
        standard_item: item.text("StandardItemIdentification/ID"),
        quantity,
        unit,
        price: at.find("Price").map(|one| price(&one)).transpose()?,
        adjustments: adjustments(&at, currency)?,
        net: at.amount("LineExtensionAmount", currency)?,
        vat: category.map(|one| vat(&one)).transpose()?,
        note: order_line.text("Note").or_else(|| at.text("Note")),
    })
}
