//! Purchase orders, their answers and despatch advices as UBL, made when they are asked for: unlike invoices they are
//! not kept, because the rows behind them say the same for ever.
use super::details::{self, missing};
use super::ebilling::{plain, products_of, vat};
use crate::actor::Actor;
use crate::catalogue::products::Product;
use crate::db::Conn;
use crate::error::{Code, Refusal, Result, corrupt};
use crate::fulfilment::despatches;
use crate::fulfilment::schedule::Part;
use crate::ids::{DespatchId, ProductId, PurchaseOrderId};
use crate::orders::lines::Line as OrderLine;
use crate::orders::purchase_orders::{self, PurchaseOrder};
use crate::orders::see_purchase_order;
use accounting::ubl::{
    DespatchAdvice, DespatchDraft, DespatchLine, Line, Order, OrderDraft, OrderHeader,
    OrderResponse, Period, Price, ResponseCode, ResponseDraft, UnitCode,
};
use money::{Micro, Money};
use ordering::PurchaseOrderState;
use std::collections::BTreeMap;

/// A purchase order, its lines and their products.
struct Ordered {
    issued: PurchaseOrder,
    lines: Vec<OrderLine>,
    products: BTreeMap<ProductId, Product>,
}

impl Ordered {
    fn load(conn: &mut Conn, id: PurchaseOrderId) -> Result<Self> {
        let issued = purchase_orders::whichever(conn, id)?;
        let lines = purchase_orders::lines_of(conn, &issued)?;
        let products = products_of(conn, lines.iter())?;
        Ok(Self {
            issued,
            lines,
            products,
        })
    }

    fn product(&self, line: &OrderLine) -> Result<&Product> {
        let product = self.products.get(&line.product);
        product.ok_or_else(|| corrupt("order_lines.product_id"))
    }

    /// From the first day on which something is wanted to the last.
    fn delivery(&self) -> Option<Period> {
        let from = self.lines.iter().map(|line| line.due_on).min()?;
        let to = self.lines.iter().map(|line| line.due_on).max()?;
        Some(Period { from, to })
    }
}

fn unit(product: &Product) -> Result<UnitCode> {
    UnitCode::parse(&product.unit).map_err(|_| corrupt("products.unit"))
}

/// A purchase order with the UBL order that it is.
#[derive(Clone, Debug)]
pub struct IssuedOrder {
    /// The purchase order.
    pub issued: PurchaseOrder,
    /// What the UBL says.
    pub order: Order,
    /// The UBL.
    pub xml: String,
}

/// A purchase order as a UBL order, for its two sides and the payers of its order.
///
/// # Errors
/// [`Code::NotFound`] for anybody else, [`Code::BillingDetailsMissing`].
pub fn order(conn: &mut Conn, by: &Actor, id: PurchaseOrderId) -> Result<IssuedOrder> {
    see_purchase_order(conn, by, id)?;
    let ordered = Ordered::load(conn, id)?;
    let (buyer, _) = details::party(conn, ordered.issued.buyer)?;
    let (seller, _) = details::party(conn, ordered.issued.cooperative)?;
    let mut lines = Vec::new();
    for line in &ordered.lines {
        let product = ordered.product(line)?;
        lines.push(Line {
            id: line.position.to_string(),
            name: plain(&product.name)?,
            description: None,
            seller_item: Some(product.id.to_string()),
            quantity: line.quantity,
            unit: unit(product)?,
            price: Price::exact(line.quantity, line.unit_price, line.totals.goods())?,
            adjustments: Vec::new(),
            vat: vat(line),
            order_line: None,
            note: None,
        });
        let freight = line.totals.freight();
        if freight.minor() > 0 {
            lines.push(freight_line(line, freight)?);
        }
    }
    let draft = OrderDraft {
        header: OrderHeader {
            number: ordered.issued.reference.clone(),
            issued_on: ordered.issued.issued_at.date(),
            valid_until: Some(ordered.issued.answer_by.date()),
            note: None,
            currency: ordered.issued.totals.currency(),
            buyer_reference: None,
            contract: None,
            deliver_to: None,
            delivery: ordered.delivery(),
            terms: None,
        },
        buyer,
        seller,
        lines,
    };
    let order = Order::new(draft).map_err(|found| missing(&found))?;
    Ok(IssuedOrder {
        xml: text(order.to_xml())?,
        issued: ordered.issued,
        order,
    })
}

