//! Invoices and credit notes.
use super::checks;
use super::codes::Vat;
use super::fiscal::Authorisation;
use super::line::Line;
use super::party::Party;
use super::read::part;
use super::totals::{Totals, check_categories};
use super::violation::{Violation, require};
use chrono::NaiveDate;
use money::{Currency, Money};
use std::collections::BTreeSet;

/// The most lines of a document.
pub(super) const LINES_MAX: usize = 5_000;

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentType {
    /// A commercial invoice (380).
    Invoice,
    /// A credit note (381).
    CreditNote,
}

impl DocumentType {
    /// The code of UNCL 1001.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invoice => "380",
            Self::CreditNote => "381",
        }
    }
}

/// By which rules a document is written, and declares itself to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Peppol BIS Billing 3.0: both sides are in the network.
    PeppolBilling,
    /// EN 16931 alone.
    En16931,
}

impl Profile {
    /// The identifier of the specification (BT-24).
    pub const fn customization(self) -> &'static str {
        match self {
            Self::PeppolBilling => {
                "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
            }
            Self::En16931 => "urn:cen.eu:en16931:2017",
        }
    }

    /// The identifier of the process (BT-23); the process is the same.
    pub const fn process(self) -> &'static str {
        "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
    }
}

/// A part of what is payable, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Until when.
    pub on: NaiveDate,
    /// How much; above zero.
    pub amount: Money,
}

/// The document that another one refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillingReference {
    /// Its number.
    pub number: String,
    /// Its date.
    pub issued_on: Option<NaiveDate>,
}

/// Where to pay by credit transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayeeAccount {
    /// A CBU, an IBAN, an account number.
    pub account: String,
    /// In whose name.
    pub holder: Option<String>,
    /// The branch or bank, where the account alone does not say it.
    pub branch: Option<String>,
    /// What the payer writes, so that the payment is recognised.
    pub reference: Option<String>,
}

/// What an invoice or a credit note says. Amounts that follow from others are not in it: see [`Totals`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Invoice or credit note.
    pub document_type: DocumentType,
    /// Its number, distinct among its seller's.
    pub number: String,
    /// Its date.
    pub issued_on: NaiveDate,
    /// When what is payable is due, by date; together they are what is payable.
    pub due: Vec<Due>,
    /// Terms of payment in words.
    pub terms: Option<String>,
    /// A remark.
    pub note: Option<String>,
    /// The currency of every amount.
    pub currency: Currency,
    /// What the buyer wants to find it by.
    pub buyer_reference: Option<String>,
    /// The buyer's order.
    pub order: Option<String>,
    /// The despatch advice.
    pub despatch_advice: Option<String>,
    /// The receipt of the goods.
    pub receipt_advice: Option<String>,
    /// Invoices that it corrects.
    pub corrects: Vec<BillingReference>,
    /// Who issues it.
    pub seller: Party,
    /// Whom it is for.
    pub buyer: Party,
    /// Where to pay.
    pub account: Option<PayeeAccount>,
    /// What is billed.
    pub lines: Vec<Line>,
    /// The advance that is netted; not below zero.
    pub prepaid: Money,
    /// What a tax authority gave it.
    pub authorisation: Option<Authorisation>,
}

/// An invoice or a credit note that keeps the rules of EN 16931.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillingDocument {
    draft: Draft,
    totals: Totals,
    qr_link: Option<String>,
}

impl BillingDocument {
    /// Computes the totals, and checks everything.
    ///
    /// # Errors
    /// The first rule that does not hold, and the field.
    pub fn new(draft: Draft) -> Result<Self, Violation> {
        check_header(&draft)?;
        check_parties(&draft)?;
        check_lines(&draft)?;
        let totals = Totals::of(
            &draft.lines,
            &[],
            (draft.prepaid, Money::zero(draft.currency)),
            draft.currency,
        )?;
        check_amounts(&draft, &totals)?;
        let given = draft.authorisation.as_ref();
        let qr_link = given
            .map(|given| given.qr_link(&draft, totals.tax_inclusive))
            .transpose()?;
        Ok(Self {
            draft,
            totals,
            qr_link,
        })
    }

    /// What it says.
    pub const fn draft(&self) -> &Draft {
        &self.draft
    }

    /// What it comes to.
    pub const fn totals(&self) -> &Totals {
        &self.totals
    }

    /// The link that the QR code of the printed document holds, where an authority authorised it.
    pub fn qr_link(&self) -> Option<&str> {
        self.qr_link.as_deref()
    }

    /// By which rules it is written: Peppol's where both sides are in the network.
    pub fn profile(&self) -> Profile {
        if self.draft.seller.is_in_peppol() && self.draft.buyer.is_in_peppol() {
            Profile::PeppolBilling
        } else {
            Profile::En16931
        }
    }
}

