//! The terms of a pool are checked when it opens.
use super::scene;
use crate::support::catalogue::ListingSpec;
use crate::support::governance::today;
use crate::support::on_each_database;
use crate::support::pools::pool_body;
use chrono::Days;
use serde_json::{Value, json};

#[test]
fn a_pool_s_terms_are_checked_when_it_opens() {
    on_each_database(|world| {
        let scene = scene(world);
        let buyer = &scene.buyers[0].client;
        let refused = |change: &dyn Fn(&mut Value)| {
            let mut body = pool_body(&scene.listing, Some(&scene.fund));
            change(&mut body);
            let refused = buyer
                .post("/api/v1/pools", body)
                .refused(400, "invalid_input");
            refused.pointers().join(" ")
        };
        let nothing = uuid::Uuid::now_v7().to_string();
        assert_eq!(
            refused(&|body| body["listing_id"] = json!(nothing)),
            "/listing_id"
        );
        assert_eq!(
            refused(&|body| body["fund_id"] = json!(nothing)),
            "/fund_id"
        );
        assert_eq!(refused(&|body| body["region"] = json!("AR-Z")), "/region");
        assert_eq!(
            refused(&|body| body["region"] = json!("Buenos Aires")),
            "/region"
        );
        assert_eq!(refused(&|body| body["title"] = json!(" ")), "/title");
        assert_eq!(
            refused(&|body| body["closes_at"] = json!("2001-01-01T00:00:00Z")),
            "/closes_at"
        );
        let far = today() + Days::new(3_000);
        assert_eq!(refused(&|body| body["due_on"] = json!(far)), "/due_on");
        let soon = today() + Days::new(2);
        assert_eq!(refused(&|body| body["due_on"] = json!(soon)), "/closes_at");
        let draft = world
            .draft_listing(
                &scene.market.seller,
                &ListingSpec::of(&scene.market.product),
            )
            .0;
        assert_eq!(
            refused(&|body| body["listing_id"] = json!(draft)),
            "/listing_id"
        );

        let body = pool_body(&scene.listing, None);
        scene
            .market
            .seller
            .post("/api/v1/pools", body.clone())
            .refused(403, "forbidden");
        scene.buyers[0]
            .org
            .admin
            .post("/api/v1/pools", body.clone())
            .refused(403, "forbidden");
        world
            .applicant("union", "Sindicato Nuevo", "AR")
            .admin
            .post("/api/v1/pools", body)
            .refused(403, "forbidden");
    });
}
