//! Machines: OAuth 2.0 client credentials, scopes, rotation, revocation (AP1).
use crate::support::governance::today;
use crate::support::machines::{ask_for_token, machine};
use crate::support::{Response, World, on_each_database};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{Days, TimeDelta, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};
use store::schema::client_secrets;
use store::sql::Time;

const GRANT: &str = "grant_type=client_credentials";

/// A refusal in the words of RFC 6749.
#[track_caller]
fn refused(answer: &Response, status: u16, error: &str) {
    assert_eq!(
        (answer.status, &answer.body["error"]),
        (status, &json!(error)),
        "{:#}",
        answer.body
    );
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["pragma"], "no-cache");
    assert!(answer.body["error_description"].is_string());
}

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[test]
fn a_machine_finds_its_way_by_discovery_alone() {
    on_each_database(|world| {
        let union = world.union("Sindicato Ceramista", "AR");
        let registered = union
            .admin
            .post(
                "/api/v1/clients",
                machine(&["orders:read", "catalogue:read"], &["accountant"]),
            )
            .expect(201);
        assert_eq!(registered.body["roles"], json!(["accountant", "member"]));
        let (id, secret) = (
            registered.id(),
            registered.body["client_secret"].as_str().unwrap(),
        );
        let nobody = world.client();
        let found = nobody
            .get("/.well-known/oauth-authorization-server")
            .expect(200);
        let issuer = found.body["issuer"].as_str().unwrap();
        assert_eq!(
            found.body["token_endpoint"],
            format!("{issuer}/oauth/token")
        );
        let answer = ask_for_token(world, Some((&id, secret)), GRANT).expect(200);
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(answer.body["token_type"], "Bearer");
        assert_eq!(answer.body["expires_in"], 900);
        assert_eq!(answer.body["scope"], "catalogue:read orders:read");
        let token = answer.body["access_token"].as_str().unwrap();
        let (head, claims) = (part(token, 0), part(token, 1));
        assert_eq!(
            (&head["typ"], &head["alg"]),
            (&json!("at+jwt"), &json!("ES256"))
        );
        let keys = nobody.get("/.well-known/jwks.json").expect(200);
        assert_eq!(keys.body["keys"][0]["kid"], head["kid"]);
        assert_eq!(claims["iss"], found.body["issuer"]);
        assert_eq!(
            (&claims["client_id"], &claims["sub"]),
            (&json!(id), &json!(id))
        );
        assert_eq!(claims["scope"], "catalogue:read orders:read");
        assert!(claims.get("sid").is_none());
        let it = world.client().with_token(token);
        it.get("/api/v1/orders").expect(200);
        let lacking = it
            .get("/api/v1/invoices")
            .refused(403, "insufficient_scope");
        let challenge = lacking.headers["www-authenticate"].to_str().unwrap();
        assert!(
            challenge.contains("error=\"insufficient_scope\""),
            "{challenge}"
        );
        assert!(
            challenge.contains("scope=\"accounting:read\""),
            "{challenge}"
        );
        it.get("/api/v1/clients").refused(403, "people_only");
        // By the form, and with a part of its scopes.
        let form = format!("{GRANT}&client_id={id}&client_secret={secret}&scope=orders%3Aread");
        let narrow = ask_for_token(world, None, &form).expect(200);
        assert_eq!(narrow.body["scope"], "orders:read");
    });
}

