//! Invoices and credit notes of other people, read leniently: what is not known is passed over, what is missing
//! is refused with its path, and what does not add up is for the reader to judge.
use super::billing::{BillingReference, DocumentType, Draft, Due, LINES_MAX, PayeeAccount};
use super::codes::Vat;
use super::fiscal::Authorisation;
use super::line::Line;
use super::read_parts::{adjustments, currency, line, party, vat};
use super::totals::{DocumentAdjustment, TaxSubtotal, Totals};
use super::tree::{At, ReadError, parse};
use super::write::names;
use chrono::NaiveDate;
use money::{Currency, Money};

/// An invoice or a credit note as somebody wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// What it says. [`super::BillingDocument::new`] takes it where it keeps every rule of what is issued here.
    pub draft: Draft,
    /// Allowances and charges on the whole document.
    pub adjustments: Vec<DocumentAdjustment>,
    /// The amounts as they are stated.
    pub stated: Totals,
    /// By which specification it says it was written.
    pub customization: Option<String>,
}

impl Received {
    /// The link that the QR code of the printed document holds: where an authority authorised it, and it says what
    /// such a link needs.
    pub fn qr_link(&self) -> Option<String> {
        let given = self.draft.authorisation.as_ref()?;
        given.qr_link(&self.draft, self.stated.tax_inclusive).ok()
    }
}

/// Whether two lines of a document are taxed together.
pub(super) fn same_tax(one: &Vat, other: &Vat) -> bool {
    (one.category(), one.rate()) == (other.category(), other.rate())
}

/// Reads an invoice or a credit note.
///
/// # Errors
/// [`ReadError`] with the path of what is missing, malformed or past a limit: 32 MiB, 32 levels, 5,000 lines.
pub fn read(xml: &[u8]) -> Result<Received, ReadError> {
    let root = parse(xml)?;
    let document_type = match root.name.as_str() {
        "Invoice" => DocumentType::Invoice,
        "CreditNote" => DocumentType::CreditNote,
        other => {
            let why = format!("{other} is neither an Invoice nor a CreditNote.");
            return Err(ReadError::new("/", why));
        }
    };
    let at = At::root(&root);
    let currency = currency(&at, "LegalMonetaryTotal")?;
    let [_, line_name, quantity_name] = names(document_type);
    let local = |name: &'static str| name.split(':').next_back().unwrap_or(name);
    let each = at.each(local(line_name));
    if each.is_empty() || each.len() > LINES_MAX {
        return Err(at.error(local(line_name), "A document has 1 to 5000 lines."));
    }
    let mut lines = Vec::with_capacity(each.len());
    let mut line_nets = Vec::with_capacity(each.len());
    for one in &each {
        lines.push(line(one, local(quantity_name), currency)?);
        line_nets.push(one.need_amount("LineExtensionAmount", currency)?);
    }
    let stated = totals(&at, line_nets, currency)?;
    put_in_reasons(&mut lines, &stated.taxes);
    Ok(Received {
        draft: draft(&at, document_type, lines, &stated)?,
        adjustments: document_adjustments(&at, currency)?,
        customization: at.text("CustomizationID"),
        stated,
    })
}

fn draft(
    at: &At<'_>,
    document_type: DocumentType,
    lines: Vec<Line>,
    stated: &Totals,
) -> Result<Draft, ReadError> {
    let currency = stated.payable.currency();
    let (terms, parts) = terms(at, currency);
    let first = at.date("DueDate")?;
    let first = first.or(at.date("PaymentMeans/PaymentDueDate")?);
    let whole = first.filter(|_| stated.payable.minor() > 0).map(|on| Due {
        on,
        amount: stated.payable,
    });
    let despatch_advice = at.text("DespatchDocumentReference/ID");
    Ok(Draft {
        document_type,
        number: at.need_text("ID")?,
        issued_on: at
            .date("IssueDate")?
            .ok_or_else(|| at.error("IssueDate", "This is missing."))?,
        due: if parts.is_empty() {
            whole.into_iter().collect()
        } else {
            parts
        },
        terms,
        note: at.text("Note"),
        currency,
        buyer_reference: at.text("BuyerReference"),
        order: at.text("OrderReference/ID"),
        despatch_advice,
        receipt_advice: at.text("ReceiptDocumentReference/ID"),
        corrects: corrects(at)?,
        seller: party(at, "AccountingSupplierParty")?,
        buyer: party(at, "AccountingCustomerParty")?,
        account: at.each("PaymentMeans").iter().find_map(account),
        lines,
        prepaid: stated.prepaid,
        authorisation: at
            .each("AdditionalDocumentReference")
            .iter()
            .find_map(authorisation),
    })
}

fn corrects(at: &At<'_>) -> Result<Vec<BillingReference>, ReadError> {
    let mut found = Vec::new();
    for one in at.each("BillingReference") {
        let Some(invoice) = one.find("InvoiceDocumentReference") else {
            continue;
        };
        found.push(BillingReference {
            number: invoice.need_text("ID")?,
            issued_on: invoice.date("IssueDate")?,
        });
    }
    Ok(found)
}

