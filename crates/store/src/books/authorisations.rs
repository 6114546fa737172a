//! What a tax authority gave an invoice or a credit note (Argentina's CAE), and the document with it inside.
use super::details::missing;
use super::ebilling;
use crate::actor::Actor;
use crate::db::Conn;
use crate::digest;
use crate::error::{Code, Error, OrNotFound, Refusal, Result, corrupt, taken};
use crate::fulfilment::invoices;
use crate::ids::{InvoiceId, OrganisationId, PersonId};
use crate::operations::audit;
use crate::schema::invoice_authorisations as table;
use crate::sql::Time;
use accounting::ubl::{
    Authorisation, BillingDocument, ClearanceAuthority, Voucher, VoucherClass, read, verify,
};
use chrono::NaiveDate;
use diesel::prelude::*;
use governance::Role;
use money::Micro;
use serde_json::json;

/// What an authority gave a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorised {
    /// The code, and what it was given for.
    pub authorisation: Authorisation,
    /// The link in the QR code of the printed document.
    pub qr_link: String,
}

/// Under which number a document is put to the authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbered {
    /// What seller and buyer are to the tax.
    pub class: VoucherClass,
    /// The point of sale that the seller registered.
    pub point_of_sale: u32,
    /// The number within it.
    pub number: u32,
    /// Pesos for one unit of the document's currency.
    pub exchange_rate: Micro,
}

/// A code that the seller's own program was given: it speaks to the authority, with the seller's certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenElsewhere {
    /// The CAE.
    pub code: String,
    /// Until when the document may be handed over.
    pub expires_on: NaiveDate,
}

impl ClearanceAuthority for GivenElsewhere {
    type Error = Error;

    fn authorise(&self, voucher: &Voucher) -> Result<Authorisation> {
        if self.expires_on < voucher.issued_on {
            let detail = "A code does not expire before the day of its document.";
            return Err(Refusal::new(Code::InvalidInput, detail)
                .at("/expires_on")
                .into());
        }
        Ok(Authorisation {
            code: self.code.clone(),
            expires_on: self.expires_on,
            voucher_type: voucher.voucher_type,
            point_of_sale: voucher.point_of_sale,
            number: voucher.number,
            exchange_rate: voucher.exchange_rate,
        })
    }
}

#[derive(Queryable)]
struct Row {
    _invoice: InvoiceId,
    _cooperative: OrganisationId,
    code: String,
    expires_on: NaiveDate,
    voucher_type: i32,
    point_of_sale: i32,
    number: i32,
    exchange_rate: i64,
    qr_link: String,
    _xml: String,
    _sha256: String,
    _recorded_by: PersonId,
    _recorded_at: Time,
}

impl TryFrom<Row> for Authorised {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        let number = |of: i32| u32::try_from(of);
        let bad = |_| corrupt("invoice_authorisations");
        Ok(Self {
            authorisation: Authorisation {
                code: row.code,
                expires_on: row.expires_on,
                voucher_type: u16::try_from(row.voucher_type).map_err(bad)?,
                point_of_sale: number(row.point_of_sale).map_err(bad)?,
                number: number(row.number).map_err(bad)?,
                exchange_rate: Micro::new(row.exchange_rate),
            },
            qr_link: row.qr_link,
        })
    }
}

/// What the authority has to be told of a document, for its co-operative and its payer.
///
/// # Errors
/// [`Code::NotFound`], [`Code::BillingDetailsMissing`] where the seller has no CUIT or the authority no code for
/// something, [`Code::InvalidInput`].
pub fn voucher(conn: &mut Conn, by: &Actor, id: InvoiceId, numbered: Numbered) -> Result<Voucher> {
    put(&issued(conn, by, id)?, numbered)
}

