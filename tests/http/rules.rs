//! W2: rule sets, the figures that prices start from, and who has no power over either (GO4, GO6, PR4).
use crate::support::governance::{assembly, days_ago, today};
use crate::support::{Client, Org, Response, World, on_each_database};
use chrono::{Days, NaiveDate};
use serde_json::{Value, json};
use store::governance::rule_sets;
use uuid::Uuid;

fn propose(by: &Client, version: &str) -> Response {
    let parameters =
        json!({"version": version, "community_rate": "0.040", "quote_max_age_days": 30});
    by.post("/api/v1/rule-sets", json!({"parameters": parameters}))
}

fn path(rule_set: &str, act: &str) -> String {
    format!("/api/v1/rule-sets/{rule_set}/{act}")
}

/// Publishes the rule set as it stands, from today on.
fn publish(by: &Client, reader: &Client, rule_set: &str) -> Response {
    let etag = reader
        .get(&format!("/api/v1/rule-sets/{rule_set}"))
        .expect(200)
        .etag;
    by.post_if(
        &path(rule_set, "publish"),
        &etag,
        json!({"starts_on": today()}),
    )
}

/// The version of the rules that binds the two on that day.
fn common(world: &World, buyer: &Org<'_>, supplier: &Org<'_>, on: NaiveDate) -> Option<String> {
    let id = |org: &Org<'_>| org.id.parse::<Uuid>().unwrap().into();
    rule_sets::common(&mut world.conn(), id(buyer), id(supplier), on)
        .unwrap()
        .map(|(_, rules)| rules.version)
}

