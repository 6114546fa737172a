//! The capacity calendar (MA2): periods that do not overlap, and reservations that nothing cuts.
use crate::support::catalogue::{ListingSpec, calendar};
use crate::support::governance::{days_ago, today};
use crate::support::{World, on_each_database};
use chrono::{Days, NaiveDate};
use diesel::prelude::*;
use serde_json::{Value, json};
use store::schema::{capacity_periods, outbox};

fn day(days: u64) -> NaiveDate {
    today() + Days::new(days)
}

fn period(from: u64, to: u64, capacity: &str) -> Value {
    json!({"starts_on": day(from), "ends_on": day(to), "capacity": capacity})
}

/// As an order would: so many units of the listing's first period.
fn reserve(world: &World, listing: &str, units: i64) {
    let mut conn = world.conn();
    let id: store::ids::ListingId = listing.parse::<uuid::Uuid>().unwrap().into();
    let first: store::ids::PeriodId = capacity_periods::table
        .filter(capacity_periods::listing_id.eq(id))
        .order(capacity_periods::starts_on)
        .select(capacity_periods::id)
        .first(&mut conn)
        .unwrap();
    diesel::update(capacity_periods::table.find(first))
        .set(capacity_periods::reserved_micro.eq(units * 1_000_000))
        .execute(&mut conn)
        .unwrap();
}

#[test]
fn a_calendar_is_replaced_as_a_whole_and_never_overlaps() {
    on_each_database(|world| {
        let market = world.market();
        let spec = ListingSpec::of(&market.product);
        let listing = market
            .seller
            .post("/api/v1/listings", spec.body)
            .expect(201)
            .id();
        let path = format!("/api/v1/listings/{listing}/capacity");
        let put = |etag: &str, periods: Value| {
            market.seller.put(&path, etag, json!({"periods": periods}))
        };
        let etag = put("\"1\"", json!([period(30, 59, "50"), period(0, 29, "100")]))
            .expect(200)
            .etag;
        assert!(etag.starts_with("\"2-"));
        put("\"1\"", json!([])).refused(412, "stale");
        let seen = market.seller.get(&path).expect(200).body;
        let units: Vec<_> = seen["periods"].as_array().unwrap().iter().collect();
        assert_eq!(units.len(), 2);
        assert_eq!(
            (&units[0]["capacity"], &units[0]["free"]),
            (&json!("100"), &json!("100"))
        );
        let kept = units[0]["id"].clone();

        let wrong = |periods: Value| {
            let refused = put(&etag, periods).refused(400, "invalid_input");
            refused.pointers().join(" ")
        };
        let overlap = json!([period(0, 10, "1"), period(20, 30, "1"), period(10, 15, "1")]);
        assert_eq!(wrong(overlap), "/periods/2/starts_on");
        assert_eq!(wrong(json!([period(10, 9, "1")])), "/periods/0/starts_on");
        let ended = json!([{"starts_on": days_ago(9), "ends_on": days_ago(1), "capacity": "1"}]);
        assert_eq!(wrong(ended), "/periods/0/ends_on");
        assert_eq!(wrong(json!([period(0, 2000, "1")])), "/periods/0/ends_on");
        let absurd =
            json!([{"starts_on": "+262142-01-01", "ends_on": "+262142-01-02", "capacity": "1"}]);
        assert_eq!(wrong(absurd), "/periods/0/ends_on");
        assert_eq!(wrong(json!([period(0, 9, "0.5")])), "/periods/0/capacity");
        assert_eq!(wrong(json!([period(0, 9, "-1")])), "/periods/0/capacity");
        let too_many: Vec<Value> = (0..161).map(|at| period(at, at, "1")).collect();
        assert_eq!(wrong(json!(too_many)), "/periods");

        // Nothing of that was kept; a period that stays keeps its id.
        let etag = put(&etag, json!([period(0, 29, "120")])).expect(200).etag;
        let seen = market.seller.get(&path).expect(200).body;
        assert_eq!(seen["periods"].as_array().unwrap().len(), 1);
        assert_eq!(seen["periods"][0]["id"], kept);
        let etag = put(&etag, json!([])).expect(200).etag;
        assert_eq!(
            market.seller.get(&path).expect(200).body["periods"],
            json!([])
        );
        market
            .buyer
            .put(&path, &etag, json!({"periods": []}))
            .refused(403, "forbidden");
    });
}

#[test]
fn what_is_reserved_is_never_cut() {
    on_each_database(|world| {
        let market = world.market();
        let listing = world.open_listing(&market.seller, &ListingSpec::of(&market.product));
        let path = format!("/api/v1/listings/{listing}/capacity");
        reserve(world, &listing, 3000);
        let etag = market
            .seller
            .get(&format!("/api/v1/listings/{listing}"))
            .expect(200)
            .etag;
        let put = |periods: Value| market.seller.put(&path, &etag, json!({"periods": periods}));
        put(json!([period(0, 29, "2999")])).refused(409, "capacity_reserved");
        put(json!([period(0, 28, "5000")])).refused(409, "capacity_reserved");
        put(json!([period(1, 29, "5000")])).refused(409, "capacity_reserved");
        put(json!([])).refused(409, "capacity_reserved");
        put(json!([period(0, 29, "3000"), period(30, 40, "7")])).expect(200);

        // A buyer sees what is free, and not what others have taken.
        let seen = market.buyer.get(&path).expect(200).body;
        assert_eq!(seen["periods"][0]["free"], "0");
        assert_eq!(seen["periods"][0]["capacity"], Value::Null);
        assert_eq!(seen["periods"][1]["free"], "7");
    });
}

/// How often somebody was told of new capacity.
fn notices(world: &World) -> i64 {
    outbox::table
        .filter(outbox::kind.eq("match_unmet"))
        .count()
        .get_result(&mut world.conn())
        .unwrap()
}

#[test]
fn new_capacity_of_an_open_listing_is_put_before_unmet_needs() {
    on_each_database(|world| {
        let market = world.market();
        let (listing, etag) =
            world.draft_listing(&market.seller, &ListingSpec::of(&market.product));
        assert_eq!(notices(world), 0, "a draft is nobody's yet");
        let path = format!("/api/v1/listings/{listing}");
        let etag = market
            .seller
            .act(&format!("{path}/open"), &etag)
            .expect(200)
            .etag;
        assert_eq!(notices(world), 1);
        let put = |etag: &str, units: &str| {
            let path = format!("{path}/capacity");
            market
                .seller
                .put(&path, etag, calendar(units))
                .expect(200)
                .etag
        };
        let etag = put(&etag, "4000");
        assert_eq!(notices(world), 1, "less is nothing new");
        let etag = put(&etag, "4001");
        assert_eq!(notices(world), 2);
        let etag = market
            .seller
            .act(&format!("{path}/pause"), &etag)
            .expect(200)
            .etag;
        put(&etag, "6000");
        assert_eq!(notices(world), 2, "a paused listing is not matched");
    });
}
