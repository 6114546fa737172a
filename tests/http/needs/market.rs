//! A small market to match in: a network, its verified co-operatives, a product with market evidence,
//! rules that both sides adopted. Written below the API: these stories begin where a need is posted.
use crate::support::{Client, Org, World};
use chrono::{Datelike, Days, NaiveDate, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};
use store::Conn;
use store::ids::{
    AssemblyRecordId, BenchmarkId, DossierId, ListingId, OrganisationId, PeriodId, PersonId,
    ProductId, QuoteId, RecognitionId, RuleSetId,
};
use store::schema as db;
use store::sql::{Json, Time};
use uuid::Uuid;

/// Where everything is delivered.
pub const REGION: &str = "AR-B";

/// What the stories share.
pub struct Market<'w> {
    pub world: &'w World,
    pub network: Org<'w>,
    pub union: Org<'w>,
    /// A buyer of the union.
    pub buyer: Client,
    pub product: ProductId,
    rules: RuleSetId,
    benchmark: BenchmarkId,
    somebody: PersonId,
}

/// A listing's figures; the others are the same for all.
#[derive(Clone, Copy)]
pub struct Figures {
    pub materials: &'static str,
    pub offered: Option<&'static str>,
    pub minimum: i64,
    pub lot: i64,
    pub steps: &'static [i64],
    /// Units free in each of the next weeks, this week first.
    pub weekly: &'static [i64],
    pub lead_days: i32,
    pub idle_hours: i64,
}

impl Default for Figures {
    fn default() -> Self {
        Self {
            materials: "4000",
            offered: None,
            minimum: 0,
            lot: 1,
            steps: &[],
            weekly: &[0, 500, 500, 500, 500],
            lead_days: 0,
            idle_hours: 400,
        }
    }
}

pub fn today() -> NaiveDate {
    Utc::now().date_naive()
}

/// The Sunday that ends this week, and so many weeks later.
pub fn sunday(weeks: u64) -> NaiveDate {
    let left = u64::from(6 - today().weekday().num_days_from_monday());
    today() + Days::new(left + 7 * weeks)
}

fn uuid(text: &str) -> Uuid {
    text.parse().unwrap()
}

pub fn micro(text: &str) -> i64 {
    text.parse::<money::Micro>().unwrap().get()
}

fn now() -> Time {
    Time::from(Utc::now())
}

impl<'w> Market<'w> {
    /// Shirts, with three market quotes of 10,000 ARS.
    pub fn open(world: &'w World) -> Self {
        let network = world.network("Red de Empresas Recuperadas", "AR");
        let union = world.union("Sindicato Textil del Sur", "AR");
        let buyer = union.member(&["buyer"]);
        let conn = &mut world.conn();
        let somebody: PersonId = db::people::table.select(db::people::id).first(conn).unwrap();
        let market = Self {
            world,
            product: ProductId::fresh(),
            rules: RuleSetId::fresh(),
            benchmark: BenchmarkId::fresh(),
            somebody,
            network,
            union,
            buyer,
        };
        market.write_product(conn);
        market.write_rules(conn);
        market.adopt(&market.union, "buyers");
        for source in ["Mayorista Once", "Licitación municipal", "Catálogo de marca"] {
            market.quote(source, "10000", 0);
        }
        market
    }

    fn network_id(&self) -> OrganisationId {
        uuid(&self.network.id).into()
    }

    fn write_product(&self, conn: &mut Conn) {
        diesel::insert_into(db::products::table)
            .values((
                db::products::id.eq(self.product),
                db::products::name.eq("Printed shirt"),
                db::products::name_folded.eq("printed shirt"),
                db::products::description.eq("Cotton"),
                db::products::category.eq("clothes"),
                db::products::unit.eq("C62"),
                db::products::quantity_decimals.eq(0),
                db::products::created_by.eq(self.network_id()),
                db::products::created_at.eq(now()),
                db::products::version.eq(1_i64),
            ))
            .execute(conn)
            .unwrap();
        diesel::insert_into(db::benchmarks::table)
            .values((
                db::benchmarks::id.eq(self.benchmark),
                db::benchmarks::country.eq("AR"),
                db::benchmarks::currency.eq("ARS"),
                db::benchmarks::living_wage_monthly_minor.eq(140_000_000_i64),
                db::benchmarks::standard_weekly_hours_micro.eq(micro("48")),
                db::benchmarks::source.eq("illustrative"),
                db::benchmarks::observed_on.eq(today()),
                db::benchmarks::entered_by.eq(self.network_id()),
                db::benchmarks::created_at.eq(now()),
            ))
            .execute(conn)
            .unwrap();
    }