#[test]
fn both_sides_set_the_rules_and_anybody_can_recalculate_a_price() {
    on_each_database(|world| {
        let network = world.network("Red de Cooperativas", "AR");
        let union = world.union("Sindicato Textil", "AR");
        let movement = world.community("Movimiento de Desocupados", "AR");
        let cooperative = world.cooperative(&network, "Cooperativa Textil", "AR");
        let buyer = union.member(&["buyer"]);
        let seller = cooperative.member(&["seller"]);

        // A draft says all of its parameters, and the very text that the assemblies vote on.
        let draft = propose(&buyer, "2026.1").expect(201);
        let id = draft.id();
        assert_eq!(draft.body["status"], "draft");
        assert_eq!(draft.body["parameters"]["community_rate"], "0.04");
        assert_eq!(draft.body["parameters"]["min_quotes"], 3);
        let text = draft.body["text"].as_str().unwrap();
        assert!(
            text.starts_with(r#"{"advance_rate":"0.5","community_rate":"0.04","#),
            "{text}"
        );

        // One side alone cannot publish it, and the operator cannot at all.
        world.adopt(&union, &id);
        publish(&buyer, &buyer, &id).refused(422, "not_adopted_by_both_sides");
        publish(&seller, &buyer, &id).refused(403, "forbidden");
        world.adopt(&cooperative, &id);
        let operator = world.operator();
        publish(&operator, &buyer, &id).refused(403, "operator_cannot_publish");
        publish(&network.admin, &buyer, &id).refused(403, "forbidden");
        publish(&movement.admin, &buyer, &id).refused(403, "forbidden");
        publish(&union.member(&["accountant"]), &buyer, &id).refused(403, "forbidden");
        assert_eq!(
            common(world, &union, &cooperative, today()),
            None,
            "not published yet"
        );
        let published = publish(&seller, &buyer, &id).expect(200);
        assert_eq!(published.body["status"], "published");
        assert_eq!(published.body["published_by"], json!(cooperative.id));
        publish(&seller, &buyer, &id).refused(409, "wrong_state");

        // Everybody reads who adopted it, with the turnout of each assembly.
        let rule_set = movement
            .admin
            .get(&format!("/api/v1/rule-sets/{id}"))
            .expect(200);
        let counted = (
            &rule_set.body["adopted_by_buyers"],
            &rule_set.body["adopted_by_suppliers"],
        );
        assert_eq!(counted, (&json!(1), &json!(1)));
        let adoptions = movement.admin.get(&path(&id, "adoptions")).expect(200);
        let adoptions = adoptions.body["items"].as_array().unwrap().clone();
        assert_eq!(adoptions.len(), 2);
        for adoption in &adoptions {
            assert_eq!(adoption["turnout"], json!({"present": 40, "eligible": 52}));
            let record = adoption["assembly_record_id"].as_str().unwrap();
            movement
                .admin
                .get(&format!("/api/v1/assembly-records/{record}"))
                .expect(200);
        }

        // It binds those who adopted it, from its first day on; others join later.
        assert_eq!(
            common(world, &union, &cooperative, today()).as_deref(),
            Some("2026.1")
        );
        assert_eq!(common(world, &union, &cooperative, days_ago(1)), None);
        assert_eq!(common(world, &movement, &cooperative, today()), None);
        world.adopt(&movement, &id);
        assert_eq!(
            common(world, &movement, &cooperative, today()).as_deref(),
            Some("2026.1")
        );

        // Three dated quotes with their sources; anybody recalculates the price under these rules.
        let quotes = dated_quotes(&buyer, 10);
        let price = simulate(&movement.admin, &quotes, &rule_set.body["parameters"]).expect(200);
        assert_eq!(price.body["market_reference"], "4.3000000000");
        assert_eq!(price.body["trace"]["rule_set_version"], "2026.1");
        // Quotes older than the rules allow say nothing.
        let stale = dated_quotes(&buyer, 31);
        simulate(&movement.admin, &stale, &rule_set.body["parameters"])
            .refused(422, "insufficient_market_evidence");
    });
}

/// Enters a product and three quotes of it, so many days old, and reads them back.
fn dated_quotes(buyer: &Client, age: u64) -> Vec<Value> {
    let product = json!({
        "name": "T-shirt", "description": "", "category": "shirts", "unit": "C62",
        "quantity_decimals": 0, "gtin": null, "vat_rates": [],
    });
    let product = buyer.post("/api/v1/products", product).expect(201).id();
    let quotes = format!("/api/v1/products/{product}/market-quotes");
    for (source, unit_price) in [
        ("chain store", "4.10"),
        ("importer", "4.60"),
        ("mill", "4.30"),
    ] {
        let quote = json!({
            "source": source, "source_url": null, "unit_price": unit_price, "currency": "USD",
            "observed_on": days_ago(age), "min_quantity": null,
        });
        buyer.post(&quotes, quote).expect(201);
    }
    let listed = buyer.get(&quotes).expect(200);
    listed.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|quote| {
            json!({
                "source": quote["source"], "unit_price": quote["unit_price"],
                "currency": quote["currency"], "observed_on": quote["observed_on"],
            })
        })
        .collect()
}

fn simulate(by: &Client, quotes: &[Value], rules: &Value) -> Response {
    by.post(
        "/api/v1/simulations/price",
        json!({
            "currency": "USD", "quantity": "100", "as_of": today(), "market_quotes": quotes,
            "cost_sheet": {
                "materials_per_unit": "1.90", "overhead_per_unit": "0.40",
                "standard_minutes_per_unit": "13",
            },
            "workplace": {"monthly_pay": "1040", "weekly_hours": "40"},
            "benchmark": {"living_wage_monthly": "1560", "standard_weekly_hours": "48"},
            "rule_set": rules,
        }),
    )
}

#[test]
fn an_adoption_is_a_carried_vote_of_ones_own_on_that_very_text() {
    on_each_database(|world| {
        let union = world.union("Sindicato Textil", "AR");
        let other = world.union("Sindicato del Papel", "AR");
        let draft = propose(&union.admin, "2026.1").expect(201);
        let id = draft.id();
        let text = draft.body["text"].as_str().unwrap();
        let adopt = |org: &Org<'_>, record: &str| {
            org.admin
                .post(&path(&id, "adopt"), json!({"assembly_record_id": record}))
        };
        let on_other_text = union.carried("rule_set", "some other rules");
        adopt(&union, &on_other_text).refused(422, "other_text");
        let carried = union.carried("rule_set", text);
        adopt(&other, &carried).refused(404, "not_found");
        other
            .admin
            .get(&format!("/api/v1/assembly-records/{carried}"))
            .refused(404, "not_found");
        adopt(&union, &carried).expect(200);
        adopt(&union, &carried).refused(409, "duplicate");
        let mut lost = assembly("rule_set", text);
        (lost["votes_for"], lost["votes_against"]) = (json!(19), json!(19));
        let lost = other
            .admin
            .post("/api/v1/assembly-records", lost)
            .expect(201);
        assert_eq!(lost.body["outcome"], "not_carried");
        adopt(&other, &lost.id()).refused(422, "not_carried");
        // Those who do not trade adopt nothing.
        let network = world.network("Red", "AR");
        let of_network = network.carried("rule_set", text);
        adopt(&network, &of_network).refused(403, "cannot_adopt");
        let nowhere = format!("/api/v1/rule-sets/{}/adopt", Uuid::now_v7());
        union
            .admin
            .post(&nowhere, json!({"assembly_record_id": carried}))
            .refused(404, "not_found");
    });
}

