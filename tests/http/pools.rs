//! Pooled orders with ability to pay (W4, PR9, PR10, OR1), with what must never happen: the co-operative
//! receives something else than S × Q, the fund falls below zero, somebody sees another's pool.
use crate::support::catalogue::{ListingSpec, Market};
use crate::support::governance::today;
use crate::support::pools::{Buyer, Fund, Pool, pool_body};
use crate::support::{Client, World, on_each_database};
use chrono::{Days, TimeDelta, Utc};
use diesel::{ExpressionMethods, RunQueryDsl};
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Value, json};
use store::sql::Time;

/// A market with an open listing, three unions and an unemployed movement, and a fund.
struct Scene<'w> {
    market: Market<'w>,
    listing: String,
    buyers: Vec<Buyer<'w>>,
    fund: Fund,
}

fn scene(world: &World) -> Scene<'_> {
    let market = world.market();
    let listing = world.open_listing(&market.seller, &ListingSpec::of(&market.product));
    let buyers = vec![
        world.pool_buyer(&market, "union", "Sindicato del Papel"),
        world.pool_buyer(&market, "union", "Sindicato Rural"),
        world.pool_buyer(
            &market,
            "community",
            "Movimiento de Trabajadores Desocupados",
        ),
    ];
    Scene {
        fund: world.fund(&market.network),
        market,
        listing,
        buyers,
    }
}

fn decimal(value: &Value) -> Decimal {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no decimal"))
        .parse()
        .unwrap()
}