    fn write_rules(&self, conn: &mut Conn) {
        diesel::insert_into(db::rule_sets::table)
            .values((
                db::rule_sets::id.eq(self.rules),
                db::rule_sets::name.eq("rules of the story"),
                db::rule_sets::parameters.eq(Json(json!({}))),
                db::rule_sets::text_hash.eq("0".repeat(64)),
                db::rule_sets::status.eq("published"),
                db::rule_sets::proposed_by.eq(self.network_id()),
                db::rule_sets::proposed_at.eq(now()),
                db::rule_sets::starts_on.eq(Some(today())),
                db::rule_sets::published_by.eq(Some(self.network_id())),
                db::rule_sets::published_at.eq(Some(now())),
                db::rule_sets::version.eq(1_i64),
            ))
            .execute(conn)
            .unwrap();
    }

    fn adopt(&self, org: &Org<'_>, side: &str) {
        let conn = &mut self.world.conn();
        let (record, organisation) = (AssemblyRecordId::fresh(), uuid(&org.id).into());
        let organisation: OrganisationId = organisation;
        diesel::insert_into(db::assembly_records::table)
            .values((
                db::assembly_records::id.eq(record),
                db::assembly_records::organisation_id.eq(organisation),
                db::assembly_records::subject.eq("rule_set"),
                db::assembly_records::title.eq("Rules"),
                db::assembly_records::notice_on.eq(today()),
                db::assembly_records::held_on.eq(today()),
                db::assembly_records::eligible.eq(10),
                db::assembly_records::present.eq(10),
                db::assembly_records::votes_for.eq(10),
                db::assembly_records::votes_against.eq(0),
                db::assembly_records::abstentions.eq(0),
                db::assembly_records::text_hash.eq("0".repeat(64)),
                db::assembly_records::outcome.eq("carried"),
                db::assembly_records::reasons.eq(""),
                db::assembly_records::recorded_by.eq(self.somebody),
                db::assembly_records::created_at.eq(now()),
            ))
            .execute(conn)
            .unwrap();
        diesel::insert_into(db::rule_set_adoptions::table)
            .values((
                db::rule_set_adoptions::rule_set_id.eq(self.rules),
                db::rule_set_adoptions::organisation_id.eq(organisation),
                db::rule_set_adoptions::side.eq(side),
                db::rule_set_adoptions::assembly_record_id.eq(record),
                db::rule_set_adoptions::adopted_by.eq(self.somebody),
                db::rule_set_adoptions::adopted_at.eq(now()),
            ))
            .execute(conn)
            .unwrap();
    }

    /// A market quote of today in ARS.
    pub fn quote(&self, source: &str, unit_price: &str, min_quantity: i64) {
        diesel::insert_into(db::market_quotes::table)
            .values((
                db::market_quotes::id.eq(QuoteId::fresh()),
                db::market_quotes::product_id.eq(self.product),
                db::market_quotes::source.eq(source),
                db::market_quotes::unit_price_micro.eq(micro(unit_price)),
                db::market_quotes::currency.eq("ARS"),
                db::market_quotes::observed_on.eq(today()),
                db::market_quotes::min_quantity_micro.eq(min_quantity * 1_000_000),
                db::market_quotes::entered_by.eq(self.network_id()),
                db::market_quotes::entered_by_person.eq(self.somebody),
                db::market_quotes::created_at.eq(now()),
            ))
            .execute(&mut self.world.conn())
            .unwrap();
    }