#[test]
fn the_token_endpoint_refuses_in_the_words_of_oauth() {
    on_each_database(|world| {
        let union = world.union("Sindicato Ceramista", "AR");
        let it = union.machine(world, &["orders:read"], &[]);
        let (id, secret) = (it.id.as_str(), it.secret.as_str());
        let own = Some((id, secret));
        let wrong = ask_for_token(world, Some((id, "wrong")), GRANT);
        refused(&wrong, 401, "invalid_client");
        assert_eq!(wrong.headers["www-authenticate"], "Basic realm=\"minga\"");
        let form = format!("{GRANT}&client_id={id}&client_secret=wrong");
        let wrong = ask_for_token(world, None, &form);
        refused(&wrong, 401, "invalid_client");
        assert!(!wrong.headers.contains_key("www-authenticate"));
        refused(
            &ask_for_token(world, Some(("nobody", secret)), GRANT),
            401,
            "invalid_client",
        );
        refused(&ask_for_token(world, None, GRANT), 401, "invalid_client");
        refused(&ask_for_token(world, own, ""), 400, "invalid_request");
        refused(
            &ask_for_token(world, own, &format!("{GRANT}&{GRANT}")),
            400,
            "invalid_request",
        );
        let both = format!("{GRANT}&client_id={id}&client_secret={secret}");
        refused(&ask_for_token(world, own, &both), 400, "invalid_request");
        refused(
            &ask_for_token(world, own, "grant_type=password"),
            400,
            "unsupported_grant_type",
        );
        let more = format!("{GRANT}&scope=orders:read+orders:write");
        refused(&ask_for_token(world, own, &more), 400, "invalid_scope");
        // Many wrong secrets are told to wait; the right one passes all the same.
        let mut told_to_wait = None;
        for _ in 0..40 {
            let answer = ask_for_token(world, Some((id, "wrong")), GRANT);
            if answer.status == 429 {
                told_to_wait = Some(answer);
                break;
            }
        }
        let wait = told_to_wait.expect("somebody who guesses is slowed down");
        let wait = wait.refused(429, "rate_limited");
        assert!(wait.headers.contains_key("retry-after"));
        ask_for_token(world, own, GRANT).expect(200);
    });
}

#[test]
fn every_operation_wants_its_scope_or_a_person() {
    let operations = crate::walk::operations();
    for named in api::auth::scopes::named() {
        let known = operations.iter().any(|operation| operation.id == named);
        assert!(known, "there is no operation {named}");
    }
    let all: Vec<&str> = api::auth::scopes::ALL
        .iter()
        .map(|(scope, _)| *scope)
        .collect();
    for scope in &all {
        let used = operations
            .iter()
            .any(|operation| operation.scope.as_deref() == Some(scope));
        assert!(used, "no operation needs {scope}");
    }
    on_each_database(|world| {
        let union = world.union("Sindicato Ceramista", "AR");
        let whole = union.machine(world, &all, &["buyer", "accountant"]).client;
        let narrow = union.machine(world, &["simulations:run"], &[]).client;
        let other = union.machine(world, &["orders:read"], &[]).client;
        let mut wrong = Vec::new();
        for operation in operations.iter().filter(|operation| !operation.open) {
            let mut hold = |who: &str, answer: &Response, code: &str, expected: bool| {
                let refused = answer.status == 403 && answer.body["code"] == code;
                if refused != expected {
                    let (status, code) = (answer.status, &answer.body["code"]);
                    wrong.push(format!("{}: {who}: {status} {code}", operation.id));
                }
            };
            let answer = operation.send_whole(&whole);
            let Some(scope) = &operation.scope else {
                hold("a machine with all scopes", &answer, "people_only", true);
                continue;
            };
            hold("with all scopes", &answer, "insufficient_scope", false);
            hold("with all scopes", &answer, "people_only", false);
            let without = if scope == "simulations:run" {
                &other
            } else {
                &narrow
            };
            let answer = operation.send_whole(without);
            hold(
                &format!("without {scope}"),
                &answer,
                "insufficient_scope",
                true,
            );
            let challenge = answer.headers.get("www-authenticate");
            let named = challenge
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default();
            if !named.contains(&format!("scope=\"{scope}\"")) {
                wrong.push(format!("{}: the challenge is {named:?}", operation.id));
            }
        }
        assert!(
            wrong.is_empty(),
            "{} answers:\n{}",
            wrong.len(),
            wrong.join("\n")
        );
    });
}

