//! Stories of payment runs: who proposes, who approves, what the bank is given, and what stands in the way.
use crate::support::deliveries::{Delivery, state_account};
use crate::support::governance::today;
use crate::support::{Client, Response, on_each_database};
use chrono::Days;
use serde_json::{Value, json};

const RUNS: &str = "/api/v1/payment-runs";
const THEIRS: &str = "2850590940090418135201";
const OURS: &str = "0170099220000067797370";

/// The union's accountant, and two who may approve.
struct Payers<'d> {
    accountant: &'d Client,
    approvers: [Client; 2],
}

impl<'d> Payers<'d> {
    fn of(delivery: &'d Delivery<'_, '_>) -> Self {
        let approver = || delivery.trade.market.union.member(&["approver"]);
        Self {
            accountant: &delivery.accountant,
            approvers: [approver(), approver()],
        }
    }
    fn propose(&self, invoices: &[&Response]) -> Response {
        let ids: Vec<String> = invoices.iter().map(|one| one.id()).collect();
        let body = json!({"execution_on": today(), "invoice_ids": ids});
        self.accountant.post(RUNS, body)
    }
    fn path(run: &Response) -> String {
        format!("{RUNS}/{}", run.id())
    }
    fn approve(&self, by: &Client, run: &Response) -> Response {
        let etag = self.accountant.get(&Self::path(run)).expect(200).etag;
        by.act(&format!("{}/approve", Self::path(run)), &etag)
    }
    fn approved(&self, run: &Response) {
        for approver in &self.approvers {
            self.approve(approver, run).expect(200);
        }
    }
    fn cancel(&self, run: &Response) -> Response {
        let etag = self.accountant.get(&Self::path(run)).expect(200).etag;
        self.accountant
            .act(&format!("{}/cancel", Self::path(run)), &etag)
    }
}

fn open(invoice: &Response) -> String {
    invoice.body["payable"].as_str().unwrap().to_owned()
}

#[test]
fn two_others_approve_a_run_and_the_bank_is_given_the_same_file_each_time() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        delivery.deliver("100");
        let invoice = delivery.bill();
        let payers = Payers::of(&delivery);
        let none = payers.propose(&[&invoice]);
        none.refused(422, "billing_details_missing");
        state_account(&delivery.treasurer, THEIRS);
        payers
            .propose(&[&invoice])
            .refused(422, "billing_details_missing");
        state_account(&delivery.accountant, OURS);
        let run = payers.propose(&[&invoice]).expect(201);
        let transfer = &run.body["transfers"][0];
        assert_eq!(transfer["amount"]["amount"], open(&invoice));
        assert_eq!(transfer["creditor"]["account_number"], THEIRS);
        assert_eq!(run.body["debtor"]["account_number"], OURS);
        let reference = invoice.body["reference"].as_str().unwrap();
        let end_to_end = format!("{reference}/{}-1", run.body["reference"].as_str().unwrap());
        assert_eq!(transfer["end_to_end"], json!(end_to_end));

        let file = format!("{}/file", Payers::path(&run));
        payers.accountant.get(&file).refused(409, "wrong_state");
        // Not by whoever proposed it, though they may approve others'; not twice by one; not by an accountant alone.
        let [first, second] = &payers.approvers;
        payers
            .approve(payers.accountant, &run)
            .refused(403, "forbidden");
        payers.approve(first, &run).expect(200);
        payers.approve(first, &run).refused(409, "duplicate");
        payers.accountant.get(&file).refused(409, "wrong_state");
        let stale = format!("{}/approve", Payers::path(&run));
        second.act(&stale, &run.etag).refused(412, "stale");
        let done = payers.approve(second, &run).expect(200);
        assert_eq!(done.body["status"], "approved");
        assert_eq!(done.body["approved_by"].as_array().unwrap().len(), 2);

        let (headers, bytes) = payers.accountant.download(&file);
        assert_eq!(headers["content-type"], "application/xml");
        assert_eq!(payers.accountant.download(&file).1, bytes, "the same bytes");
        let xml = String::from_utf8(bytes).unwrap();
        let message = run.id().replace('-', "");
        let total = format!("<CtrlSum>{}</CtrlSum>", open(&invoice));
        for part in [message.as_str(), &total, THEIRS, OURS, &end_to_end] {
            assert!(xml.contains(part), "{part} in {xml}");
        }
        let table = payers.accountant.download(&format!("{file}?format=csv")).1;
        let table = String::from_utf8(table).unwrap();
        let row = format!("cbu,{THEIRS},,{},ARS,{reference}", open(&invoice));
        assert!(table.contains(&row), "{row} in {table}");
        let unknown = format!("{file}?format=mt101");
        payers
            .accountant
            .get(&unknown)
            .refused(400, "invalid_input");

        // The run pays nothing by itself.
        let path = format!("/api/v1/invoices/{}", invoice.id());
        assert_eq!(payers.accountant.get(&path).body["paid"], "0.00");
        let amount = open(&invoice);
        delivery
            .pay(&delivery.treasurer, &invoice, &amount, "TRF-1")
            .expect(201);
        payers.propose(&[&invoice]).refused(409, "wrong_state");
    });
}

