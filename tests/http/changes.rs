//! The change feed: every change that an organisation may see, in order, once (NO2).
use crate::support::{Client, World, on_each_database};
use diesel::connection::SimpleConnection;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use store::ids::OrganisationId;
use store::operations::audit::{self, Act};
use store::operations::events::{self, Place};
use store::sql::Time;
use uuid::Uuid;

/// The changes after a cursor, page by page of so many, and where to go on.
pub fn follow(client: &Client, from: Option<String>, limit: u32) -> (Vec<Value>, Option<String>) {
    let mut items = Vec::new();
    let mut next = from;
    loop {
        let after = next
            .as_ref()
            .map_or(String::new(), |next| format!("&after={next}"));
        let page = client
            .get(&format!("/api/v1/changes?limit={limit}{after}"))
            .expect(200);
        let got = page.body["items"].as_array().unwrap();
        assert!(got.len() <= usize::try_from(limit).unwrap());
        items.extend(got.iter().cloned());
        next = page.body["next"].as_str().map(str::to_owned);
        if page.body["more"] == false {
            return (items, next);
        }
    }
}

fn types(items: &[Value]) -> Vec<&str> {
    items
        .iter()
        .map(|item| item["type"].as_str().unwrap())
        .collect()
}

#[test]
fn both_sides_of_a_trade_follow_it_and_nobody_else_does() {
    on_each_database(|world| {
        let trade = world.trade();
        let (buyer, seller) = (&trade.market.buyer, &trade.market.seller);
        let bystander = world.union("Sindicato de al lado", "AR");
        world.work();
        let (_, before) = follow(buyer, None, 100);
        let (_, sold_before) = follow(seller, None, 100);
        let confirmed = trade.confirmed("100");
        let issued = confirmed.body["purchase_orders"][0]["id"].as_str().unwrap();
        let path = format!("/api/v1/purchase-orders/{issued}");
        seller.accept(&seller.get(&path).expect(200)).expect(200);
        // Nothing is in the feed before it was published; then all of it, whatever the size of the pages.
        assert_eq!(follow(buyer, before.clone(), 100).0, Vec::<Value>::new());
        world.work();
        let (bought, next) = follow(buyer, before.clone(), 100);
        assert_eq!(
            types(&bought),
            [
                "need.created",
                "need.published",
                "need.proposed",
                "proposal.made",
                "need.ordered",
                "order.placed",
                "order.submitted",
                "order.approved",
                "order.approved",
                "purchase_order.issued",
                "order.confirmed",
                "purchase_order.accepted",
            ]
        );
        assert_eq!(follow(buyer, before, 2).0, bought);
        let accepted = bought.last().unwrap();
        assert_eq!(accepted["url"], path);
        let read = buyer.get(&path).expect(200);
        assert_eq!(accepted["reference"], read.body["reference"]);
        let (sold, _) = follow(seller, sold_before, 100);
        assert_eq!(
            types(&sold),
            ["purchase_order.issued", "purchase_order.accepted"]
        );
        let (others, _) = follow(&bystander.admin, None, 100);
        assert_eq!(
            types(&others),
            ["organisation.signed_up", "organisation.admitted"]
        );
        // A second look from where one was shows nothing, and what comes later once.
        let (nothing, same) = follow(buyer, next.clone(), 100);
        assert_eq!((nothing.len(), &same), (0, &next));
        trade.need("50");
        world.work();
        let (more, _) = follow(buyer, next, 100);
        assert_eq!(types(&more), ["need.created", "need.published"]);
        buyer
            .get("/api/v1/changes?after=nonsense")
            .refused(400, "invalid_cursor");
        buyer
            .get("/api/v1/changes?limit=101")
            .refused(400, "invalid_input");
    });
}

#[test]
fn a_machine_follows_with_its_scope() {
    on_each_database(|world| {
        let union = world.union("Sindicato Ceramista", "AR");
        let it = union.machine(world, &["events:read"], &[]);
        world.work();
        let (seen, _) = follow(&it.client, None, 100);
        assert_eq!(
            types(&seen),
            [
                "organisation.signed_up",
                "organisation.admitted",
                "client.registered"
            ]
        );
        let url = seen[0]["url"].as_str().unwrap();
        it.client.get(url).refused(403, "insufficient_scope");
    });
}

