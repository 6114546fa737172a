//! What a buyer buys today, and from whom: each row a purchase.
use super::cells::Cells;
use crate::http::Fields;
use crate::http::wire::{self, LEAST, QUANTITY_MAX};
use store::baseline::Terms;
use store::catalogue::units::Unit;
use store::identity::tax_ids;
use store::imports::BaselineRow;

/// Reads a row whose needed cells are filled.
pub fn read(cells: &Cells<'_>, fields: &mut Fields) -> Option<BaselineRow> {
    let product = cells.product(fields);
    let reference = fields.text("/reference", &cells.text("reference"), 64);
    let supplier = fields.text("/supplier", &cells.text("supplier"), 200);
    let supplier_country =
        wire::country(fields, "/supplier_country", &cells.text("supplier_country"));
    let supplier_tax_id = match (cells.get("supplier_tax_id"), &supplier_country) {
        (Some(text), Some(country)) => fields
            .take("/supplier_tax_id", tax_ids::parse(country, text))
            .map(Some),
        _ => Some(None),
    };
    let cooperative = match cells.get("cooperative") {
        None | Some("false") => Some(false),
        Some("true") => Some(true),
        Some(_) => {
            fields.refuse("/cooperative", "This is true or false.");
            None
        }
    };
    let description = fields.text("/description", &cells.text("description"), 200);
    let unit = fields.take("/unit", Unit::parse(&cells.text("unit")));
    let quantity =
        cells
            .decimal("quantity")
            .micro_within(fields, "/quantity", (LEAST, QUANTITY_MAX));
    let spend = wire::currency(fields, "/currency", &cells.text("currency"))
        .and_then(|currency| cells.decimal("spend").money(fields, "/spend", currency));
    fields.require(
        spend.is_none_or(|spend| spend.minor() >= 0),
        "/spend",
        "A spend is not negative.",
    );
    let starts_on = cells.day(fields, "starts_on");
    let starts_on = starts_on.and_then(|day| wire::day(fields, "/starts_on", day));
    let ends_on = cells.day(fields, "ends_on");
    let ends_on = ends_on.and_then(|day| wire::day(fields, "/ends_on", day));
    if let (Some(first), Some(last)) = (starts_on, ends_on) {
        fields.require(
            first <= last,
            "/ends_on",
            "A period ends on or after its first day.",
        );
    }
    Some(BaselineRow {
        reference: reference?,
        terms: Terms {
            supplier: supplier?,
            supplier_country: supplier_country?,
            supplier_tax_id: supplier_tax_id?,
            cooperative: cooperative?,
            product: None,
            description: description?,
            unit: unit?.code().to_owned(),
            quantity: quantity?,
            spend: spend?,
            starts_on: starts_on?,
            ends_on: ends_on?,
        },
        product,
    })
}
