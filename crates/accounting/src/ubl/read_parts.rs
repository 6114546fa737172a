//! The parts that orders and invoices share, read.
use super::codes::{Country, UnitCode, Vat};
use super::line::{AdjustmentKind, Base, Line, LineAdjustment, Price};
use super::party::{ElectronicAddress, Gln, Party, PostalAddress, TaxId};
use super::tree::{At, ReadError};
use super::violation::Violation;
use money::{Currency, Micro};
use rust_decimal::Decimal;

/// The currency of a document. Some leave it to their amounts.
pub(super) fn currency(at: &At<'_>, total: &str) -> Result<Currency, ReadError> {
    let path = "DocumentCurrencyCode";
    let of_total = || {
        let total = at.find(&format!("{total}/PayableAmount"))?;
        total.attribute("currencyID").map(str::to_owned)
    };
    let code = at.text(path).or_else(of_total);
    let code = code.ok_or_else(|| at.error(path, "This is missing."))?;
    Currency::parse(&code).map_err(|error| at.error(path, format!("{error}.")))
}

/// A party, in the element of its part.
pub(super) fn party(at: &At<'_>, role: &str) -> Result<Party, ReadError> {
    let at = at.need(&format!("{role}/Party"))?;
    let registered = at.text("PartyLegalEntity/RegistrationName");
    let called = at.text("PartyName/Name");
    let (name, trading_name) = match (registered, called) {
        (Some(name), called) => (name, called),
        (None, Some(name)) => (name, None),
        (None, None) => {
            let path = "PartyLegalEntity/RegistrationName";
            return Err(at.error(path, "The party has no name."));
        }
    };
    let address = address(&at.need("PostalAddress")?)?;
    let tax_id = tax_id(&at, address.country)?;
    Ok(Party {
        name,
        trading_name,
        tax_id,
        registration: at.text("PartyLegalEntity/CompanyID"),
        electronic_address: electronic_address(&at),
        address,
    })
}

/// Where a party receives documents.
pub(super) fn electronic_address(at: &At<'_>) -> Option<ElectronicAddress> {
    let id = at.text("EndpointID")?;
    let scheme = at.find("EndpointID")?;
    let scheme = scheme.attribute("schemeID").unwrap_or_default().to_owned();
    Some(match (scheme.as_str(), Gln::parse(&id)) {
        ("0088" | "GLN", Ok(gln)) => ElectronicAddress::Gln(gln),
        ("EM", _) => ElectronicAddress::Email(id),
        _ => ElectronicAddress::Other { scheme, id },
    })
}

/// An address.
pub(super) fn address(at: &At<'_>) -> Result<PostalAddress, ReadError> {
    let lines = ["StreetName", "AdditionalStreetName", "AddressLine/Line"];
    let path = "Country/IdentificationCode";
    let country = Country::parse(&at.need_text(path)?.to_ascii_uppercase())
        .map_err(|violation| refused(at, path, violation))?;
    Ok(PostalAddress {
        lines: lines.iter().filter_map(|line| at.text(line)).collect(),
        city: at.text("CityName"),
        postal_code: at.text("PostalZone"),
        region: at.text("CountrySubentity"),
        country,
    })
}

fn tax_id(at: &At<'_>, country: Country) -> Result<Option<TaxId>, ReadError> {
    let schemes = at.each("PartyTaxScheme");
    let is_vat = |one: &&At<'_>| {
        let scheme = one.text("TaxScheme/ID").unwrap_or_default();
        scheme.eq_ignore_ascii_case("VAT")
    };
    let Some(scheme) = schemes.iter().find(is_vat).or(schemes.first()) else {
        return Ok(None);
    };
    let Some(text) = scheme.text("CompanyID") else {
        return Ok(None);
    };
    let prefix = text.get(..2).map(Country::parse);
    let country = prefix.and_then(Result::ok).unwrap_or(country);
    let id = TaxId::parse(country, &text);
    id.map(Some)
        .map_err(|violation| refused(scheme, "CompanyID", violation))
}

/// A violation of what was read, with the path of where it was read.
pub(super) fn refused(at: &At<'_>, path: &str, violation: Violation) -> ReadError {
    at.error(path, violation.why)
}