fn check_header(draft: &Draft) -> Result<(), Violation> {
    checks::text("BR-02", "number", &draft.number)?;
    let optional = [
        ("BT-20", "terms", &draft.terms),
        ("BT-22", "note", &draft.note),
        ("BT-10", "buyer_reference", &draft.buyer_reference),
        ("BT-13", "order", &draft.order),
        ("BT-16", "despatch_advice", &draft.despatch_advice),
        ("BT-15", "receipt_advice", &draft.receipt_advice),
    ];
    for (rule, field, value) in optional {
        checks::optional(rule, field, value.as_ref())?;
    }
    require(
        draft
            .terms
            .as_deref()
            .is_none_or(|terms| part(terms).is_none()),
        "BT-20",
        "terms",
        "What is due on a day is a part of its own.",
    )?;
    require(
        draft.buyer_reference.is_some() || draft.order.is_some(),
        "PEPPOL-EN16931-R003",
        "buyer_reference",
        "A buyer reference or the number of an order is needed.",
    )?;
    require(
        draft.currency.minor_digits() <= 2,
        "UBL-DT-01",
        "currency",
        "Amounts of e-invoices have at most two decimal places.",
    )?;
    for (at, one) in draft.corrects.iter().enumerate() {
        checks::text("BR-55", &format!("corrects[{at}].number"), &one.number)?;
    }
    if let Some(account) = &draft.account {
        checks::text("BR-50", "account.account", &account.account)?;
        let optional = [
            ("BT-85", "account.holder", &account.holder),
            ("BT-86", "account.branch", &account.branch),
            ("BT-83", "account.reference", &account.reference),
        ];
        for (rule, field, value) in optional {
            checks::optional(rule, field, value.as_ref())?;
        }
    }
    let authorisation = draft.authorisation.as_ref();
    authorisation.map_or(Ok(()), Authorisation::check)
}

fn check_parties(draft: &Draft) -> Result<(), Violation> {
    draft.seller.check("seller", "BR-06")?;
    draft.buyer.check("buyer", "BR-07")?;
    require(
        draft.seller.tax_id.is_some() || draft.seller.registration.is_some(),
        "BR-CO-26",
        "seller",
        "The seller has a tax id or a number in a register.",
    )?;
    for (at, line) in draft.lines.iter().enumerate() {
        let field = format!("lines[{at}].vat");
        match line.vat {
            Vat::Standard(_) | Vat::Zero | Vat::Exempt { .. } => require(
                draft.seller.tax_id.is_some(),
                "BR-S-02",
                field,
                "A seller without a tax id bills no tax, and no exemption from it.",
            )?,
            Vat::OutOfScope { .. } => require(
                draft.seller.tax_id.is_none() && draft.buyer.tax_id.is_none(),
                "BR-O-02",
                field,
                "Outside the tax neither side is named by a tax id.",
            )?,
            Vat::Other { .. } => {}
        }
    }
    Ok(())
}

fn check_lines(draft: &Draft) -> Result<(), Violation> {
    require(
        !draft.lines.is_empty() && draft.lines.len() <= LINES_MAX,
        "BR-16",
        "lines",
        "A document has 1 to 5000 lines.",
    )?;
    let mut ids = BTreeSet::new();
    for (at, line) in draft.lines.iter().enumerate() {
        line.check(&format!("lines[{at}]"), draft.currency)?;
        require(
            ids.insert(line.id.as_str()),
            "BT-126",
            format!("lines[{at}].id"),
            "Two lines have the same id.",
        )?;
    }
    check_categories(&draft.lines)
}

fn check_amounts(draft: &Draft, totals: &Totals) -> Result<(), Violation> {
    require(
        draft.prepaid.minor() >= 0 && totals.payable.minor() >= 0,
        "BR-CO-16",
        "prepaid",
        "The advance is between nothing and the whole.",
    )?;
    require(
        draft.document_type == DocumentType::CreditNote
            || !draft.due.is_empty()
            || draft.terms.is_some()
            || totals.payable.minor() == 0,
        "BR-CO-25",
        "due",
        "What is payable has a date, or terms in words.",
    )?;
    let mut sum = Money::zero(draft.currency);
    for (at, due) in draft.due.iter().enumerate() {
        let field = format!("due[{at}]");
        require(
            due.amount.minor() > 0,
            "BT-9",
            field.as_str(),
            "A part of what is payable is above zero.",
        )?;
        sum = sum
            .checked_add(due.amount)
            .map_err(Violation::of_money("BT-9", field))?;
    }
    let dates = draft.due.windows(2);
    let in_order = dates.into_iter().all(|pair| match pair {
        [one, next] => one.on < next.on,
        _ => true,
    });
    require(
        in_order && (draft.due.is_empty() || sum == totals.payable),
        "BT-9",
        "due",
        "The parts are in order of time, one a day, and together what is payable.",
    )
}
