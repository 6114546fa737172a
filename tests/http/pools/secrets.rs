//! No buyer ever sees another's bid (W4 fails if one does), nor a figure from which it follows; the opener, the
//! co-operative and the audit log neither.
use super::scene;
use crate::support::pools::{Buyer, Pool};
use crate::support::{Client, on_each_database};

/// All that somebody can read about a pool and its order, as text.
fn all_that_is_read(reader: &Client, buyers: &[Buyer<'_>], pool: &Pool) -> String {
    let mut paths: Vec<String> = [
        "",
        "/members",
        "/standing",
        "/decision",
        "/contracts",
        "/votes/me",
    ]
    .iter()
    .map(|part| format!("{}{part}", pool.path))
    .collect();
    for buyer in buyers {
        paths.push(format!("{}/members/{}", pool.path, buyer.org.id));
        paths.push(format!("{}/bids/{}", pool.path, buyer.org.id));
    }
    if let Some(order) = pool.seen().body["order_id"].as_str() {
        paths.push(format!("/api/v1/orders/{order}"));
        paths.push(format!("/api/v1/orders/{order}/explanation"));
    }
    for list in ["pools", "orders", "purchase-orders", "audit-log"] {
        paths.push(format!("/api/v1/{list}?limit=100"));
    }
    let read = paths.iter().map(|path| reader.get(path).body.to_string());
    read.collect::<Vec<_>>().join("\n")
}

#[test]
fn no_reader_finds_another_s_bid_or_payment_anywhere() {
    on_each_database(|world| {
        let scene = scene(world);
        let [paper, rural, unemployed] = &scene.buyers[..] else {
            panic!("three buyers")
        };
        let pool = Pool::open_bidding(&paper.client, &scene.listing, 3);
        pool.enter(paper, "100", "0");
        pool.enter(rural, "60", "0");
        pool.enter(unemployed, "40", "0");
        pool.close().expect(200);
        let bids = ["1712345.67", "1098765.43", "654321.09"];
        for (buyer, bid) in scene.buyers.iter().zip(bids) {
            // Low in the first round, and prepared for the second and third.
            let low = &bid[1..];
            let ballot = pool.bid(buyer, &[(1, low), (2, bid), (3, "3000000.00")]);
            let ballot = ballot.expect(200).body.to_string();
            assert!(
                ballot.contains(bid) && !ballot.contains(bids[0]) || buyer.org.id == paper.org.id
            );
        }
        let operator = world.operator();
        let auditor = rural.org.member(&["member"]);
        let nobody_s = [&scene.market.seller, &scene.market.network.admin, &operator];
        let look = || {
            for (reader, own) in scene.buyers.iter().zip(bids) {
                for person in [&reader.client, &reader.org.admin] {
                    let read = all_that_is_read(person, &scene.buyers, &pool);
                    for bid in bids.iter().filter(|bid| **bid != own) {
                        assert!(!read.contains(&bid[1..]), "{bid} in {read}");
                    }
                    // Not even one's own bid stands in what others could be shown: only in /bids/me.
                    assert!(!read.contains(&own[1..]), "{own} in {read}");
                    assert!(!read.contains("3000000.00"), "{read}");
                }
            }
            for reader in nobody_s.iter().copied().chain([&auditor]) {
                let read = all_that_is_read(reader, &scene.buyers, &pool);
                for bid in bids {
                    assert!(!read.contains(&bid[1..]), "{bid} in {read}");
                }
            }
        };
        look();
        let log = rural
            .org
            .admin
            .get("/api/v1/audit-log?limit=100")
            .expect(200);
        let entry = log.body["items"].as_array().unwrap().iter();
        let mut bids_entered = entry.filter(|entry| entry["act"] == "pool.bid");
        let entered = bids_entered.next().expect("that it bid is written down");
        assert_eq!(entered["after"], serde_json::json!({"rounds": [1, 2, 3]}));
        let covered = pool.close_round().expect(200);
        assert_eq!(covered.body["status"], "closing");
        look();

        let payments: Vec<String> = scene
            .buyers
            .iter()
            .map(|buyer| {
                let ballot = pool.ballot(buyer).expect(200).body;
                ballot["payment"]["amount"].as_str().unwrap().to_owned()
            })
            .collect();
        pool.order();
        look();
        world.work();
        for mail in world.mails() {
            for bid in bids {
                assert!(!mail.text.contains(&bid[1..]), "{}", mail.text);
            }
        }
        for (reader, own) in scene.buyers.iter().zip(&payments) {
            let read = all_that_is_read(&reader.client, &scene.buyers, &pool);
            for payment in payments.iter().filter(|payment| *payment != own) {
                assert!(!read.contains(payment.as_str()), "{payment} in {read}");
            }
        }
    });
}
