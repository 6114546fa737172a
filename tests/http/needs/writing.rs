//! Needs as documents: written, published, taken back, closed; who may, and what is refused.
use super::market::{Market, REGION};
use crate::support::governance::today;
use crate::support::on_each_database;
use chrono::Days;
use serde_json::json;

#[test]
fn a_need_is_written_published_taken_back_and_closed() {
    on_each_database(|world| {
        let market = Market::open(world);
        let buyer = &market.buyer;
        let written = buyer.post("/api/v1/needs", market.need("3000")).expect(201);
        let path = format!("/api/v1/needs/{}", written.id());
        let year = today().format("%Y");
        assert_eq!(written.body["reference"], format!("N-{year}-000001"));
        assert_eq!(written.body["status"], "draft");
        assert_eq!(written.body["lines"][0]["quantity"], "3000");
        assert_eq!(written.body["lines"][0]["priority"], 1);
        assert_eq!(written.headers["location"], path.as_str());

        let mut other = market.need("2500");
        other["title"] = json!("Fewer shirts");
        other["max_premium_rate"] = json!("0.350");
        other["accepted_networks"] = json!([market.network.id]);
        buyer
            .put(&path, "\"9\"", other.clone())
            .refused(412, "stale");
        let changed = buyer.put(&path, &written.etag, other.clone()).expect(200);
        assert_eq!(changed.body["title"], "Fewer shirts");
        assert_eq!(changed.body["max_premium_rate"], "0.35");
        assert_eq!(
            changed.body["accepted_networks"],
            json!([market.network.id])
        );

        buyer
            .act(&format!("{path}/withdraw"), &changed.etag)
            .refused(409, "wrong_state");
        let published = buyer
            .act(&format!("{path}/publish"), &changed.etag)
            .expect(200);
        assert_eq!(published.body["status"], "published");
        buyer
            .put(&path, &published.etag, other.clone())
            .refused(409, "wrong_state");
        buyer
            .act(&format!("{path}/publish"), &published.etag)
            .refused(409, "wrong_state");
        let draft = buyer
            .act(&format!("{path}/withdraw"), &published.etag)
            .expect(200);
        let again = buyer.put(&path, &draft.etag, other).expect(200);
        let closed = buyer.act(&format!("{path}/close"), &again.etag).expect(200);
        assert_eq!(closed.body["status"], "closed");
        buyer
            .act(&format!("{path}/publish"), &closed.etag)
            .refused(409, "wrong_state");
        buyer
            .post(&format!("{path}/proposals"), json!({}))
            .refused(409, "wrong_state");
        buyer
            .post(&format!("{path}/simulate-match"), json!({}))
            .refused(409, "wrong_state");

        let second = buyer.post("/api/v1/needs", market.need("10")).expect(201);
        assert_eq!(second.body["reference"], format!("N-{year}-000002"));
        let page = buyer.get("/api/v1/needs?limit=1").expect(200);
        assert_eq!(page.body["items"][0]["id"], closed.body["id"]);
        let next = page.body["next"].as_str().unwrap();
        let rest = buyer
            .get(&format!("/api/v1/needs?cursor={next}"))
            .expect(200);
        assert_eq!(rest.body["items"][0]["id"], second.body["id"]);
        let drafts = buyer.get("/api/v1/needs?status=draft").expect(200);
        assert_eq!(drafts.body["items"].as_array().unwrap().len(), 1);
        buyer
            .get("/api/v1/needs?status=gone")
            .refused(400, "invalid_input");
    });
}

#[test]
fn a_need_belongs_to_its_buyer_alone() {
    on_each_database(|world| {
        let market = Market::open(world);
        let need = market.published(market.need("100"));
        let proposal = market.proposal(&need)["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/needs/{need}");
        let etag = market.buyer.get(&path).expect(200).etag;

        let other = world.union("Sindicato Ceramista", "AR");
        let coop = world.cooperative(&market.network, "Cooperativa Vecina", "AR");
        for stranger in [
            &other.member(&["buyer"]),
            &coop.member(&["seller"]),
            &world.operator(),
        ] {
            stranger.get(&path).refused(404, "not_found");
            stranger
                .put(&path, &etag, market.need("1"))
                .refused(404, "not_found");
            stranger
                .get(&format!("{path}/proposals"))
                .refused(404, "not_found");
            stranger
                .get(&format!("/api/v1/proposals/{proposal}"))
                .refused(404, "not_found");
            for act in ["publish", "withdraw", "close"] {
                stranger
                    .act(&format!("{path}/{act}"), &etag)
                    .refused(404, "not_found");
            }
            for act in ["proposals", "simulate-match"] {
                stranger
                    .act(&format!("{path}/{act}"), &etag)
                    .refused(404, "not_found");
            }
        }
        let approver = market.union.member(&["approver"]);
        approver.get(&path).expect(200);
        approver
            .get(&format!("/api/v1/proposals/{proposal}"))
            .expect(200);
        approver
            .act(&format!("{path}/close"), &etag)
            .refused(403, "forbidden");
        approver
            .act(&format!("{path}/proposals"), &etag)
            .refused(403, "forbidden");
        approver
            .act(&format!("{path}/simulate-match"), &etag)
            .refused(403, "forbidden");
        approver
            .post("/api/v1/needs", market.need("1"))
            .refused(403, "forbidden");
        let seller = coop.member(&["seller"]);
        seller
            .post("/api/v1/needs", market.need("1"))
            .refused(403, "forbidden");
        world
            .client()
            .post("/api/v1/needs", market.need("1"))
            .refused(401, "unauthenticated");
        market
            .buyer
            .act(&format!("{path}/close"), "\"77\"")
            .refused(412, "stale");
        let bare = market
            .buyer
            .raw("POST", &format!("{path}/close"), &[], None);
        bare.refused(428, "if_match_required");
    });
}

