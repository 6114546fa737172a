//! The last units: whatever happens at once, exactly what fits is sold.
use crate::support::catalogue::ListingSpec;
use crate::support::governance::today;
use crate::support::{on_each_database, orders::Trade};
use chrono::Days;
use diesel::prelude::*;
use serde_json::{Value, json};
use std::sync::Barrier;
use store::ids::ListingId;
use store::schema::{order_lines, orders, reservations};

const CLIENTS: usize = 64;

/// What the standing lines of a listing's orders ask for, and what their reservations hold.
fn asked_and_held(trade: &Trade<'_>, listing: &str) -> (i64, i64) {
    let listing: ListingId = listing.parse::<uuid::Uuid>().unwrap().into();
    let conn = &mut trade.world.conn();
    let asked: Vec<i64> = order_lines::table
        .inner_join(orders::table)
        .filter(order_lines::listing_id.eq(listing))
        .filter(orders::status.ne("cancelled"))
        .filter(order_lines::status.eq("active"))
        .select(order_lines::quantity_micro)
        .load(conn)
        .unwrap();
    let held: Vec<i64> = reservations::table
        .inner_join(
            order_lines::table.on(order_lines::order_id
                .eq(reservations::order_id)
                .and(order_lines::position.eq(reservations::position))),
        )
        .filter(order_lines::listing_id.eq(listing))
        .select(reservations::quantity_micro)
        .load(conn)
        .unwrap();
    (
        asked.iter().sum::<i64>() / 1_000_000,
        held.iter().sum::<i64>() / 1_000_000,
    )
}

#[test]
fn of_the_last_units_of_three_lots_exactly_what_fits_is_sold() {
    on_each_database(|world| {
        let trade = world.trade_with("10");
        let mut listings = vec![trade.listing.clone()];
        let mut lines: Vec<Value> = Vec::new();
        let mut products = vec![trade.market.product.clone()];
        for (name, capacity) in [("Border tile", "15"), ("Skirting tile", "21")] {
            let product = world.product(&trade.market.network.admin, name);
            world.quotes(
                &trade.market.network.admin,
                &product,
                "ARS",
                &["14600", "14850", "15900"],
            );
            let spec = ListingSpec::of(&product).capacity(capacity);
            listings.push(world.open_listing(&trade.market.seller, &spec));
            products.push(product);
        }
        for product in &products {
            lines.push(json!({
                "product_id": product, "specification": "Glazed", "quantity": "2",
                "region": "AR-B", "due_on": today() + Days::new(80),
            }));
        }
        let proposals: Vec<String> = (0..CLIENTS)
            .map(|_| trade.propose(&trade.need_of(json!(lines))))
            .collect();

        let gate = Barrier::new(CLIENTS);
        let answers: Vec<_> = std::thread::scope(|scope| {
            let clients: Vec<_> = proposals
                .iter()
                .map(|proposal| {
                    let buyer = trade.market.buyer.clone();
                    let gate = &gate;
                    scope.spawn(move || {
                        gate.wait();
                        buyer.post("/api/v1/orders", json!({"proposal_id": proposal}))
                    })
                })
                .collect();
            clients
                .into_iter()
                .map(|client| client.join().unwrap())
                .collect()
        });

        // Two periods of ten are free in time of the scarcest: ten orders of two.
        let sold = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!(sold, 10);
        for answer in answers.into_iter().filter(|answer| answer.status != 201) {
            let refused = answer.refused(409, "sold_out");
            let detail = refused.body["detail"].as_str().unwrap();
            assert!(detail.contains("capacity is left for"), "{detail}");
        }
        for listing in &listings {
            assert_eq!(trade.reserved(listing), 20);
            assert_eq!(asked_and_held(&trade, listing), (20, 20));
        }
    });
}