fn account(at: &At<'_>) -> Option<PayeeAccount> {
    let branch = "PayeeFinancialAccount/FinancialInstitutionBranch/ID";
    Some(PayeeAccount {
        account: at.text("PayeeFinancialAccount/ID")?,
        holder: at.text("PayeeFinancialAccount/Name"),
        branch: at.text(branch),
        reference: at.text("PaymentID"),
    })
}

fn totals(at: &At<'_>, line_nets: Vec<Money>, currency: Currency) -> Result<Totals, ReadError> {
    let zero = Money::zero(currency);
    let sums = at.need("LegalMonetaryTotal")?;
    let or_nothing = |path: &str| Ok(sums.amount(path, currency)?.unwrap_or(zero));
    // A second total may say the tax in the currency of its authority.
    let in_currency = |one: &&At<'_>| {
        let amount = one.find("TaxAmount");
        let code = amount.as_ref().and_then(|one| one.attribute("currencyID"));
        code.is_none_or(|code| code == currency.code())
    };
    let each = at.each("TaxTotal");
    let (tax, taxes) = match each.iter().find(in_currency) {
        Some(total) => (
            total.need_amount("TaxAmount", currency)?,
            total
                .each("TaxSubtotal")
                .iter()
                .map(|one| subtotal(one, currency))
                .collect::<Result<_, ReadError>>()?,
        ),
        None => (zero, Vec::new()),
    };
    Ok(Totals {
        line_nets,
        lines: sums.need_amount("LineExtensionAmount", currency)?,
        allowances: or_nothing("AllowanceTotalAmount")?,
        charges: or_nothing("ChargeTotalAmount")?,
        tax_exclusive: sums.need_amount("TaxExclusiveAmount", currency)?,
        taxes,
        tax,
        tax_inclusive: sums.need_amount("TaxInclusiveAmount", currency)?,
        prepaid: or_nothing("PrepaidAmount")?,
        rounding: or_nothing("PayableRoundingAmount")?,
        payable: sums.need_amount("PayableAmount", currency)?,
    })
}

fn subtotal(at: &At<'_>, currency: Currency) -> Result<TaxSubtotal, ReadError> {
    Ok(TaxSubtotal {
        vat: vat(&at.need("TaxCategory")?)?,
        taxable: at.need_amount("TaxableAmount", currency)?,
        tax: at.need_amount("TaxAmount", currency)?,
    })
}

// Lines do not say why they are exempt; the total of their category does.
fn put_in_reasons(lines: &mut [Line], taxes: &[TaxSubtotal]) {
    for line in lines {
        if let Some(one) = taxes.iter().find(|one| same_tax(&one.vat, &line.vat)) {
            line.vat = one.vat.clone();
        }
    }
}

fn document_adjustments(
    at: &At<'_>,
    currency: Currency,
) -> Result<Vec<DocumentAdjustment>, ReadError> {
    let each = at.each("AllowanceCharge");
    adjustments(at, currency)?
        .into_iter()
        .zip(each)
        .map(|(adjustment, at)| {
            let category = at.find("TaxCategory");
            let untaxed = Vat::Other {
                category: String::new(),
                rate: None,
                reason: None,
            };
            Ok(DocumentAdjustment {
                adjustment,
                vat: category.map_or(Ok(untaxed), |category| vat(&category))?,
            })
        })
        .collect()
}

/// The terms in words, and the parts of what is payable that follow them.
fn terms(at: &At<'_>, currency: Currency) -> (Option<String>, Vec<Due>) {
    let (mut words, mut parts) = (Vec::new(), Vec::new());
    for one in at.each("PaymentTerms") {
        let notes = one.each("Note");
        for line in notes.iter().flat_map(|note| note.raw().lines()) {
            match part(line) {
                Some(due) if due.amount.currency() == currency => parts.push(due),
                _ => words.push(line.trim().to_owned()),
            }
        }
    }
    let words = words.join("\n");
    (Some(words).filter(|words| !words.is_empty()), parts)
}

/// A part of what is payable as it is written here: `2026-12-22: 1774.44 ARS`.
pub(super) fn part(line: &str) -> Option<Due> {
    let (on, amount) = line.trim().split_once(": ")?;
    let (amount, currency) = amount.split_once(' ')?;
    let currency = Currency::parse(currency).ok()?;
    let amount = Money::from_decimal(money::parse_decimal(amount).ok()?, currency).ok()?;
    let on: NaiveDate = on.parse().ok()?;
    Some(Due { on, amount })
}

fn authorisation(at: &At<'_>) -> Option<Authorisation> {
    let id = at.text("ID")?;
    let description = at.text("DocumentDescription")?;
    let mut words = description.split("; ");
    let mut after = |name: &str| words.next()?.strip_prefix(name)?.strip_prefix(' ');
    Some(Authorisation {
        code: id.strip_prefix("CAE ")?.to_owned(),
        expires_on: after("expires")?.parse().ok()?,
        voucher_type: after("voucher type")?.parse().ok()?,
        point_of_sale: after("point of sale")?.parse().ok()?,
        number: after("number")?.parse().ok()?,
        exchange_rate: after("exchange rate")?.parse().ok()?,
    })
}
