//! What is ordered: the buyer's orders, and the purchase order to each co-operative.
use super::cast::{Cast, Person};
use super::trial::{Thing, Trial};
use super::way::Way;
use crate::support::catalogue::ListingSpec;
use crate::support::deliveries::Delivery;
use crate::support::governance::today;
use crate::support::{Client, Response};
use chrono::{Days, TimeDelta, Utc};
use ordering::{OrderAct, OrderState, PurchaseOrderAct, PurchaseOrderState};
use serde_json::json;

fn reason() -> serde_json::Value {
    json!({"reason": "It is not wanted any more."})
}

/// All of it is delivered, and paid where `paid`.
fn deliver(delivery: &Delivery<'_, '_>, quantity: &str, paid: bool) {
    delivery.deliver(quantity);
    if paid {
        let invoice = delivery.bill();
        let amount = invoice.body["payable"].as_str().unwrap();
        let paid = delivery.pay(&delivery.treasurer, &invoice, amount, "TRF-1");
        paid.expect(201);
    }
}

/// Orders of the union.
pub struct Orders<'c> {
    cast: &'c Cast<'c>,
    /// Sells what our co-operative sells, for the same and for more.
    peer: Client,
    dear: Client,
    /// What ours and the dear one make.
    twice_made: String,
}

impl<'c> Orders<'c> {
    pub fn new(cast: &'c Cast<'c>) -> Self {
        let trade = &cast.deal.trade;
        let (_, peer) = trade.another_cooperative("Cerámica Hermana", "700000.00");
        let (_, dear) = trade.another_cooperative("Cerámica Cara", "1800000.00");
        let twice_made = cast.product("Tile that two make");
        for seller in [cast.seller(), &dear] {
            let spec = ListingSpec::of(&twice_made).capacity("9000000");
            cast.world.open_listing(seller, &spec);
        }
        Self {
            cast,
            peer,
            dear,
            twice_made,
        }
    }

    fn act(&self, by: &Client, order: &str, act: &str) {
        let etag = by.get(order).expect(200).etag;
        by.act(&format!("{order}/{act}"), &etag).expect(200);
    }

    /// A confirmed order that our co-operative declined, and the proposal of the dear one.
    fn declined(&self) -> Thing {
        let confirmed = self.confirmed(&self.twice_made, "10");
        let issued = confirmed.body["purchase_orders"][0]["id"].as_str().unwrap();
        let issued = format!("/api/v1/purchase-orders/{issued}");
        let seller = self.cast.seller();
        seller.decline(&seller.get(&issued).expect(200)).expect(200);
        let need = confirmed.body["need_id"].as_str().unwrap();
        let offered = self.cast.deal.trade.offered(need).id();
        Thing::at(format!("/api/v1/orders/{}", confirmed.id())).with(offered)
    }

    /// An order of which one part was taken and the other is being replaced by a dearer one, which waits.
    fn replacing(&self, state: OrderState) -> Thing {
        let (trade, world) = (&self.cast.deal.trade, self.cast.world);
        let product = self.cast.product("Tile that each makes some of");
        for seller in [self.cast.seller(), &self.peer] {
            world.open_listing(seller, &ListingSpec::of(&product).capacity("60"));
        }
        let confirmed = self.confirmed(&product, "200");
        world.open_listing(&self.dear, &ListingSpec::of(&product));
        let issued = confirmed.body["purchase_orders"].as_array().unwrap();
        assert_eq!(issued.len(), 2);
        for issued in issued {
            let path = format!("/api/v1/purchase-orders/{}", issued["id"].as_str().unwrap());
            let of_peer = self.peer.get(&path);
            if of_peer.status == 200 {
                self.peer.accept(&of_peer).expect(200);
            } else {
                let ours = self.cast.seller().get(&path).expect(200);
                self.cast.seller().decline(&ours).expect(200);
            }
        }
        let need = confirmed.body["need_id"].as_str().unwrap();
        let waiting = trade.rematch(&trade.order(&confirmed), &trade.offered(need));
        let waiting = waiting.expect(200);
        if state == OrderState::Approved {
            trade.approved(&waiting);
        }
        Thing::at(format!("/api/v1/orders/{}", confirmed.id()))
    }

    /// A confirmed order for so much of the product.
    fn confirmed(&self, product: &str, quantity: &str) -> Response {
        let (trade, buyer) = (&self.cast.deal.trade, self.cast.buyer());
        let need = trade.need_of(json!([{"product_id": product, "quantity": quantity,
            "region": "AR-B", "due_on": today() + Days::new(80)}]));
        let draft = trade.order_by(&trade.propose(&need)).expect(201);
        let submitted = buyer.order_act(&draft, "submit").expect(200);
        let approved = trade.approved(&submitted);
        buyer.order_act(&approved, "confirm").expect(200)
    }
}

