//! The need that a document states, or all that keeps it from being one.
use super::{Faults, of_line};
use crate::actor::Actor;
use crate::books::details;
use crate::catalogue::products::{self, Product};
use crate::db::Conn;
use crate::error::{Error, Result, if_found};
use crate::ids::ProductId;
use crate::needs::need::{LINES_MAX, NeedLine, Terms};
use accounting::ubl::{OrderParty, OrderedLine, Party, Period, ReceivedOrder, TaxId};
use money::Micro;
use uuid::Uuid;

/// Letters of an order's number, of its note and of what is said of a line, as needs have them.
const NUMBER_MAX: usize = 64;
const TITLE_MAX: usize = 200;
const SPECIFICATION_MAX: usize = 2_000;
/// Where the document says when and where it is wanted.
const PERIOD: &str = "/Order/Delivery/RequestedDeliveryPeriod";
const REGION: &str = "/Order/Delivery/DeliveryLocation/Address/CountrySubentity";

/// The document as a need.
///
/// # Errors
/// [`crate::Code::DocumentRefused`] with all that cannot be taken over.
pub(super) fn terms(conn: &mut Conn, by: &Actor, document: &ReceivedOrder) -> Result<Terms> {
    let mut faults = Faults::default();
    not_taken(document, &mut faults);
    let (us, _) = details::party(conn, by.organisation)?;
    if !is(&us, &document.buyer) {
        faults.add("/Order/BuyerCustomerParty/Party", "The buyer is not you.");
    }
    let header = &document.header;
    if header.number.chars().count() > NUMBER_MAX {
        faults.add(
            "/Order/ID",
            format!("A number has at most {NUMBER_MAX} letters."),
        );
    }
    let title = match &header.note {
        Some(note) => note.clone(),
        None => format!("Order {}", header.number),
    };
    if title.chars().count() > TITLE_MAX {
        faults.add(
            "/Order/Note",
            format!("A note has at most {TITLE_MAX} letters."),
        );
    }
    if document.lines.len() > LINES_MAX {
        faults.add(
            "/Order/OrderLine",
            format!("An order has at most {LINES_MAX} lines."),
        );
    }
    let region = header.deliver_to.as_ref().and_then(|to| to.region.clone());
    let region = region.filter(|region| is_region(region));
    if region.is_none() {
        faults.add(REGION, "A region is an ISO 3166-2 code, as AR-B or ZA-GP.");
    }
    if header.delivery.is_none() {
        faults.add(PERIOD, "By when it is wanted is missing.");
    }
    let mut lines = Vec::new();
    for (at, line) in document.lines.iter().take(LINES_MAX).enumerate() {
        let product = product(conn, at, line, &mut faults)?;
        if let (Some(product), Some(region), Some(period)) = (product, &region, header.delivery) {
            let place = (at, region.as_str(), period);
            lines.extend(need_line(document, line, &product, place, &mut faults));
        }
    }
    faults.finish()?;
    Ok(Terms {
        external_reference: Some(header.number.clone()),
        title,
        currency: header.currency,
        max_premium_rate: None,
        networks: Vec::new(),
        lines,
    })
}

/// What has no place in an order here.
fn not_taken(document: &ReceivedOrder, faults: &mut Faults) {
    let header = &document.header;
    if header.valid_until.is_some() {
        let why = "An order holds its capacity for a time that is the server's to set.";
        faults.add("/Order/ValidityPeriod", why);
    }
    if header.contract.is_some() {
        let why = "What a framework agreement holds is called off from it.";
        faults.add("/Order/Contract", why);
    }
    if header.terms.is_some() {
        let why = "The terms of payment are those of the offers.";
        faults.add("/Order/PaymentTerms", why);
    }
    for (at, line) in document.lines.iter().enumerate() {
        if !line.adjustments.is_empty() {
            let why = "A price is agreed as a whole: allowances and charges are not.";
            faults.add(of_line(at, "AllowanceCharge"), why);
        }
    }
    for path in &document.passed_over {
        faults.add(path.clone(), "This has no place in an order here.");
    }
}

/// Whether the document names this organisation: by its tax id; where one of the two has none, by its name.
pub(super) fn is(known: &Party, named: &OrderParty) -> bool {
    match (&known.tax_id, &named.tax_id) {
        (Some(id), Some(text)) => TaxId::parse(known.address.country, text).as_ref() == Ok(id),
        _ => named
            .name
            .as_ref()
            .is_some_and(|name| name.to_lowercase() == known.name.to_lowercase()),
    }
}

