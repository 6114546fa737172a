//! The two open lists meet: what nobody can make is seen by those who might, and new capacity finds it
//! (MA1, S16).
use super::market::{Figures, Maker, Market, sunday};
use crate::support::{Client, World, on_each_database};
use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

/// A union needs 3,000 shirts by the sixth Sunday; one co-operative can make 800 of them.
fn partly_met<'w>(market: &Market<'w>) -> (String, Maker<'w>) {
    let small = Figures {
        weekly: &[400, 400],
        ..Figures::default()
    };
    let maker = market.maker(&market.network, "Cooperativa Chica", small);
    let need = market.published(market.need("3000"));
    let proposal = market.proposal(&need);
    assert_eq!(proposal["matching"]["allocations"][0]["quantity"], "800");
    (need, maker)
}

fn address(person: &Client) -> String {
    person.login.clone().unwrap().0
}

fn subjects(world: &World, to: &str) -> Vec<String> {
    let mails = world.mails();
    let about = mails
        .iter()
        .filter(|mail| mail.to == to && mail.subject.contains("capacity"));
    about.map(|mail| mail.subject.clone()).collect()
}

#[test]
fn what_nobody_can_make_is_listed_without_saying_for_whom() {
    on_each_database(|world| {
        let market = Market::open(world);
        let (need, _) = partly_met(&market);
        let looker = world
            .cooperative(&market.network, "Cooperativa Curiosa", "AR")
            .admin;
        let list = looker.get("/api/v1/unmet-needs").expect(200).body;
        let items = list["items"].as_array().unwrap();
        assert_eq!(items.len(), 1);
        let line = &items[0];
        assert_eq!(line["quantity"], "2200");
        assert_eq!(line["codes"], json!(["capacity"]));
        assert_eq!(line["region"], "AR-B");
        assert_eq!(line["buyer_country"], "AR");
        assert_eq!(line["due_on"], json!(sunday(6)));
        let text = list.to_string();
        for secret in [&market.union.id, &market.union.name, &need] {
            assert!(!text.contains(secret), "{secret} is told");
        }
        assert!(!text.contains("May Day"), "the need's own words are told");
        let path = format!("/api/v1/unmet-needs/{}", line["id"].as_str().unwrap());
        assert_eq!(&market.network.admin.get(&path).expect(200).body, line);

        let count = |query: &str| {
            let list = looker
                .get(&format!("/api/v1/unmet-needs{query}"))
                .expect(200)
                .body;
            list["items"].as_array().unwrap().len()
        };
        assert_eq!(count(&format!("?product_id={}", market.product)), 1);
        assert_eq!(count(&format!("?product_id={}", uuid::Uuid::now_v7())), 0);
        assert_eq!(count("?region=AR-B"), 1);
        assert_eq!(count("?region=AR-V"), 0);
        looker
            .get("/api/v1/unmet-needs?region=x")
            .refused(400, "invalid_input");
        market
            .buyer
            .get("/api/v1/unmet-needs")
            .refused(403, "forbidden");
        market.buyer.get(&path).refused(403, "forbidden");
        let applicant = world.applicant("cooperative", "Cooperativa Nueva", "AR");
        applicant
            .admin
            .get("/api/v1/unmet-needs")
            .refused(403, "not_admitted");

        // Taken back, it is gone.
        let need_path = format!("/api/v1/needs/{need}");
        let etag = market.buyer.get(&need_path).expect(200).etag;
        market
            .buyer
            .act(&format!("{need_path}/withdraw"), &etag)
            .expect(200);
        assert_eq!(count(""), 0);
        looker.get(&path).refused(404, "not_found");
        let proposals = market
            .buyer
            .get(&format!("{need_path}/proposals"))
            .expect(200)
            .body;
        assert_eq!(proposals["items"][0]["status"], "superseded");
    });
}

