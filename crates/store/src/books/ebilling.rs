//! Invoices and credit notes as UBL: made with the document, looked at again, and kept as they were issued.
use super::authorisations;
use super::details::{self, Details, PremiumShown, missing};
use super::words::Words;
use crate::actor::Actor;
use crate::catalogue::products::{self, Product};
use crate::db::Conn;
use crate::digest;
use crate::error::{OrNotFound, Result, corrupt};
use crate::fulfilment::invoices::{self, DocumentKind, Invoice, LineAmount};
use crate::identity::organisations;
use crate::ids::{InvoiceId, ProductId};
use crate::orders::lines::Line as OrderLine;
use crate::orders::payers::Payer;
use crate::orders::purchase_orders::{self, PurchaseOrder};
use crate::schema::{invoice_documents as table, invoices as invoice_table};
use crate::sql::Time;
use accounting::Purpose;
use accounting::postings::LineAmounts;
use accounting::ubl::{
    BillingDocument, BillingReference, DocumentType, Draft, Due, Line, LineAdjustment,
    PayeeAccount, Price, UnitCode, Vat, one_line, verify,
};
use chrono::NaiveDate;
use diesel::prelude::*;
use money::{Micro, Money};
use std::collections::{BTreeMap, BTreeSet};

/// A document as it was issued.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Issued {
    _invoice: InvoiceId,
    /// The specification that it declares.
    pub profile: String,
    /// The UBL.
    pub xml: String,
    /// Of its bytes, in hexadecimal digits.
    pub sha256: String,
    _created_at: Time,
}

/// What all lines of a document need.
struct Scene {
    words: Words,
    issued: PurchaseOrder,
    lines: BTreeMap<i32, OrderLine>,
    products: BTreeMap<ProductId, Product>,
    shown: PremiumShown,
}

