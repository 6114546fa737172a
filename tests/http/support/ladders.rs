//! How the stories come by an approval ladder.
use super::client::{Client, Response};
use super::world::Org;
use serde_json::{Value, json};

/// So many persons of each office.
pub fn signers(of: &[(&str, u32)]) -> Value {
    let signers = of.iter();
    signers
        .map(|(role, persons)| json!({"role": role, "persons": persons}))
        .collect()
}

/// A step that asks for signers only.
pub fn step(up_to: &str, inclusive: bool, of: &[(&str, u32)]) -> Value {
    json!({
        "up_to": up_to, "inclusive": inclusive, "signers": signers(of), "assembly_record": false,
    })
}

/// A ladder in ARS without steps for budgets and emergencies.
pub fn ladder(full: Value) -> Value {
    json!([{"currency": "ARS", "full": full, "within_budget": [], "emergency": []}])
}

/// A by-law: the president alone under 100.00, the board from 100.00 to 500.00 included, the membership
/// above; in an emergency president and board up to 1,000.00.
pub fn by_law() -> Value {
    let mut law = ladder(json!([
        step("100.00", false, &[("president", 1)]),
        step("500.00", true, &[("board_member", 3)]),
    ]));
    law[0]["emergency"] = json!([step(
        "1000.00",
        true,
        &[("president", 1), ("board_member", 3)]
    )]);
    law
}

/// The text of a ladder that an assembly votes on.
pub fn text_of(by: &Client, ladders: &Value) -> String {
    let body = json!({"ladders": ladders, "cases": []});
    let answer = by
        .post("/api/v1/simulations/approval-ladder", body)
        .expect(200);
    answer.body["text"].as_str().unwrap().to_owned()
}

/// The organisation adopts a ladder after its ladder of this number.
pub fn adopt(org: &Org<'_>, number: u32, ladders: &Value) -> Response {
    let record = org.carried("approval_ladder", &text_of(&org.admin, ladders));
    let path = format!("/api/v1/organisations/{}/approval-ladder", org.id);
    let body = json!({"ladders": ladders, "assembly_record_id": record});
    org.admin
        .put(&path, &format!("\"{number}\""), body)
        .expect(200)
}

/// Submits an order with a statement: a budget line, an emergency.
pub fn submit(by: &Client, order: &Response, statement: Value) -> Response {
    let path = format!("/api/v1/orders/{}/submit", order.id());
    by.post_if(&path, &order.etag, statement)
}
