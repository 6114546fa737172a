//! How the stories come by what a trade asks for: an assembly's decision, a verified co-operative, a
//! rule set that both sides adopted, a living wage.
use super::client::Client;
use super::world::{Org, World};
use chrono::{Days, NaiveDate, Utc};
use serde_json::{Value, json};

/// Today, in UTC.
pub fn today() -> NaiveDate {
    Utc::now().date_naive()
}

/// The day so many days ago.
pub fn days_ago(days: u64) -> NaiveDate {
    today() - Days::new(days)
}

/// The body of an assembly record: 40 of 52 came, 35 were in favour, notice was given two weeks before.
pub fn assembly(subject: &str, text: &str) -> Value {
    json!({
        "subject": subject, "title": format!("Assembly on {subject}"),
        "notice_on": days_ago(16), "held_on": days_ago(2),
        "eligible": 52, "present": 40, "votes_for": 35, "votes_against": 3, "abstentions": 2,
        "text": text,
    })
}

/// The body of a dossier that meets every condition.
pub fn dossier(network: &Org<'_>, assembly_record: Option<&str>) -> Value {
    json!({
        "network_id": network.id, "members": 52, "hired": 4, "one_person_one_vote": true,
        "last_assembly_on": days_ago(2), "founded_on": "2003-04-01", "origin": "recovered",
        "assembly_record_id": assembly_record,
    })
}

impl Org<'_> {
    /// Whoever records this organisation's assemblies: a secretary in a co-operative, elsewhere the admin.
    pub fn secretary(&self) -> Client {
        if self.kind() == "cooperative" {
            self.member(&["assembly_secretary"])
        } else {
            self.admin.clone()
        }
    }

    /// Puts a carried vote on this text on file, and returns the record's id.
    pub fn carried(&self, subject: &str, text: &str) -> String {
        self.secretary()
            .post("/api/v1/assembly-records", assembly(subject, text))
            .expect(201)
            .id()
    }

    /// union, cooperative, network, community or operator.
    pub fn kind(&self) -> String {
        let own = format!("/api/v1/organisations/{}", self.id);
        let own = self.admin.get(&own).expect(200);
        own.body["kind"].as_str().unwrap().to_owned()
    }
}

impl World {
    /// A co-operative that the network admitted and verified.
    pub fn verified_cooperative(&self, network: &Org<'_>, name: &str, country: &str) -> Org<'_> {
        let cooperative = self.cooperative(network, name, country);
        self.verify(network, &cooperative);
        cooperative
    }

    /// The network verifies the co-operative: application, visit, signature. Returns the dossier's id.
    pub fn verify(&self, network: &Org<'_>, cooperative: &Org<'_>) -> String {
        let secretary = cooperative.secretary();
        let record = secretary
            .post(
                "/api/v1/assembly-records",
                assembly(
                    "verification",
                    &format!("We ask {} to verify us.", network.name),
                ),
            )
            .expect(201)
            .id();
        let id = secretary
            .post("/api/v1/dossiers", dossier(network, Some(&record)))
            .expect(201)
            .id();
        let act = |act: &str| format!("/api/v1/dossiers/{id}/{act}");
        let submitted = secretary.act(&act("submit"), "\"1\"").expect(200);
        let verifier = network.member(&["verifier"]);
        let visited = verifier
            .post_if(
                &act("visit"),
                &submitted.etag,
                json!({"visited_on": today()}),
            )
            .expect(200);
        verifier
            .post_if(&act("sign"), &visited.etag, json!({"expires_on": null}))
            .expect(200);
        id
    }

    /// A rule set that holds from today on between these unions (or community organisations) and these
    /// co-operatives; their assemblies adopted it. `parameters` may leave out what has a default, the
    /// version's name too. Returns its id.
    pub fn published_rule_set(
        &self,
        buyers: &[&Org<'_>],
        suppliers: &[&Org<'_>],
        parameters: Value,
    ) -> String {
        let mut parameters = parameters;
        if parameters.get("version").is_none() {
            parameters["version"] = json!(format!("rules of {}", uuid::Uuid::now_v7()));
        }
        let proposed = buyers[0]
            .admin
            .post("/api/v1/rule-sets", json!({"parameters": parameters}))
            .expect(201);
        let id = proposed.id();
        for org in buyers.iter().chain(suppliers) {
            self.adopt(org, &id);
        }
        let rule_set = buyers[0]
            .admin
            .get(&format!("/api/v1/rule-sets/{id}"))
            .expect(200);
        buyers[0]
            .admin
            .post_if(
                &format!("/api/v1/rule-sets/{id}/publish"),
                &rule_set.etag,
                json!({"starts_on": today()}),
            )
            .expect(200);
        id
    }

    /// The organisation's assembly adopts the rule set.
    pub fn adopt(&self, org: &Org<'_>, rule_set: &str) {
        let path = format!("/api/v1/rule-sets/{rule_set}");
        let text = org.admin.get(&path).expect(200).body["text"].clone();
        let record = org.carried("rule_set", text.as_str().unwrap());
        org.admin
            .post(
                &format!("{path}/adopt"),
                json!({"assembly_record_id": record}),
            )
            .expect(200);
    }

    /// A living wage of so much a month for 48 hours a week, entered by `by`. Returns its id.
    pub fn benchmark(&self, by: &Client, country: &str, amount: &str, currency: &str) -> String {
        by.post(
            "/api/v1/benchmarks",
            json!({
                "country": country, "region": null,
                "living_wage_monthly": {"amount": amount, "currency": currency},
                "standard_weekly_hours": "48", "source": "a figure of the tests",
                "source_url": null, "observed_on": days_ago(30),
            }),
        )
        .expect(201)
        .id()
    }

    /// An exchange rate of today: 1 `base` = `rate` `counter`. Returns its id.
    pub fn exchange_rate(&self, by: &Client, base: &str, counter: &str, rate: &str) -> String {
        by.post(
            "/api/v1/exchange-rates",
            json!({
                "base": base, "counter": counter, "rate": rate,
                "observed_on": today(), "source": "a figure of the tests",
            }),
        )
        .expect(201)
        .id()
    }
}
