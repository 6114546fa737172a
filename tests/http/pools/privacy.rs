//! A pool is its members' affair.
use super::scene;
use crate::support::on_each_database;
use crate::support::pools::Pool;
use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

#[test]
fn a_pool_is_its_members_affair() {
    on_each_database(|world| {
        let scene = scene(world);
        let [paper, rural, unemployed] = &scene.buyers[..] else {
            panic!("three buyers")
        };
        scene.fund.deposit("1000.00");
        let pool = Pool::open(&paper.client, &scene.listing, Some(&scene.fund));
        pool.fill(&[(rural, "50", "1", None)]);
        let own = |what: &str| format!("{}/{what}", pool.path);

        // A buyer that is not in it finds the pool, and none of what its members keep to themselves.
        let listed = unemployed.client.get("/api/v1/pools").expect(200);
        assert_eq!(listed.body["items"][0]["title"], "Tiles for three halls");
        let seen = unemployed.client.get(&pool.path).expect(200).body;
        assert_eq!(
            (&seen["member"], &seen["fund_id"]),
            (&json!(false), &Value::Null)
        );
        for hidden in ["members", "standing", &format!("members/{}", rural.org.id)] {
            unemployed
                .client
                .get(&own(hidden))
                .refused(403, "forbidden");
        }
        assert!(unemployed.client.get(&scene.fund.path).expect(200).body["balance"].is_null());

        // Its members see one another, the standing and the fund's balance.
        let members = rural.client.get(&own("members")).expect(200).body;
        assert_eq!(members["items"][0]["quantity"], "50");
        rural.client.get(&own("standing")).expect(200);
        let fund = rural.client.get(&scene.fund.path).expect(200).body;
        assert_eq!(fund["balance"]["amount"], "1000.00");

        // The co-operative, the network and applicants see no pool at all.
        let applicant = world.applicant("union", "Sindicato Nuevo", "AR");
        for stranger in [
            &scene.market.seller,
            &scene.market.network.admin,
            &applicant.admin,
        ] {
            stranger.get(&pool.path).refused(404, "not_found");
            stranger.get(&own("members")).refused(404, "not_found");
            assert_eq!(
                stranger.get("/api/v1/pools").expect(200).body["items"],
                json!([])
            );
        }

        // Only the opener proposes abilities, extends, cancels and closes.
        let ability = own(&format!("members/{}/ability", rural.org.id));
        rural
            .client
            .put(&ability, "\"1\"", json!({"ability": "0"}))
            .refused(403, "forbidden");
        let later = json!({"closes_at": Utc::now() + TimeDelta::days(20)});
        rural
            .client
            .post_if(&own("extend"), "\"1\"", later)
            .refused(403, "forbidden");
        for act in ["cancel", "close"] {
            rural
                .client
                .act(&own(act), "\"1\"")
                .refused(403, "forbidden");
            paper
                .org
                .admin
                .act(&own(act), "\"1\"")
                .refused(403, "forbidden");
        }
        let part = json!({"quantity": "1", "max_premium_rate": null});
        let approver = unemployed.org.member(&["approver"]);
        approver
            .post(&own("members"), part)
            .refused(403, "forbidden");

        // Ordered, it disappears from the others' sight.
        pool.order();
        unemployed.client.get(&pool.path).refused(404, "not_found");
        assert_eq!(
            unemployed.client.get("/api/v1/pools").expect(200).body["items"],
            json!([])
        );
        rural.client.get(&pool.path).expect(200);
    });
}
