//! Products and their market quotes (PR4).
use crate::support::catalogue::{product, quote, quotes_path};
use crate::support::on_each_database;
use chrono::{Days, Utc};
use serde_json::json;

#[test]
fn a_product_is_found_by_any_of_its_words_accents_aside() {
    on_each_database(|world| {
        let network = world.network("Red", "AR");
        let by = &network.admin;
        let tile = world.product(by, "Cerámica esmaltada 20×20");
        world.product(by, "Ladrillo común");
        let found = |query: &str| -> Vec<String> {
            let page = by.get(&format!("/api/v1/products?{query}")).expect(200);
            let items = page.body["items"].as_array().unwrap();
            items
                .iter()
                .map(|item| item["id"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(found("q=ESMALTADA%20ceramica"), vec![tile.clone()]);
        assert_eq!(found("q=20"), vec![tile.clone()]);
        assert!(found("q=ceramica%20comun").is_empty());
        assert_eq!(found("q=%25").len(), 2, "a sign is no word");
        assert_eq!(found("category=ceramic%20tiles").len(), 2);
        assert!(found("category=bricks").is_empty());
        let page = by.get("/api/v1/products?limit=1").expect(200);
        assert_eq!(page.body["items"][0]["id"], tile);
        let next = page.body["next"].as_str().unwrap();
        let page = by
            .get(&format!("/api/v1/products?limit=1&cursor={next}"))
            .expect(200);
        assert_eq!(page.body["items"][0]["name"], "Ladrillo común");
        by.get("/api/v1/products?name=x")
            .refused(400, "unknown_parameter");
    });
}

#[test]
fn a_product_is_what_trade_can_read() {
    on_each_database(|world| {
        let by = &world.union("Sindicato", "AR").admin;
        let with = |field: &str, value: serde_json::Value| {
            let mut body = product("Work trousers");
            body[field] = value;
            by.post("/api/v1/products", body)
        };
        let gtin = json!("4006381333931");
        with("gtin", gtin.clone()).expect(201);
        let twice = with("gtin", gtin).refused(409, "duplicate");
        assert_eq!(twice.pointers(), ["/gtin"]);
        let wrong = with("gtin", json!("4006381333932")).refused(422, "check_digit");
        assert_eq!(wrong.pointers(), ["/gtin"]);
        with("gtin", json!("123")).refused(400, "invalid_input");
        let unit = with("unit", json!("XXX")).refused(400, "invalid_input");
        assert_eq!(unit.pointers(), ["/unit"]);
        let decimals = with("quantity_decimals", json!(7)).refused(400, "invalid_input");
        assert_eq!(decimals.pointers(), ["/quantity_decimals"]);
        with("name", json!("a\u{0}b")).refused(400, "invalid_input");
        let rates = json!([{"country": "AR", "rate": "0.15"}]);
        let rate = with("vat_rates", rates).refused(422, "vat_rate_not_allowed");
        assert_eq!(rate.pointers(), ["/vat_rates/0/rate"]);
        let rates = json!([{"country": "BR", "rate": "0"}]);
        let country = with("vat_rates", rates).refused(422, "country_not_supported");
        assert_eq!(country.pointers(), ["/vat_rates/0/country"]);
        let rates = json!([{"country": "AR", "rate": "0"}, {"country": "AR", "rate": "0.21"}]);
        let twice = with("vat_rates", rates).refused(400, "invalid_input");
        assert_eq!(twice.pointers(), ["/vat_rates/1/country"]);
    });
}

#[test]
fn vat_is_kept_by_whoever_described_the_product() {
    on_each_database(|world| {
        let network = world.network("Red", "AR");
        let other = world.union("Sindicato", "AR");
        let id = world.product(&network.admin, "Tile");
        let path = format!("/api/v1/products/{id}/vat-rates");
        let body = json!({"vat_rates": [{"country": "AR", "rate": "0.105"}]});
        other
            .admin
            .put(&path, "\"1\"", body.clone())
            .refused(403, "forbidden");
        network
            .admin
            .put(&path, "\"7\"", body.clone())
            .refused(412, "stale");
        let unconditional = [("content-type", "application/json")];
        network
            .admin
            .raw("PUT", &path, &unconditional, Some(&body.to_string()))
            .refused(428, "if_match_required");
        let changed = network.admin.put(&path, "\"1\"", body).expect(200);
        assert!(changed.etag.starts_with("\"2-"));
        let rates = &changed.body["vat_rates"];
        assert_eq!(rates, &json!([{"country": "AR", "rate": "0.105"}]));
    });
}

#[test]
fn the_operator_holds_no_pricing_power() {
    on_each_database(|world| {
        let network = world.network("Red", "AR");
        let id = world.product(&network.admin, "Tile");
        let operator = world.operator();
        operator
            .post("/api/v1/products", product("Another"))
            .refused(403, "forbidden");
        let body = quote("shop", "14850", "ARS", 1);
        operator
            .post(&quotes_path(&id), body.clone())
            .refused(403, "forbidden");
        let minimum = format!("/api/v1/products/{id}/network-minimums/ARS");
        operator
            .put(&minimum, "\"0\"", json!({"unit_price": "1"}))
            .refused(403, "forbidden");
        // Nor does somebody without a mandate for it, or an organisation that was not admitted.
        let onlooker = world.union("Sindicato", "AR").member(&["accountant"]);
        onlooker
            .post(&quotes_path(&id), body.clone())
            .refused(403, "forbidden");
        let applicant = world.applicant("union", "Not yet", "AR");
        applicant
            .admin
            .post(&quotes_path(&id), body)
            .refused(403, "not_admitted");
    });
}

#[test]
fn quotes_are_dated_sourced_and_stay_on_file() {
    on_each_database(|world| {
        let by = &world.union("Sindicato", "AR").admin;
        let id = world.product(by, "Tile");
        let path = quotes_path(&id);
        let mut body = quote("chain store", "14850.5", "ARS", 3);
        body["source_url"] = json!("https://prices.example/tiles");
        let entered = by.post(&path, body.clone()).expect(201);
        assert_eq!(entered.body["unit_price"], "14850.5");
        assert_eq!(entered.body["source_url"], "https://prices.example/tiles");

        let with = |field: &str, value: serde_json::Value| {
            let mut body = body.clone();
            body[field] = value;
            by.post(&path, body)
                .refused(400, "invalid_input")
                .pointers()[0]
                .to_owned()
        };
        let tomorrow = Utc::now().date_naive() + Days::new(1);
        assert_eq!(with("observed_on", json!(tomorrow)), "/observed_on");
        assert_eq!(with("observed_on", json!("1969-12-31")), "/observed_on");
        assert_eq!(with("unit_price", json!("0")), "/unit_price");
        assert_eq!(with("unit_price", json!("0.0000001")), "/unit_price");
        assert_eq!(
            with("unit_price", json!("99999999999999999999")),
            "/unit_price"
        );
        assert_eq!(with("currency", json!("ars")), "/currency");
        assert_eq!(with("min_quantity", json!("-1")), "/min_quantity");
        assert_eq!(with("source", json!(" ")), "/source");
        assert_eq!(
            with("source_url", json!("javascript:alert(1)")),
            "/source_url"
        );

        let one = format!("{path}/{}", entered.id());
        by.put(&one, "\"1\"", body.clone())
            .refused(404, "not_found");
        by.delete(&path).refused(405, "method_not_allowed");
        let list = by.get(&path).expect(200);
        assert_eq!(list.body["items"].as_array().unwrap().len(), 1);
        let nowhere = quotes_path(&entered.id());
        by.get(&nowhere).refused(404, "not_found");
        by.post(&nowhere, body).refused(404, "not_found");
    });
}
