//! Who belongs to whom, and what budgets go down the tree.
use super::cast::{Cast, Person, all_roles};
use super::trial::{Thing, Trial};
use super::way::Way;
use crate::support::governance::today;
use crate::support::ladders::submit;
use crate::support::{Client, Org};
use chrono::Days;
use governance::OrganisationKind;
use ordering::{AffiliationAct, AffiliationState, BudgetLineAct, BudgetLineState};
use serde_json::{Value, json};
use std::cell::RefCell;

/// Affiliations of a branch to the union. It has one at a time.
pub struct Affiliations<'c> {
    cast: &'c Cast<'c>,
    branch: Org<'c>,
    people: [Person; 2],
    last: RefCell<Option<String>>,
}

/// The branch's admin, and somebody with its other roles.
fn of_branch(branch: &Org<'_>) -> [Person; 2] {
    [
        Person::new("branch admin", branch.admin.clone()),
        Person::new("branch buyer", branch.member(&["buyer", "approver"])),
    ]
}

impl<'c> Affiliations<'c> {
    pub fn new(cast: &'c Cast<'c>) -> Self {
        let branch = cast.world.community("Seccional Avellaneda", "AR");
        Self {
            cast,
            people: of_branch(&branch),
            branch,
            last: RefCell::new(None),
        }
    }

    /// The branch is free to ask again.
    fn free(&self) {
        let Some(path) = self.last.take() else { return };
        let last = self.branch.admin.get(&path).expect(200);
        let act = match last.body["status"].as_str() {
            Some("proposed") => "withdraw",
            Some("accepted") => "end",
            _ => return,
        };
        let act = format!("{path}/{act}");
        self.branch.admin.act(&act, &last.etag).expect(200);
    }
}

impl Trial for Affiliations<'_> {
    type State = AffiliationState;
    type Act = AffiliationAct;
    const STATES: &'static [AffiliationState] = AffiliationState::ALL;
    const ACTS: &'static [AffiliationAct] = AffiliationAct::ALL;

    fn people(&self) -> Vec<&Person> {
        self.cast.people.iter().chain(&self.people).collect()
    }
    fn reader(&self) -> &Client {
        &self.branch.admin
    }

    fn make(&self, state: AffiliationState) -> Thing {
        self.free();
        let union = &self.cast.deal.trade.market.union;
        let child = &self.branch.admin;
        let asked = json!({"parent_id": union.id});
        let asked = child.post("/api/v1/affiliations", asked).expect(201);
        let path = format!("/api/v1/affiliations/{}", asked.id());
        *self.last.borrow_mut() = Some(path.clone());
        let acts: &[(&Client, &str)] = match state {
            AffiliationState::Proposed => &[],
            AffiliationState::Accepted => &[(&union.admin, "accept")],
            AffiliationState::Refused => &[(&union.admin, "refuse")],
            AffiliationState::Withdrawn => &[(child, "withdraw")],
            AffiliationState::Ended => &[(&union.admin, "accept"), (child, "end")],
        };
        let mut etag = asked.etag;
        for (by, act) in acts {
            etag = by.act(&format!("{path}/{act}"), &etag).expect(200).etag;
        }
        Thing::at(path)
    }

    fn ways(act: AffiliationAct) -> Vec<Way<Self>> {
        let parent = |_| -> &'static [&'static str] { &["union admin"] };
        match act {
            AffiliationAct::Accept => vec![Way::request(parent, |_, by, one, etag| {
                by.act(&format!("{}/accept", one.path), etag)
            })],
            AffiliationAct::Refuse => vec![Way::request(parent, |_, by, one, etag| {
                by.act(&format!("{}/refuse", one.path), etag)
            })],
            AffiliationAct::Withdraw => vec![Way::request(
                |_| &["branch admin"],
                |_, by, one, etag| by.act(&format!("{}/withdraw", one.path), etag),
            )],
            AffiliationAct::End => vec![Way::request(
                |_| &["union admin", "branch admin"],
                |_, by, one, etag| by.act(&format!("{}/end", one.path), etag),
            )],
        }
    }
}

/// Budget lines of the union, which has a branch.
pub struct BudgetLines<'c> {
    cast: &'c Cast<'c>,
    branch: Org<'c>,
    people: [Person; 2],
}

fn terms(amount: &str) -> Value {
    json!({"name": "Schools", "currency": "ARS", "amount": amount, "starts_on": today(),
        "ends_on": today() + Days::new(300)})
}

impl<'c> BudgetLines<'c> {
    pub fn new(cast: &'c Cast<'c>) -> Self {
        let branch = cast.world.union("Seccional Lanús", "AR");
        let union = &cast.deal.trade.market.union;
        let (path, etag) = crate::federation::tree::affiliate(&branch, union);
        assert!(!path.is_empty() && !etag.is_empty());
        let people = [
            Person::new("branch admin", branch.admin.clone()),
            Person::new(
                "branch accountant",
                all_roles(&branch, OrganisationKind::Union),
            ),
        ];
        Self {
            cast,
            branch,
            people,
        }
    }
}

impl Trial for BudgetLines<'_> {
    type State = BudgetLineState;
    type Act = BudgetLineAct;
    const STATES: &'static [BudgetLineState] = BudgetLineState::ALL;
    const ACTS: &'static [BudgetLineAct] = BudgetLineAct::ALL;

    fn people(&self) -> Vec<&Person> {
        self.cast.people.iter().chain(&self.people).collect()
    }
    fn reader(&self) -> &Client {
        &self.cast.deal.trade.market.union.admin
    }

    /// A line, with an order that could be promised from it and a branch that could be given of it.
    fn make(&self, state: BudgetLineState) -> Thing {
        let line = self
            .reader()
            .post("/api/v1/budget-lines", terms("unlimited"));
        let line = line.expect(201);
        let path = format!("/api/v1/budget-lines/{}", line.id());
        if state == BudgetLineState::Closed {
            let close = format!("{path}/close");
            self.reader().act(&close, &line.etag).expect(200);
        }
        let order = self.cast.deal.trade.draft("10");
        Thing::at(path)
            .with(format!("/api/v1/orders/{}", order.id()))
            .with(self.branch.id.clone())
    }

    fn ways(act: BudgetLineAct) -> Vec<Way<Self>> {
        let keepers = |_| -> &'static [&'static str] { &["union admin", "union accountant"] };
        match act {
            BudgetLineAct::Commit => vec![
                Way::request(
                    |_| &["union buyer"],
                    |lines: &Self, by, line, _| {
                        let order = lines.cast.buyer().get(&line.also[0]);
                        if order.status != 200 {
                            let path = format!("{}/submit", line.also[0]);
                            return by.post_if(&path, "\"1\"", json!({}));
                        }
                        let id = line.path.rsplit('/').next();
                        submit(by, &order, json!({"budget_line_id": id}))
                    },
                )
                .about(|line| &line.also[0])
                .refused_as(|_| "budget_line_not_open"),
            ],
            BudgetLineAct::Delegate => vec![Way::request(keepers, |_, by, line, etag| {
                let body = json!({"organisation_id": line.also[1], "part": terms("1.00")});
                by.post_if(&format!("{}/delegations", line.path), etag, body)
            })],
            BudgetLineAct::Close => vec![Way::request(keepers, |_, by, line, etag| {
                by.act(&format!("{}/close", line.path), etag)
            })],
        }
    }
}