#[test]
fn an_invoice_is_in_one_run_until_that_is_cancelled_or_was_recorded() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        state_account(&delivery.treasurer, THEIRS);
        state_account(&delivery.accountant, OURS);
        delivery.deliver("100");
        let invoice = delivery.bill();
        let payers = Payers::of(&delivery);
        let run = payers.propose(&[&invoice]).expect(201);
        payers.propose(&[&invoice]).refused(409, "duplicate");
        payers.approved(&run);
        payers.propose(&[&invoice]).refused(409, "duplicate");
        payers.cancel(&run).expect(200);
        payers.cancel(&run).refused(409, "wrong_state");
        let file = format!("{}/file", Payers::path(&run));
        payers.accountant.get(&file).refused(409, "wrong_state");

        let next = payers.propose(&[&invoice]).expect(201);
        assert_ne!(next.body["reference"], run.body["reference"]);
        assert_ne!(
            next.body["transfers"][0]["end_to_end"],
            run.body["transfers"][0]["end_to_end"]
        );
        let listed = payers.accountant.get(RUNS).expect(200);
        let statuses: Vec<&Value> = listed.body["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["status"])
            .collect();
        assert_eq!(statuses, ["cancelled", "proposed"]);
    });
}

#[test]
fn what_changed_since_it_was_proposed_is_not_approved() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        state_account(&delivery.treasurer, THEIRS);
        state_account(&delivery.accountant, OURS);
        delivery.deliver("100");
        let invoice = delivery.bill();
        let payers = Payers::of(&delivery);
        let run = payers.propose(&[&invoice]).expect(201);
        payers.approve(&payers.approvers[0], &run).expect(200);
        // Somebody changes where the money would go.
        state_account(&delivery.treasurer, OURS);
        payers
            .approve(&payers.approvers[1], &run)
            .refused(409, "wrong_state");
        state_account(&delivery.treasurer, THEIRS);
        delivery
            .pay(&delivery.treasurer, &invoice, "1.00", "TRF-1")
            .expect(201);
        payers
            .approve(&payers.approvers[1], &run)
            .refused(409, "wrong_state");
        payers.cancel(&run).expect(200);
        let rest = payers.propose(&[&invoice]).expect(201);
        payers.approved(&rest);
        let now = payers.accountant.get(&Payers::path(&rest)).expect(200);
        assert_eq!(now.body["status"], "approved");
    });
}

#[test]
fn only_those_who_keep_the_payers_books_propose_and_only_what_it_owes() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        state_account(&delivery.treasurer, THEIRS);
        state_account(&delivery.accountant, OURS);
        delivery.deliver("100");
        let invoice = delivery.bill();
        let body = |on| json!({"execution_on": on, "invoice_ids": [invoice.id()]});
        delivery
            .buyer()
            .post(RUNS, body(today()))
            .refused(403, "forbidden");
        // The co-operative does not owe what it issued.
        delivery
            .treasurer
            .post(RUNS, body(today()))
            .refused(404, "not_found");
        delivery
            .accountant
            .post(RUNS, body(today() - Days::new(1)))
            .refused(409, "wrong_state");
        let twice = json!({"execution_on": today(), "invoice_ids": [invoice.id(), invoice.id()]});
        delivery
            .accountant
            .post(RUNS, twice)
            .refused(400, "invalid_input");
        let both = trade.market.union.member(&["accountant", "approver"]);
        let run = both.post(RUNS, body(today())).expect(201);
        both.act(&format!("{RUNS}/{}/approve", run.id()), &run.etag)
            .refused(403, "distinct_person_required");
        let stranger = world.union("Ajeno", "AR").member(&["accountant"]);
        stranger
            .get(&format!("{RUNS}/{}", run.id()))
            .refused(404, "not_found");
        delivery.buyer().get(RUNS).refused(403, "forbidden");
    });
}
