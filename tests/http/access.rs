//! Accounts, sessions, mandates: who gets in, and how they are put out (AP1, GO10).
use crate::support::{on_each_database, world::PASSWORD};
use serde_json::json;

#[test]
fn a_recalled_mandate_stops_at_once() {
    on_each_database(|world| {
        let union = world.union("Sindicato Textil del Sur", "AR");
        let buyer = union.member(&["buyer"]);
        let me = buyer.get("/api/v1/me").expect(200);
        assert_eq!(me.body["roles"], json!(["member", "buyer"]));
        let mandate = me.body["mandate_id"].as_str().unwrap();
        let path = format!("/api/v1/mandates/{mandate}/recall");
        let reason = json!({"reason": "decided by the delegates"});
        buyer
            .post_if(&path, "\"1\"", reason.clone())
            .refused(403, "forbidden");
        union
            .admin
            .post_if(&path, "\"7\"", reason.clone())
            .refused(412, "stale");
        union
            .admin
            .post(&path, reason.clone())
            .refused(428, "if_match_required");
        union
            .admin
            .post_if(&path, "\"1\"", reason.clone())
            .expect(200);
        union
            .admin
            .post_if(&path, "\"2\"", reason)
            .refused(409, "wrong_state");
        buyer.get("/api/v1/me").refused(401, "mandate_ended");
        let seen = union
            .admin
            .get(&format!("/api/v1/mandates/{mandate}"))
            .expect(200);
        assert!(seen.etag.starts_with("\"2-"));
        assert!(seen.body["recalled_at"].is_string());
        let other = world.union("Sindicato de al lado", "AR");
        other
            .admin
            .get(&format!("/api/v1/mandates/{mandate}"))
            .refused(404, "not_found");
        let (email, _) = buyer.login.clone().unwrap();
        let member = world.client().log_in(&email, PASSWORD);
        assert_eq!(
            member.get("/api/v1/me").expect(200).body["roles"],
            json!(["member"])
        );
        let log = union.admin.get("/api/v1/audit-log?limit=100").expect(200);
        let acts: Vec<&str> = log.body["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["act"].as_str().unwrap())
            .collect();
        assert!(acts.contains(&"mandate.recall"), "{acts:?}");
    });
}

#[test]
fn a_refresh_token_used_twice_ends_its_session() {
    on_each_database(|world| {
        let union = world.applicant("union", "Sindicato de Papeleros", "AR");
        let (email, password) = union.admin.login.clone().unwrap();
        let nobody = world.client();
        let login = json!({"email": email, "password": password});
        let first = nobody.post("/api/v1/auth/login", login).expect(200);
        let old = json!({"refresh_token": first.body["refresh_token"]});
        let second = nobody.post("/api/v1/auth/refresh", old.clone()).expect(200);
        let holder = nobody.with_token(second.body["access_token"].as_str().unwrap());
        holder.get("/api/v1/me").expect(200);
        nobody
            .post("/api/v1/auth/refresh", old)
            .refused(401, "invalid_refresh_token");
        holder.get("/api/v1/me").refused(401, "unauthenticated");
        let next = json!({"refresh_token": second.body["refresh_token"]});
        nobody
            .post("/api/v1/auth/refresh", next)
            .refused(401, "invalid_refresh_token");
    });
}

#[test]
fn guessing_a_password_locks_the_account() {
    on_each_database(|world| {
        let union = world.applicant("union", "Sindicato Ceramista", "AR");
        let (email, password) = union.admin.login.clone().unwrap();
        let nobody = world.client();
        for _ in 0..5 {
            let wrong = json!({"email": email, "password": "not this one"});
            nobody
                .post("/api/v1/auth/login", wrong)
                .refused(401, "invalid_credentials");
        }
        let right = json!({"email": email, "password": password});
        let locked = nobody
            .post("/api/v1/auth/login", right)
            .refused(429, "account_locked");
        assert!(locked.headers.contains_key("retry-after"));
        let unknown = json!({"email": "nobody@nowhere.example", "password": "whatever it is"});
        nobody
            .post("/api/v1/auth/login", unknown)
            .refused(401, "invalid_credentials");
    });
}

#[test]
fn a_network_admits_cooperatives_and_the_operator_the_others() {
    on_each_database(|world| {
        let network = world.network("Red de Empresas Recuperadas", "AR");
        let union = world.applicant("union", "Sindicato del Papel", "AR");
        let coop = world.applicant("cooperative", "Cooperativa Gráfica", "AR");
        let admit = |id: &str| format!("/api/v1/organisations/{id}/admit");
        network
            .admin
            .act(&admit(&union.id), "\"1\"")
            .refused(404, "not_found");
        world
            .operator()
            .act(&admit(&coop.id), "\"1\"")
            .refused(403, "forbidden");
        union
            .admin
            .act(&admit(&union.id), "\"1\"")
            .refused(403, "not_admitted");
        network.admin.act(&admit(&coop.id), "\"1\"").expect(200);
        network
            .admin
            .act(&admit(&coop.id), "\"2\"")
            .refused(409, "wrong_state");
        world.operator().act(&admit(&union.id), "\"1\"").expect(200);
    });
}

#[test]
fn an_invitation_is_good_once_and_for_its_reader() {
    on_each_database(|world| {
        let union = world.union("Union of Clothing Workers", "ZA");
        union.member(&["buyer"]);
        let until = chrono::Utc::now().date_naive() + chrono::Days::new(30);
        let invite = |roles: serde_json::Value| {
            let body = json!({"email": "Thandi@Union.example", "roles": roles, "mandate_expires_on": until});
            union.admin.post("/api/v1/invitations", body)
        };
        invite(json!(["seller"])).refused(400, "invalid_input");
        let sent = invite(json!(["approver"])).expect(201);
        let location = sent.headers["location"].to_str().unwrap();
        let seen = union.admin.get(location).expect(200);
        assert_eq!(
            (seen.body, seen.etag),
            (sent.body.clone(), sent.etag.clone())
        );
        let token = world.invitation_token("thandi@union.example");
        let accept = json!({"token": token, "name": "Thandi", "password": PASSWORD});
        let nobody = world.client();
        nobody
            .post("/api/v1/invitations/accept", accept.clone())
            .expect(200);
        nobody
            .post("/api/v1/invitations/accept", accept)
            .refused(409, "invitation_ended");
        let withdraw = format!("/api/v1/invitations/{}/withdraw", sent.id());
        union
            .admin
            .act(&withdraw, "\"2\"")
            .refused(409, "invitation_ended");
        let thandi = nobody.log_in("thandi@union.example", PASSWORD);
        assert_eq!(
            thandi.get("/api/v1/me").expect(200).body["roles"],
            json!(["member", "approver"])
        );
    });
}

#[test]
fn one_key_gives_one_answer_and_another_body_is_refused() {
    on_each_database(|world| {
        let union = world.union("Sindicato Textil", "AR");
        let until = chrono::Utc::now().date_naive() + chrono::Days::new(30);
        let body =
            |email: &str| json!({"email": email, "roles": ["buyer"], "mandate_expires_on": until});
        let admin = union.admin.with_key("invite-1");
        let first = admin
            .post("/api/v1/invitations", body("a@b.example"))
            .expect(201);
        let again = admin
            .post("/api/v1/invitations", body("a@b.example"))
            .expect(201);
        assert_eq!((first.body, first.etag), (again.body, again.etag));
        admin
            .post("/api/v1/invitations", body("c@b.example"))
            .refused(422, "idempotency_key_reused");
        let all = union.admin.get("/api/v1/invitations").expect(200);
        assert_eq!(all.body["items"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn lists_are_walked_by_cursor() {
    on_each_database(|world| {
        for number in 0..5 {
            world.network(&format!("Red {number}"), "AR");
        }
        let operator = world.operator();
        let mut names = Vec::new();
        let mut path = "/api/v1/organisations?kind=network&limit=2".to_owned();
        loop {
            let page = operator.get(&path).expect(200);
            let items = page.body["items"].as_array().unwrap();
            names.extend(
                items
                    .iter()
                    .map(|item| item["name"].as_str().unwrap().to_owned()),
            );
            let Some(link) = page.headers.get("link") else {
                assert!(page.body["next"].is_null());
                break;
            };
            let link = link.to_str().unwrap();
            path = link.split(['<', '>']).nth(1).unwrap().to_owned();
        }
        assert_eq!(names, ["Red 0", "Red 1", "Red 2", "Red 3", "Red 4"]);
        operator
            .get("/api/v1/organisations?limit=0")
            .refused(400, "invalid_input");
        operator
            .get("/api/v1/organisations?cursor=x")
            .refused(400, "invalid_cursor");
        let unknown = operator
            .get("/api/v1/organisations?page=2")
            .refused(400, "unknown_parameter");
        assert_eq!(unknown.pointers(), ["?page"]);
    });
}
