//! `GET /invoices/{id}/voucher`, `POST` and `GET /invoices/{id}/authorisation`.
use crate::http::wire::{self, DecimalText, MOST};
use crate::http::{Answer, Body, Call, Fields, Problem, Query, Reply};
use crate::openapi::IdempotencyKeyRequired;
use accounting::ubl::{Voucher, VoucherClass};
use actix_web::{get, post, web};
use chrono::NaiveDate;
use money::Micro;
use serde::{Deserialize, Serialize};
use store::books::authorisations::{self, Authorised, GivenElsewhere, Numbered};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

const CLASSES: [(&str, VoucherClass); 3] = [
    ("a", VoucherClass::A),
    ("b", VoucherClass::B),
    ("c", VoucherClass::C),
];

/// Under which number a document is put to the authority.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct VoucherWanted {
    /// a (both registered for the tax), b (the buyer is not) or c (the seller is not).
    #[param(example = "a", pattern = "^[abc]$")]
    class: String,
    /// The point of sale that the co-operative registered.
    #[param(example = 3, minimum = 1, maximum = 99998)]
    point_of_sale: u32,
    /// The number within it.
    #[param(example = 17, minimum = 1, maximum = 99999999)]
    number: u32,
    /// Pesos for one unit of the document's currency: 1 unless stated.
    #[param(example = "1", pattern = "^[0-9]+(\\.[0-9]+)?$")]
    exchange_rate: Option<String>,
}

/// One rate of a voucher.
#[derive(Debug, Serialize, ToSchema)]
pub struct VoucherRateView {
    /// ARCA's identifier: 5 for 21 %.
    #[schema(example = 5)]
    id: u8,
    #[schema(value_type = String, example = "12050.00")]
    taxable: DecimalText,
    #[schema(value_type = String, example = "2530.50")]
    tax: DecimalText,
}

/// What Argentina's tax authority has to be told of a document, in its codes (WSFEv1).
#[derive(Debug, Serialize, ToSchema)]
pub struct VoucherView {
    #[schema(example = "30500010912")]
    cuit: String,
    /// 1 for an invoice A, 3 for a credit note A.
    #[schema(example = 1)]
    voucher_type: u16,
    #[schema(example = 3)]
    point_of_sale: u32,
    #[schema(example = 17)]
    number: u32,
    issued_on: NaiveDate,
    /// Of the buyer's document: 80 for a CUIT, or null.
    #[schema(example = 80)]
    receiver_type: Option<u8>,
    /// Its number, or null.
    #[schema(example = "30500010912")]
    receiver_number: Option<String>,
    /// The authority's code.
    #[schema(example = "PES")]
    currency: &'static str,
    #[schema(value_type = String, example = "1")]
    exchange_rate: DecimalText,
    #[schema(value_type = String, example = "0.00")]
    exempt: DecimalText,
    #[schema(value_type = String, example = "0.00")]
    untaxed: DecimalText,
    rates: Vec<VoucherRateView>,
    #[schema(value_type = String, example = "14580.50")]
    total: DecimalText,
}

impl From<Voucher> for VoucherView {
    fn from(voucher: Voucher) -> Self {
        let (receiver_type, receiver_number) = voucher.receiver.unzip();
        Self {
            cuit: voucher.cuit,
            voucher_type: voucher.voucher_type,
            point_of_sale: voucher.point_of_sale,
            number: voucher.number,
            issued_on: voucher.issued_on,
            receiver_type,
            receiver_number,
            currency: voucher.currency,
            exchange_rate: voucher.exchange_rate.into(),
            exempt: voucher.exempt.into(),
            untaxed: voucher.untaxed.into(),
            rates: voucher
                .rates
                .into_iter()
                .map(|rate| VoucherRateView {
                    id: rate.id,
                    taxable: rate.taxable.into(),
                    tax: rate.tax.into(),
                })
                .collect(),
            total: voucher.total.into(),
        }
    }
}

/// What the authority gave.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAuthorisation {
    /// The CAE.
    #[schema(example = "74123456789012", pattern = "^[0-9]{14}$")]
    code: String,
    /// Until when the document may be handed over.
    expires_on: NaiveDate,
    /// a (both registered for the tax), b (the buyer is not) or c (the seller is not).
    #[schema(example = "a", pattern = "^[abc]$")]
    class: String,
    /// The point of sale that the co-operative registered.
    #[schema(example = 3, minimum = 1, maximum = 99998)]
    point_of_sale: u32,
    /// The number within it.
    #[schema(example = 17, minimum = 1, maximum = 99999999)]
    number: u32,
    /// Pesos for one unit of the document's currency: 1 unless stated.
    #[serde(default)]
    exchange_rate: Option<DecimalText>,
}

/// What Argentina's tax authority gave a document: its electronic authorisation code (CAE).
#[derive(Debug, Serialize, ToSchema)]
pub struct AuthorisationView {
    #[schema(example = "74123456789012")]
    code: String,
    /// Until when the document may be handed over.
    expires_on: NaiveDate,
    /// 1 for an invoice A, 3 for a credit note A.
    #[schema(example = 1)]
    voucher_type: u16,
    #[schema(example = 3)]
    point_of_sale: u32,
    #[schema(example = 17)]
    number: u32,
    #[schema(value_type = String, example = "1")]
    exchange_rate: DecimalText,
    /// What the QR code on the printed document says (general resolution 4892/2020).
    #[schema(example = "https://www.afip.gob.ar/fe/qr/?p=eyJ2ZXIiOjF9")]
    qr_link: String,
}

