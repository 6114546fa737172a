//! How elements are written: in UBL's namespaces, two spaces deeper at each level.
use super::billing::{BillingReference, DocumentType};
use super::codes::Vat;
use super::line::{AdjustmentKind, Line, LineAdjustment, Price};
use super::order::Period;
use super::party::{Party, PostalAddress};
use chrono::NaiveDate;
use money::{Currency, Micro, Money};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::io::{Result, Write};

const COMPONENTS: [(&str, &str); 2] = [
    (
        "xmlns:cac",
        "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    ),
    (
        "xmlns:cbc",
        "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    ),
];

/// A document on its way out.
pub(super) struct Xml<W: Write> {
    out: Writer<W>,
}

impl<W: Write> Xml<W> {
    /// A whole document, its root element in the namespace of that name.
    pub(super) fn document(
        out: W,
        root: &str,
        body: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        let mut xml = Self {
            out: Writer::new_with_indent(out, b' ', 2),
        };
        xml.out
            .write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let namespace = format!("urn:oasis:names:specification:ubl:schema:xsd:{root}-2");
        let mut start = BytesStart::new(root);
        start.push_attribute(("xmlns", namespace.as_str()));
        start.extend_attributes(COMPONENTS);
        xml.out.write_event(Event::Start(start))?;
        body(&mut xml)?;
        xml.out.write_event(Event::End(BytesEnd::new(root)))?;
        xml.out.get_mut().write_all(b"\n")
    }

    /// An element with elements inside.
    pub(super) fn parent(
        &mut self,
        name: &str,
        body: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        self.out.write_event(Event::Start(BytesStart::new(name)))?;
        body(self)?;
        self.out.write_event(Event::End(BytesEnd::new(name)))
    }

    /// An element with text inside.
    pub(super) fn text(&mut self, name: &str, text: &str) -> Result<()> {
        self.with(BytesStart::new(name), name, text)
    }

    /// The same where there is a text.
    pub(super) fn optional(&mut self, name: &str, text: Option<&String>) -> Result<()> {
        text.map_or(Ok(()), |text| self.text(name, text))
    }

    /// An element with an attribute, and text inside.
    pub(super) fn tagged(&mut self, name: &str, attribute: (&str, &str), text: &str) -> Result<()> {
        let mut start = BytesStart::new(name);
        start.push_attribute(attribute);
        self.with(start, name, text)
    }

    /// A date.
    pub(super) fn date(&mut self, name: &str, date: NaiveDate) -> Result<()> {
        self.text(name, &date.to_string())
    }

    /// An amount with its currency.
    pub(super) fn amount(&mut self, name: &str, amount: Money) -> Result<()> {
        let currency = amount.currency().code();
        self.tagged(
            name,
            ("currencyID", currency),
            &amount.to_decimal().to_string(),
        )
    }

    /// A quantity with its unit.
    pub(super) fn quantity(&mut self, name: &str, quantity: Micro, unit: &str) -> Result<()> {
        self.tagged(name, ("unitCode", unit), &quantity.to_string())
    }

    /// An element that holds an id alone, such as a reference.
    pub(super) fn reference(&mut self, name: &str, id: Option<&String>) -> Result<()> {
        id.map_or(Ok(()), |id| self.parent(name, |xml| xml.text("cbc:ID", id)))
    }

    fn with(&mut self, start: BytesStart<'_>, name: &str, text: &str) -> Result<()> {
        self.out.write_event(Event::Start(start))?;
        self.out.write_event(Event::Text(BytesText::new(text)))?;
        self.out.write_event(Event::End(BytesEnd::new(name)))
    }
}

/// Invoices that a document corrects.
pub(super) fn billing_reference<W: Write>(xml: &mut Xml<W>, to: &BillingReference) -> Result<()> {
    xml.parent("cac:BillingReference", |xml| {
        xml.parent("cac:InvoiceDocumentReference", |xml| {
            xml.text("cbc:ID", &to.number)?;
            to.issued_on
                .map_or(Ok(()), |on| xml.date("cbc:IssueDate", on))
        })
    })
}

/// A party, in the element of its part.
pub(super) fn party<W: Write>(xml: &mut Xml<W>, role: &str, party: &Party) -> Result<()> {
    xml.parent(role, |xml| {
        xml.parent("cac:Party", |xml| {
            endpoint(xml, party)?;
            if let Some(name) = &party.trading_name {
                xml.parent("cac:PartyName", |xml| xml.text("cbc:Name", name))?;
            }
            xml.parent("cac:PostalAddress", |xml| address(xml, &party.address))?;
            if let Some(id) = &party.tax_id {
                xml.parent("cac:PartyTaxScheme", |xml| {
                    xml.text("cbc:CompanyID", id.as_str())?;
                    tax_scheme(xml)
                })?;
            }
            xml.parent("cac:PartyLegalEntity", |xml| {
                xml.text("cbc:RegistrationName", &party.name)?;
                xml.optional("cbc:CompanyID", party.registration.as_ref())
            })
        })
    })
}

/// A party of which the role needs no more than the name, and perhaps the address.
pub(super) fn named_party<W: Write>(
    xml: &mut Xml<W>,
    role: &str,
    party: &Party,
    with_address: bool,
) -> Result<()> {
    xml.parent(role, |xml| {
        xml.parent("cac:Party", |xml| {
            endpoint(xml, party)?;
            if with_address {
                xml.parent("cac:PostalAddress", |xml| address(xml, &party.address))?;
            }
            xml.parent("cac:PartyLegalEntity", |xml| {
                xml.text("cbc:RegistrationName", &party.name)
            })
        })
    })
}

fn endpoint<W: Write>(xml: &mut Xml<W>, party: &Party) -> Result<()> {
    let Some(address) = &party.electronic_address else {
        return Ok(());
    };
    let scheme = ("schemeID", address.scheme());
    xml.tagged("cbc:EndpointID", scheme, address.id())
}

/// By which specification of Peppol's a document is written, and in which process: where both sides are in its
/// network. Anything else is plain UBL.
pub(super) fn customization<W: Write>(
    xml: &mut Xml<W>,
    [specification, process]: [&str; 2],
    parties: [&Party; 2],
) -> Result<()> {
    if !parties.iter().all(|party| party.is_in_peppol()) {
        return Ok(());
    }
    xml.text("cbc:CustomizationID", specification)?;
    xml.text("cbc:ProfileID", process)
}

/// A period, where there is one.
pub(super) fn period<W: Write>(xml: &mut Xml<W>, name: &str, period: Option<Period>) -> Result<()> {
    period.map_or(Ok(()), |period| {
        xml.parent(name, |xml| {
            xml.date("cbc:StartDate", period.from)?;
            xml.date("cbc:EndDate", period.to)
        })
    })
}

/// What an element of an address holds.
pub(super) fn address<W: Write>(xml: &mut Xml<W>, address: &PostalAddress) -> Result<()> {
    let mut lines = address.lines.iter();
    xml.optional("cbc:StreetName", lines.next())?;
    xml.optional("cbc:AdditionalStreetName", lines.next())?;
    xml.optional("cbc:CityName", address.city.as_ref())?;
    xml.optional("cbc:PostalZone", address.postal_code.as_ref())?;
    xml.optional("cbc:CountrySubentity", address.region.as_ref())?;
    if let Some(line) = lines.next() {
        xml.parent("cac:AddressLine", |xml| xml.text("cbc:Line", line))?;
    }
    xml.parent("cac:Country", |xml| {
        xml.text("cbc:IdentificationCode", address.country.code())
    })
}

fn tax_scheme<W: Write>(xml: &mut Xml<W>) -> Result<()> {
    xml.parent("cac:TaxScheme", |xml| xml.text("cbc:ID", "VAT"))
}

/// A category of tax, in the element of its part; the reason stands in totals only.
pub(super) fn tax_category<W: Write>(
    xml: &mut Xml<W>,
    name: &str,
    vat: &Vat,
    with_reason: bool,
) -> Result<()> {
    xml.parent(name, |xml| {
        xml.text("cbc:ID", vat.category())?;
        if let Some(rate) = vat.rate() {
            xml.text("cbc:Percent", &percent(rate))?;
        }
        if let Some(reason) = vat.reason().filter(|_| with_reason) {
            xml.text("cbc:TaxExemptionReason", reason)?;
        }
        tax_scheme(xml)
    })
}

/// A fraction of one as a percentage: 0.105 is 10.5.
fn percent(rate: Micro) -> String {
    let mut decimal = rust_decimal::Decimal::new(rate.get(), 4);
    decimal.normalize_assign();
    decimal.to_string()
}

/// What is added to or taken off a line.
pub(super) fn adjustment<W: Write>(xml: &mut Xml<W>, one: &LineAdjustment) -> Result<()> {
    xml.parent("cac:AllowanceCharge", |xml| {
        let is_charge = one.kind == AdjustmentKind::Charge;
        let indicator = if is_charge { "true" } else { "false" };
        xml.text("cbc:ChargeIndicator", indicator)?;
        xml.text("cbc:AllowanceChargeReason", &one.reason)?;
        if let Some(base) = one.base {
            xml.text("cbc:MultiplierFactorNumeric", &percent(base.rate))?;
        }
        xml.amount("cbc:Amount", one.amount)?;
        match one.base {
            Some(base) => xml.amount("cbc:BaseAmount", base.amount),
            None => Ok(()),
        }
    })
}

/// What a line is for, with its tax.
pub(super) fn item<W: Write>(xml: &mut Xml<W>, line: &Line) -> Result<()> {
    xml.parent("cac:Item", |xml| {
        xml.optional("cbc:Description", line.description.as_ref())?;
        xml.text("cbc:Name", &line.name)?;
        xml.reference("cac:SellersItemIdentification", line.seller_item.as_ref())?;
        tax_category(xml, "cac:ClassifiedTaxCategory", &line.vat, false)
    })
}

/// What a line is for, where there is no tax on it.
pub(super) fn item_named<W: Write>(
    xml: &mut Xml<W>,
    name: &str,
    seller_item: Option<&String>,
) -> Result<()> {
    xml.parent("cac:Item", |xml| {
        xml.text("cbc:Name", name)?;
        xml.reference("cac:SellersItemIdentification", seller_item)
    })
}

/// The price of a line.
pub(super) fn price<W: Write>(
    xml: &mut Xml<W>,
    price: Price,
    currency: Currency,
    unit: &str,
) -> Result<()> {
    xml.parent("cac:Price", |xml| {
        let amount = price.amount.to_string();
        xml.tagged("cbc:PriceAmount", ("currencyID", currency.code()), &amount)?;
        if price.per == Micro::ONE {
            Ok(())
        } else {
            xml.quantity("cbc:BaseQuantity", price.per, unit)
        }
    })
}

/// The element names in which invoices and credit notes differ: root, line, quantity.
pub(super) const fn names(of: DocumentType) -> [&'static str; 3] {
    match of {
        DocumentType::Invoice => ["Invoice", "cac:InvoiceLine", "cbc:InvoicedQuantity"],
        DocumentType::CreditNote => ["CreditNote", "cac:CreditNoteLine", "cbc:CreditedQuantity"],
    }
}