#[test]
fn a_rule_set_is_one_text_for_ever() {
    on_each_database(|world| {
        let network = world.network("Red", "AR");
        let union = world.union("Sindicato Textil", "AR");
        let cooperative = world.cooperative(&network, "Cooperativa Textil", "AR");
        let draft = propose(&union.admin, "2026.1").expect(201);
        propose(&cooperative.admin, "2026.1").refused(409, "duplicate");
        propose(&network.admin, "2026.2").refused(403, "forbidden");
        propose(&world.operator(), "2026.2").refused(403, "forbidden");
        propose(&union.member(&["approver"]), "2026.2").refused(403, "forbidden");
        // Numbers written differently are the same rules, but the version's name is part of the text.
        let same = |version: &str, rate: &str| {
            let parameters =
                json!({"version": version, "community_rate": rate, "quote_max_age_days": 30});
            union
                .admin
                .post("/api/v1/rule-sets", json!({"parameters": parameters}))
        };
        let other = same("2026.1 bis", "0.04").expect(201);
        assert_ne!(other.body["text_hash"], draft.body["text_hash"]);
        // Ranges are those of the price.
        let refused = same("2026.3", "0").refused(400, "invalid_input");
        assert_eq!(refused.pointers(), ["/parameters/community_rate"]);
        let refused = same("2026.3", "nothing").refused(400, "invalid_input");
        assert_eq!(refused.pointers(), ["/parameters/community_rate"]);
        same(" ", "0.04").refused(400, "invalid_input");
        let unknown = json!({"parameters": {"version": "2026.4", "discount": "0.1"}});
        union
            .admin
            .post("/api/v1/rule-sets", unknown)
            .refused(400, "invalid_input");

        // Withdrawn by who proposed it, while it is a draft; the name stays taken.
        let withdraw = |by: &Client, etag: &str| by.act(&path(&draft.id(), "withdraw"), etag);
        withdraw(&cooperative.admin, &draft.etag).refused(403, "forbidden");
        withdraw(&union.admin, "\"2\"").refused(412, "stale");
        withdraw(&union.admin, &draft.etag).expect(200);
        withdraw(&union.admin, "\"2\"").refused(409, "wrong_state");
        propose(&union.admin, "2026.1").refused(409, "duplicate");
        let text = draft.body["text"].as_str().unwrap();
        let record = union.carried("rule_set", text);
        union
            .admin
            .post(
                &path(&draft.id(), "adopt"),
                json!({"assembly_record_id": record}),
            )
            .refused(409, "wrong_state");
        let drafts = union
            .admin
            .get("/api/v1/rule-sets?status=draft")
            .expect(200);
        assert_eq!(drafts.body["items"].as_array().unwrap().len(), 1);

        // It does not reach back.
        world.adopt(&union, &other.id());
        world.adopt(&cooperative, &other.id());
        let etag = union
            .admin
            .get(&format!("/api/v1/rule-sets/{}", other.id()))
            .expect(200)
            .etag;
        let from = |day: NaiveDate| {
            let body = json!({"starts_on": day});
            union
                .admin
                .post_if(&path(&other.id(), "publish"), &etag, body)
        };
        from(days_ago(1)).refused(400, "invalid_input");
        from(today() + Days::new(10)).expect(200);
        assert_eq!(common(world, &union, &cooperative, today()), None);
        let later = common(world, &union, &cooperative, today() + Days::new(10));
        assert_eq!(later.as_deref(), Some("2026.1 bis"));

        // The latest that both adopted and that has begun holds.
        world.published_rule_set(&[&union], &[&cooperative], json!({"version": "2026.0"}));
        assert_eq!(
            common(world, &union, &cooperative, today()).as_deref(),
            Some("2026.0")
        );
    });
}

