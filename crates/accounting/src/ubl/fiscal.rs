//! What Argentina's tax authority (ARCA) asks and gives before an invoice may be issued there, and the QR code
//! that is printed on it (general resolution 4892/2020).
use super::billing::{BillingDocument, DocumentType, Draft};
use super::codes::Vat;
use super::violation::{Violation, require};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::NaiveDate;
use money::{Currency, Micro, Money};

/// Where the QR code leads.
const QR: &str = "https://www.afip.gob.ar/fe/qr/?p=";
/// ARCA's identifiers of the rates, in millionths: the table `AlicIva` of its web service WSFEv1.
const RATES: [(i64, u8); 6] = [
    (0, 3),
    (25_000, 9),
    (50_000, 8),
    (105_000, 4),
    (210_000, 5),
    (270_000, 6),
];
/// ARCA's codes of currencies.
const CURRENCIES: [(&str, &str); 4] = [
    ("ARS", "PES"),
    ("USD", "DOL"),
    ("EUR", "060"),
    ("BRL", "012"),
];

/// Which class a voucher is of; it follows from what seller and buyer are to the tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoucherClass {
    /// Between two registered for the tax.
    A,
    /// From one registered for the tax to one that is not.
    B,
    /// From one that is not registered for the tax.
    C,
}

impl VoucherClass {
    /// ARCA's code of the voucher.
    pub const fn code(self, document_type: DocumentType) -> u16 {
        match (self, document_type) {
            (Self::A, DocumentType::Invoice) => 1,
            (Self::A, DocumentType::CreditNote) => 3,
            (Self::B, DocumentType::Invoice) => 6,
            (Self::B, DocumentType::CreditNote) => 8,
            (Self::C, DocumentType::Invoice) => 11,
            (Self::C, DocumentType::CreditNote) => 13,
        }
    }
}

/// What an authority gave a document: its electronic authorisation code (CAE).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorisation {
    /// The CAE: fourteen digits.
    pub code: String,
    /// Until when the document may be handed over.
    pub expires_on: NaiveDate,
    /// ARCA's code of the voucher: 1 for an invoice A.
    pub voucher_type: u16,
    /// The point of sale that the seller registered: 1 to 99998.
    pub point_of_sale: u32,
    /// The number within it: 1 to 99999999.
    pub number: u32,
    /// Pesos for one unit of the document's currency; one where it is in pesos.
    pub exchange_rate: Micro,
}

impl Authorisation {
    pub(super) fn check(&self) -> Result<(), Violation> {
        let digits = self.code.len() == 14 && self.code.chars().all(|digit| digit.is_ascii_digit());
        require(
            digits,
            "BT-122",
            "authorisation.code",
            "A CAE has fourteen digits.",
        )?;
        let numbered = (1..=99_998).contains(&self.point_of_sale)
            && (1..=99_999_999).contains(&self.number)
            && self.exchange_rate > Micro::ZERO;
        require(
            numbered,
            "BT-123",
            "authorisation",
            "Point of sale, number or exchange rate is out of range.",
        )
    }

    /// The link in the QR code of the printed document, of a total with tax.
    pub(super) fn qr_link(&self, draft: &Draft, total: Money) -> Result<String, Violation> {
        let receiver = receiver(draft).map_or(String::new(), |(kind, number)| {
            format!("\"tipoDocRec\":{kind},\"nroDocRec\":{number},")
        });
        // Everything in it is a number, a date or a word from a list: there is nothing to escape.
        let payload = format!(
            "{{\"ver\":1,\"fecha\":\"{}\",\"cuit\":{},\"ptoVta\":{},\"tipoCmp\":{},\"nroCmp\":{},\
             \"importe\":{},\"moneda\":\"{}\",\"ctz\":{},{receiver}\"tipoCodAut\":\"E\",\"codAut\":{}}}",
            draft.issued_on,
            cuit(draft)?,
            self.point_of_sale,
            self.voucher_type,
            self.number,
            total.to_decimal().normalize(),
            currency(draft.currency)?,
            self.exchange_rate,
            self.code,
        );
        Ok(format!("{QR}{}", STANDARD.encode(payload)))
    }
}

/// One rate of a voucher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VoucherRate {
    /// ARCA's identifier: 5 for 21 %.
    pub id: u8,
    /// What is taxed.
    pub taxable: Money,
    /// The tax.
    pub tax: Money,
}