impl Trial for Orders<'_> {
    type State = OrderState;
    type Act = OrderAct;
    const STATES: &'static [OrderState] = OrderState::ALL;
    const ACTS: &'static [OrderAct] = OrderAct::ALL;

    fn people(&self) -> Vec<&Person> {
        self.cast.people.iter().collect()
    }
    fn reader(&self) -> &Client {
        self.cast.buyer()
    }

    fn make(&self, state: OrderState) -> Thing {
        use OrderState as State;
        let trade = &self.cast.deal.trade;
        let at = |order: &Response| format!("/api/v1/orders/{}", order.id());
        let path = match state {
            State::Draft => at(&trade.draft("10")),
            State::Submitted => at(&trade.submitted("10")),
            State::Approved => at(&trade.approved(&trade.submitted("10"))),
            State::Confirmed => at(&trade.confirmed("10")),
            State::Fulfilled | State::Closed => {
                let (order, delivery) = self.cast.accepted("10");
                deliver(&delivery, "10", state == State::Closed);
                order
            }
            State::Cancelled => {
                let submitted = trade.submitted("10");
                let path = format!("{}/cancel", at(&submitted));
                let buyer = self.cast.buyer();
                buyer.post_if(&path, &submitted.etag, reason()).expect(200);
                at(&submitted)
            }
        };
        Thing::at(path).with(uuid::Uuid::now_v7().to_string())
    }

    fn ways(act: OrderAct) -> Vec<Way<Self>> {
        use OrderState as State;
        let buyer = |_| -> &'static [&'static str] { &["union buyer"] };
        match act {
            OrderAct::Submit => vec![Way::request(buyer, |_, by, order, etag| {
                by.act(&format!("{}/submit", order.path), etag)
            })],
            OrderAct::Approve => vec![
                Way::request(approvers, |_, by, order, etag| {
                    by.act(&format!("{}/approve", order.path), etag)
                })
                .once(|orders, order, _| {
                    let first = &orders.cast.deal.trade.approvers[0];
                    orders.act(first, &order.path, "approve");
                }),
                // No step of the union's ladder asks its assembly; `ladders` has the story of one that does.
                Way::request(
                    |_| &["union admin"],
                    |_, by, order, etag| {
                        let record = json!({"assembly_record_id": uuid::Uuid::now_v7()});
                        by.post_if(&format!("{}/assembly-decision", order.path), etag, record)
                    },
                )
                .from(&[]),
            ],
            OrderAct::Confirm => vec![
                Way::request(buyer, |_, by, order, etag| {
                    by.act(&format!("{}/confirm", order.path), etag)
                })
                .refused_as(|state| match state {
                    State::Submitted => "approvals_missing",
                    _ => "wrong_state",
                }),
            ],
            OrderAct::Withdraw => vec![Way::request(buyer, |_, by, order, etag| {
                by.act(&format!("{}/withdraw", order.path), etag)
            })],
            OrderAct::Cancel => vec![
                Way::request(buyer, |_, by, order, etag| {
                    by.post_if(&format!("{}/cancel", order.path), etag, reason())
                }),
                // Nobody confirmed it in time.
                Way::time(|orders: &Self, _| {
                    let later = TimeDelta::days(10) + TimeDelta::minutes(5);
                    orders.cast.world.work_at(Utc::now() + later);
                })
                .from(&[State::Draft, State::Submitted, State::Approved]),
            ],
            OrderAct::Rematch => vec![
                Way::request(buyer, |_, by, order, etag| {
                    let body = json!({"proposal_id": order.also[0]});
                    by.post_if(&format!("{}/rematch", order.path), etag, body)
                })
                .on(|orders, _| orders.declined()),
            ],
            OrderAct::Lapse => vec![
                Way::request(buyer, |_, by, order, etag| {
                    by.act(&format!("{}/withdraw", order.path), etag)
                })
                .on(Orders::replacing)
                .given(&[State::Submitted, State::Approved]),
            ],
            OrderAct::Fulfil => vec![Way::consequence("its last purchase order is delivered")],
            OrderAct::Close => vec![Way::consequence("its last purchase order is settled")],
            OrderAct::Reopen => vec![Way::consequence("a payment of it is taken back")],
        }
    }
}

