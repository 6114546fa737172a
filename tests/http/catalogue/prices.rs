//! What a listing costs, and why (PR4, PR5, PR7).
use crate::support::catalogue::{ListingSpec, Market, quote, quotes_path};
use crate::support::{Response, World, on_each_database};
use serde_json::{Value, json};

/// A decimal as millionths, to calculate with.
fn micro(value: &Value) -> i128 {
    let value: money::Micro = value.as_str().unwrap().parse().unwrap();
    value.get().into()
}

fn price(market: &Market<'_>, listing: &str, quantity: &str) -> Response {
    market.buyer.get(&format!(
        "/api/v1/listings/{listing}/price?quantity={quantity}"
    ))
}

fn listed(world: &World, market: &Market<'_>) -> String {
    world.open_listing(&market.seller, &ListingSpec::of(&market.product))
}

#[test]
fn a_price_needs_three_dated_sources() {
    on_each_database(|world| {
        let market = world.market();
        let fresh = world.product(&market.network.admin, "A tile without a market");
        let listing = world.open_listing(&market.seller, &ListingSpec::of(&fresh));
        let enter = |source: &str, unit_price: &str, days: u64| {
            market
                .buyer
                .post(&quotes_path(&fresh), quote(source, unit_price, "ARS", days))
                .expect(201)
        };
        enter("chain store", "14600", 1);
        enter("importer", "15000", 90);
        enter("mill", "15900", 91);
        enter("importer", "14000", 89);
        let refused = price(&market, &listing, "100").refused(422, "insufficient_market_evidence");
        assert_eq!(refused.pointers(), ["/market_quotes"]);

        enter("wholesaler", "16000", 0);
        let answer = price(&market, &listing, "100").expect(200).body;
        let trace = &answer["price"]["trace"];
        // Of the importer's two the later counts; the mill's is a day too old.
        assert_eq!(answer["price"]["market_reference"], "14600.0000000000");
        assert_eq!(trace["quotes_used"].as_array().unwrap().len(), 3);
        assert_eq!(
            trace["quotes_refused"],
            json!([
                {"position": 1, "source": "importer", "reason": "same_source"},
                {"position": 2, "source": "mill", "reason": "too_old"},
            ])
        );
    });
}

#[test]
fn a_quote_in_another_currency_needs_a_recent_rate() {
    on_each_database(|world| {
        let market = world.market();
        let fresh = world.product(&market.network.admin, "A tile from abroad");
        let listing = world.open_listing(&market.seller, &ListingSpec::of(&fresh));
        world.quotes(&market.buyer, &fresh, "USD", &["10", "11", "12"]);
        price(&market, &listing, "100").refused(422, "missing_exchange_rate");
        world.exchange_rate(&market.network.admin, "USD", "ARS", "1400.5");
        let answer = price(&market, &listing, "100").expect(200).body;
        assert_eq!(answer["price"]["market_reference"], "15405.5000000000");
        let used = &answer["price"]["trace"]["quotes_used"][1];
        assert_eq!(used["exchange_rate"]["rate"], "1400.5");
    });
}

#[test]
fn a_price_table_states_each_step_and_adds_up() {
    on_each_database(|world| {
        let market = world.market();
        let listing = listed(world, &market);
        let path = format!("/api/v1/listings/{listing}/price-table");
        let table = market.buyer.get(&path).expect(200).body;
        assert_eq!(table["currency"], "ARS");
        assert_eq!(table["rule_set_id"], market.rule_set);
        let rows = table["rows"].as_array().unwrap();
        let quantities: Vec<_> = rows
            .iter()
            .map(|row| row["quantity"].as_str().unwrap())
            .collect();
        assert_eq!(quantities, ["1", "100", "1000"]);
        for row in rows {
            let parts = row["components"].as_object().unwrap();
            assert_eq!(parts.len(), 10);
            assert_eq!(
                parts.values().map(micro).sum::<i128>(),
                micro(&row["line_amount"])
            );
            assert!(micro(&row["unit_price"]) > micro(&row["market_unit_price"]));
            let premium = micro(&row["unit_price"]) - micro(&row["market_unit_price"]);
            assert_eq!(micro(&row["premium_per_unit"]), premium);
            // One row is what the explained price of that quantity says.
            let quantity = row["quantity"].as_str().unwrap();
            let explained = price(&market, &listing, quantity).expect(200).body;
            assert_eq!(
                micro(&explained["price"]["unit_price"]),
                micro(&row["unit_price"])
            );
            assert_eq!(explained["price"]["components"], row["components"]);
        }
        // A batch's fixed costs dilute with quantity; the premium for the community does not.
        let unit_prices: Vec<i128> = rows.iter().map(|row| micro(&row["unit_price"])).collect();
        assert!(
            unit_prices.windows(2).all(|pair| pair[0] >= pair[1]),
            "{unit_prices:?}"
        );
        assert!(unit_prices[0] > unit_prices[2]);
        let at = |quantity: &str| price(&market, &listing, quantity);
        at("0").refused(400, "invalid_input");
        at("x").refused(400, "invalid_input");
        at("1000000001").refused(400, "invalid_input");
        assert_eq!(
            at("1000000000").expect(200).body["price"]["basis"],
            "market"
        );
    });
}