#[test]
fn a_text_is_not_voted_on_until_the_members_are_tired() {
    on_each_database(|world| {
        let network = world.network("Red", "AR");
        let cooperative = world.cooperative(&network, "Cooperativa Textil", "AR");
        let secretary = cooperative.member(&["assembly_secretary"]);
        let vote = |text: &str, held: u64, present: u32| {
            let mut body = assembly("other", text);
            body["held_on"] = json!(days_ago(held));
            body["notice_on"] = json!(days_ago(held + 10));
            body["present"] = json!(present);
            body["votes_for"] = json!(5);
            body["votes_against"] = json!(present - 5);
            body["abstentions"] = json!(0);
            secretary.post("/api/v1/assembly-records", body)
        };
        let lost = vote("We join the fund.", 120, 40).expect(201);
        assert_eq!(lost.body["outcome"], "not_carried");
        let refused = vote("We join the fund.", 31, 40).refused(409, "revote_too_soon");
        assert_eq!(refused.pointers(), ["/text_hash"]);
        vote("We join the fund.", 30, 40).expect(201);
        // A back-dated vote does not slip in either; another text does.
        vote("We join the fund.", 60, 40).refused(409, "revote_too_soon");
        vote("We join the fund after all.", 29, 40).expect(201);
        // A call without a quorum took no vote: the second call is no repeat.
        let empty = vote("We elect the board.", 20, 25).expect(201);
        assert_eq!(empty.body["outcome"], "not_valid");
        assert_eq!(empty.body["reasons"][0]["code"], "below_quorum");
        assert_eq!(
            empty.body["turnout"],
            json!({"present": 25, "eligible": 52})
        );
        vote("We elect the board.", 5, 26).expect(201);
        // The hash is the text's: given by itself it says the same.
        let mut by_hash = assembly("other", "");
        by_hash.as_object_mut().unwrap().remove("text");
        by_hash["text_hash"] = lost.body["text_hash"].clone();
        by_hash["held_on"] = json!(days_ago(29));
        by_hash["notice_on"] = json!(days_ago(40));
        secretary
            .post("/api/v1/assembly-records", by_hash)
            .refused(409, "revote_too_soon");
    });
}

