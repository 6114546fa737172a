//! W1: a co-operative is verified (GO1, GO4, GO9, MA7), and everything that must not happen on the way.
use crate::support::governance::{assembly, days_ago, dossier, today};
use crate::support::{Client, Org, Response, World, on_each_database};
use chrono::{Days, Months, NaiveDate};
use serde_json::{Value, json};
use store::governance::verification::verified_by;
use uuid::Uuid;

/// A co-operative with its secretary, and a dossier that was submitted and visited.
struct Application<'w> {
    cooperative: Org<'w>,
    secretary: Client,
    verifier: Client,
    id: String,
}

impl<'w> Application<'w> {
    fn submitted(world: &'w World, network: &Org<'w>, changes: Value) -> Self {
        let cooperative = world.cooperative(network, "Cooperativa Textil", "AR");
        let secretary = cooperative.member(&["assembly_secretary"]);
        let record = carried(&secretary);
        let mut body = dossier(network, Some(&record));
        for (field, value) in changes.as_object().unwrap() {
            body[field] = value.clone();
        }
        let id = secretary.post("/api/v1/dossiers", body).expect(201).id();
        let application = Self {
            cooperative,
            secretary,
            verifier: network.member(&["verifier"]),
            id,
        };
        application
            .secretary
            .act(&application.path("submit"), "\"1\"")
            .expect(200);
        application.visit();
        application
    }

    fn path(&self, act: &str) -> String {
        format!("/api/v1/dossiers/{}/{act}", self.id)
    }

    fn etag(&self) -> String {
        let path = format!("/api/v1/dossiers/{}", self.id);
        self.secretary.get(&path).expect(200).etag
    }

    fn visit(&self) {
        let visit = json!({"visited_on": today()});
        self.verifier
            .post_if(&self.path("visit"), &self.etag(), visit)
            .expect(200);
    }

    fn find(&self, size: &str, amends: Option<&str>, closes: bool) -> Response {
        let finding = json!({
            "size": size, "text": "The minutes of two assemblies are not signed.",
            "amends_id": amends, "closes": closes,
        });
        self.verifier.post(&self.path("findings"), finding)
    }

    fn sign(&self, by: &Client, expires_on: Option<NaiveDate>) -> Response {
        by.post_if(
            &self.path("sign"),
            &self.etag(),
            json!({"expires_on": expires_on}),
        )
    }
}

fn carried(secretary: &Client) -> String {
    let record = assembly("verification", "We ask to be verified.");
    secretary
        .post("/api/v1/assembly-records", record)
        .expect(201)
        .id()
}

/// The person becomes a member of the organisation too, without any role.
fn joins(world: &World, person: &Client, org: &Org<'_>) {
    let (email, password) = person.login.clone().unwrap();
    let until = today() + Days::new(30);
    let invitation = json!({"email": email, "roles": ["member"], "mandate_expires_on": until});
    org.admin
        .post("/api/v1/invitations", invitation)
        .expect(201);
    let token = world.invitation_token(&email);
    let accept = json!({"token": token, "name": null, "password": password});
    let accepted = world.client().post("/api/v1/invitations/accept", accept);
    accepted.expect(200);
}