/// Unit price times quantity, rounded once, half away from zero.
fn s_times_q(unit_price: &Value, quantity: &Value) -> Decimal {
    (decimal(unit_price) * decimal(quantity))
        .round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

/// What each of them pays of the order, as each of them sees it.
fn shares(readers: &[&Client], order: &str) -> Vec<Value> {
    let share = |reader: &&Client| reader.get(order).expect(200).body["share"].clone();
    readers.iter().map(share).collect()
}

fn sum(shares: &[Value], part: &str) -> Decimal {
    shares.iter().map(|share| decimal(&share[part])).sum()
}

/// Two approvers of each buyer and the fund's two stewards approve; the order is approved then.
fn approve_all(scene: &Scene<'_>, order: &str) -> String {
    let mut approvers = Vec::new();
    for buyer in &scene.buyers {
        approvers.push(buyer.org.member(&["approver"]));
        approvers.push(buyer.org.member(&["approver"]));
    }
    approvers.extend(scene.fund.stewards.iter().cloned());
    let mut status = String::new();
    for approver in &approvers {
        let present = approver.get(order).expect(200);
        let approved = approver
            .act(&format!("{order}/approve"), &present.etag)
            .expect(200);
        status = approved.body["status"].as_str().unwrap().to_owned();
    }
    status
}

#[test]
fn whatever_the_abilities_the_cooperative_receives_the_whole_price() {
    on_each_database(|world| {
        let scene = scene(world);
        scene.fund.deposit("90000000.00");
        let [paper, rural, unemployed] = &scene.buyers[..] else {
            panic!("three buyers")
        };
        // (ability, cap) of the three; the last set leaves everything to the fund.
        let sets = [
            [("1", None), ("1", None), ("1", None)],
            [("1.5", None), ("0.5", None), ("0", None)],
            [("1", None), ("1", Some("0.01")), ("0", Some("0"))],
            [("3", Some("0.02")), ("1", Some("0.015")), ("0", None)],
            [("0", None), ("0", None), ("0", None)],
        ];
        for [first, second, third] in sets {
            let before: Decimal = scene.fund.balance().parse().unwrap();
            let pool = Pool::open(&paper.client, &scene.listing, Some(&scene.fund));
            pool.fill(&[
                (paper, "337", first.0, first.1),
                (rural, "101", second.0, second.1),
                (unemployed, "59", third.0, third.1),
            ]);
            let standing = pool.standing();
            let price = &standing["price"];
            let whole = s_times_q(&price["unit_price"], &standing["quantity"]);
            assert_eq!(decimal(&price["cooperative_receives"]["amount"]), whole);

            let order = pool.order();
            let seen = paper.client.get(&order).expect(200).body;
            // Fails if: the co-operative receives something else than S x Q.
            assert_eq!(decimal(&seen["totals"]["goods"]), whole);
            assert_eq!(seen["lines"].as_array().unwrap().len(), 1);
            assert_eq!(seen["lines"][0]["quantity"], "497");
            assert_eq!(seen["lines"][0]["unit_price"], price["unit_price"]);
            assert_eq!(
                seen["cooperative_receives"],
                Value::Null,
                "no second figure"
            );

            let fund_part = decimal(&price["fund_amount"]["amount"]);
            let mut paid = shares(&[&paper.client, &rural.client, &unemployed.client], &order);
            if fund_part > Decimal::ZERO {
                let of_fund = shares(&[&scene.fund.stewards[0]], &order).remove(0);
                assert_eq!(of_fund["payer"], "fund");
                assert_eq!(decimal(&of_fund["total"]), fund_part);
                paid.push(of_fund);
            } else {
                scene.fund.stewards[0].get(&order).refused(404, "not_found");
            }
            // One order, one share a payer, and the shares are the order exactly.
            assert_eq!(sum(&paid, "total"), decimal(&seen["totals"]["total"]));
            assert_eq!(sum(&paid, "market") + sum(&paid, "extra"), whole);
            assert_eq!(sum(&paid, "freight"), decimal(&seen["totals"]["freight"]));
            assert_eq!(sum(&paid, "tax"), decimal(&seen["totals"]["tax"]));
            // What was looked at before closing is what is shared.
            for (share, shown) in paid.iter().zip(by_buyer(price, &scene.buyers)) {
                assert_eq!(
                    decimal(&share["extra"]),
                    decimal(&shown["extra_amount"]["amount"])
                );
                assert_eq!(
                    decimal(&share["market"]),
                    decimal(&shown["market_amount"]["amount"])
                );
            }
            // At ability 0 nobody pays an extra.
            if third.0 == "0" {
                assert_eq!(decimal(&paid[2]["extra"]), Decimal::ZERO);
            }
            // Fails if: the fund falls below zero.
            let after: Decimal = scene.fund.balance().parse().unwrap();
            assert_eq!(before - after, fund_part);
            assert!(after >= Decimal::ZERO);
        }
    });
}

/// The standing's shares in the order of `buyers`.
fn by_buyer<'a>(price: &'a Value, buyers: &[Buyer<'_>]) -> Vec<&'a Value> {
    let shares = price["shares"].as_array().unwrap();
    let of = |buyer: &Buyer<'_>| {
        let share = shares
            .iter()
            .find(|share| share["organisation_id"] == buyer.org.id.as_str());
        share.expect("every buyer has a share")
    };
    buyers.iter().map(of).collect()
}

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

        assert_eq!(approve_all(&scene, &order), "approved");
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
        approve_all(&scene, &order);
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
fn a_cancelled_order_gives_the_fund_everything_back() {
    on_each_database(|world| {
        let scene = scene(world);
        scene.fund.deposit("90000000.00");
        let [paper, rural, unemployed] = &scene.buyers[..] else {
            panic!("three buyers")
        };
        let pool = Pool::open(&paper.client, &scene.listing, Some(&scene.fund));
        pool.fill(&[
            (paper, "40", "0", None),
            (rural, "30", "0", None),
            (unemployed, "30", "0", None),
        ]);
        let order = pool.order();
        assert_ne!(scene.fund.balance(), "90000000.00");
        approve_all(&scene, &order);
        let present = paper.client.get(&order).expect(200);
        let why = json!({"reason": "The hall will not be built."});
        let cancelled = paper
            .client
            .post_if(&format!("{order}/cancel"), &present.etag, why);
        assert_eq!(cancelled.expect(200).body["status"], "cancelled");
        assert_eq!(scene.fund.balance(), "90000000.00");
        let kinds: Vec<String> = scene
            .fund
            .movements()
            .into_iter()
            .map(|one| one.0)
            .collect();
        assert_eq!(kinds, ["deposit", "release", "return"]);
    });
}

#[test]
fn an_order_that_nobody_confirms_gives_the_fund_everything_back() {
    on_each_database(|world| {
        let scene = scene(world);
        scene.fund.deposit("90000000.00");
        let paper = &scene.buyers[0];
        let pool = Pool::open(&paper.client, &scene.listing, Some(&scene.fund));
        pool.fill(&[(paper, "100", "0", None)]);
        let order = pool.order();
        world.work_at(Utc::now() + TimeDelta::days(60));
        assert_eq!(
            paper.client.get(&order).expect(200).body["status"],
            "cancelled"
        );
        assert_eq!(scene.fund.balance(), "90000000.00");
        let last = scene.fund.movements();
        assert_eq!(
            last.iter().map(|one| one.1.as_str()).collect::<Vec<_>>(),
            ["signed", "cancelled", "signed"]
        );
    });
}

#[test]
fn what_nobody_pays_is_named_and_nothing_is_ordered() {
    on_each_database(|world| {
        let scene = scene(world);
        let paper = &scene.buyers[0];
        let pool = Pool::open(&paper.client, &scene.listing, Some(&scene.fund));
        pool.fill(&[(paper, "100", "0", None)]);
        let shortfall = pool.standing()["price"]["shortfall"]["amount"].clone();
        let shortfall = shortfall.as_str().unwrap();
        assert_ne!(shortfall, "0.00");
        let refused = pool.close().refused(422, "shortfall");
        assert!(
            refused.body["detail"].as_str().unwrap().contains(shortfall),
            "{}",
            refused.body
        );
        assert_eq!(
            pool.opener.get(&pool.path).expect(200).body["status"],
            "open"
        );
        // A fund that holds exactly the figure is enough: equality is allowed.
        scene.fund.deposit(shortfall);
        pool.order();
        assert_eq!(scene.fund.balance(), "0.00");
    });
}

#[test]
fn two_pools_that_close_at_once_never_overdraw_one_fund() {
    on_each_database(|world| {
        let scene = scene(world);
        let opener = &scene.buyers[0];
        let pools: Vec<Pool> = (0..4)
            .map(|_| {
                let pool = Pool::open(&opener.client, &scene.listing, Some(&scene.fund));
                pool.fill(&[(opener, "100", "0", None)]);
                pool
            })
            .collect();
        let part = decimal(&pools[0].standing()["price"]["shortfall"]["amount"]);
        // Enough for one and a half of the four.
        let held = (part * Decimal::new(15, 1)).round_dp(2);
        scene.fund.deposit(&held.to_string());
        let etags: Vec<String> = pools
            .iter()
            .map(|pool| pool.opener.get(&pool.path).expect(200).etag)
            .collect();
        let answers: Vec<(u16, Value)> = std::thread::scope(|scope| {
            let closing: Vec<_> = pools
                .iter()
                .zip(&etags)
                .map(|(pool, etag)| {
                    scope.spawn(move || pool.opener.act(&format!("{}/close", pool.path), etag))
                })
                .collect();
            let answers = closing.into_iter().map(|one| one.join().unwrap());
            answers
                .map(|answer| (answer.status, answer.body["code"].clone()))
                .collect()
        });
        let won = answers.iter().filter(|(status, _)| *status == 200).count();
        assert_eq!(won, 1, "{answers:?}");
        for (status, code) in answers.iter().filter(|(status, _)| *status != 200) {
            let clean = (*status == 409 && code == "fund_too_low")
                || (*status == 422 && code == "shortfall");
            assert!(clean, "{answers:?}");
        }
        // Fails if: the fund falls below zero.
        assert_eq!(
            scene.fund.balance().parse::<Decimal>().unwrap(),
            held - part
        );
        let releases = scene
            .fund
            .movements()
            .into_iter()
            .filter(|one| one.0 == "release");
        assert_eq!(releases.count(), 1);
    });
}

#[test]
fn another_ability_or_quantity_has_to_be_accepted_anew() {
    on_each_database(|world| {
        let scene = scene(world);
        let [paper, rural, _] = &scene.buyers[..] else {
            panic!("three buyers")
        };
        let pool = Pool::open(&paper.client, &scene.listing, None);
        pool.fill(&[(paper, "100", "1", None), (rural, "50", "1", None)]);
        let accepted = |buyer: &Buyer<'_>| !pool.member(buyer).body["accepted_at"].is_null();
        assert!(accepted(paper) && accepted(rural));

        pool.propose(rural, "1").expect(200);
        assert!(accepted(rural), "the same ability again changes nothing");
        let before = pool.member(rural);
        pool.propose(rural, "2").expect(200);
        assert!(!accepted(rural) && accepted(paper));
        let refused = pool.close().refused(409, "ability_not_accepted");
        assert!(
            refused.body["detail"]
                .as_str()
                .unwrap()
                .contains("Sindicato Rural")
        );
        let accept = format!("{}/members/me/accept", pool.path);
        // Whoever read the old ability does not accept the new one by accident.
        rural
            .client
            .act(&accept, &before.etag)
            .refused(412, "stale");
        pool.accept(rural).expect(200);

        let mine = format!("{}/members/me", pool.path);
        let part = |quantity: &str| json!({"quantity": quantity, "max_premium_rate": "0.9"});
        let etag = pool.member(rural).etag;
        rural.client.put(&mine, &etag, part("50")).expect(200);
        assert!(accepted(rural), "a cap of its own is its own affair");
        rural
            .client
            .put(&mine, &pool.member(rural).etag, part("51"))
            .expect(200);
        assert!(!accepted(rural));
        pool.close().refused(409, "ability_not_accepted");
        pool.accept(rural).expect(200);
        pool.order();
    });
}

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
        pool.join(unemployed, "20", None).refused(404, "not_found");
        let etag = pool.member(rural).etag;
        let mine = format!("{}/members/me", pool.path);
        let part = json!({"quantity": "60", "max_premium_rate": null});
        rural
            .client
            .put(&mine, &etag, part)
            .refused(409, "wrong_state");
        pool.propose(rural, "2").refused(409, "wrong_state");
        pool.accept(rural).refused(409, "wrong_state");
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
        pool.accept(rural).expect(200);
        end_time(world, &pool);
        // Its time is over, and its opener closes it.
        pool.order();
        pool.close().refused(409, "wrong_state");
    });
}

/// Lets a pool's closing time pass.
fn end_time(world: &World, pool: &Pool) {
    use store::schema::pools;
    let id: uuid::Uuid = pool.path.rsplit('/').next().unwrap().parse().unwrap();
    let past = Time::from(Utc::now() - TimeDelta::minutes(1));
    let pool = pools::id.eq(store::ids::PoolId::from(id));
    let moved = diesel::update(diesel::QueryDsl::filter(pools::table, pool))
        .set(pools::closes_at.eq(past))
        .execute(&mut world.conn())
        .unwrap();
    assert_eq!(moved, 1);
}

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
        pool.fill(&[(rural, "45", "1", None)]);
        pool.close().refused(422, "quantity_not_offered");

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
