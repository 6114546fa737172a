//! A small market to match in: shirts that cost 10,000 ARS elsewhere, a union that needs them, and as
//! many co-operatives as a story asks for, all under rules that everybody adopted.
use crate::support::catalogue::{quote, quotes_path};
use crate::support::governance::today;
use crate::support::{Client, Org, World};
use chrono::{Datelike, Days, NaiveDate};
use serde_json::{Value, json};

/// Where everything is delivered.
pub const REGION: &str = "AR-B";

/// What the stories share.
pub struct Market<'w> {
    pub world: &'w World,
    pub network: Org<'w>,
    pub union: Org<'w>,
    /// A buyer of the union.
    pub buyer: Client,
    pub product: String,
    rules: String,
    benchmark: String,
}

/// A co-operative with one listing.
pub struct Maker<'w> {
    pub org: Org<'w>,
    pub seller: Client,
    pub listing: String,
}

/// A listing's figures; the others are the same for all.
#[derive(Clone, Copy)]
pub struct Figures {
    pub materials: &'static str,
    pub offered: Option<&'static str>,
    pub minimum: &'static str,
    pub lot: &'static str,
    pub steps: &'static [&'static str],
    /// Units free in each of the weeks after this one.
    pub weekly: &'static [i64],
    pub idle_hours: &'static str,
}

impl Default for Figures {
    fn default() -> Self {
        Self {
            materials: "4000",
            offered: None,
            minimum: "0",
            lot: "1",
            steps: &[],
            weekly: &[500, 500, 500, 500],
            idle_hours: "400",
        }
    }
}

/// The Sunday so many weeks after the one that ends this week.
pub fn sunday(weeks: u64) -> NaiveDate {
    let left = u64::from(6 - today().weekday().num_days_from_monday());
    today() + Days::new(left + 7 * weeks)
}

/// Millionths of a decimal.
pub fn micro(text: &str) -> i64 {
    text.parse::<money::Micro>().unwrap().get()
}

impl<'w> Market<'w> {
    /// Nobody makes shirts yet.
    pub fn open(world: &'w World) -> Self {
        let network = world.network("Red de Empresas Recuperadas", "AR");
        let union = world.union("Sindicato Textil del Sur", "AR");
        let first = world.cooperative(&network, "Cooperativa Fundadora", "AR");
        let product = world.product(&network.admin, "Printed shirt");
        world.quotes(&network.admin, &product, "ARS", &["10000"; 3]);
        Self {
            world,
            buyer: union.member(&["buyer"]),
            rules: world.published_rule_set(&[&union], &[&first], json!({})),
            benchmark: world.benchmark(&network.admin, "AR", "1400000.00", "ARS"),
            product,
            network,
            union,
        }
    }

    /// From so many units on, each of the three shops asks this price.
    pub fn dearer_from(&self, quantity: &str, unit_price: &str) {
        for shop in 0..3 {
            let mut body = quote(&format!("shop {shop}"), unit_price, "ARS", 1);
            body["min_quantity"] = json!(quantity);
            let path = quotes_path(&self.product);
            self.network.admin.post(&path, body).expect(201);
        }
    }

    /// A co-operative that `network` verified and that has an open listing.
    pub fn maker(&self, network: &Org<'w>, name: &str, figures: Figures) -> Maker<'w> {
        let org = self.world.verified_cooperative(network, name, "AR");
        self.world.adopt(&org, &self.rules);
        let seller = org.member(&["seller"]);
        let workplace = self.workplace("1200000.00", figures.idle_hours);
        self.world.describe_workplace(&seller, workplace);
        let written = seller
            .post("/api/v1/listings", self.listing(figures))
            .expect(201);
        let maker = Maker {
            org,
            seller,
            listing: written.id(),
        };
        let etag = self.fill_calendar(&maker, figures.weekly);
        let path = format!("/api/v1/listings/{}/open", maker.listing);
        maker.seller.act(&path, &etag).expect(200);
        maker
    }

    /// The body of a workplace: 24 minutes a shirt at an efficiency of 0.8 are half an hour of this pay.
    pub fn workplace(&self, pay: &str, idle_hours: &str) -> Value {
        json!({
            "monthly_pay": {"amount": pay, "currency": "ARS"}, "on_cost_rate": "0.25",
            "weekly_hours": "40", "assembly_hours_per_month": "6",
            "idle_weekly_hours": idle_hours, "weeks_of_work_left": "4",
            "benchmark_id": self.benchmark, "open_to_buyers": false,
        })
    }

    fn listing(&self, figures: Figures) -> Value {
        json!({
            "product_id": self.product, "sku": "SHIRT-1", "title": "Remera estampada",
            "currency": "ARS", "lead_days": 0, "minimum": figures.minimum, "lot": figures.lot,
            "cost_sheet": {
                "materials_per_unit": figures.materials, "overhead_per_unit": "300",
                "setup_cost": "20000", "standard_minutes_per_unit": "24", "setup_minutes": "0",
                "line_efficiency": "0.8",
            },
            "offered_unit_price": figures.offered, "steps": figures.steps,
            "freight": [{"region": REGION, "unit_price": "120.50", "transit_days": 3}],
        })
    }

    /// The seller fills the listing's calendar: units for each of the weeks after this one. Returns the
    /// listing's ETag.
    pub fn fill_calendar(&self, maker: &Maker<'_>, weekly: &[i64]) -> String {
        let path = format!("/api/v1/listings/{}", maker.listing);
        let etag = maker.seller.get(&path).expect(200).etag;
        let periods: Vec<Value> = (1..)
            .zip(weekly)
            .filter(|(_, units)| **units > 0)
            .map(|(week, units)| {
                json!({
                    "starts_on": sunday(week) - Days::new(6), "ends_on": sunday(week),
                    "capacity": units.to_string(),
                })
            })
            .collect();
        let calendar = json!({"periods": periods});
        let filled = maker
            .seller
            .put(&format!("{path}/capacity"), &etag, calendar);
        filled.expect(200).etag
    }

    /// A body of a need for so many shirts.
    pub fn need(&self, quantity: &str) -> Value {
        json!({
            "title": "Shirts for the May Day march", "currency": "ARS",
            "lines": [{
                "product_id": self.product,
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