#[test]
fn new_capacity_tells_both_sides_and_meets_the_need() {
    on_each_database(|world| {
        let market = Market::open(world);
        let (need, maker) = partly_met(&market);
        let (to_buyer, to_seller) = (address(&market.buyer), address(&maker.seller));
        market.fill_calendar(&maker, &[400, 400, 1_000]);
        world.work();
        assert_eq!(subjects(world, &to_buyer).len(), 1);
        assert_eq!(subjects(world, &to_seller).len(), 1);
        let mails = world.mails();
        let letter = |to: &str| mails.iter().rev().find(|mail| mail.to == to).unwrap();
        let text = &letter(&to_buyer).text;
        assert!(text.contains("Shirts for the May Day march (N-"), "{text}");
        assert!(text.contains(&format!("/api/v1/needs/{need}")), "{text}");
        let text = &letter(&to_seller).text;
        assert!(text.contains("2200 · AR-B"), "{text}");
        assert!(text.contains("/api/v1/unmet-needs?product_id="), "{text}");
        assert!(!text.contains("May Day"), "{text}");

        // Who corrects a calendar twice tells nobody twice, but the next day.
        market.fill_calendar(&maker, &[400, 400, 1_000, 1_100]);
        world.work();
        assert_eq!(subjects(world, &to_buyer).len(), 1);
        market.fill_calendar(&maker, &[400, 400, 1_000, 1_200]);
        world.work_at(Utc::now() + TimeDelta::hours(25));
        assert_eq!(subjects(world, &to_buyer).len(), 2);
        assert_eq!(subjects(world, &to_seller).len(), 2);

        let proposal = market.proposal(&need);
        assert_eq!(proposal["matching"]["unmet"], json!([]));
        let list = market
            .network
            .admin
            .get("/api/v1/unmet-needs")
            .expect(200)
            .body;
        assert_eq!(list["items"], json!([]));
        market.fill_calendar(&maker, &[400, 400, 1_000, 1_300]);
        world.work_at(Utc::now() + TimeDelta::hours(50));
        assert_eq!(
            subjects(world, &to_buyer).len(),
            2,
            "what is met needs no notice"
        );
    });
}

#[test]
fn capacity_that_does_not_fit_tells_nobody() {
    on_each_database(|world| {
        let market = Market::open(world);
        partly_met(&market);
        let pallets = Figures {
            minimum: "50000",
            ..Figures::default()
        };
        let large = market.maker(&market.network, "Cooperativa Grande", pallets);
        market.fill_calendar(&large, &[60_000]);
        let slow = Figures {
            weekly: &[0, 0, 0, 0, 0, 0, 0, 900],
            ..Figures::default()
        };
        let slow = market.maker(&market.network, "Cooperativa Lenta", slow);
        market.fill_calendar(&slow, &[0, 0, 0, 0, 0, 0, 0, 950]);
        world.work();
        let buyer = address(&market.buyer);
        assert_eq!(subjects(world, &buyer), Vec::<String>::new());
    });
}

#[test]
fn an_unmet_line_keeps_its_place_while_it_is_unmet() {
    on_each_database(|world| {
        let market = Market::open(world);
        let need = market.published(market.need("100"));
        let first = market.proposal(&need);
        assert_eq!(
            first["matching"]["unmet"][0]["codes"],
            json!(["not_offered"])
        );
        let status = |path: &str| market.buyer.get(path).expect(200).body["status"].clone();
        let path = format!("/api/v1/needs/{need}");
        assert_eq!(status(&path), "unmet");
        let line = || -> Value {
            let list = market.network.admin.get("/api/v1/unmet-needs").expect(200);
            list.body["items"][0].clone()
        };
        let before = line();
        market.proposal(&need);
        assert_eq!(line(), before);
        market.maker(
            &market.network,
            "Cooperativa Chica",
            Figures {
                weekly: &[60],
                ..Figures::default()
            },
        );
        market.proposal(&need);
        assert_eq!(status(&path), "proposed");
        let after = line();
        assert_eq!(
            (&after["id"], &after["unmet_since"]),
            (&before["id"], &before["unmet_since"])
        );
        assert_eq!(after["quantity"], "40");
    });
}
