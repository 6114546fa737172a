//! Simulations: pricing's own answers and refusals, and nothing written.
use crate::support::on_each_database;
use serde_json::{Value, json};

#[test]
fn simulations_answer_what_pricing_answers() {
    on_each_database(|world| {
        let member = world.union("Sindicato", "AR").member(&["member"]);
        let share = json!({
            "currency": "USD", "market_unit_price": "4.30", "unit_price": "4.90",
            "fund_available": "0",
            "buyers": [
                {"id": "federation", "quantity": "2000", "ability": "1.2"},
                {"id": "unemployed", "quantity": "200", "ability": "0"},
            ],
        });
        let answer = member
            .post("/api/v1/simulations/share", share.clone())
            .expect(200)
            .body;
        let same = pricing::share_json(&share.to_string()).unwrap();
        assert_eq!(answer, serde_json::to_value(same).unwrap());
        assert_eq!(answer["buyers"][1]["extra_amount"], "0.00");

        let review = json!({
            "currency": "USD", "initial_unit_price": "10", "current_since": "2026-01-01",
            "as_of": "2026-06-01", "fixed": "0.15",
            "indices": [{"name": "labour", "weight": "0.85", "base": "100", "now": "105"}],
            "current": {
                "materials": "6", "overhead": "0", "finance": "0", "labour": "4", "wage_gap": "0",
                "shorter_week": "0", "democracy": "0", "job_reserve": "0", "surplus": "0",
                "community": "0",
            },
        });
        let answer = member
            .post("/api/v1/simulations/review", review.clone())
            .expect(200)
            .body;
        let same = pricing::review_json(&review.to_string()).unwrap();
        assert_eq!(answer, serde_json::to_value(same).unwrap());

        let soon = with(&review, "as_of", json!("2026-01-02"));
        member
            .post("/api/v1/simulations/review", soon)
            .refused(422, "too_soon");
        let weights = with(&review, "fixed", json!("0.16"));
        member
            .post("/api/v1/simulations/review", weights)
            .refused(422, "weights_do_not_sum_to_one");
        let huge = with(&share, "unit_price", json!("99999999999999999999999999999"));
        let huge = member.post("/api/v1/simulations/share", huge);
        assert_eq!(
            huge.refused(422, "amount_out_of_range").pointers(),
            ["/unit_price"]
        );
    });
}

fn with(body: &Value, field: &str, value: Value) -> Value {
    let mut body = body.clone();
    body[field] = value;
    body
}

#[test]
fn what_pricing_cannot_read_is_refused_with_its_pointer() {
    on_each_database(|world| {
        let member = world.union("Sindicato", "AR").member(&["member"]);
        let path = "/api/v1/simulations/price";
        let refused = member.post(path, json!({"currency": "USD", "quantity": 5}));
        let refused = refused.refused(400, "invalid_input");
        assert_eq!(refused.pointers(), ["/quantity"]);
        let refused = member
            .post(path, json!({"floor": "1"}))
            .refused(400, "invalid_input");
        assert_eq!(refused.pointers(), ["/floor"]);
        let broken = member.post_text(path, "application/json", "{\"currency\": ");
        broken.refused(400, "invalid_input");
        let plain = member.post_text(path, "text/plain", "{}");
        plain.refused(415, "unsupported_media_type");
        let large = format!("{{\"currency\": \"{}\"}}", "x".repeat(300_000));
        member
            .post_text(path, "application/json", &large)
            .refused(413, "body_too_large");
        world
            .client()
            .post(path, json!({}))
            .refused(401, "unauthenticated");
    });
}
