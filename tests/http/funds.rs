//! Solidarity funds (PR10): two people for every deposit, every subsidy with a payer's name (S7).
use crate::support::{Client, Org, Response, World, on_each_database};
use serde_json::{Value, json};

/// A network with a fund in pesos, and two stewards.
struct Kept<'w> {
    network: Org<'w>,
    fund: String,
    ana: Client,
    bea: Client,
}

fn kept(world: &World) -> Kept<'_> {
    let network = world.network("Red de Empresas Recuperadas", "AR");
    let ana = network.member(&["fund_steward"]);
    let bea = network.member(&["fund_steward"]);
    let name = json!({"name": "Fondo solidario", "currency": "ARS"});
    let fund = ana.post("/api/v1/funds", name).expect(201).id();
    Kept {
        network,
        fund,
        ana,
        bea,
    }
}

impl Kept<'_> {
    fn deposit(&self, amount: &str, payer: &str) -> Value {
        json!({
            "amount": {"amount": amount, "currency": "ARS"},
            "payer_id": payer,
            "note": "Aporte de noviembre.",
        })
    }
    fn propose(&self, by: &Client, amount: &str, payer: &str) -> Response {
        let path = format!("/api/v1/funds/{}/deposits", self.fund);
        by.post(&path, self.deposit(amount, payer))
    }
    fn act(&self, by: &Client, movement: &Response, act: &str) -> Response {
        let path = format!(
            "/api/v1/funds/{}/movements/{}/{act}",
            self.fund,
            movement.id()
        );
        by.act(&path, &movement.etag)
    }
    fn balance(&self, reader: &Client) -> Value {
        let fund = reader
            .get(&format!("/api/v1/funds/{}", self.fund))
            .expect(200);
        fund.body["balance"].clone()
    }
}

fn pesos(amount: &str) -> Value {
    json!({"amount": amount, "currency": "ARS"})
}

#[test]
fn a_deposit_counts_when_a_second_steward_has_signed_it() {
    on_each_database(|world| {
        let kept = kept(world);
        let union = world.union("Sindicato del Papel", "AR");
        let proposed = kept.propose(&kept.ana, "250000.00", &union.id).expect(201);
        assert_eq!(proposed.body["status"], "proposed");
        assert_eq!(proposed.body["payer_id"], json!(union.id));
        assert_eq!(kept.balance(&kept.ana), pesos("0.00"));

        kept.act(&kept.ana, &proposed, "sign")
            .refused(403, "distinct_person_required");
        kept.act(&kept.network.admin, &proposed, "sign")
            .refused(403, "forbidden");
        let signed = kept.act(&kept.bea, &proposed, "sign").expect(200);
        assert_eq!(signed.body["status"], "signed");
        assert_ne!(signed.body["signed_by"], signed.body["proposed_by"]);
        assert_eq!(kept.balance(&kept.ana), pesos("250000.00"));

        kept.act(&kept.bea, &signed, "sign")
            .refused(409, "wrong_state");
        kept.act(&kept.ana, &signed, "cancel")
            .refused(409, "wrong_state");
        assert_eq!(kept.balance(&kept.ana), pesos("250000.00"));
    });
}

#[test]
fn a_deposit_taken_back_stays_on_the_list_and_never_counts() {
    on_each_database(|world| {
        let kept = kept(world);
        let own = kept.network.id.clone();
        let proposed = kept.propose(&kept.ana, "1", &own).expect(201);
        let stale = kept.act(&kept.ana, &proposed, "cancel").expect(200);
        assert_eq!(stale.body["status"], "cancelled");
        kept.act(&kept.bea, &proposed, "sign")
            .refused(409, "wrong_state");
        let path = format!("/api/v1/funds/{}/movements", kept.fund);
        let list = kept.bea.get(&path).expect(200);
        assert_eq!(list.body["items"].as_array().unwrap().len(), 1);
        assert_eq!(list.body["items"][0]["status"], "cancelled");
        assert_eq!(kept.balance(&kept.bea), pesos("0.00"));
    });
}

