//! Joining, changing and leaving, within the pool's dates.
use super::{end_time, scene};
use crate::support::on_each_database;
use crate::support::pools::{Pool, pool_body};
use chrono::{TimeDelta, Utc};
use serde_json::json;

#[test]
fn buyers_join_once_change_leave_and_are_held_to_the_closing_time() {
    on_each_database(|world| {
        let scene = scene(world);
        let [paper, rural, unemployed] = &scene.buyers[..] else {
            panic!("three buyers")
        };
        let pool = Pool::open(&paper.client, &scene.listing, None);
        assert!(pool.standing()["price"].is_null(), "nobody is in it yet");
        pool.close().refused(409, "wrong_state");
        pool.join(rural, "50", None).expect(201);
        pool.join(rural, "50", None).refused(409, "duplicate");
        for (quantity, cap) in [
            ("0", None),
            ("-1", None),
            ("0.5", None),
            ("1", Some("1.01")),
            ("x", None),
        ] {
            pool.join(unemployed, quantity, cap)
                .refused(400, "invalid_input");
        }
        pool.join(unemployed, "20", Some("0")).expect(201);
        let leave = format!("{}/members/me/leave", pool.path);
        unemployed.client.act(&leave, "\"7\"").refused(412, "stale");
        unemployed.client.act(&leave, "\"1\"").expect(204);
        unemployed
            .client
            .act(&leave, "\"1\"")
            .refused(404, "not_found");
        assert_eq!(pool.standing()["quantity"], "50");

        let outsider = world.union("Sindicato sin reglas", "AR");
        let part = json!({"quantity": "1", "max_premium_rate": null});
        let buyer = outsider.member(&["buyer"]);
        buyer
            .post(&format!("{}/members", pool.path), part)
            .refused(422, "no_common_rule_set");

        end_time(world, &pool);
        let late = pool
            .join(unemployed, "20", None)
            .refused(409, "wrong_state");
        let closed_at = pool.opener.get(&pool.path).expect(200).body["closes_at"].clone();
        let day = &closed_at.as_str().unwrap()[..10];
        assert!(
            late.body["detail"].as_str().unwrap().contains(day),
            "{}",
            late.body
        );
        let etag = pool.member(rural).etag;
        let mine = format!("{}/members/me", pool.path);
        let part = json!({"quantity": "60", "max_premium_rate": null});
        rural
            .client
            .put(&mine, &etag, part)
            .refused(409, "wrong_state");
        pool.propose(rural, "2").refused(409, "wrong_state");
        rural.client.act(&leave, &etag).refused(409, "wrong_state");
        pool.close().refused(409, "ability_not_accepted");

        let present = paper.client.get(&pool.path).expect(200);
        let later = |days| json!({"closes_at": Utc::now() + TimeDelta::days(days)});
        let extend = format!("{}/extend", pool.path);
        let past = paper
            .client
            .post_if(&extend, &present.etag, later(-1))
            .refused(400, "invalid_input");
        assert_eq!(past.pointers(), ["/closes_at"]);
        paper
            .client
            .post_if(&extend, &present.etag, later(100))
            .refused(400, "invalid_input");
        paper
            .client
            .post_if(&extend, &present.etag, later(5))
            .expect(200);
        // Accepting what was proposed needs no open pool.
        pool.accept(rural).expect(200);
        end_time(world, &pool);
        // Its time is over, and its opener closes it.
        pool.order();
        pool.close().refused(409, "wrong_state");
    });
}

#[test]
fn nobody_joins_before_the_pool_opens() {
    on_each_database(|world| {
        let scene = scene(world);
        let [paper, rural, _] = &scene.buyers[..] else {
            panic!("three buyers")
        };
        let mut body = pool_body(&scene.listing, None);
        let opens = Utc::now() + TimeDelta::days(2);
        body["opens_at"] = json!(opens);
        let pool = Pool::open_with(&paper.client, body.clone());
        let seen = rural.client.get(&pool.path).expect(200);
        let opens_at = seen.body["opens_at"].as_str().unwrap();
        let refused = pool.join(rural, "50", None).refused(409, "wrong_state");
        let detail = refused.body["detail"].as_str().unwrap();
        assert!(
            detail.contains("opens") && detail.contains(&opens_at[..10]),
            "{detail}"
        );
        body["opens_at"] = body["closes_at"].clone();
        let refused = paper
            .client
            .post("/api/v1/pools", body)
            .refused(400, "invalid_input");
        assert_eq!(refused.pointers(), ["/opens_at"]);
    });
}