    /// A co-operative of `network`, verified by it, that adopted the rules and has an open listing.
    pub fn maker(&self, network: &Org<'w>, name: &str, figures: Figures) -> (Org<'w>, ListingId) {
        let coop = self.world.cooperative(network, name, "AR");
        self.verify(network, &coop);
        self.adopt(&coop, "suppliers");
        self.describe_workplace(&coop, figures.idle_hours);
        let listing = self.list(&coop, figures);
        (coop, listing)
    }

    fn verify(&self, network: &Org<'_>, coop: &Org<'_>) {
        let network: OrganisationId = uuid(&network.id).into();
        let coop: OrganisationId = uuid(&coop.id).into();
        diesel::insert_into(db::dossiers::table)
            .values((
                db::dossiers::id.eq(DossierId::fresh()),
                db::dossiers::cooperative_id.eq(coop),
                db::dossiers::network_id.eq(network),
                db::dossiers::status.eq("signed"),
                db::dossiers::members.eq(40),
                db::dossiers::hired.eq(2),
                db::dossiers::one_person_one_vote.eq(true),
                db::dossiers::last_assembly_on.eq(Some(today())),
                db::dossiers::origin.eq("recovered"),
                db::dossiers::founded_on.eq(today() - Days::new(2_000)),
                db::dossiers::signed_by.eq(Some(self.somebody)),
                db::dossiers::signed_at.eq(Some(now())),
                db::dossiers::standing.eq(Some("verified")),
                db::dossiers::expires_on.eq(Some(today() + Days::new(300))),
                db::dossiers::created_at.eq(now()),
                db::dossiers::version.eq(1_i64),
            ))
            .execute(&mut self.world.conn())
            .unwrap();
    }

    /// One network accepts another's verifications.
    pub fn recognise(&self, network: &Org<'_>, recognised: &Org<'_>) {
        let network: OrganisationId = uuid(&network.id).into();
        let recognised: OrganisationId = uuid(&recognised.id).into();
        diesel::insert_into(db::recognitions::table)
            .values((
                db::recognitions::id.eq(RecognitionId::fresh()),
                db::recognitions::network_id.eq(network),
                db::recognitions::recognised_id.eq(recognised),
                db::recognitions::since.eq(today()),
                db::recognitions::recorded_by.eq(self.somebody),
                db::recognitions::version.eq(1_i64),
            ))
            .execute(&mut self.world.conn())
            .unwrap();
    }

    fn describe_workplace(&self, coop: &Org<'_>, idle_hours: i64) {
        let coop: OrganisationId = uuid(&coop.id).into();
        diesel::insert_into(db::workplaces::table)
            .values((
                db::workplaces::cooperative_id.eq(coop),
                db::workplaces::currency.eq("ARS"),
                db::workplaces::monthly_pay_minor.eq(120_000_000_i64),
                db::workplaces::on_cost_rate_micro.eq(micro("0.25")),
                db::workplaces::weekly_hours_micro.eq(micro("40")),
                db::workplaces::assembly_hours_micro.eq(micro("6")),
                db::workplaces::idle_weekly_hours_micro.eq(idle_hours * 1_000_000),
                db::workplaces::weeks_of_work_left_micro.eq(micro("4")),
                db::workplaces::benchmark_id.eq(self.benchmark),
                db::workplaces::open_to_buyers.eq(false),
                db::workplaces::updated_at.eq(now()),
                db::workplaces::version.eq(1_i64),
            ))
            .execute(&mut self.world.conn())
            .unwrap();
    }