/// Makes the UBL of a document that was just written, and keeps it.
///
/// # Errors
/// [`crate::Code::BillingDetailsMissing`] where a side lacks what an invoice has to say.
pub(super) fn issue(
    conn: &mut Conn,
    document: &Invoice,
    amounts: &[LineAmounts],
    now: Time,
) -> Result<()> {
    let made =
        BillingDocument::new(draft(conn, document, amounts)?).map_err(|found| missing(&found))?;
    let tax = made.totals().tax;
    let booked: i64 = document
        .lines
        .iter()
        .map(|line| line.booked.totals.vat().minor())
        .sum();
    if tax.minor() != booked {
        return Err(corrupt("invoice_lines.booked_tax_minor"));
    }
    let xml = made
        .to_xml()
        .map_err(|_| corrupt("invoice_documents.xml"))?;
    if let Err(findings) = verify(&xml) {
        tracing::error!(reference = %document.reference, ?findings, "a document breaks the rules of invoices");
        return Err(corrupt("invoice_documents.xml"));
    }
    let sha256 = digest::sha256(&xml);
    let xml = String::from_utf8(xml).map_err(|_| corrupt("invoice_documents.xml"))?;
    diesel::insert_into(table::table)
        .values((
            table::invoice_id.eq(document.id),
            table::profile.eq(made.profile().customization()),
            table::xml.eq(xml),
            table::sha256.eq(sha256),
            table::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// The UBL of a document, for its co-operative and its payer: with the authority's code from when it has one.
///
/// # Errors
/// [`crate::Code::NotFound`] for anybody else, and for a credit note of what was never invoiced.
pub fn get(conn: &mut Conn, by: &Actor, id: InvoiceId) -> Result<Issued> {
    invoices::get(conn, by, id)?;
    let issued: Option<Issued> = table::table.find(id).first(conn).optional()?;
    let issued = issued.or_not_found()?;
    Ok(match authorisations::document(conn, id)? {
        Some((xml, sha256)) => Issued {
            xml,
            sha256,
            ..issued
        },
        None => issued,
    })
}

fn draft(conn: &mut Conn, document: &Invoice, amounts: &[LineAmounts]) -> Result<Draft> {
    let (seller, theirs) = details::party(conn, document.cooperative)?;
    let (buyer, ours) = details::party(conn, document.payer)?;
    let issued = purchase_orders::whichever(conn, document.purchase_order)?;
    let language = organisations::get(conn, document.cooperative)?.language;
    let scene = scene(conn, issued, &language, ours.premium_shown)?;
    let mut lines = Vec::new();
    for (line, amounts) in document.lines.iter().zip(amounts) {
        lines.extend(scene.lines_of(document, line, amounts)?);
    }
    let credit = document.kind == DocumentKind::CreditNote;
    Ok(Draft {
        document_type: if credit {
            DocumentType::CreditNote
        } else {
            DocumentType::Invoice
        },
        number: document.reference.clone(),
        issued_on: document.issued_on,
        due: if credit { Vec::new() } else { due(document)? },
        terms: None,
        note: None,
        currency: document.totals.currency(),
        buyer_reference: None,
        order: Some(scene.issued.reference.clone()),
        despatch_advice: None,
        receipt_advice: None,
        corrects: corrected(conn, document)?,
        seller,
        buyer,
        account: account(&theirs, document),
        lines,
        prepaid: if credit {
            Money::zero(document.totals.currency())
        } else {
            document.deducted
        },
        authorisation: None,
    })
}

fn scene(
    conn: &mut Conn,
    issued: PurchaseOrder,
    language: &str,
    shown: PremiumShown,
) -> Result<Scene> {
    let lines: BTreeMap<i32, OrderLine> = purchase_orders::lines_of(conn, &issued)?
        .into_iter()
        .map(|line| (line.position, line))
        .collect();
    let found = products_of(conn, lines.values())?;
    Ok(Scene {
        words: Words::of(language),
        issued,
        lines,
        products: found,
        shown,
    })
}

/// The products of some lines of an order.
///
/// # Errors
/// Those of the database.
pub(crate) fn products_of<'l>(
    conn: &mut Conn,
    lines: impl Iterator<Item = &'l OrderLine>,
) -> Result<BTreeMap<ProductId, Product>> {
    let wanted: BTreeSet<ProductId> = lines.map(|line| line.product).collect();
    wanted
        .into_iter()
        .map(|id| Ok((id, products::get(conn, id)?)))
        .collect()
}

impl Scene {
    /// The lines that a document has for one of the order's: the goods, and their carriage as one of its own,
    /// because accounting programs refuse charges of a whole document.
    fn lines_of(
        &self,
        document: &Invoice,
        line: &LineAmount,
        amounts: &LineAmounts,
    ) -> Result<Vec<Line>> {
        let ordered = self
            .lines
            .get(&line.line)
            .ok_or_else(|| corrupt("invoice_lines.line_position"))?;
        let product = self
            .products
            .get(&ordered.product)
            .ok_or_else(|| corrupt("order_lines.product_id"))?;
        let work = document.kind == DocumentKind::WorkDone;
        if !work && line.booked.quantity == Micro::ZERO {
            return Ok(Vec::new());
        }
        let goods = if work {
            self.whole(self.words.work_done, line, product, ordered)?
        } else if document.account == Payer::Fund {
            self.whole(self.words.share, line, product, ordered)?
        } else {
            self.goods(line, amounts, product, ordered)?
        };
        let mut lines = vec![goods];
        let freight = line.booked.totals.freight();
        if freight.minor() > 0 {
            let name = plain(&format!("{}: {}", self.words.freight, product.name))?;
            let id = format!("{}-F", line.line);
            lines.push(one(id, name, freight, ordered)?);
        }
        Ok(lines)
    }

    /// The goods of a line at the market price, with the premium as the buyer wants it shown.
    fn goods(
        &self,
        line: &LineAmount,
        amounts: &LineAmounts,
        product: &Product,
        ordered: &OrderLine,
    ) -> Result<Line> {
        let (quantity, goods) = (line.booked.quantity, line.booked.totals.goods());
        let (price, adjustments) = match self.shown {
            PremiumShown::Price => (
                Price::exact(quantity, ordered.unit_price, goods)?,
                Vec::new(),
            ),
            PremiumShown::Charge => {
                let charges = Purpose::ALL
                    .into_iter()
                    .zip(amounts.premium)
                    .filter(|(_, amount)| amount.minor() > 0);
                let charges = charges.map(|(purpose, amount)| {
                    LineAdjustment::premium(self.words.reason(purpose), amounts.market, amount)
                });
                let market = ordered.market_unit_price;
                (
                    Price::exact(quantity, market, amounts.market)?,
                    charges.collect(),
                )
            }
        };
        Ok(Line {
            id: line.line.to_string(),
            name: plain(&product.name)?,
            description: None,
            seller_item: None,
            quantity,
            unit: UnitCode::parse(&product.unit).map_err(|_| corrupt("products.unit"))?,
            price,
            adjustments,
            vat: vat(ordered),
            order_line: Some(line.line.to_string()),
            note: None,
        })
    }

    /// A line of one sum: work done, or what a fund pays of the goods.
    fn whole(
        &self,
        word: &str,
        line: &LineAmount,
        product: &Product,
        ordered: &OrderLine,
    ) -> Result<Line> {
        let name = plain(&format!("{word}: {}", product.name))?;
        one(
            line.line.to_string(),
            name,
            line.booked.totals.goods(),
            ordered,
        )
    }
}

fn one(id: String, name: String, amount: Money, ordered: &OrderLine) -> Result<Line> {
    Ok(Line {
        id,
        name,
        description: None,
        seller_item: None,
        quantity: Micro::ONE,
        unit: UnitCode::parse("C62").map_err(|_| corrupt("products.unit"))?,
        price: Price::of_one(Micro::from_decimal(amount.to_decimal())?),
        adjustments: Vec::new(),
        vat: vat(ordered),
        order_line: Some(ordered.position.to_string()),
        note: None,
    })
}

/// A name as documents can carry it: on one line, without what cannot be seen.
pub(super) fn plain(name: &str) -> Result<String> {
    one_line(name).ok_or_else(|| corrupt("products.name"))
}

pub(super) fn vat(ordered: &OrderLine) -> Vat {
    match ordered.vat_rate {
        Micro::ZERO => Vat::Zero,
        rate => Vat::Standard(rate),
    }
}

/// What is due, by date: several milestones may fall on one day.
fn due(document: &Invoice) -> Result<Vec<Due>> {
    let mut by_day: BTreeMap<NaiveDate, Money> = BTreeMap::new();
    for part in document
        .instalments
        .iter()
        .filter(|part| part.amount.minor() > 0)
    {
        let zero = Money::zero(part.amount.currency());
        let sum = by_day.entry(part.due_on).or_insert(zero);
        *sum = sum.checked_add(part.amount)?;
    }
    let due = by_day.into_iter();
    Ok(due.map(|(on, amount)| Due { on, amount }).collect())
}

fn account(theirs: &Details, document: &Invoice) -> Option<PayeeAccount> {
    let (_, number, branch) = details::account_parts(theirs.account.as_ref()?);
    Some(PayeeAccount {
        account: number.to_owned(),
        holder: None,
        branch: branch.map(str::to_owned),
        reference: Some(document.reference.clone()),
    })
}

/// The invoices of the purchase order that a credit note takes something back of.
fn corrected(conn: &mut Conn, document: &Invoice) -> Result<Vec<BillingReference>> {
    if document.kind != DocumentKind::CreditNote {
        return Ok(Vec::new());
    }
    let rows: Vec<(String, NaiveDate)> = invoice_table::table
        .filter(invoice_table::purchase_order_id.eq(document.purchase_order))
        .filter(invoice_table::kind.eq(DocumentKind::Invoice.as_str()))
        .filter(invoice_table::payer_id.eq(document.payer))
        .filter(invoice_table::account.eq(document.account.as_str()))
        .order(invoice_table::id)
        .select((invoice_table::reference, invoice_table::issued_on))
        .load(conn)?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|(number, issued_on)| BillingReference {
            number,
            issued_on: Some(issued_on),
        })
        .collect())
}