#[test]
fn all_that_is_wrong_with_a_need_is_said_at_once() {
    on_each_database(|world| {
        let market = Market::open(world);
        let buyer = &market.buyer;
        let bad_line = json!({
            "product_id": market.product, "quantity": "-3", "priority": 0,
            "region": "Buenos Aires", "due_on": today(), "max_unit_price": "0",
            "budget": "-1", "max_suppliers": 0, "specification": "a\u{0}b",
        });
        let bad = json!({
            "title": " ", "currency": "XXQ", "max_premium_rate": "-0.1", "lines": [bad_line],
        });
        let refusal = buyer
            .post("/api/v1/needs", bad)
            .refused(400, "invalid_input");
        assert_eq!(
            refusal.pointers(),
            [
                "/title",
                "/currency",
                "/max_premium_rate",
                "/lines/0/specification",
                "/lines/0/quantity",
                "/lines/0/priority",
                "/lines/0/region",
                "/lines/0/max_unit_price",
                "/lines/0/max_suppliers",
            ]
        );
        let mut unknown = market.need("2.5");
        let nobody = uuid::Uuid::now_v7().to_string();
        unknown["accepted_networks"] = json!([market.network.id, nobody]);
        unknown["lines"][0]["due_on"] = json!(today() - Days::new(1));
        let mut second = unknown["lines"][0].clone();
        second["product_id"] = json!(nobody);
        second["due_on"] = json!("9999-12-31");
        unknown["lines"].as_array_mut().unwrap().push(second);
        let refusal = buyer
            .post("/api/v1/needs", unknown)
            .refused(400, "invalid_input");
        assert_eq!(
            refusal.pointers(),
            [
                "/lines/0/quantity",
                "/lines/0/due_on",
                "/lines/1/product_id",
                "/lines/1/due_on",
                "/accepted_networks/1",
            ]
        );
        for (lines, pointer) in [(0, "/lines"), (101, "/lines")] {
            let mut body = market.need("1");
            let line = body["lines"][0].clone();
            body["lines"] = json!(vec![line; lines]);
            let refusal = buyer
                .post("/api/v1/needs", body)
                .refused(400, "invalid_input");
            assert_eq!(refusal.pointers(), [pointer]);
        }
        let mut huge = market.need("99999999999999999999999999999");
        huge["lines"][0]["budget"] = json!("1e9");
        let refusal = buyer
            .post("/api/v1/needs", huge)
            .refused(400, "invalid_input");
        assert_eq!(refusal.pointers(), ["/lines/0/quantity", "/lines/0/budget"]);
        let mut extra = market.need("1");
        extra["price"] = json!("1");
        buyer
            .post("/api/v1/needs", extra)
            .refused(400, "invalid_input");
        assert_eq!(
            buyer.get("/api/v1/needs").expect(200).body["items"],
            json!([])
        );
    });
}

#[test]
fn the_same_key_writes_one_need() {
    on_each_database(|world| {
        let market = Market::open(world);
        let steady = market.buyer.with_key("need-of-may-day");
        let first = steady
            .post("/api/v1/needs", market.need("3000"))
            .expect(201);
        let again = steady
            .post("/api/v1/needs", market.need("3000"))
            .expect(201);
        assert_eq!(first.body, again.body);
        let other = steady.post("/api/v1/needs", market.need("1"));
        other.refused(422, "idempotency_key_reused");
        let all = market.buyer.get("/api/v1/needs").expect(200);
        assert_eq!(all.body["items"].as_array().unwrap().len(), 1);
        assert_eq!(all.body["items"][0]["lines"][0]["region"], REGION);
    });
}