/// A voucher as it is put to the authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voucher {
    /// The seller's CUIT.
    pub cuit: String,
    /// The code of the voucher.
    pub voucher_type: u16,
    /// The point of sale.
    pub point_of_sale: u32,
    /// The number within it.
    pub number: u32,
    /// Its date.
    pub issued_on: NaiveDate,
    /// The buyer: the code of the kind of document (80 for a CUIT), and its number.
    pub receiver: Option<(u8, String)>,
    /// The authority's code of the currency.
    pub currency: &'static str,
    /// Pesos for one unit of it.
    pub exchange_rate: Micro,
    /// What is exempt.
    pub exempt: Money,
    /// What is outside the tax.
    pub untaxed: Money,
    /// What is taxed, at any rate.
    pub rates: Vec<VoucherRate>,
    /// With tax.
    pub total: Money,
}

impl Voucher {
    /// What the authority has to be told of a document.
    ///
    /// # Errors
    /// A [`Violation`] where the seller has no CUIT, or ARCA no code for the currency or a rate.
    pub fn of(
        document: &BillingDocument,
        class: VoucherClass,
        (point_of_sale, number): (u32, u32),
        exchange_rate: Micro,
    ) -> Result<Self, Violation> {
        let draft = document.draft();
        let cuit = cuit(draft)?;
        let zero = Money::zero(draft.currency);
        let (mut exempt, mut untaxed, mut rates) = (zero, zero, Vec::new());
        for one in &document.totals().taxes {
            match &one.vat {
                Vat::Exempt { .. } => exempt = one.taxable,
                Vat::OutOfScope { .. } => untaxed = one.taxable,
                vat => rates.push(VoucherRate {
                    id: rate(vat)?,
                    taxable: one.taxable,
                    tax: one.tax,
                }),
            }
        }
        Ok(Self {
            cuit,
            voucher_type: class.code(draft.document_type),
            point_of_sale,
            number,
            issued_on: draft.issued_on,
            receiver: receiver(draft),
            currency: currency(draft.currency)?,
            exchange_rate,
            exempt,
            untaxed,
            rates,
            total: document.totals().tax_inclusive,
        })
    }
}

/// Whoever has to authorise a voucher before it is issued. Argentina's answers over its web service WSFEv1, with
/// a certificate of the seller's; an implementation lives where there is a network. The same voucher asked twice
/// must give the same authorisation: the authority keeps the numbers of a point of sale without gaps, so a
/// request whose answer was lost is looked up (`FECompConsultar`) and never sent under the next number.
pub trait ClearanceAuthority {
    /// Why there is no authorisation: the authority's refusal, or that it could not be reached.
    type Error;

    /// Has a voucher authorised.
    ///
    /// # Errors
    /// The authority's refusal, or that it could not be reached.
    fn authorise(&self, voucher: &Voucher) -> Result<Authorisation, Self::Error>;
}

fn cuit(draft: &Draft) -> Result<String, Violation> {
    let seller = draft.seller.tax_id.as_ref();
    seller
        .filter(|id| id.as_str().starts_with("AR"))
        .map(|id| id.number().to_owned())
        .ok_or_else(|| Violation::new("BR-S-02", "seller.tax_id", "The seller has no CUIT."))
}

fn receiver(draft: &Draft) -> Option<(u8, String)> {
    let buyer = draft.buyer.tax_id.as_ref();
    buyer
        .filter(|id| id.as_str().starts_with("AR"))
        .map(|id| (80, id.number().to_owned()))
}

fn currency(of: Currency) -> Result<&'static str, Violation> {
    let known = CURRENCIES.iter().find(|(code, _)| *code == of.code());
    known.map(|(_, code)| *code).ok_or_else(|| {
        Violation::new(
            "BT-5",
            "currency",
            "The authority has no code for this currency here.",
        )
    })
}

fn rate(vat: &Vat) -> Result<u8, Violation> {
    let known = RATES
        .iter()
        .find(|(rate, _)| vat.rate() == Some(Micro::new(*rate)));
    known
        .map(|(_, id)| *id)
        .ok_or_else(|| Violation::new("BT-119", "lines", "The authority has no such rate."))
}