#[test]
fn what_people_sign_or_decide_has_no_scope() {
    let operations = crate::walk::operations();
    for id in [
        "orders_approve",
        "orders_assembly_decision",
        "framework_agreements_sign",
        "dossiers_sign",
        "fund_deposits_sign",
        "fund_advances_approve",
        "mandates_grant",
        "mandates_recall",
        "invitations_send",
        "assembly_records_record",
        "rule_sets_adopt",
        "approval_ladder_adopt",
        "pool_votes_cast",
        "clients_register",
        "clients_rotate_secret",
        "clients_revoke",
        "exports_ask",
        "auth_logout",
    ] {
        let operation = operations.iter().find(|operation| operation.id == id);
        assert_eq!(operation.expect(id).scope, None, "{id}");
    }
}

/// A tag that nobody has thought about gives no scope: its reads would be for people without anybody having meant it.
#[test]
fn few_reads_are_for_people_only() {
    let operations = crate::walk::operations();
    let reads = operations
        .iter()
        .filter(|one| one.method == "GET" && !one.open);
    let for_people: Vec<&str> = reads
        .filter(|one| one.scope.is_none())
        .map(|one| one.id.as_str())
        .collect();
    let meant = [
        "clients_list",
        "clients_get",
        "exports_list",
        "exports_get",
        "exports_file",
        "invitations_list",
        "invitations_get",
    ];
    assert_eq!(for_people, meant);
}

fn rotate(world: &World, etag: &str, path: &str, hours: u32) -> Response {
    let admin = world.operator();
    admin.post_if(
        &format!("{path}/rotate-secret"),
        etag,
        json!({"overlap_hours": hours}),
    )
}

#[test]
fn a_new_secret_takes_over_and_a_revoked_machine_stops_at_once() {
    on_each_database(|world| {
        let operator = world.operator();
        let new = machine(&["organisation:read"], &[]);
        let first = operator
            .with_key("register-once")
            .post("/api/v1/clients", new.clone());
        let first = first.expect(201);
        let again = operator
            .with_key("register-once")
            .post("/api/v1/clients", new)
            .expect(201);
        assert_eq!(again.id(), first.id());
        assert_eq!(
            again.body["client_secret"],
            Value::Null,
            "a secret is shown once"
        );
        let path = format!("/api/v1/clients/{}", first.id());
        let (id, old) = (first.id(), first.body["client_secret"].as_str().unwrap());
        let seen = operator.get(&path).expect(200);
        assert!(seen.body.get("client_secret").is_none());
        let second = rotate(world, &first.etag, &path, 24).expect(200);
        let new = second.body["client_secret"].as_str().unwrap();
        assert_ne!(new, old);
        ask_for_token(world, Some((&id, old)), GRANT).expect(200);
        ask_for_token(world, Some((&id, new)), GRANT).expect(200);
        rotate(world, &first.etag, &path, 24).refused(412, "stale");
        rotate(world, &second.etag, &path, 200).refused(400, "invalid_input");
        // A day later the old one is over.
        let past = Time::from(Utc::now() - TimeDelta::seconds(1));
        let ended = diesel::update(client_secrets::table)
            .filter(client_secrets::good_until.is_not_null())
            .set(client_secrets::good_until.eq(Some(past)))
            .execute(&mut world.conn())
            .unwrap();
        assert_eq!(ended, 1);
        refused(
            &ask_for_token(world, Some((&id, old)), GRANT),
            401,
            "invalid_client",
        );
        let third = rotate(world, &second.etag, &path, 0).expect(200);
        refused(
            &ask_for_token(world, Some((&id, new)), GRANT),
            401,
            "invalid_client",
        );
        let newest = third.body["client_secret"].as_str().unwrap();
        let answer = ask_for_token(world, Some((&id, newest)), GRANT).expect(200);
        let it = world
            .client()
            .with_token(answer.body["access_token"].as_str().unwrap());
        it.get("/api/v1/me").expect(200);
        let revoked = operator
            .act(&format!("{path}/revoke"), &third.etag)
            .expect(200);
        assert_eq!(revoked.body["status"], "revoked");
        it.get("/api/v1/me").refused(401, "mandate_ended");
        refused(
            &ask_for_token(world, Some((&id, newest)), GRANT),
            401,
            "invalid_client",
        );
        rotate(world, &revoked.etag, &path, 0).refused(409, "wrong_state");
        operator
            .act(&format!("{path}/revoke"), &revoked.etag)
            .refused(409, "wrong_state");
        // Other organisations' admins see nothing of it.
        let union = world.union("Sindicato Ceramista", "AR");
        union.admin.get(&path).refused(404, "not_found");
    });
}

