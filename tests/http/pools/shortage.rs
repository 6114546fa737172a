//! Who bears a shortage is chosen before anybody joins (OR4).
use super::scene;
use crate::support::on_each_database;
use crate::support::pools::{Pool, pool_body};
use serde_json::json;

#[test]
fn the_shortage_rule_is_chosen_in_advance_and_fixed_once_somebody_joined() {
    on_each_database(|world| {
        let scene = scene(world);
        let [paper, rural, unemployed] = &scene.buyers[..] else {
            panic!("three buyers")
        };
        let plain = Pool::open(&paper.client, &scene.listing, None);
        let seen = unemployed.client.get(&plain.path).expect(200);
        assert_eq!(seen.body["shortage_rule"], "proportional");

        let mut body = pool_body(&scene.listing, None);
        body["shortage_rule"] = json!("first_come");
        let refused = paper
            .client
            .post("/api/v1/pools", body.clone())
            .refused(400, "invalid_input");
        assert_eq!(refused.pointers(), ["/shortage_rule"]);
        body["shortage_rule"] = json!("by_time");
        let pool = Pool::open_with(&paper.client, body);
        let rule = format!("{}/shortage-rule", pool.path);
        let need = json!({"shortage_rule": "need_weighted"});
        let present = paper.client.get(&pool.path).expect(200);
        assert_eq!(present.body["shortage_rule"], "by_time");
        rural
            .client
            .put(&rule, &present.etag, need.clone())
            .refused(403, "forbidden");
        paper
            .client
            .put(&rule, "\"9\"", need.clone())
            .refused(412, "stale");
        let chosen = paper
            .client
            .put(&rule, &present.etag, need.clone())
            .expect(200);
        // Who has not joined yet reads it before joining.
        let seen = rural.client.get(&pool.path).expect(200);
        assert_eq!(seen.body["shortage_rule"], "need_weighted");

        pool.join(rural, "50", None).expect(201);
        let present = paper.client.get(&pool.path).expect(200);
        let back = json!({"shortage_rule": "by_time"});
        let refused = paper
            .client
            .put(&rule, &present.etag, back)
            .refused(409, "wrong_state");
        assert!(
            refused.body["detail"]
                .as_str()
                .unwrap()
                .contains("need_weighted")
        );
        assert_eq!(chosen.body["shortage_rule"], "need_weighted");
    });
}

#[test]
fn need_is_proposed_and_accepted_and_a_new_part_is_entered_anew() {
    on_each_database(|world| {
        let scene = scene(world);
        let [paper, rural, _] = &scene.buyers[..] else {
            panic!("three buyers")
        };
        let pool = Pool::open(&paper.client, &scene.listing, None);
        let joined = pool.join(rural, "50", None).expect(201);
        assert_eq!(joined.body["need_weight"], "1");
        assert_eq!(joined.body["tolerance"], "0");
        pool.accept(rural).expect(200);

        let weights = format!("{}/members/{}/ability", pool.path, rural.org.id);
        for wrong in ["0", "-1", "1000.000001", "x"] {
            let body = json!({"ability": "1", "need_weight": wrong});
            let refused = paper
                .client
                .put(&weights, &pool.member(rural).etag, body)
                .refused(400, "invalid_input");
            assert_eq!(refused.pointers(), ["/need_weight"]);
        }
        let body = json!({"ability": "1", "need_weight": "2.5"});
        let proposed = paper
            .client
            .put(&weights, &pool.member(rural).etag, body)
            .expect(200);
        assert_eq!(proposed.body["need_weight"], "2.5");
        // Another need is another part of a shortage: it has to be accepted anew.
        assert!(proposed.body["accepted_at"].is_null());
        assert_eq!(proposed.body["entered_at"], joined.body["entered_at"]);
        pool.accept(rural).expect(200);

        let mine = format!("{}/members/me", pool.path);
        let cap = json!({"quantity": "50", "tolerance": "0", "max_premium_rate": "0.5"});
        let same = rural
            .client
            .put(&mine, &pool.member(rural).etag, cap)
            .expect(200);
        assert_eq!(same.body["entered_at"], joined.body["entered_at"]);
        let wider = json!({"quantity": "50", "tolerance": "7", "max_premium_rate": "0.5"});
        let changed = rural.client.put(&mine, &same.etag, wider).expect(200);
        assert_eq!(changed.body["tolerance"], "7");
        assert_ne!(changed.body["entered_at"], joined.body["entered_at"]);
        assert!(changed.body["accepted_at"].is_null());
        for wrong in ["-1", "0.5"] {
            let body = json!({"quantity": "50", "tolerance": wrong, "max_premium_rate": null});
            let refused = rural
                .client
                .put(&mine, &changed.etag, body)
                .refused(400, "invalid_input");
            assert_eq!(refused.pointers(), ["/tolerance"]);
        }
    });
}
