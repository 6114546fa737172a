//! 6,475 uniforms over four months, in stages of 500 to 1,000 every 15 days, of cloth that another co-operative
//! wove: from the advance to the last receipt (S13, S24, FU1 to FU3).
use super::decimal;
use crate::support::catalogue::ListingSpec;
use crate::support::deliveries::Delivery;
use crate::support::governance::today;
use crate::support::orders::Trade;
use crate::support::{Client, Response, on_each_database};
use chrono::Days;
use rust_decimal::Decimal;
use serde_json::json;

/// Orders so many of a product, due in so many days, approves, confirms and has it accepted.
fn ordered(
    trade: &Trade<'_>,
    product: &str,
    seller: &Client,
    quantity: &str,
    days: u64,
) -> Response {
    let need = trade.need_of(json!([{
        "product_id": product, "specification": "As the sample", "quantity": quantity,
        "region": "AR-B", "due_on": today() + Days::new(days),
    }]));
    let draft = trade.order_by(&trade.propose(&need)).expect(201);
    let buyer = &trade.market.buyer;
    let submitted = buyer.order_act(&draft, "submit").expect(200);
    buyer
        .order_act(&trade.approved(&submitted), "confirm")
        .expect(200);
    seller.accept(&seller.purchase_order("issued")).expect(200)
}

fn moved(by: &Client, material: &str, kind: &str, quantity: &str) {
    let path = format!("/api/v1/materials/{material}");
    let body = json!({"kind": kind, "quantity": quantity, "on": today(), "note": "Gabardina"});
    let etag = by.get(&path).expect(200).etag;
    by.post_if(&format!("{path}/movements"), &etag, body)
        .expect(201);
}

#[test]
fn uniforms_in_eight_stages_of_cloth_from_another_cooperative() {
    on_each_database(|world| {
        let trade = world.trade();
        let market = &trade.market;
        let (_, weaver) = trade.another_cooperative("Textiles Pigüé", "700000.00");
        let made = |seller: &Client, name: &str, capacity: &'static str| {
            let product = world.product(&market.network.admin, name);
            world.quotes(
                &market.network.admin,
                &product,
                "ARS",
                &["14600", "14850", "15900"],
            );
            world.open_listing(seller, &ListingSpec::of(&product).capacity(capacity));
            product
        };
        let cloth = made(&weaver, "Gabardine, bolt", "400");
        let uniform = made(&market.seller, "School uniform", "3500");

        // The cloth first, from one co-operative.
        let bolts = ordered(&trade, &cloth, &weaver, "700", 80);
        let bolts = format!("/api/v1/purchase-orders/{}", bolts.id());
        let schedule = weaver.get(&format!("{bolts}/schedule")).expect(200);
        let body = json!({"stage_id": schedule.body["stages"][0]["id"], "despatched_on": today(),
            "lines": [{"line": 1, "quantity": "700"}]});
        let sent = weaver
            .post(&format!("{bolts}/despatches"), body)
            .expect(201);
        crate::support::deliveries::receive(&market.buyer, &sent, ["700", "0", "0"]).expect(201);

        // Then the uniforms, from the other, with half in advance.
        let accepted = ordered(&trade, &uniform, &market.seller, "6475", 85);
        let delivery = Delivery {
            trade: &trade,
            path: format!("/api/v1/purchase-orders/{}", accepted.id()),
            treasurer: market.cooperative.member(&["treasurer"]),
            accountant: market.union.member(&["accountant"]),
        };
        let sizes = ["500", "800", "1000", "1000", "1000", "1000", "675", "500"];
        let stages: Vec<(u64, &str)> = (1..).map(|at| at * 15).zip(sizes).collect();
        delivery.agree_stages(&stages);
        let agreed = delivery.advance()["agreed"].as_str().unwrap().to_owned();
        delivery.pay_advance(&agreed, "ANTICIPO").expect(201);

        let bolt = json!({"name": "Gabardine, bolt", "unit": "C62", "unit_value": "14850"});
        let bolt = market
            .buyer
            .post(&format!("{}/materials", delivery.path), bolt)
            .expect(201)
            .id();
        moved(&market.buyer, &bolt, "supplied", "700");
        for (at, quantity) in sizes.into_iter().enumerate() {
            let sent = delivery.send(&delivery.stage(at), quantity).expect(201);
            moved(&market.seller, &bolt, "consumed", "85");
            // The fourth stage has twenty with open seams; they are made again.
            if at == 3 {
                delivery.receive(&sent, ["980", "20", "0"]).expect(201);
                let claim = delivery.claims().remove(0)["id"]
                    .as_str()
                    .unwrap()
                    .to_owned();
                let path = format!("/api/v1/claims/{claim}/promise-remake");
                let promise = json!({"remake_by": today() + Days::new(15)});
                market
                    .seller
                    .post_if(&path, &delivery.claim(&claim).etag, promise)
                    .expect(200);
                let again = delivery.send_again(&claim, "20").expect(201);
                delivery.receive(&again, ["20", "0", "0"]).expect(201);
            } else {
                delivery.receive(&sent, [quantity, "0", "0"]).expect(201);
            }
            let invoice = delivery.bill();
            let amount = invoice.body["payable"].as_str().unwrap();
            delivery
                .pay(&delivery.treasurer, &invoice, amount, &format!("F-{at}"))
                .expect(201);
        }
        let total = decimal(&market.seller.get(&delivery.path).expect(200).body["totals"]["total"]);
        let invoices = delivery.documents("invoice");
        assert_eq!(invoices.len(), 8);
        let sum =
            |field: &str| -> Decimal { invoices.iter().map(|one| decimal(&one[field])).sum() };
        let billed: Decimal = invoices
            .iter()
            .map(|one| decimal(&one["totals"]["total"]))
            .sum();
        assert_eq!(billed, total);
        assert_eq!(
            sum("deducted"),
            decimal(&json!(agreed)),
            "the advance appears once"
        );
        assert_eq!(sum("payable"), total - decimal(&json!(agreed)));
        assert_eq!(delivery.progress()["accepted"], "6475");
        assert_eq!(delivery.status(), "delivered", "cloth is still out");
        moved(&market.seller, &bolt, "wasted", "5");
        moved(&market.buyer, &bolt, "returned", "15");
        assert_eq!(delivery.status(), "closed");
    });
}