#[test]
fn the_first_step_is_the_smallest_order_in_whole_lots() {
    on_each_database(|world| {
        let market = world.market();
        let spec = ListingSpec::of(&market.product)
            .with("minimum", json!("130"))
            .with("lot", json!("50"));
        let listing = world.open_listing(&market.seller, &spec);
        let path = format!("/api/v1/listings/{listing}/price-table");
        let table = market.buyer.get(&path).expect(200).body;
        let rows = table["rows"].as_array().unwrap();
        let quantities: Vec<_> = rows
            .iter()
            .map(|row| row["quantity"].as_str().unwrap())
            .collect();
        assert_eq!(quantities, ["150", "1000"]);
    });
}

#[test]
fn the_highest_minimum_of_the_networks_holds() {
    on_each_database(|world| {
        let market = world.market();
        let listing = listed(world, &market);
        let path = format!("/api/v1/products/{}/network-minimums/ARS", market.product);
        let set = |org: &crate::support::Org<'_>, etag: &str, unit_price: &str| {
            org.admin
                .put(&path, etag, json!({"unit_price": unit_price}))
        };
        market.network.admin.get(&path).refused(404, "not_found");
        let set_once = set(&market.network, "\"0\"", "20000").expect(200);
        assert!(set_once.etag.starts_with("\"1-"));
        set(&market.network, "\"0\"", "21000").refused(412, "stale");
        assert_eq!(
            market.network.admin.get(&path).expect(200).body["unit_price"],
            "20000"
        );
        set(&market.cooperative, "\"0\"", "1").refused(403, "forbidden");

        let answer = price(&market, &listing, "1000").expect(200).body;
        assert_eq!(answer["price"]["basis"], "network_minimum");
        let alone = micro(&answer["price"]["unit_price"]);

        // A network that the co-operative does not belong to changes nothing, until it joins.
        let second = world.network("Segunda red", "AR");
        set(&second, "\"0\"", "30000").expect(200);
        let answer = price(&market, &listing, "1000").expect(200).body;
        assert_eq!(micro(&answer["price"]["unit_price"]), alone);
        let join = format!(
            "/api/v1/organisations/{}/join-network",
            market.cooperative.id
        );
        second.admin.act(&join, "").expect(204);
        let answer = price(&market, &listing, "1000").expect(200).body;
        assert_eq!(
            micro(&answer["price"]["unit_price"]) - alone,
            10_000_000_000
        );
    });
}

#[test]
fn a_buyer_without_a_common_rule_set_has_no_price() {
    on_each_database(|world| {
        let market = world.market();
        let listing = listed(world, &market);
        let stranger = world.union("Otro sindicato", "AR").member(&["buyer"]);
        let path = format!("/api/v1/listings/{listing}/price-table");
        stranger.get(&path).refused(422, "no_common_rule_set");
        market.seller.get(&path).expect(200);
    });
}

#[test]
fn a_simulation_of_the_same_figures_is_the_same_price() {
    on_each_database(|world| {
        let market = world.market();
        let listing = listed(world, &market);
        let quoted = price(&market, &listing, "250").expect(200).body;
        let as_of = quoted["as_of"].clone();
        let quotes = [
            ("shop 0", "14600"),
            ("shop 1", "14850"),
            ("shop 2", "15900"),
        ];
        let yesterday = crate::support::governance::days_ago(1);
        let quotes = quotes.map(|(source, unit_price)| {
            json!({"source": source, "unit_price": unit_price, "observed_on": yesterday})
        });
        let trace = &quoted["price"]["trace"];
        let request = json!({
            "currency": "ARS", "quantity": "250", "as_of": as_of, "market_quotes": quotes,
            "cost_sheet": ListingSpec::of("").body["cost_sheet"],
            "workplace": {
                "monthly_pay": "700000", "on_cost_rate": "0.24", "weekly_hours": "40",
                "assembly_hours_per_month": "6",
            },
            "benchmark": {
                "living_wage_monthly": "900000", "standard_weekly_hours": "48",
                "source": trace["benchmark_source"], "date": trace["benchmark_date"],
            },
            "rule_set": {"version": trace["rule_set_version"]},
        });
        let mut simulated = market
            .buyer
            .post("/api/v1/simulations/price", request)
            .expect(200)
            .body;
        // Whoever simulates knows the hours; the buyer of the listing does not.
        let trace = simulated["trace"].as_object_mut().unwrap();
        trace.insert("hours_per_unit".to_owned(), Value::Null);
        trace.insert("hourly_cost".to_owned(), Value::Null);
        assert_eq!(simulated, quoted["price"]);
    });
}