/// What all lines have in common: everything but quantity and net amount.
pub(super) fn line(
    at: &At<'_>,
    quantity_name: &str,
    currency: Currency,
) -> Result<Line, ReadError> {
    let quantity = at.micro(quantity_name)?;
    let quantity = quantity.ok_or_else(|| at.error(quantity_name, "This is missing."))?;
    let unit = at.need(quantity_name)?;
    let unit = UnitCode::parse(unit.attribute("unitCode").unwrap_or_default());
    let item = at.need("Item")?;
    let name = item.text("Name").or_else(|| item.text("Description"));
    Ok(Line {
        id: at.need_text("ID")?,
        name: name.ok_or_else(|| item.error("Name", "The item has no name."))?,
        description: item.text("Description"),
        seller_item: item.text("SellersItemIdentification/ID"),
        quantity,
        unit: unit.map_err(|violation| refused(at, quantity_name, violation))?,
        price: price(&at.need("Price")?)?,
        adjustments: adjustments(at, currency)?,
        vat: match item.find("ClassifiedTaxCategory") {
            Some(category) => vat(&category)?,
            None => line_vat(at)?,
        },
        order_line: at.text("OrderLineReference/LineID"),
        note: at.text("Note"),
    })
}

// Some say the category of a line in a total of its own.
fn line_vat(at: &At<'_>) -> Result<Vat, ReadError> {
    let category = at.find("TaxTotal/TaxSubtotal/TaxCategory");
    let why = "The line says no category of tax.";
    vat(&category.ok_or_else(|| at.error("Item/ClassifiedTaxCategory", why))?)
}

/// A price. One of more than six decimal places is the same as a hundred times it for a hundred times the units.
pub(super) fn price(at: &At<'_>) -> Result<Price, ReadError> {
    let path = "PriceAmount";
    let mut amount = at
        .decimal(path)?
        .ok_or_else(|| at.error(path, "This amount is missing."))?;
    let mut per = at.decimal("BaseQuantity")?.unwrap_or(Decimal::ONE);
    let too_long = |number: Decimal| number.normalize().scale() > 6;
    while too_long(amount) || too_long(per) {
        let ten = |number: Decimal| {
            let product = number.checked_mul(Decimal::TEN);
            product.ok_or_else(|| at.error(path, "The price has too many digits."))
        };
        (amount, per) = (ten(amount)?, ten(per)?);
    }
    let micro = |number: Decimal, path: &str| {
        Micro::from_decimal(number).map_err(|error| at.error(path, format!("{error}.")))
    };
    let per = micro(per, "BaseQuantity")?;
    if per <= Micro::ZERO {
        return Err(at.error("BaseQuantity", "A price is for more than no units."));
    }
    Ok(Price {
        amount: micro(amount, path)?,
        per,
    })
}

/// What is added to and taken off a line or a document.
pub(super) fn adjustments(
    at: &At<'_>,
    currency: Currency,
) -> Result<Vec<LineAdjustment>, ReadError> {
    let each = at.each("AllowanceCharge");
    each.iter().map(|one| adjustment(one, currency)).collect()
}

fn adjustment(at: &At<'_>, currency: Currency) -> Result<LineAdjustment, ReadError> {
    let path = "ChargeIndicator";
    let kind = match at.need_text(path)?.as_str() {
        "true" | "1" => AdjustmentKind::Charge,
        "false" | "0" => AdjustmentKind::Allowance,
        _ => return Err(at.error(path, "This is true or false.")),
    };
    let base = match (
        at.amount("BaseAmount", currency)?,
        rate(at, "MultiplierFactorNumeric")?,
    ) {
        (Some(amount), Some(rate)) => Some(Base { amount, rate }),
        _ => None,
    };
    let reason = at.text("AllowanceChargeReason");
    Ok(LineAdjustment {
        kind,
        reason: reason
            .or_else(|| at.text("AllowanceChargeReasonCode"))
            .unwrap_or_default(),
        amount: at.need_amount("Amount", currency)?,
        base,
    })
}

/// A percentage as a fraction of one.
pub(super) fn rate(at: &At<'_>, path: &str) -> Result<Option<Micro>, ReadError> {
    let Some(percent) = at.decimal(path)? else {
        return Ok(None);
    };
    let rate = percent.checked_mul(Decimal::new(1, 2));
    let rate = rate.and_then(|rate| Micro::from_decimal(rate).ok());
    rate.map(Some)
        .ok_or_else(|| at.error(path, "A percentage has at most four decimal places."))
}

/// A category of tax. Why there is none stands in the totals only, and is put in from there.
pub(super) fn vat(at: &At<'_>) -> Result<Vat, ReadError> {
    let category = at.text("ID").unwrap_or_default();
    let rate = rate(at, "Percent")?;
    let reason = at.text("TaxExemptionReason");
    Ok(match (category.as_str(), rate) {
        ("S", Some(rate)) if rate > Micro::ZERO => Vat::Standard(rate),
        ("Z", None | Some(Micro::ZERO)) => Vat::Zero,
        ("E", None | Some(Micro::ZERO)) => Vat::Exempt {
            reason: reason.unwrap_or_default(),
        },
        ("O", None) => Vat::OutOfScope {
            reason: reason.unwrap_or_default(),
        },
        _ => Vat::Other {
            category,
            rate,
            reason,
        },
    })
}