#[test]
fn a_record_is_what_happened_and_is_read_by_those_it_concerns() {
    on_each_database(|world| {
        let network = world.network("Red", "AR");
        let cooperative = world.cooperative(&network, "Cooperativa Textil", "AR");
        let post = |by: &Client, body: Value| by.post("/api/v1/assembly-records", body);
        let secretary = cooperative.member(&["assembly_secretary"]);
        // In a co-operative the secretary records, elsewhere an admin.
        post(&cooperative.admin, assembly("other", "a")).refused(403, "forbidden");
        let union = world.union("Sindicato", "AR");
        post(&union.member(&["buyer"]), assembly("other", "a")).refused(403, "forbidden");
        post(&union.admin, assembly("other", "a")).expect(201);
        // Short notice: the vote does not count, and the record says why.
        let mut hasty = assembly("other", "b");
        hasty["notice_on"] = json!(days_ago(8));
        let hasty = post(&secretary, hasty).expect(201);
        assert_eq!(hasty.body["outcome"], "not_valid");
        assert_eq!(hasty.body["reasons"][0]["code"], "short_notice");
        // What cannot have happened is refused, field by field.
        let mut impossible = assembly("other", "c");
        impossible["held_on"] = json!(today() + Days::new(1));
        impossible["present"] = json!(60);
        let refused = post(&secretary, impossible).refused(400, "invalid_input");
        assert_eq!(refused.pointers(), ["/held_on", "/present", "/present"]);
        let mut crowd = assembly("other", "c");
        crowd["eligible"] = json!(u32::MAX);
        (crowd["present"], crowd["votes_for"]) = (json!(u32::MAX), json!(u32::MAX - 5));
        post(&secretary, crowd).refused(400, "invalid_input");
        let mut neither = assembly("other", "c");
        neither.as_object_mut().unwrap().remove("text");
        post(&secretary, neither).refused(400, "invalid_input");
        let mut absurd = assembly("party", "c");
        absurd["notice_on"] = json!("-0044-03-15");
        absurd["title"] = json!("nul \u{0}");
        absurd["minutes_hash"] = json!("abc");
        let refused = post(&secretary, absurd).refused(400, "invalid_input");
        assert_eq!(
            refused.pointers(),
            ["/subject", "/title", "/notice_on", "/minutes_hash"]
        );
        // Another organisation's is not there; one's own are listed.
        let one = format!("/api/v1/assembly-records/{}", hasty.id());
        secretary.get(&one).expect(200);
        union.admin.get(&one).refused(404, "not_found");
        network.admin.get(&one).refused(404, "not_found");
        let listed = secretary
            .get("/api/v1/assembly-records?subject=other")
            .expect(200);
        assert_eq!(listed.body["items"].as_array().unwrap().len(), 1);
        let listed = secretary
            .get("/api/v1/assembly-records?subject=mandate")
            .expect(200);
        assert_eq!(listed.body["items"], json!([]));
        secretary
            .get("/api/v1/assembly-records?subject=party")
            .refused(400, "invalid_input");
        secretary.delete(&one).refused(405, "method_not_allowed");
    });
}

#[test]
fn a_mandate_names_the_assembly_that_carried_it() {
    on_each_database(|world| {
        let union = world.union("Sindicato", "AR");
        let other = world.union("Otro Sindicato", "AR");
        let buyer = union.member(&["buyer"]);
        let membership = buyer.get("/api/v1/me").expect(200).body["membership_id"].clone();
        let grant = |record: &str| {
            let body = json!({
                "membership_id": membership, "roles": ["approver"], "starts_on": today(),
                "expires_on": today() + Days::new(90), "assembly_record_id": record,
            });
            union.admin.post("/api/v1/mandates", body)
        };
        let foreign = other.carried("mandate", "Ana represents us.");
        grant(&foreign).refused(404, "not_found");
        let off_topic = union.carried("other", "A party in May.");
        grant(&off_topic).refused(422, "assembly_not_valid");
        let mut lost = assembly("mandate", "Berta represents us.");
        (lost["votes_for"], lost["votes_against"]) = (json!(3), json!(35));
        let lost = union
            .admin
            .post("/api/v1/assembly-records", lost)
            .expect(201)
            .id();
        grant(&lost).refused(422, "assembly_not_valid");
        let carried = union.carried("mandate", "Carla represents us.");
        let granted = grant(&carried).expect(201);
        assert_eq!(granted.body["assembly_record_id"], json!(carried));
    });
}