#[test]
fn a_machine_is_no_person() {
    on_each_database(|world| {
        let union = world.union("Sindicato Ceramista", "AR");
        let it = union.machine(world, &["organisation:read"], &["buyer"]);
        let me = it.client.get("/api/v1/me").expect(200);
        assert_eq!(me.body["roles"], json!(["member", "buyer"]));
        let email = me.body["email"].as_str().unwrap();
        let login = json!({"email": email, "password": "none"});
        let nobody = world.client();
        nobody
            .post("/api/v1/auth/login", login)
            .refused(401, "invalid_credentials");
        let members = union.admin.get("/api/v1/members?limit=100").expect(200);
        assert_eq!(
            members.body["items"].as_array().unwrap().len(),
            1,
            "the founder"
        );
        let grant = json!({
            "membership_id": me.body["membership_id"], "roles": ["approver"],
            "starts_on": today(), "expires_on": today() + Days::new(9), "assembly_record_id": null,
        });
        union
            .admin
            .post("/api/v1/mandates", grant)
            .refused(404, "not_found");
        for role in ["approver", "admin", "president", "officer"] {
            let asked = machine(&["orders:read"], &[role]);
            let answer = union.admin.post("/api/v1/clients", asked);
            let answer = answer.refused(400, "invalid_input");
            assert_eq!(answer.pointers(), ["/roles"]);
        }
        let unknown = machine(&["orders:approve"], &[]);
        let answer = union
            .admin
            .post("/api/v1/clients", unknown)
            .refused(400, "invalid_input");
        assert_eq!(answer.pointers(), ["/scopes/0"]);
        let buyer = union.member(&["buyer"]);
        let asked = machine(&["orders:read"], &[]);
        buyer
            .post("/api/v1/clients", asked)
            .refused(403, "forbidden");
        // Its mandate is recalled like any other.
        let mandate = me.body["mandate_id"].as_str().unwrap();
        let path = format!("/api/v1/mandates/{mandate}/recall");
        let reason = json!({"reason": "the provider was changed"});
        union.admin.post_if(&path, "\"1\"", reason).expect(200);
        it.client.get("/api/v1/me").refused(401, "mandate_ended");
    });
}

#[test]
fn whoever_has_seen_the_secret_cannot_approve_what_the_machine_ordered() {
    on_each_database(|world| {
        let trade = world.trade();
        let union = &trade.market.union;
        let both = union.member(&["admin", "approver"]);
        let registered = both
            .post(
                "/api/v1/clients",
                machine(&["orders:write", "orders:read"], &["buyer"]),
            )
            .expect(201);
        let secret = registered.body["client_secret"].as_str().unwrap();
        let answer = ask_for_token(world, Some((&registered.id(), secret)), GRANT).expect(200);
        let it = world
            .client()
            .with_token(answer.body["access_token"].as_str().unwrap());
        let proposal = trade.propose(&trade.need("100"));
        let order = it
            .post("/api/v1/orders", json!({"proposal_id": proposal}))
            .expect(201);
        let submitted = it.order_act(&order, "submit").expect(200);
        both.order_act(&submitted, "approve")
            .refused(403, "distinct_person_required");
        it.order_act(&submitted, "approve")
            .refused(403, "people_only");
        trade.approved(&submitted);
    });
}