#[test]
fn the_paths_of_things_are_in_the_document() {
    let operations = crate::walk::operations();
    for template in api::routes::changes::objects::templates() {
        let read = operations
            .iter()
            .any(|one| one.method == "GET" && one.path == template);
        assert!(read, "{template} cannot be read");
    }
}

/// An act of the organisation, in the transaction that the connection is in.
fn act(conn: &mut store::Conn, organisation: OrganisationId) -> Uuid {
    let id = Uuid::now_v7();
    let act = Act {
        act: "need.create",
        kind: "need",
        id,
        before: None,
        after: Some(&json!({})),
    };
    audit::record_by_server(conn, Time::now(), organisation, &act).unwrap();
    id
}

fn postgres() -> Option<World> {
    match std::env::var("TEST_DATABASE_URL") {
        Ok(url) => Some(World::postgres(&url)),
        Err(_) => {
            eprintln!("skipped: TEST_DATABASE_URL names no server");
            None
        }
    }
}

/// SQLite has one writer: there no transaction is open while another commits.
#[test]
fn what_commits_late_is_not_skipped() {
    let Some(world) = postgres() else { return };
    let union = world.union("Sindicato Ceramista", "AR");
    let whose: OrganisationId = union.id.parse::<Uuid>().unwrap().into();
    let mut slow = world.conn();
    slow.batch_execute("BEGIN").unwrap();
    let late = act(&mut slow, whose);
    // Younger, but committed first.
    let early = act(&mut world.conn(), whose);
    world.work();
    let (seen, next) = follow(&union.admin, None, 1);
    let last = seen.last().unwrap();
    assert_eq!(last["object_id"], early.to_string());
    assert!(
        seen.iter()
            .all(|item| item["object_id"] != late.to_string())
    );
    slow.batch_execute("COMMIT").unwrap();
    world.work();
    let (more, _) = follow(&union.admin, next, 1);
    let more: Vec<&Value> = more.iter().map(|item| &item["object_id"]).collect();
    assert_eq!(more, [&json!(late)]);
}

/// Many writers whose transactions overlap, two publishers, and a reader that goes on all the time.
#[test]
fn a_reader_misses_nothing_while_many_write() {
    const WRITERS: usize = 6;
    const ACTS: usize = 40;
    let Some(world) = postgres() else { return };
    let union = world.union("Sindicato Ceramista", "AR");
    let whose: OrganisationId = union.id.parse::<Uuid>().unwrap().into();
    let done = AtomicBool::new(false);
    let (written, read) = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|_| {
                let mut conn = world.conn();
                scope.spawn(move || {
                    let mut ids = Vec::new();
                    for _ in 0..ACTS {
                        conn.batch_execute("BEGIN").unwrap();
                        ids.push(act(&mut conn, whose));
                        conn.batch_execute("SELECT pg_sleep(random() * 0.02); COMMIT")
                            .unwrap();
                    }
                    ids
                })
            })
            .collect();
        for _ in 0..2 {
            let mut conn = world.conn();
            let done = &done;
            scope.spawn(move || {
                while !done.load(Ordering::Relaxed) {
                    conn.batch_execute("BEGIN").unwrap();
                    events::publish(&mut conn, Time::now(), 3).unwrap();
                    conn.batch_execute("COMMIT").unwrap();
                }
            });
        }
        let reader = {
            let mut conn = world.conn();
            let done = &done;
            scope.spawn(move || {
                let mut place: Option<Place> = None;
                let mut seen: Vec<Uuid> = Vec::new();
                loop {
                    let last = done.load(Ordering::Relaxed);
                    let page = events::after(&mut conn, whose, place, 7).unwrap();
                    if page.is_empty() && last {
                        return seen;
                    }
                    for event in page {
                        let at = event.published_at.unwrap();
                        place = Some(Place { at, id: event.id });
                        if event.kind == "need.created" {
                            seen.push(event.object());
                        }
                    }
                }
            })
        };
        let written: Vec<Uuid> = writers
            .into_iter()
            .flat_map(|one| one.join().unwrap())
            .collect();
        world.work();
        done.store(true, Ordering::Relaxed);
        let read = reader.join().unwrap();
        (written, read)
    });
    let unique: BTreeSet<Uuid> = read.iter().copied().collect();
    assert_eq!(unique.len(), read.len(), "a change came twice");
    assert_eq!(unique, written.into_iter().collect());
}