/// Of a draft nobody knows yet what it will ask for: any office that signs.
fn approvers(state: OrderState) -> &'static [&'static str] {
    match state {
        OrderState::Draft => &[
            "union approver",
            "union officer",
            "union second_signer",
            "union president",
            "union board_member",
        ],
        _ => &["union approver"],
    }
}

/// Purchase orders to the co-operative.
pub struct PurchaseOrders<'c>(pub &'c Cast<'c>);

impl Trial for PurchaseOrders<'_> {
    type State = PurchaseOrderState;
    type Act = PurchaseOrderAct;
    const STATES: &'static [PurchaseOrderState] = PurchaseOrderState::ALL;
    const ACTS: &'static [PurchaseOrderAct] = PurchaseOrderAct::ALL;

    fn people(&self) -> Vec<&Person> {
        self.0.people.iter().collect()
    }
    fn reader(&self) -> &Client {
        self.0.seller()
    }

    fn make(&self, state: PurchaseOrderState) -> Thing {
        use PurchaseOrderState as State;
        let (cast, seller, buyer) = (self.0, self.0.seller(), self.0.buyer());
        if matches!(state, State::Accepted | State::Delivered | State::Closed) {
            let (order, delivery) = cast.accepted("10");
            if state != State::Accepted {
                deliver(&delivery, "10", state == State::Closed);
            }
            return Thing::at(delivery.path.clone()).with(order);
        }
        let [order, path] = cast.issued("10");
        match state {
            State::Declined => {
                seller.decline(&seller.get(&path).expect(200)).expect(200);
            }
            State::Expired => expire(cast),
            State::Cancelled => {
                let etag = buyer.get(&order).expect(200).etag;
                let cancel = format!("{order}/cancel");
                buyer.post_if(&cancel, &etag, reason()).expect(200);
            }
            _ => {}
        }
        Thing::at(path).with(order)
    }

    fn ways(act: PurchaseOrderAct) -> Vec<Way<Self>> {
        use PurchaseOrderState as State;
        let buyer = |_| -> &'static [&'static str] { &["union buyer"] };
        let seller =
            |_| -> &'static [&'static str] { &["cooperative seller", "cooperative treasurer"] };
        match act {
            PurchaseOrderAct::Accept => vec![Way::request(seller, |_, by, issued, etag| {
                by.act(&format!("{}/accept", issued.path), etag)
            })],
            PurchaseOrderAct::Decline => vec![Way::request(seller, |_, by, issued, etag| {
                by.post_if(&format!("{}/decline", issued.path), etag, reason())
            })],
            PurchaseOrderAct::Expire => vec![Way::time(|all, _| expire(all.0))],
            PurchaseOrderAct::Deliver => vec![Way::consequence("the last of it is received")],
            PurchaseOrderAct::Close => vec![Way::consequence("nothing is owed any more")],
            PurchaseOrderAct::Reopen => vec![Way::consequence("a payment is taken back")],
            PurchaseOrderAct::Cancel => vec![
                // With its order, unless the co-operative has accepted.
                Way::request(buyer, |all: &Self, by, issued, _| {
                    let order = &issued.also[0];
                    let etag = all.0.buyer().get(order).etag;
                    let etag = if etag.is_empty() { "\"1\"" } else { &etag };
                    by.post_if(&format!("{order}/cancel"), etag, reason())
                })
                .about(|issued| &issued.also[0])
                .from(&[State::Issued])
                .given(&[
                    State::Issued,
                    State::Accepted,
                    State::Delivered,
                    State::Closed,
                    State::Cancelled,
                ]),
                // After the co-operative was heard.
                Way::request(buyer, |_, by, issued, _| {
                    let talk = &issued.also[1];
                    let etag = by.get(talk).etag;
                    let etag = if etag.is_empty() { "\"1\"" } else { &etag };
                    by.act(&format!("{talk}/cancel"), etag)
                })
                .on(PurchaseOrders::heard)
                .given(&[State::Accepted]),
            ],
        }
    }
}

/// The time to answer is over.
fn expire(cast: &Cast<'_>) {
    let later = TimeDelta::days(5) + TimeDelta::minutes(5);
    cast.world.work_at(Utc::now() + later);
}

impl PurchaseOrders<'_> {
    /// A purchase order with the co-operative's answer to a consultation about it.
    fn heard(&self, state: PurchaseOrderState) -> Thing {
        let thing = self.make(state);
        let talk = super::deliveries::consult(self.0, &thing.path);
        super::deliveries::answer(self.0, &talk);
        thing.with(talk)
    }
}