fn is_region(code: &str) -> bool {
    let good = |part: &str| {
        (1..=3).contains(&part.len())
            && part
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    code.split_once('-').is_some_and(|(country, part)| {
        country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase()) && good(part)
    })
}

/// By its number in trade, or by the product's id as the seller's number, which is what orders here say.
fn product(
    conn: &mut Conn,
    at: usize,
    line: &OrderedLine,
    faults: &mut Faults,
) -> Result<Option<Product>> {
    let id = line.seller_item.as_deref();
    let item = "Item/SellersItemIdentification/ID";
    let by_id = match id.map(|id| id.parse::<Uuid>()) {
        Some(Ok(id)) => if_found(products::get(conn, ProductId::from(id)))?,
        _ => None,
    };
    if id.is_some() && by_id.is_none() {
        faults.add(of_line(at, item), "There is no product of this id.");
        return Ok(None);
    }
    let Some(gtin) = line.standard_item.as_deref() else {
        if by_id.is_none() {
            faults.add(of_line(at, item), "Which product it is is missing.");
        }
        return Ok(by_id);
    };
    let item = "Item/StandardItemIdentification/ID";
    let by_gtin = products::named(conn, &[gtin], &[])?.pop();
    match (by_id, by_gtin) {
        (Some(one), Some(other)) if one.id != other.id => {
            faults.add(of_line(at, item), "This is another product's number.");
            Ok(None)
        }
        (_, Some(product)) => Ok(Some(product)),
        (_, None) => {
            faults.add(of_line(at, item), "There is no product of this number.");
            Ok(None)
        }
    }
}

fn need_line(
    document: &ReceivedOrder,
    line: &OrderedLine,
    product: &Product,
    (at, region, period): (usize, &str, Period),
    faults: &mut Faults,
) -> Option<NeedLine> {
    if line.unit.code() != product.unit {
        let why = format!("{} is counted in {}.", product.name, product.unit);
        faults.add(of_line(at, "Quantity/@unitCode"), why);
    }
    let specification = specification(document, line, product, period);
    if specification.chars().count() > SPECIFICATION_MAX {
        let why = format!("What is said of a line has at most {SPECIFICATION_MAX} letters.");
        faults.add(of_line(at, "Item/Description"), why);
    }
    if line.quantity <= Micro::ZERO {
        faults.add(of_line(at, "Quantity"), "A line is for more than nothing.");
    }
    Some(NeedLine {
        position: i32::try_from(at + 1).ok()?,
        product: product.id,
        specification,
        quantity: line.quantity,
        priority: 1,
        region: region.to_owned(),
        due_on: period.to,
        max_unit_price: None,
        budget: None,
        max_suppliers: None,
    })
}

/// What is said for people: of the line, and of the whole where a line is the only place for it.
fn specification(
    document: &ReceivedOrder,
    line: &OrderedLine,
    product: &Product,
    period: Period,
) -> String {
    let header = &document.header;
    let name = Some(&line.name).filter(|name| **name != product.name);
    let mut parts: Vec<String> = [name, line.description.as_ref(), line.note.as_ref()]
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    if let Some(to) = &header.deliver_to {
        let of_address = to.lines.iter().chain(&to.city).chain(&to.postal_code);
        let address: Vec<&str> = of_address.map(String::as_str).collect();
        if !address.is_empty() {
            parts.push(format!("Deliver to: {}", address.join(", ")));
        }
    }
    if period.from < period.to {
        parts.push(format!("Not before {}", period.from));
    }
    parts.extend(header.buyer_reference.clone());
    parts.join("; ")
}

/// Refusals of a need point into its JSON.
pub(super) fn in_document(error: Error) -> Error {
    let Error::Refused(mut refusal) = error else {
        return error;
    };
    for field in &mut refusal.fields {
        let mut parts = field.pointer.split('/').skip(1);
        if let (Some("lines"), Some(at), Some(name)) = (parts.next(), parts.next(), parts.next())
            && let Ok(at) = at.parse::<usize>()
        {
            field.pointer = match name {
                "due_on" => PERIOD.to_owned(),
                "quantity" => of_line(at, "Quantity"),
                _ => of_line(at, "Item"),
            };
        }
    }
    refusal.into()
}