    fn list(&self, coop: &Org<'_>, figures: Figures) -> ListingId {
        let conn = &mut self.world.conn();
        let (listing, coop): (ListingId, OrganisationId) =
            (ListingId::fresh(), uuid(&coop.id).into());
        diesel::insert_into(db::listings::table)
            .values((
                db::listings::id.eq(listing),
                db::listings::cooperative_id.eq(coop),
                db::listings::product_id.eq(self.product),
                db::listings::sku.eq("SHIRT-1"),
                db::listings::title.eq("Remera estampada"),
                db::listings::title_folded.eq("remera estampada"),
                db::listings::currency.eq("ARS"),
                db::listings::status.eq("open"),
                db::listings::lead_days.eq(figures.lead_days),
                db::listings::minimum_micro.eq(figures.minimum * 1_000_000),
                db::listings::lot_micro.eq(figures.lot * 1_000_000),
                db::listings::materials_micro.eq(micro(figures.materials)),
                db::listings::overhead_micro.eq(micro("300")),
                db::listings::setup_cost_micro.eq(micro("20000")),
                db::listings::standard_minutes_micro.eq(micro("24")),
                db::listings::setup_minutes_micro.eq(0_i64),
                db::listings::line_efficiency_micro.eq(micro("0.8")),
                db::listings::offered_unit_price_micro.eq(figures.offered.map(micro)),
                db::listings::created_at.eq(now()),
                db::listings::version.eq(1_i64),
            ))
            .execute(conn)
            .unwrap();
        for step in figures.steps {
            diesel::insert_into(db::listing_steps::table)
                .values((
                    db::listing_steps::listing_id.eq(listing),
                    db::listing_steps::min_quantity_micro.eq(step * 1_000_000),
                ))
                .execute(conn)
                .unwrap();
        }
        diesel::insert_into(db::listing_freight::table)
            .values((
                db::listing_freight::listing_id.eq(listing),
                db::listing_freight::region.eq(REGION),
                db::listing_freight::unit_price_micro.eq(micro("120.50")),
                db::listing_freight::transit_days.eq(3),
            ))
            .execute(conn)
            .unwrap();
        for (week, units) in (0..).zip(figures.weekly) {
            self.can_make(listing, week, *units);
        }
        listing
    }

    /// A week of a listing's capacity calendar.
    fn can_make(&self, listing: ListingId, week: u64, units: i64) {
        diesel::insert_into(db::capacity_periods::table)
            .values((
                db::capacity_periods::id.eq(PeriodId::fresh()),
                db::capacity_periods::listing_id.eq(listing),
                db::capacity_periods::starts_on.eq(sunday(week) - Days::new(6)),
                db::capacity_periods::ends_on.eq(sunday(week)),
                db::capacity_periods::capacity_micro.eq(units * 1_000_000),
                db::capacity_periods::reserved_micro.eq(0_i64),
                db::capacity_periods::version.eq(1_i64),
            ))
            .execute(&mut self.world.conn())
            .unwrap();
    }

    /// A seller fills the listing's calendar: units for each of the next weeks, this week first.
    pub fn fill_calendar(&self, seller: &Client, listing: ListingId, weekly: &[i64]) {
        let path = format!("/api/v1/listings/{listing}");
        let etag = seller.get(&path).expect(200).etag;
        let periods: Vec<Value> = (0..)
            .zip(weekly)
            .filter(|(_, units)| **units > 0)
            .map(|(week, units)| {
                json!({
                    "starts_on": sunday(week) - Days::new(6), "ends_on": sunday(week),
                    "capacity": units.to_string(),
                })
            })
            .collect();
        seller
            .put(&format!("{path}/capacity"), &etag, json!({"periods": periods}))
            .expect(200);
    }

    /// A body of a need for so many shirts.
    pub fn need(&self, quantity: &str) -> Value {
        json!({
            "title": "Shirts for the May Day march", "currency": "ARS",
            "lines": [{
                "product_id": self.product.to_string(),
                "specification": "Print on the back; 40 % M, 40 % L, 20 % XL",
                "quantity": quantity, "region": REGION, "due_on": sunday(6),
            }],
        })
    }

    /// A published need; its id.
    pub fn published(&self, body: Value) -> String {
        let written = self.buyer.post("/api/v1/needs", body).expect(201);
        let path = format!("/api/v1/needs/{}/publish", written.id());
        self.buyer.act(&path, &written.etag).expect(200).id()
    }

    /// A buyer's proposal for a need.
    pub fn proposal(&self, need: &str) -> Value {
        let path = format!("/api/v1/needs/{need}/proposals");
        self.buyer.raw("POST", &path, &[], None).expect(201).body
    }
}