#[test]
fn deposits_name_an_admitted_payer_and_the_fund_s_currency() {
    on_each_database(|world| {
        let kept = kept(world);
        let applicant = world.applicant("union", "Sindicato Nuevo", "AR");
        let refused = kept
            .propose(&kept.ana, "10", &applicant.id)
            .refused(400, "invalid_input");
        assert_eq!(refused.pointers(), ["/payer_id"]);
        let nobody = uuid::Uuid::now_v7().to_string();
        let refused = kept
            .propose(&kept.ana, "10", &nobody)
            .refused(400, "invalid_input");
        assert_eq!(refused.pointers(), ["/payer_id"]);
        for amount in ["0", "-5", "0.001", "92233720368547758.08"] {
            kept.propose(&kept.ana, amount, &kept.network.id)
                .refused(400, "invalid_input");
        }
        let path = format!("/api/v1/funds/{}/deposits", kept.fund);
        let rand = json!({
            "amount": {"amount": "10", "currency": "ZAR"}, "payer_id": kept.network.id, "note": "x",
        });
        let refused = kept.ana.post(&path, rand).refused(400, "invalid_input");
        assert_eq!(refused.pointers(), ["/amount/currency"]);
    });
}

#[test]
fn a_balance_too_large_to_be_exact_is_refused() {
    on_each_database(|world| {
        let kept = kept(world);
        let most = "92233720368547758.07";
        let all = kept.propose(&kept.ana, most, &kept.network.id).expect(201);
        kept.act(&kept.bea, &all, "sign").expect(200);
        let more = kept
            .propose(&kept.ana, "0.01", &kept.network.id)
            .expect(201);
        kept.act(&kept.bea, &more, "sign")
            .refused(422, "amount_out_of_range");
        assert_eq!(kept.balance(&kept.ana), pesos(most));
    });
}

#[test]
fn the_same_deposit_signed_from_many_hands_counts_once() {
    on_each_database(|world| {
        let kept = kept(world);
        let proposed = kept.propose(&kept.ana, "100", &kept.network.id).expect(201);
        let stewards: Vec<Client> = (0..4)
            .map(|_| kept.network.member(&["fund_steward"]))
            .collect();
        let path = format!(
            "/api/v1/funds/{}/movements/{}/sign",
            kept.fund,
            proposed.id()
        );
        let answers: Vec<u16> = std::thread::scope(|scope| {
            let signing: Vec<_> = stewards
                .iter()
                .flat_map(|steward| [steward, steward])
                .map(|steward| scope.spawn(|| steward.act(&path, &proposed.etag).status))
                .collect();
            signing.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(
            answers.iter().filter(|status| **status == 200).count(),
            1,
            "{answers:?}"
        );
        assert!(
            answers
                .iter()
                .all(|status| [200, 409, 412].contains(status)),
            "{answers:?}"
        );
        assert_eq!(kept.balance(&kept.ana), pesos("100.00"));
    });
}

#[test]
fn only_a_network_s_stewards_move_a_fund_and_outsiders_see_no_balance() {
    on_each_database(|world| {
        let kept = kept(world);
        let path = format!("/api/v1/funds/{}", kept.fund);
        let name = json!({"name": "Otro", "currency": "ARS"});
        let verifier = kept.network.member(&["verifier"]);
        verifier
            .post("/api/v1/funds", name.clone())
            .refused(403, "forbidden");
        kept.propose(&verifier, "10", &kept.network.id)
            .refused(403, "forbidden");
        kept.propose(&kept.network.admin, "10", &kept.network.id)
            .refused(403, "forbidden");

        let other = world.network("Otra Red", "AR");
        other.admin.get(&path).refused(404, "not_found");
        kept.propose(&other.admin, "10", &other.id)
            .refused(404, "not_found");
        assert_eq!(
            other.admin.get("/api/v1/funds").expect(200).body["items"],
            json!([])
        );
        let coop = world.cooperative(&kept.network, "Cooperativa Gráfica", "AR");
        coop.admin.get(&path).refused(404, "not_found");

        let union = world.union("Sindicato del Papel", "AR");
        let buyer = union.member(&["buyer"]);
        buyer.post("/api/v1/funds", name).refused(403, "forbidden");
        let seen = buyer.get(&path).expect(200);
        assert_eq!(seen.body["balance"], Value::Null);
        assert_eq!(seen.body["currency"], "ARS");
        let list = buyer.get("/api/v1/funds").expect(200);
        assert_eq!(list.body["items"][0]["id"], json!(kept.fund));
        buyer
            .get(&format!("{path}/movements"))
            .refused(403, "forbidden");
        kept.propose(&buyer, "10", &union.id)
            .refused(403, "forbidden");

        let applicant = world.applicant("union", "Sindicato Nuevo", "AR");
        applicant.admin.get(&path).refused(404, "not_found");
    });
}
