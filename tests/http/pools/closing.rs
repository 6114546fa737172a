//! Closing (OR1): one order to the co-operative, matched again where it declines.
use super::{approve_with_fund, decimal, s_times_q, scene, shares, sum};
use crate::support::catalogue::ListingSpec;
use crate::support::on_each_database;
use crate::support::pools::Pool;
use serde_json::{Value, json};

#[test]
fn a_pool_becomes_one_purchase_order_when_everybody_has_approved_its_own_share() {
    on_each_database(|world| {
        let scene = scene(world);
        scene.fund.deposit("90000000.00");
        let [paper, rural, unemployed] = &scene.buyers[..] else {
            panic!("three buyers")
        };
        let pool = Pool::open(&paper.client, &scene.listing, Some(&scene.fund));
        pool.fill(&[
            (paper, "300", "1", Some("0.01")),
            (rural, "150", "0.5", None),
            (unemployed, "50", "0", None),
        ]);
        pool.propose(rural, "0").expect(200);
        pool.accept(rural).expect(200);
        let order = pool.order();
        let held = scene.fund.movements().pop().unwrap();
        assert_eq!(held, ("release".to_owned(), "proposed".to_owned()));

        let present = paper.client.get(&order).expect(200);
        assert_eq!(present.body["status"], "submitted");
        let confirm = format!("{order}/confirm");
        paper
            .client
            .act(&confirm, &present.etag)
            .refused(409, "approvals_missing");
        // The poor union's buyer is no approver, and the other's approver is not the fund's steward.
        rural
            .client
            .act(&format!("{order}/approve"), &present.etag)
            .refused(403, "forbidden");
        world.work();
        let asked = world
            .mails()
            .into_iter()
            .filter(|mail| mail.text.contains(&order[8..]));
        assert_eq!(
            asked.count(),
            2,
            "the fund's stewards; the buyers have no approvers yet"
        );

        assert_eq!(approve_with_fund(&scene, &order), "approved");
        let signed = scene.fund.movements().pop().unwrap();
        assert_eq!(signed, ("release".to_owned(), "signed".to_owned()));
        let present = paper.client.get(&order).expect(200);
        let confirmed = paper.client.act(&confirm, &present.etag).expect(200);
        let issued = confirmed.body["purchase_orders"].as_array().unwrap();
        assert_eq!(issued.len(), 1);
        let path = format!(
            "/api/v1/purchase-orders/{}",
            issued[0]["id"].as_str().unwrap()
        );
        let seen = scene.market.seller.get(&path).expect(200);
        // Fails if: co-op receipt differs from Q x S.
        let line = &confirmed.body["lines"][0];
        let whole = s_times_q(&line["unit_price"], &line["quantity"]);
        assert_eq!(decimal(&seen.body["totals"]["goods"]), whole);
        assert_eq!(seen.body["totals"], confirmed.body["totals"]);
        scene
            .market
            .seller
            .act(&format!("{path}/accept"), &seen.etag)
            .expect(200);
    });
}

#[test]
fn a_declined_order_is_matched_with_another_listing_or_with_none() {
    on_each_database(|world| {
        let scene = scene(world);
        scene.fund.deposit("90000000.00");
        let [paper, rural, unemployed] = &scene.buyers[..] else {
            panic!("three buyers")
        };
        let pool = Pool::open(&paper.client, &scene.listing, Some(&scene.fund));
        let again = format!("{}/proposals", pool.path);
        paper.client.act(&again, "").refused(409, "wrong_state");
        pool.fill(&[
            (paper, "300", "1", None),
            (rural, "150", "1", Some("0.02")),
            (unemployed, "50", "0", None),
        ]);
        pool.propose(paper, "0").expect(200);
        pool.accept(paper).expect(200);
        let order = pool.order();
        let part = scene.fund.balance();
        approve_with_fund(&scene, &order);
        let present = paper.client.get(&order).expect(200);
        let confirmed = paper
            .client
            .act(&format!("{order}/confirm"), &present.etag)
            .expect(200);
        let issued = confirmed.body["purchase_orders"][0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let issued = format!("/api/v1/purchase-orders/{issued}");
        let etag = scene.market.seller.get(&issued).expect(200).etag;
        let why = json!({"reason": "The kiln is broken."});
        scene
            .market
            .seller
            .post_if(&format!("{issued}/decline"), &etag, why)
            .expect(200);

        rural.client.act(&again, "").refused(403, "forbidden");
        paper.client.act(&again, "").refused(422, "nothing_matched");
        let spec = ListingSpec::of(&scene.market.product);
        let other = world.open_listing(&scene.market.seller, &spec);
        let proposal = paper.client.act(&again, "").expect(201);
        let present = paper.client.get(&order).expect(200);
        let by = json!({"proposal_id": proposal.id()});
        let matched = paper
            .client
            .post_if(&format!("{order}/rematch"), &present.etag, by)
            .expect(200);
        let active = matched.body["lines"].as_array().unwrap().iter();
        let active: Vec<&Value> = active.filter(|line| line["status"] == "active").collect();
        assert_eq!(active.len(), 1);
        assert_eq!(active[0]["listing_id"], other.as_str());
        let paid = shares(
            &[
                &paper.client,
                &rural.client,
                &unemployed.client,
                &scene.fund.stewards[0],
            ],
            &order,
        );
        assert_eq!(
            sum(&paid, "total"),
            decimal(&matched.body["totals"]["total"])
        );
        let whole = s_times_q(&active[0]["unit_price"], &active[0]["quantity"]);
        assert_eq!(decimal(&matched.body["totals"]["goods"]), whole);
        assert_eq!(
            scene.fund.balance(),
            part,
            "the same price asks the same of the fund"
        );
    });
}

#[test]
fn too_little_or_too_much_for_the_listing_is_not_ordered() {
    on_each_database(|world| {
        let scene = scene(world);
        let [paper, rural, _] = &scene.buyers[..] else {
            panic!("three buyers")
        };
        let spec = ListingSpec::of(&scene.market.product)
            .with("minimum", json!("100"))
            .with("lot", json!("10"))
            .capacity("200");
        let listing = world.open_listing(&scene.market.seller, &spec);
        let pool = Pool::open(&paper.client, &listing, None);
        pool.fill(&[(paper, "60", "1", None)]);
        assert_eq!(pool.standing()["missing_to_minimum"], "40");
        pool.close().refused(422, "quantity_not_offered");
        pool.fill(&[(rural, "39", "1", None)]);
        // Three whole lots of the 39: one unit under the minimum is under it.
        let refused = pool.close().refused(422, "quantity_not_offered");
        let detail = refused.body["detail"].as_str().unwrap();
        assert!(detail.contains("90") && detail.contains("100"), "{detail}");

        let large = Pool::open(&paper.client, &listing, None);
        large.fill(&[(paper, "5000", "1", None)]);
        let refused = large.close().refused(422, "nothing_matched");
        assert!(
            refused.body["detail"]
                .as_str()
                .unwrap()
                .contains("capacity"),
            "{}",
            refused.body
        );

        let present = paper.client.get(&pool.path).expect(200);
        let cancel = format!("{}/cancel", pool.path);
        let cancelled = paper.client.act(&cancel, &present.etag).expect(200);
        assert_eq!(cancelled.body["status"], "cancelled");
        paper
            .client
            .act(&cancel, &cancelled.etag)
            .refused(409, "wrong_state");
        pool.join(&scene.buyers[2], "1", None)
            .refused(404, "not_found");
    });
}