fn freight_line(line: &OrderLine, freight: Money) -> Result<Line> {
    Ok(Line {
        id: format!("{}-F", line.position),
        name: format!("Freight of line {}", line.position),
        description: None,
        seller_item: None,
        quantity: Micro::ONE,
        unit: UnitCode::parse("C62").map_err(|_| corrupt("products.unit"))?,
        price: Price::of_one(Micro::from_decimal(freight.to_decimal())?),
        adjustments: Vec::new(),
        vat: vat(line),
        order_line: None,
        note: None,
    })
}

/// The co-operative's answer to a purchase order as a UBL order response: accepted, rejected, or received while it
/// has not answered.
///
/// # Errors
/// [`Code::NotFound`] for who has no part in it, [`Code::BillingDetailsMissing`], [`Code::WrongState`] where the
/// deadline passed without an answer.
pub fn response(conn: &mut Conn, by: &Actor, id: PurchaseOrderId) -> Result<String> {
    see_purchase_order(conn, by, id)?;
    let ordered = Ordered::load(conn, id)?;
    let code = match ordered.issued.state {
        PurchaseOrderState::Issued => ResponseCode::Received,
        PurchaseOrderState::Declined => ResponseCode::Rejected,
        PurchaseOrderState::Expired => {
            let detail = "The deadline passed without an answer.";
            return Err(Refusal::new(Code::WrongState, detail).into());
        }
        _ => ResponseCode::Accepted,
    };
    let (buyer, _) = details::party(conn, ordered.issued.buyer)?;
    let (seller, _) = details::party(conn, ordered.issued.cooperative)?;
    let answered = ordered.issued.answered_at;
    let draft = ResponseDraft {
        number: format!("{}-R", ordered.issued.reference),
        issued_on: answered.unwrap_or(ordered.issued.issued_at).date(),
        code,
        note: ordered
            .issued
            .decline_reason
            .as_deref()
            .map(plain)
            .transpose()?,
        currency: ordered.issued.totals.currency(),
        order: ordered.issued.reference.clone(),
        seller,
        buyer,
        delivery: ordered.delivery(),
        // A purchase order is answered as a whole.
        lines: Vec::new(),
    };
    let response = OrderResponse::new(draft).map_err(|found| missing(&found))?;
    text(response.to_xml())
}

/// A despatch as a UBL despatch advice, for the co-operative and those whom it went to; each branch sees its own part.
///
/// # Errors
/// [`Code::NotFound`] for anybody else, [`Code::BillingDetailsMissing`].
pub fn despatch_advice(conn: &mut Conn, by: &Actor, id: DespatchId) -> Result<String> {
    let despatch = despatches::get(conn, by, id)?;
    let ordered = Ordered::load(conn, despatch.purchase_order)?;
    let (supplier, _) = details::party(conn, despatch.cooperative)?;
    let to = despatch
        .parts
        .first()
        .map_or(ordered.issued.buyer, |part| part.branch);
    // One branch is the consignee; where there are several, the buyer is, and each line says for whom.
    let several = despatch.parts.iter().any(|part| part.branch != to);
    let consignee = if several { ordered.issued.buyer } else { to };
    let (consignee, _) = details::party(conn, consignee)?;
    let mut lines = Vec::new();
    for (at, part) in (1..).zip(&despatch.parts) {
        lines.push(despatch_line(conn, &ordered, part, (at, several))?);
    }
    let draft = DespatchDraft {
        number: despatch.reference.clone(),
        issued_on: despatch.created_at.date(),
        note: None,
        order: Some(ordered.issued.reference.clone()),
        supplier,
        consignee,
        despatched_on: Some(despatch.despatched_on),
        arrival: None,
        tracking: None,
        lines,
    };
    let advice = DespatchAdvice::new(draft).map_err(|found| missing(&found))?;
    text(advice.to_xml())
}

fn despatch_line(
    conn: &mut Conn,
    ordered: &Ordered,
    part: &Part,
    (at, several): (usize, bool),
) -> Result<DespatchLine> {
    let line = ordered.lines.iter().find(|line| line.position == part.line);
    let line = line.ok_or_else(|| corrupt("despatch_parts.line_position"))?;
    let product = ordered.product(line)?;
    let note = if several {
        let branch = crate::orders::journal::name_of(conn, part.branch)?;
        Some(plain(&branch)?)
    } else {
        None
    };
    Ok(DespatchLine {
        id: at.to_string(),
        order_line: part.line.to_string(),
        name: plain(&product.name)?,
        seller_item: product.id.to_string(),
        quantity: part.quantity,
        unit: unit(product)?,
        outstanding: None,
        note,
    })
}

fn text(xml: std::io::Result<Vec<u8>>) -> Result<String> {
    let xml = xml.map_err(|_| corrupt("a document"))?;
    String::from_utf8(xml).map_err(|_| corrupt("a document"))
}