impl From<Authorised> for AuthorisationView {
    fn from(authorised: Authorised) -> Self {
        let given = authorised.authorisation;
        Self {
            code: given.code,
            expires_on: given.expires_on,
            voucher_type: given.voucher_type,
            point_of_sale: given.point_of_sale,
            number: given.number,
            exchange_rate: given.exchange_rate.into(),
            qr_link: authorised.qr_link,
        }
    }
}

/// The parts of a number, with what comes before the name of each field.
fn numbered(
    fields: &mut Fields,
    before: &str,
    class: &str,
    (point_of_sale, number): (u32, u32),
    exchange_rate: Option<Micro>,
) -> Option<Numbered> {
    let known = CLASSES.iter().find(|(word, _)| *word == class);
    let class = fields.take(
        format!("{before}class"),
        known.ok_or("A class is a, b or c."),
    );
    fields.require(
        (1..=99_998).contains(&point_of_sale),
        format!("{before}point_of_sale"),
        "A point of sale is from 1 to 99998.",
    );
    fields.require(
        (1..=99_999_999).contains(&number),
        format!("{before}number"),
        "A number is from 1 to 99999999.",
    );
    Some(Numbered {
        class: class?.1,
        point_of_sale,
        number,
        exchange_rate: exchange_rate?,
    })
}

fn rate(fields: &mut Fields, pointer: &str, text: Option<&DecimalText>) -> Option<Micro> {
    let within = (Micro::new(1), MOST);
    text.map_or(Some(Micro::ONE), |text| {
        text.micro_within(fields, pointer, within)
    })
}

impl VoucherWanted {
    fn read(self) -> Result<Numbered, Problem> {
        let mut fields = Fields::new();
        let text = self.exchange_rate.map(DecimalText);
        let rate = rate(&mut fields, "?exchange_rate", text.as_ref());
        let place = (self.point_of_sale, self.number);
        let numbered = numbered(&mut fields, "?", &self.class, place, rate);
        fields.finish(|| numbered)
    }
}

impl NewAuthorisation {
    fn read(self) -> Result<(Numbered, GivenElsewhere), Problem> {
        let mut fields = Fields::new();
        let rate = rate(&mut fields, "/exchange_rate", self.exchange_rate.as_ref());
        let place = (self.point_of_sale, self.number);
        let numbered = numbered(&mut fields, "/", &self.class, place, rate);
        let expires_on = wire::day(&mut fields, "/expires_on", self.expires_on);
        let code = self.code;
        fields.require(
            code.len() == 14 && code.bytes().all(|digit| digit.is_ascii_digit()),
            "/code",
            "A CAE has fourteen digits.",
        );
        fields.finish(|| {
            let expires_on = expires_on?;
            Some((numbered?, GivenElsewhere { code, expires_on }))
        })
    }
}

/// What Argentina's tax authority (ARCA) has to be told of an invoice or a credit note before it gives a code for it:
/// in its own codes, for the program of the co-operative that speaks to its web service.
#[utoipa::path(tag = "Invoices", operation_id = "invoices_voucher",
    params(("id" = Uuid, Path, description = "The invoice or credit note."), VoucherWanted),
    responses((status = 200, description = "The voucher.", body = VoucherView)),
    extensions(("x-problem-codes" = json!(["billing_details_missing"]))))]
#[get("/invoices/{id}/voucher")]
pub async fn ask(call: Call, id: web::Path<Uuid>, query: Query<VoucherWanted>) -> Answer {
    let numbered = query.0.read()?;
    call.read(move |conn, actor| {
        let voucher = authorisations::voucher(conn, actor, (*id).into(), numbered)?;
        Ok(Reply::plain(&VoucherView::from(voucher))?)
    })
    .await
}

/// Records, as the co-operative's treasurer, the code that Argentina's tax authority gave a document (CAE), once. From
/// then on its UBL holds the code, and its page the code and its QR code; the document as it was issued is kept.
#[utoipa::path(tag = "Invoices", operation_id = "invoices_authorise", request_body = NewAuthorisation,
    params(("id" = Uuid, Path, description = "The invoice or credit note."), IdempotencyKeyRequired),
    responses((status = 201, description = "The authorisation.", body = AuthorisationView,
        headers(("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["duplicate", "billing_details_missing"]))))]
#[post("/invoices/{id}/authorisation")]
pub async fn authorise(call: Call, id: web::Path<Uuid>, body: Body<NewAuthorisation>) -> Answer {
    let (numbered, given) = body.value.read()?;
    call.write(Some(body.digest), move |conn, actor| {
        let made = authorisations::authorise(conn, actor, (*id).into(), numbered, &given)?;
        let location = format!("/api/v1/invoices/{id}/authorisation");
        Ok(Reply::made(location, &AuthorisationView::from(made))?)
    })
    .await
}

/// The code that the authority gave a document, for its co-operative and its payer.
#[utoipa::path(tag = "Invoices", operation_id = "invoices_authorisation",
    params(("id" = Uuid, Path, description = "The invoice or credit note.")),
    responses((status = 200, description = "The authorisation.", body = AuthorisationView)))]
#[get("/invoices/{id}/authorisation")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let found = authorisations::get(conn, actor, (*id).into())?;
        Ok(Reply::plain(&AuthorisationView::from(found))?)
    })
    .await
}
