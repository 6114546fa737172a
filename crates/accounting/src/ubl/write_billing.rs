//! Invoices and credit notes, written.
use super::billing::{BillingDocument, DocumentType, Draft, Due, PayeeAccount};
use super::fiscal::Authorisation;
use super::line::Line;
use super::totals::Totals;
use super::write::{Xml, adjustment, billing_reference, item, names, party, price, tax_category};
use money::Money;
use std::io::{Result, Write};

/// The code of UNCL 4461 for a credit transfer.
const CREDIT_TRANSFER: &str = "30";

impl BillingDocument {
    /// Writes the document as UBL 2.1: the same bytes for the same document.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_to(&self, out: impl Write) -> Result<()> {
        let draft = self.draft();
        let [root, line_name, quantity_name] = names(draft.document_type);
        Xml::document(out, root, |xml| {
            self.header(xml)?;
            references(xml, draft)?;
            self.authorisation(xml)?;
            party(xml, "cac:AccountingSupplierParty", &draft.seller)?;
            party(xml, "cac:AccountingCustomerParty", &draft.buyer)?;
            if let Some(account) = &draft.account {
                payment_means(xml, account)?;
            }
            if let Some(terms) = payment_terms(draft) {
                xml.parent("cac:PaymentTerms", |xml| xml.text("cbc:Note", &terms))?;
            }
            taxes(xml, self.totals())?;
            monetary_total(xml, self.totals())?;
            let nets = self.totals().line_nets.iter();
            for (line, net) in draft.lines.iter().zip(nets) {
                xml.parent(line_name, |xml| write_line(xml, line, *net, quantity_name))?;
            }
            Ok(())
        })
    }

    /// The document as UBL 2.1, in memory.
    ///
    /// # Errors
    /// None that memory does not make.
    pub fn to_xml(&self) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        self.write_to(&mut out)?;
        Ok(out)
    }

    fn header<W: Write>(&self, xml: &mut Xml<W>) -> Result<()> {
        let draft = self.draft();
        let profile = self.profile();
        xml.text("cbc:CustomizationID", profile.customization())?;
        xml.text("cbc:ProfileID", profile.process())?;
        xml.text("cbc:ID", &draft.number)?;
        xml.date("cbc:IssueDate", draft.issued_on)?;
        let code = draft.document_type.code();
        match draft.document_type {
            DocumentType::Invoice => {
                if let Some(due) = draft.due.first() {
                    xml.date("cbc:DueDate", due.on)?;
                }
                xml.text("cbc:InvoiceTypeCode", code)?;
            }
            DocumentType::CreditNote => xml.text("cbc:CreditNoteTypeCode", code)?,
        }
        xml.optional("cbc:Note", draft.note.as_ref())?;
        xml.text("cbc:DocumentCurrencyCode", draft.currency.code())?;
        xml.optional("cbc:BuyerReference", draft.buyer_reference.as_ref())
    }

    fn authorisation<W: Write>(&self, xml: &mut Xml<W>) -> Result<()> {
        let Some(given) = &self.draft().authorisation else {
            return Ok(());
        };
        xml.parent("cac:AdditionalDocumentReference", |xml| {
            xml.text("cbc:ID", &format!("CAE {}", given.code))?;
            xml.text("cbc:DocumentDescription", &describe(given))?;
            let Some(link) = self.qr_link() else {
                return Ok(());
            };
            xml.parent("cac:Attachment", |xml| {
                xml.parent("cac:ExternalReference", |xml| xml.text("cbc:URI", link))
            })
        })
    }
}

/// What stands beside a CAE, in a form that is read back.
pub(super) fn describe(given: &Authorisation) -> String {
    format!(
        "expires {}; voucher type {}; point of sale {}; number {}; exchange rate {}",
        given.expires_on,
        given.voucher_type,
        given.point_of_sale,
        given.number,
        given.exchange_rate
    )
}

fn references<W: Write>(xml: &mut Xml<W>, draft: &Draft) -> Result<()> {
    xml.reference("cac:OrderReference", draft.order.as_ref())?;
    for one in &draft.corrects {
        billing_reference(xml, one)?;
    }
    xml.reference(
        "cac:DespatchDocumentReference",
        draft.despatch_advice.as_ref(),
    )?;
    xml.reference(
        "cac:ReceiptDocumentReference",
        draft.receipt_advice.as_ref(),
    )
}

fn payment_means<W: Write>(xml: &mut Xml<W>, account: &PayeeAccount) -> Result<()> {
    xml.parent("cac:PaymentMeans", |xml| {
        xml.text("cbc:PaymentMeansCode", CREDIT_TRANSFER)?;
        xml.optional("cbc:PaymentID", account.reference.as_ref())?;
        xml.parent("cac:PayeeFinancialAccount", |xml| {
            xml.text("cbc:ID", &account.account)?;
            xml.optional("cbc:Name", account.holder.as_ref())?;
            xml.reference("cac:FinancialInstitutionBranch", account.branch.as_ref())
        })
    })
}

/// The terms in words, and after them the parts of what is payable where there are several: EN 16931 has one due
/// date, and asks for the rest in words.
pub(super) fn payment_terms(draft: &Draft) -> Option<String> {
    let alone = draft.due.len() == 1 && draft.document_type == DocumentType::Invoice;
    let parts = if alone { &[] } else { draft.due.as_slice() };
    let words = draft.terms.iter().cloned();
    let terms: Vec<String> = words.chain(parts.iter().map(part)).collect();
    (!terms.is_empty()).then(|| terms.join("\n"))
}

fn part(due: &Due) -> String {
    format!("{}: {}", due.on, due.amount)
}

fn taxes<W: Write>(xml: &mut Xml<W>, totals: &Totals) -> Result<()> {
    xml.parent("cac:TaxTotal", |xml| {
        xml.amount("cbc:TaxAmount", totals.tax)?;
        for one in &totals.taxes {
            xml.parent("cac:TaxSubtotal", |xml| {
                xml.amount("cbc:TaxableAmount", one.taxable)?;
                xml.amount("cbc:TaxAmount", one.tax)?;
                tax_category(xml, "cac:TaxCategory", &one.vat, true)
            })?;
        }
        Ok(())
    })
}

fn monetary_total<W: Write>(xml: &mut Xml<W>, totals: &Totals) -> Result<()> {
    xml.parent("cac:LegalMonetaryTotal", |xml| {
        xml.amount("cbc:LineExtensionAmount", totals.lines)?;
        xml.amount("cbc:TaxExclusiveAmount", totals.tax_exclusive)?;
        xml.amount("cbc:TaxInclusiveAmount", totals.tax_inclusive)?;
        if totals.prepaid.minor() != 0 {
            xml.amount("cbc:PrepaidAmount", totals.prepaid)?;
        }
        xml.amount("cbc:PayableAmount", totals.payable)
    })
}

fn write_line<W: Write>(
    xml: &mut Xml<W>,
    line: &Line,
    net: Money,
    quantity_name: &str,
) -> Result<()> {
    let unit = line.unit.code();
    xml.text("cbc:ID", &line.id)?;
    xml.optional("cbc:Note", line.note.as_ref())?;
    xml.quantity(quantity_name, line.quantity, unit)?;
    xml.amount("cbc:LineExtensionAmount", net)?;
    if let Some(order_line) = &line.order_line {
        xml.parent("cac:OrderLineReference", |xml| {
            xml.text("cbc:LineID", order_line)
        })?;
    }
    for one in &line.adjustments {
        adjustment(xml, one)?;
    }
    item(xml, line)?;
    price(xml, line.price, net.currency(), unit)
}