#[test]
fn those_who_trade_enter_figures_with_their_sources_and_the_operator_does_not() {
    on_each_database(|world| {
        let network = world.network("Red", "AR");
        let cooperative = world.cooperative(&network, "Cooperativa Textil", "AR");
        let benchmark = json!({
            "country": "AR", "region": "Gran Buenos Aires",
            "living_wage_monthly": {"amount": "1450000.00", "currency": "ARS"},
            "standard_weekly_hours": "48", "source": "an institute",
            "source_url": "https://institute.example/wage", "observed_on": days_ago(30),
        });
        let rate = json!({
            "base": "USD", "counter": "ARS", "rate": "1442.500000000001",
            "observed_on": today(), "source": "a central bank",
        });
        for (path, body) in [
            ("/api/v1/benchmarks", &benchmark),
            ("/api/v1/exchange-rates", &rate),
        ] {
            world
                .operator()
                .post(path, body.clone())
                .refused(403, "forbidden");
            network
                .member(&["member"])
                .post(path, body.clone())
                .refused(403, "forbidden");
            let applicant = world.applicant("union", "Nuevo", "AR");
            applicant
                .admin
                .post(path, body.clone())
                .refused(403, "not_admitted");
            applicant.admin.get(path).refused(403, "not_admitted");
            let mut early = body.clone();
            early["observed_on"] = json!(today() + Days::new(1));
            cooperative
                .admin
                .post(path, early)
                .refused(400, "invalid_input");
            let entered = cooperative.admin.post(path, body.clone()).expect(201);
            assert_eq!(entered.body["entered_by"], json!(cooperative.id));
            for (field, value) in body.as_object().unwrap() {
                assert_eq!(&entered.body[field], value, "{field}");
            }
            let one = format!("{path}/{}", entered.id());
            assert_eq!(network.admin.get(&one).expect(200).body, entered.body);
            cooperative
                .admin
                .put(&one, "\"1\"", body.clone())
                .refused(405, "method_not_allowed");
        }
        let count = |query: &str| {
            let listed = network.admin.get(query).expect(200);
            listed.body["items"].as_array().unwrap().len()
        };
        world.benchmark(&network.admin, "ZA", "15800", "ZAR");
        assert_eq!(count("/api/v1/benchmarks?country=ZA"), 1);
        assert_eq!(count("/api/v1/benchmarks"), 2);
        world.exchange_rate(&network.admin, "EUR", "ARS", "1690");
        assert_eq!(count("/api/v1/exchange-rates?counter=ARS"), 2);
        assert_eq!(count("/api/v1/exchange-rates?base=EUR&counter=ARS"), 1);

        // Figures that cannot be.
        let bad = |path: &str, good: &Value, field: &str, value: Value| {
            let mut body = good.clone();
            *body.pointer_mut(field).unwrap() = value;
            let refused = cooperative
                .admin
                .post(path, body)
                .refused(400, "invalid_input");
            assert_eq!(refused.pointers(), [field]);
        };
        let path = "/api/v1/benchmarks";
        bad(path, &benchmark, "/country", json!("Argentina"));
        bad(path, &benchmark, "/living_wage_monthly/amount", json!("0"));
        bad(
            path,
            &benchmark,
            "/living_wage_monthly/amount",
            json!("1.001"),
        );
        bad(path, &benchmark, "/standard_weekly_hours", json!("48.5"));
        bad(path, &benchmark, "/standard_weekly_hours", json!("0"));
        bad(path, &benchmark, "/source", json!(" "));
        bad(
            path,
            &benchmark,
            "/source_url",
            json!("javascript:alert(1)"),
        );
        bad(path, &benchmark, "/observed_on", json!("0001-01-01"));
        let path = "/api/v1/exchange-rates";
        bad(path, &rate, "/counter", json!("USD"));
        bad(path, &rate, "/base", json!("XAU"));
        for rate_text in [
            "0",
            "-1",
            "9223373",
            "0.0000000000001",
            "9999999999999999999999999999",
        ] {
            bad(path, &rate, "/rate", json!(rate_text));
        }
    });
}

#[test]
fn of_many_who_say_the_same_at_once_one_is_first() {
    on_each_database(|world| {
        let union = world.union("Sindicato Textil", "AR");
        let draft = propose(&union.admin, "2026.1").expect(201);
        let text = draft.body["text"].as_str().unwrap();
        let adopted = path(&draft.id(), "adopt");
        let record = at_once(|| {
            let body = assembly("rule_set", text);
            union.admin.post("/api/v1/assembly-records", body)
        });
        let record = only_one(record, "revote_too_soon").id();
        let adoption = at_once(|| {
            union
                .admin
                .post(&adopted, json!({"assembly_record_id": record}))
        });
        only_one(adoption, "duplicate");
        only_one(at_once(|| propose(&union.admin, "2026.2")), "duplicate");
    });
}

/// The same request from eight people at the same moment.
fn at_once(request: impl Fn() -> Response + Sync) -> Vec<Response> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(&request)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    })
}

/// The answer of the first; all others were refused with this code.
fn only_one(answers: Vec<Response>, code: &str) -> Response {
    let (mut done, refused): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status < 300);
    assert_eq!((done.len(), refused.len()), (1, 7));
    for answer in refused {
        answer.refused(409, code);
    }
    done.remove(0)
}
