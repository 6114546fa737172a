//! A buyer's needs: each row a line, read by the rules of the API's own body.
use super::cells::Cells;
use crate::http::Fields;
use crate::routes::needs::write::{NeedLineText, NeedText, parse};
use store::imports::NeedRow;
use uuid::Uuid;

/// Reads a row whose needed cells are filled.
pub fn read(cells: &Cells<'_>, fields: &mut Fields) -> Option<NeedRow> {
    let product = cells.needed_product(fields);
    let due_on = cells.day(fields, "due_on");
    let priority = cells.whole(fields, "priority");
    let max_suppliers = cells.whole(fields, "max_suppliers");
    let mut networks = Vec::new();
    for entry in cells.entries("networks") {
        match entry.parse::<Uuid>() {
            Ok(network) => networks.push(network),
            Err(_) => fields.refuse("/networks", format!("{entry:?} is not a network's id.")),
        }
    }
    // The order in which they are kept.
    networks.sort_unstable();
    let body = NeedText {
        external_reference: Some(cells.text("need")),
        title: cells.text("title"),
        currency: cells.text("currency"),
        max_premium_rate: cells.optional("max_premium_rate"),
        accepted_networks: networks,
        lines: vec![NeedLineText {
            product_id: Uuid::nil(),
            specification: cells.text("specification"),
            quantity: cells.decimal("quantity"),
            priority,
            region: cells.text("region"),
            due_on: due_on.unwrap_or_default(),
            max_unit_price: cells.optional("max_unit_price"),
            budget: cells.optional("budget"),
            max_suppliers,
        }],
    };
    let terms = fields.of(parse(&body));
    due_on?;
    let terms = terms?;
    Some(NeedRow {
        need: terms.external_reference.clone()?,
        product: product?,
        terms,
    })
}
