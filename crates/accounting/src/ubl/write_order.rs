//! Orders and the answers to them, written.
use super::line::Line;
use super::order::{Order, OrderHeader, OrderResponse, ResponseLine};
use super::party::Party;
use super::write::{
    Xml, address, adjustment, customization, item, item_named, named_party, party, period, price,
};
use money::{Currency, Money};
use std::io::{Result, Write};

/// The process of ordering in Peppol.
const ORDERING: &str = "urn:fdc:peppol.eu:poacc:bis:ordering:3";
/// The code of UNCL 1001 for a purchase order.
const PURCHASE_ORDER: &str = "220";

impl Order {
    /// Writes the order as UBL 2.1: the same bytes for the same order. The seller's tax id is left out, as
    /// Peppol asks: the seller knows it.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_to(&self, out: impl Write) -> Result<()> {
        let (draft, totals) = (self.draft(), self.totals());
        let header = &draft.header;
        Xml::document(out, "Order", |xml| {
            let specification = ["urn:fdc:peppol.eu:poacc:trns:order:3", ORDERING];
            customization(xml, specification, [&draft.buyer, &draft.seller])?;
            xml.text("cbc:ID", &header.number)?;
            xml.date("cbc:IssueDate", header.issued_on)?;
            xml.text("cbc:OrderTypeCode", PURCHASE_ORDER)?;
            xml.optional("cbc:Note", header.note.as_ref())?;
            xml.text("cbc:DocumentCurrencyCode", header.currency.code())?;
            xml.optional("cbc:CustomerReference", header.buyer_reference.as_ref())?;
            if let Some(until) = header.valid_until {
                xml.parent("cac:ValidityPeriod", |xml| xml.date("cbc:EndDate", until))?;
            }
            xml.reference("cac:Contract", header.contract.as_ref())?;
            party(xml, "cac:BuyerCustomerParty", &draft.buyer)?;
            let seller = Party {
                tax_id: None,
                ..draft.seller.clone()
            };
            party(xml, "cac:SellerSupplierParty", &seller)?;
            delivery(xml, header)?;
            if let Some(terms) = &header.terms {
                xml.parent("cac:PaymentTerms", |xml| xml.text("cbc:Note", terms))?;
            }
            xml.parent("cac:TaxTotal", |xml| {
                xml.amount("cbc:TaxAmount", totals.tax)
            })?;
            xml.parent("cac:AnticipatedMonetaryTotal", |xml| {
                xml.amount("cbc:LineExtensionAmount", totals.lines)?;
                xml.amount("cbc:TaxExclusiveAmount", totals.tax_exclusive)?;
                xml.amount("cbc:TaxInclusiveAmount", totals.tax_inclusive)?;
                xml.amount("cbc:PayableAmount", totals.payable)
            })?;
            let mut lines = draft.lines.iter().zip(&totals.line_nets);
            lines.try_for_each(|(line, net)| order_line(xml, line, *net))
        })
    }

    /// The order as UBL 2.1, in memory.
    ///
    /// # Errors
    /// None that memory does not make.
    pub fn to_xml(&self) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        self.write_to(&mut out)?;
        Ok(out)
    }
}

fn delivery<W: Write>(xml: &mut Xml<W>, header: &OrderHeader) -> Result<()> {
    if header.deliver_to.is_none() && header.delivery.is_none() {
        return Ok(());
    }
    xml.parent("cac:Delivery", |xml| {
        if let Some(to) = &header.deliver_to {
            xml.parent("cac:DeliveryLocation", |xml| {
                xml.parent("cac:Address", |xml| address(xml, to))
            })?;
        }
        period(xml, "cac:RequestedDeliveryPeriod", header.delivery)
    })
}

fn order_line<W: Write>(xml: &mut Xml<W>, line: &Line, net: Money) -> Result<()> {
    xml.parent("cac:OrderLine", |xml| {
        xml.optional("cbc:Note", line.note.as_ref())?;
        xml.parent("cac:LineItem", |xml| {
            let unit = line.unit.code();
            xml.text("cbc:ID", &line.id)?;
            xml.quantity("cbc:Quantity", line.quantity, unit)?;
            xml.amount("cbc:LineExtensionAmount", net)?;
            for one in &line.adjustments {
                adjustment(xml, one)?;
            }
            price(xml, line.price, net.currency(), unit)?;
            item(xml, line)
        })
    })
}

impl OrderResponse {
    /// Writes the answer as UBL 2.1: the same bytes for the same answer.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_to(&self, out: impl Write) -> Result<()> {
        let draft = self.draft();
        Xml::document(out, "OrderResponse", |xml| {
            let specification = ["urn:fdc:peppol.eu:poacc:trns:order_response:3", ORDERING];
            customization(xml, specification, [&draft.buyer, &draft.seller])?;
            xml.text("cbc:ID", &draft.number)?;
            xml.date("cbc:IssueDate", draft.issued_on)?;
            xml.text("cbc:OrderResponseCode", draft.code.code())?;
            xml.optional("cbc:Note", draft.note.as_ref())?;
            xml.text("cbc:DocumentCurrencyCode", draft.currency.code())?;
            xml.reference("cac:OrderReference", Some(&draft.order))?;
            named_party(xml, "cac:SellerSupplierParty", &draft.seller, false)?;
            named_party(xml, "cac:BuyerCustomerParty", &draft.buyer, false)?;
            if draft.delivery.is_some() {
                xml.parent("cac:Delivery", |xml| {
                    period(xml, "cac:PromisedDeliveryPeriod", draft.delivery)
                })?;
            }
            let mut lines = draft.lines.iter();
            lines.try_for_each(|line| response_line(xml, line, draft.currency))
        })
    }

    /// The answer as UBL 2.1, in memory.
    ///
    /// # Errors
    /// None that memory does not make.
    pub fn to_xml(&self) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        self.write_to(&mut out)?;
        Ok(out)
    }
}

fn response_line<W: Write>(
    xml: &mut Xml<W>,
    line: &ResponseLine,
    currency: Currency,
) -> Result<()> {
    xml.parent("cac:OrderLine", |xml| {
        xml.parent("cac:LineItem", |xml| {
            xml.text("cbc:ID", &line.id)?;
            xml.optional("cbc:Note", line.note.as_ref())?;
            xml.text("cbc:LineStatusCode", line.status.code())?;
            if let Some((quantity, unit)) = line.quantity {
                xml.quantity("cbc:Quantity", quantity, unit.code())?;
            }
            if line.delivery.is_some() {
                xml.parent("cac:Delivery", |xml| {
                    period(xml, "cac:PromisedDeliveryPeriod", line.delivery)
                })?;
            }
            if let Some((one, unit)) = line.price {
                price(xml, one, currency, unit.code())?;
            }
            item_named(xml, &line.name, line.seller_item.as_ref())
        })?;
        xml.parent("cac:OrderLineReference", |xml| {
            xml.text("cbc:LineID", &line.order_line)
        })
    })
}