/// Has an authority authorise a document of the actor's co-operative, once, and keeps the document with the code
/// inside: it is what payers are given from then on.
///
/// # Errors
/// [`Code::Forbidden`] for anybody but the co-operative's treasurers; [`Code::Duplicate`] where the document has a
/// code, or another document this code or number; those of [`voucher`] and of the authority.
pub fn authorise(
    conn: &mut Conn,
    by: &Actor,
    id: InvoiceId,
    numbered: Numbered,
    authority: &impl ClearanceAuthority<Error = Error>,
) -> Result<Authorised> {
    if invoices::get(conn, by, id)?.cooperative != by.organisation {
        let detail = "The co-operative that issued a document has it authorised.";
        return Err(Refusal::new(Code::Forbidden, detail).into());
    }
    by.require(&[Role::Treasurer])?;
    let document = issued(conn, by, id)?;
    let given = authority.authorise(&put(&document, numbered)?)?;
    let mut draft = document.draft().clone();
    draft.authorisation = Some(given.clone());
    let made = BillingDocument::new(draft).map_err(|found| missing(&found))?;
    let qr_link = made.qr_link().map(ToOwned::to_owned);
    let qr_link = qr_link.ok_or_else(|| corrupt("invoice_authorisations.qr_link"))?;
    let xml = made
        .to_xml()
        .map_err(|_| corrupt("invoice_documents.xml"))?;
    if let Err(findings) = verify(&xml) {
        tracing::error!(invoice = %id, ?findings, "a document breaks the rules of invoices");
        return Err(corrupt("invoice_documents.xml"));
    }
    let authorised = Authorised {
        authorisation: given,
        qr_link,
    };
    insert(conn, by, id, &authorised, xml)?;
    Ok(authorised)
}

/// What the authority gave a document, for its co-operative and its payer.
///
/// # Errors
/// [`Code::NotFound`], also where it has been given nothing.
pub fn get(conn: &mut Conn, by: &Actor, id: InvoiceId) -> Result<Authorised> {
    invoices::get(conn, by, id)?;
    let row: Option<Row> = table::table.find(id).first(conn).optional()?;
    row.or_not_found()?.try_into()
}

/// The document with the code inside, and the digest of its bytes.
pub(super) fn document(conn: &mut Conn, id: InvoiceId) -> Result<Option<(String, String)>> {
    let found = table::table
        .find(id)
        .select((table::xml, table::sha256))
        .first(conn)
        .optional()?;
    Ok(found)
}

/// A document as it was issued, made again from its bytes.
fn issued(conn: &mut Conn, by: &Actor, id: InvoiceId) -> Result<BillingDocument> {
    let xml = ebilling::get(conn, by, id)?.xml;
    let said = read(xml.as_bytes()).map_err(|_| corrupt("invoice_documents.xml"))?;
    let stated = said.stated;
    let made = BillingDocument::new(said.draft).map_err(|_| corrupt("invoice_documents.xml"))?;
    if *made.totals() == stated {
        Ok(made)
    } else {
        Err(corrupt("invoice_documents.xml"))
    }
}

fn put(document: &BillingDocument, numbered: Numbered) -> Result<Voucher> {
    let pesos = document.draft().currency.code() == "ARS";
    if pesos && numbered.exchange_rate != Micro::ONE {
        let detail = "A peso is one peso.";
        return Err(Refusal::new(Code::InvalidInput, detail)
            .at("/exchange_rate")
            .into());
    }
    Voucher::of(
        document,
        numbered.class,
        (numbered.point_of_sale, numbered.number),
        numbered.exchange_rate,
    )
    .map_err(|found| missing(&found))
}

fn insert(
    conn: &mut Conn,
    by: &Actor,
    id: InvoiceId,
    authorised: &Authorised,
    xml: Vec<u8>,
) -> Result<()> {
    let given = &authorised.authorisation;
    let detail =
        "This document has a code already, or another document has this code or this number.";
    let twice = Refusal::new(Code::Duplicate, detail);
    let out_of_range = |_| corrupt("invoice_authorisations");
    let sha256 = digest::sha256(&xml);
    let xml = String::from_utf8(xml).map_err(|_| corrupt("invoice_documents.xml"))?;
    diesel::insert_into(table::table)
        .values((
            table::invoice_id.eq(id),
            table::cooperative_id.eq(by.organisation),
            table::code.eq(&given.code),
            table::expires_on.eq(given.expires_on),
            table::voucher_type.eq(i32::from(given.voucher_type)),
            table::point_of_sale.eq(i32::try_from(given.point_of_sale).map_err(out_of_range)?),
            table::number.eq(i32::try_from(given.number).map_err(out_of_range)?),
            table::exchange_rate_micro.eq(given.exchange_rate.get()),
            table::qr_link.eq(&authorised.qr_link),
            table::xml.eq(xml),
            table::sha256.eq(sha256),
            table::recorded_by.eq(by.person),
            table::recorded_at.eq(by.now),
        ))
        .execute(conn)
        .map_err(|error| taken(error, twice))?;
    let after = json!({"code": given.code, "expires_on": given.expires_on});
    audit::change(conn, by, "invoice.authorise", id.uuid(), None, &after)
}