fn standing(
    world: &World,
    cooperative: &Org<'_>,
    policy: &[&Org<'_>],
    on: NaiveDate,
) -> Option<String> {
    let id = |org: &Org<'_>| org.id.parse::<Uuid>().unwrap().into();
    let policy: Vec<_> = policy.iter().map(|org| id(org)).collect();
    verified_by(&mut world.conn(), id(cooperative), &policy, on)
        .unwrap()
        .map(|standing| standing.to_string())
}

#[test]
fn a_network_verifies_a_cooperative_and_another_recognises_it() {
    on_each_database(|world| {
        let network = world.network("Red de Empresas Recuperadas", "AR");
        let cooperative = world.cooperative(&network, "Cerámica del Sur", "AR");
        let secretary = cooperative.member(&["assembly_secretary"]);

        // The assembly decides to ask; the record says what it came to, with its turnout.
        let record = secretary
            .post(
                "/api/v1/assembly-records",
                assembly("verification", "We ask the network to verify us."),
            )
            .expect(201);
        assert_eq!(record.body["outcome"], "carried");
        assert_eq!(
            record.body["turnout"],
            json!({"present": 40, "eligible": 52})
        );

        // A draft is the co-operative's own affair.
        let draft = secretary
            .post("/api/v1/dossiers", dossier(&network, None))
            .expect(201);
        let id = draft.id();
        let path = format!("/api/v1/dossiers/{id}");
        let verifier = network.member(&["verifier"]);
        verifier.get(&path).refused(404, "not_found");
        let record_path = format!("/api/v1/assembly-records/{}", record.id());
        let changed = secretary
            .put(&path, &draft.etag, dossier(&network, Some(&record.id())))
            .expect(200);
        verifier.get(&record_path).refused(404, "not_found");
        let submitted = secretary
            .act(&format!("{path}/submit"), &changed.etag)
            .expect(200);
        assert_eq!(submitted.body["status"], "submitted");
        secretary
            .put(&path, &submitted.etag, dossier(&network, None))
            .refused(409, "wrong_state");

        // The network sees it now, with the record behind it.
        verifier.get(&record_path).expect(200);
        let seen = verifier.get(&path).expect(200);
        assert_eq!(seen.body["members"], 52);
        let sign = json!({"expires_on": null});
        verifier
            .post_if(&format!("{path}/sign"), &seen.etag, sign.clone())
            .refused(409, "wrong_state");
        let visited = verifier
            .post_if(
                &format!("{path}/visit"),
                &seen.etag,
                json!({"visited_on": today()}),
            )
            .expect(200);
        let finding = json!({"size": "minor", "text": "The fire exit is blocked by pallets."});
        let finding = verifier
            .post(&format!("{path}/findings"), finding)
            .expect(201);
        verifier
            .post_if(&format!("{path}/sign"), &visited.etag, sign.clone())
            .refused(412, "stale");
        let etag = verifier.get(&path).expect(200).etag;
        let signed = verifier
            .post_if(&format!("{path}/sign"), &etag, sign)
            .expect(200);
        assert_eq!(signed.body["status"], "signed");
        assert_eq!(signed.body["signature"]["standing"], "verified");
        let expiry = today() + Months::new(24);
        assert_eq!(signed.body["signature"]["expires_on"], json!(expiry));
        let findings = secretary.get(&format!("{path}/findings")).expect(200);
        assert_eq!(findings.body["items"][0]["id"], finding.body["id"]);

        // Everybody may read what the signature is worth, and nothing else of it.
        let union = world.union("Sindicato Ceramista", "AR");
        let verifications = format!("/api/v1/organisations/{}/verifications", cooperative.id);
        let summary = union.admin.get(&verifications).expect(200);
        assert_eq!(
            summary.body["items"],
            json!([{
                "network_id": network.id, "standing": "verified", "signed_on": today(),
                "expires_on": expiry, "in_force": true,
            }])
        );
        union.admin.get(&path).refused(404, "not_found");
        union
            .admin
            .get(&format!("{path}/findings"))
            .refused(404, "not_found");

        // Another network recognises it, or does not.
        let other = world.network("Factories Network", "ZA");
        assert_eq!(
            standing(world, &cooperative, &[], today()).as_deref(),
            Some("verified")
        );
        assert_eq!(
            standing(world, &cooperative, &[&network], today()).as_deref(),
            Some("verified")
        );
        assert_eq!(standing(world, &cooperative, &[&other], today()), None);
        assert_eq!(
            standing(world, &cooperative, &[], expiry + Days::new(1)),
            None
        );
        let recognition = format!("/api/v1/recognitions/{}", network.id);
        let recognised = other
            .admin
            .put(&recognition, "", json!({"since": today()}))
            .expect(201);
        assert_eq!(
            standing(world, &cooperative, &[&other], today()).as_deref(),
            Some("verified")
        );
        assert_eq!(standing(world, &cooperative, &[&other], days_ago(1)), None);
        other
            .admin
            .post_if(
                &format!("{recognition}/end"),
                &recognised.etag,
                json!({"ended_on": today()}),
            )
            .expect(200);
        assert_eq!(standing(world, &cooperative, &[&other], today()), None);
    });
}

#[test]
fn a_young_cooperative_is_provisional_for_a_year_at_most() {
    on_each_database(|world| {
        let network = world.network("Red de Cooperativas", "AR");
        let founded = json!({"founded_on": days_ago(200), "origin": "retrenched"});
        let application = Application::submitted(world, &network, founded);
        let too_long = today() + Months::new(13);
        application
            .sign(&application.verifier, Some(too_long))
            .refused(400, "invalid_input");
        let signed = application.sign(&application.verifier, None).expect(200);
        assert_eq!(signed.body["signature"]["standing"], "provisional");
        let expiry = today() + Months::new(12);
        assert_eq!(signed.body["signature"]["expires_on"], json!(expiry));
        let cooperative = &application.cooperative;
        assert_eq!(
            standing(world, cooperative, &[&network], today()).as_deref(),
            Some("provisional")
        );
    });
}

#[test]
fn a_signature_asks_for_every_condition_and_names_those_that_are_missing() {
    on_each_database(|world| {
        let network = world.network("Red de Cooperativas", "AR");
        let application = Application::submitted(
            world,
            &network,
            json!({
                "members": 10, "hired": 10, "one_person_one_vote": false,
                "last_assembly_on": null, "assembly_record_id": null,
            }),
        );
        application.find("major", None, false).expect(201);
        let refused = application
            .sign(&application.verifier, None)
            .refused(422, "not_verifiable");
        let codes: Vec<&str> = refused.body["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| error["detail"].as_str().unwrap())
            .collect();
        assert_eq!(
            codes,
            [
                "members_not_majority",
                "not_one_person_one_vote",
                "no_recent_assembly",
                "no_valid_assembly_record",
                "open_major_finding",
            ]
        );
        // The verifier says no; a dossier that was answered stays as it is.
        let refusal = json!({"reason": "More people are hired than are members."});
        let etag = application.etag();
        let refused = application
            .verifier
            .post_if(&application.path("refuse"), &etag, refusal.clone())
            .expect(200);
        assert_eq!(refused.body["refusal_reason"], refusal["reason"]);
        let etag = application.etag();
        application
            .verifier
            .post_if(&application.path("refuse"), &etag, refusal)
            .refused(409, "wrong_state");
        application
            .find("minor", None, false)
            .refused(409, "wrong_state");
        application
            .secretary
            .act(&application.path("withdraw"), &etag)
            .refused(409, "wrong_state");
    });
}

#[test]
fn nobody_with_a_stake_in_the_trade_verifies() {
    on_each_database(|world| {
        let network = world.network("Red de Cooperativas", "AR");
        let application = Application::submitted(world, &network, json!({}));
        // The verifier of the network joins a union that buys.
        let union = world.union("Sindicato Textil", "AR");
        joins(world, &application.verifier, &union);
        application
            .sign(&application.verifier, None)
            .refused(403, "conflict_of_interest");
        application
            .find("minor", None, false)
            .refused(403, "conflict_of_interest");
        // Another one belongs to the co-operative itself; a third is independent, and signs.
        let insider = network.member(&["verifier"]);
        joins(world, &insider, &application.cooperative);
        application
            .sign(&insider, None)
            .refused(403, "conflict_of_interest");
        application
            .sign(&network.member(&["verifier"]), None)
            .expect(200);
    });
}

#[test]
fn a_finding_stays_on_file_whatever_happens() {
    on_each_database(|world| {
        let network = world.network("Red de Cooperativas", "AR");
        let application = Application::submitted(world, &network, json!({}));
        let major = application.find("major", None, false).expect(201);
        let findings = application.path("findings");
        let one = format!("{findings}/{}", major.id());
        for client in [
            &application.verifier,
            &application.secretary,
            &network.admin,
        ] {
            let refused = client.delete(&one).refused(405, "method_not_allowed");
            assert_eq!(refused.headers["allow"], "GET");
            client.delete(&findings).refused(405, "method_not_allowed");
            client
                .delete(&format!("/api/v1/dossiers/{}", application.id))
                .refused(405, "method_not_allowed");
        }
        application
            .sign(&application.verifier, None)
            .refused(422, "not_verifiable");

        // Withdrawing and asking anew does not shake it off.
        let etag = application.etag();
        application
            .secretary
            .act(&application.path("withdraw"), &etag)
            .expect(200);
        let record = assembly("verification", "We ask once more.");
        let record = application
            .secretary
            .post("/api/v1/assembly-records", record);
        let body = dossier(&network, Some(&record.expect(201).id()));
        let id = application
            .secretary
            .post("/api/v1/dossiers", body.clone())
            .expect(201)
            .id();
        application
            .secretary
            .post("/api/v1/dossiers", body)
            .refused(409, "duplicate");
        let anew = Application { id, ..application };
        anew.secretary
            .act(&anew.path("submit"), "\"1\"")
            .expect(200);
        anew.visit();
        let refused = anew
            .sign(&anew.verifier, None)
            .refused(422, "not_verifiable");
        assert_eq!(refused.pointers(), ["/findings"]);

        // An amendment replaces it; the original can still be read.
        anew.find("minor", Some(&Uuid::now_v7().to_string()), false)
            .refused(422, "original_not_on_file");
        anew.find("minor", None, true).refused(400, "invalid_input");
        let minor = anew.find("minor", Some(&major.id()), false).expect(201);
        anew.find("minor", Some(&major.id()), false)
            .refused(409, "already_amended");
        anew.find("minor", Some(&minor.id()), true).expect(201);
        let listed = anew.secretary.get(&anew.path("findings")).expect(200);
        let sizes: Vec<&Value> = listed.body["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| &finding["size"])
            .collect();
        assert_eq!(sizes, ["major", "minor", "minor"]);
        anew.sign(&anew.verifier, None).expect(200);
        anew.find("major", None, false).expect(201);
    });
}

#[test]
fn a_dossier_is_between_a_cooperative_and_one_network() {
    on_each_database(|world| {
        let network = world.network("Red de Cooperativas", "AR");
        let other = world.network("Otra Red", "AR");
        let application = Application::submitted(world, &network, json!({}));
        let path = format!("/api/v1/dossiers/{}", application.id);
        let elsewhere = world.cooperative(&network, "Gráfica", "AR").secretary();
        for client in [&other.member(&["verifier"]), &elsewhere] {
            client.get(&path).refused(404, "not_found");
            client
                .get(&format!("{path}/findings"))
                .refused(404, "not_found");
            application.sign(client, None).refused(404, "not_found");
        }
        // Not everybody in the network, and nobody in the co-operative.
        application
            .sign(&network.admin, None)
            .refused(403, "forbidden");
        application
            .sign(&application.secretary, None)
            .refused(403, "forbidden");
        application
            .verifier
            .act(&application.path("withdraw"), &application.etag())
            .refused(403, "forbidden");
        let seller = application.cooperative.member(&["seller"]);
        seller
            .post("/api/v1/dossiers", dossier(&other, None))
            .refused(403, "forbidden");
        let union = world.union("Sindicato", "AR");
        union
            .admin
            .get("/api/v1/dossiers")
            .refused(403, "forbidden");
        let own = application
            .secretary
            .get("/api/v1/dossiers?status=submitted")
            .expect(200);
        assert_eq!(own.body["items"][0]["id"], json!(application.id));
        let none = application
            .secretary
            .get("/api/v1/dossiers?status=draft")
            .expect(200);
        assert_eq!(none.body["items"], json!([]));

        // What a dossier names must be there: a network, and a record of one's own about verification.
        let post = |body: Value| application.secretary.post("/api/v1/dossiers", body);
        let mut to_union = dossier(&network, None);
        to_union["network_id"] = json!(union.id);
        post(to_union).refused(404, "not_found");
        let foreign = union.carried("verification", "Something of the union's.");
        post(dossier(&other, Some(&foreign))).refused(404, "not_found");
        let off_topic = assembly("other", "A party in May.");
        let off_topic = application
            .secretary
            .post("/api/v1/assembly-records", off_topic);
        let off_topic = off_topic.expect(201).id();
        post(dossier(&other, Some(&off_topic))).refused(422, "assembly_not_valid");
        let mut future = dossier(&other, None);
        future["founded_on"] = json!(today() + Days::new(1));
        future["last_assembly_on"] = json!(today() + Days::new(1));
        let refused = post(future).refused(400, "invalid_input");
        assert_eq!(refused.pointers(), ["/founded_on", "/last_assembly_on"]);
        let mut absurd = dossier(&other, None);
        absurd["members"] = json!(4_000_000_000_u32);
        absurd["founded_on"] = json!("+99999-01-01");
        absurd["origin"] = json!("moon");
        let refused = post(absurd).refused(400, "invalid_input");
        assert_eq!(refused.pointers(), ["/members", "/founded_on", "/origin"]);
    });
}

#[test]
fn an_organisation_that_was_not_admitted_asks_for_nothing_and_sees_no_verification() {
    on_each_database(|world| {
        let network = world.network("Red de Cooperativas", "AR");
        let verified = world.verified_cooperative(&network, "Cerámica", "AR");
        let applicant = world.applicant("cooperative", "Nueva", "AR");
        let secretary = applicant.member(&["assembly_secretary"]);
        secretary
            .post("/api/v1/dossiers", dossier(&network, None))
            .refused(403, "not_admitted");
        let verifications = format!("/api/v1/organisations/{}/verifications", verified.id);
        applicant
            .admin
            .get(&verifications)
            .refused(403, "not_admitted");
        network.admin.get("/api/v1/recognitions").expect(200);
        applicant
            .admin
            .get("/api/v1/recognitions")
            .refused(403, "not_admitted");
    });
}

#[test]
fn recognition_is_one_networks_dated_word() {
    on_each_database(|world| {
        let ours = world.network("Red Nuestra", "AR");
        let theirs = world.network("Red de Ellos", "AR");
        let path = format!("/api/v1/recognitions/{}", theirs.id);
        let since = |day: NaiveDate| json!({"since": day});
        ours.admin.get(&path).refused(404, "not_found");
        let first = ours.admin.put(&path, "", since(days_ago(100))).expect(201);
        // Said twice it holds once; other dates do not overwrite it.
        let again = ours.admin.put(&path, "", since(days_ago(100))).expect(200);
        assert_eq!(again.etag, first.etag);
        ours.admin
            .put(&path, "", since(days_ago(50)))
            .refused(409, "wrong_state");
        let end = format!("{path}/end");
        let ended_on = json!({"ended_on": days_ago(10)});
        ours.admin
            .post(&end, ended_on.clone())
            .refused(428, "if_match_required");
        ours.admin
            .post_if(&end, "\"9\"", ended_on.clone())
            .refused(412, "stale");
        ours.admin
            .post_if(&end, &first.etag, json!({"ended_on": days_ago(101)}))
            .refused(400, "invalid_input");
        let ended = ours
            .admin
            .post_if(&end, &first.etag, ended_on.clone())
            .expect(200);
        ours.admin
            .post_if(&end, &ended.etag, ended_on)
            .refused(409, "wrong_state");
        // It begins anew, after the first; both stay on file.
        ours.admin
            .put(&path, "", since(days_ago(11)))
            .refused(400, "invalid_input");
        let second = ours.admin.put(&path, "", since(days_ago(5))).expect(201);
        assert_ne!(second.etag, ended.etag);
        let listed = format!("/api/v1/recognitions?network_id={}", ours.id);
        let listed = theirs.admin.get(&listed).expect(200);
        assert_eq!(listed.body["items"].as_array().unwrap().len(), 2);
        assert_eq!(listed.body["items"][0]["ended_on"], json!(days_ago(10)));
        assert_eq!(listed.body["items"][1]["ended_on"], json!(null));
        // One way only, between networks only, and never of oneself.
        let back = format!("/api/v1/recognitions/{}", ours.id);
        theirs.admin.get(&back).refused(404, "not_found");
        ours.admin
            .put(&back, "", since(today()))
            .refused(400, "invalid_input");
        let union = world.union("Sindicato", "AR");
        let to_union = format!("/api/v1/recognitions/{}", union.id);
        ours.admin
            .put(&to_union, "", since(today()))
            .refused(404, "not_found");
        union
            .admin
            .put(&path, "", since(today()))
            .refused(403, "forbidden");
        ours.member(&["inspector"])
            .put(&path, "", since(today()))
            .refused(403, "forbidden");
    });
}
