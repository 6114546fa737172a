//! How the stories come by goods: a product with its market, a co-operative's workplace, an open listing.
use super::client::{Client, Response};
use super::governance::{days_ago, today};
use super::world::{Org, World};
use chrono::Days;
use serde_json::{Value, json};

/// What a story wants of a listing; the rest is as in [`ListingSpec::of`].
#[derive(Clone, Debug)]
pub struct ListingSpec {
    /// The body of `POST /listings`.
    pub body: Value,
    /// Units that can be made in each of the next three periods of 30 days.
    pub capacity: &'static str,
}

impl ListingSpec {
    /// Of this product: 38 minutes a unit, batches of 240 minutes and 90,000, from 1 unit on, in lots of 1,
    /// sent to Buenos Aires (350 a unit, 3 days) and Córdoba (500, 5 days), ready after a week.
    pub fn of(product: &str) -> Self {
        Self {
            body: json!({
                "product_id": product, "sku": format!("SKU-{}", uuid::Uuid::now_v7().simple()),
                "title": "Glazed tile 20 x 20", "currency": "ARS", "lead_days": 7,
                "minimum": "0", "lot": "1",
                "cost_sheet": {
                    "materials_per_unit": "5200", "overhead_per_unit": "1900", "setup_cost": "90000",
                    "standard_minutes_per_unit": "38", "setup_minutes": "240",
                    "line_efficiency": "0.85",
                },
                "offered_unit_price": null, "steps": ["100", "1000"],
                "freight": [
                    {"region": "AR-B", "unit_price": "350", "transit_days": 3},
                    {"region": "AR-X", "unit_price": "500", "transit_days": 5},
                ],
            }),
            capacity: "5000",
        }
    }

    /// The same with another value of a field of the body.
    pub fn with(mut self, field: &str, value: Value) -> Self {
        self.body[field] = value;
        self
    }

    /// The same with so many units a period.
    pub fn capacity(self, capacity: &'static str) -> Self {
        Self { capacity, ..self }
    }
}

/// A co-operative and a union that can trade one product.
pub struct Market<'w> {
    pub network: Org<'w>,
    pub cooperative: Org<'w>,
    pub union: Org<'w>,
    /// Sells for the co-operative.
    pub seller: Client,
    /// Buys for the union.
    pub buyer: Client,
    pub rule_set: String,
    pub benchmark: String,
    pub product: String,
}

impl World {
    /// Tiles that cost 14,850 on the market, a verified co-operative that can make them, a union that may
    /// buy them, and the rules that both adopted. Nothing is listed yet.
    pub fn market(&self) -> Market<'_> {
        let network = self.network("Red de Empresas Recuperadas", "AR");
        let cooperative = self.verified_cooperative(&network, "Cerámica Sin Patrón", "AR");
        let union = self.union("Sindicato Ceramista", "AR");
        let rule_set = self.published_rule_set(&[&union], &[&cooperative], json!({}));
        let benchmark = self.benchmark(&network.admin, "AR", "900000.00", "ARS");
        let seller = cooperative.member(&["seller"]);
        self.describe_workplace(&seller, workplace(&benchmark));
        let product = self.product(&network.admin, "Glazed ceramic tile 20 x 20");
        self.quotes(
            &network.admin,
            &product,
            "ARS",
            &["14600", "14850", "15900"],
        );
        Market {
            buyer: union.member(&["buyer"]),
            network,
            cooperative,
            union,
            seller,
            rule_set,
            benchmark,
            product,
        }
    }

    /// A product counted in whole pieces, with VAT in Argentina and South Africa. Returns its id.
    pub fn product(&self, by: &Client, name: &str) -> String {
        by.post("/api/v1/products", product(name)).expect(201).id()
    }

    /// Market quotes of yesterday, each from a source of its own.
    pub fn quotes(&self, by: &Client, product: &str, currency: &str, prices: &[&str]) {
        for (at, price) in prices.iter().enumerate() {
            let body = quote(&format!("shop {at}"), price, currency, 1);
            by.post(&quotes_path(product), body).expect(201);
        }
    }

    /// Describes a workplace for the first time.
    pub fn describe_workplace(&self, seller: &Client, body: Value) -> Response {
        seller.put("/api/v1/workplace", "\"0\"", body).expect(200)
    }

    /// A draft with its capacity. Returns its id and its ETag.
    pub fn draft_listing(&self, seller: &Client, spec: &ListingSpec) -> (String, String) {
        let id = seller
            .post("/api/v1/listings", spec.body.clone())
            .expect(201)
            .id();
        let path = format!("/api/v1/listings/{id}/capacity");
        let calendar = seller
            .put(&path, "\"1\"", calendar(spec.capacity))
            .expect(200);
        (id, calendar.etag)
    }

    /// A listing that is open. Returns its id.
    pub fn open_listing(&self, seller: &Client, spec: &ListingSpec) -> String {
        let (id, etag) = self.draft_listing(seller, spec);
        seller
            .act(&format!("/api/v1/listings/{id}/open"), &etag)
            .expect(200);
        id
    }
}

/// The body of a product that is counted in whole pieces.
pub fn product(name: &str) -> Value {
    json!({
        "name": name, "description": "", "category": "ceramic tiles", "unit": "C62",
        "quantity_decimals": 0, "gtin": null,
        "vat_rates": [{"country": "AR", "rate": "0.21"}, {"country": "ZA", "rate": "0.15"}],
    })
}

/// The body of a quote of so many days ago.
pub fn quote(source: &str, price: &str, currency: &str, days: u64) -> Value {
    json!({
        "source": source, "source_url": null, "unit_price": price, "currency": currency,
        "observed_on": days_ago(days), "min_quantity": "0",
    })
}

/// Where a product's quotes are.
pub fn quotes_path(product: &str) -> String {
    format!("/api/v1/products/{product}/market-quotes")
}

/// The body of a workplace that pays 700,000 a month on a week of 40 hours.
pub fn workplace(benchmark: &str) -> Value {
    json!({
        "monthly_pay": {"amount": "700000.00", "currency": "ARS"}, "on_cost_rate": "0.24",
        "weekly_hours": "40", "assembly_hours_per_month": "6", "idle_weekly_hours": "320",
        "weeks_of_work_left": "3.5", "benchmark_id": benchmark, "open_to_buyers": false,
    })
}

/// The body of a calendar: three periods of 30 days from today on, each of so many units.
pub fn calendar(units: &str) -> Value {
    let period = |at: u64| {
        json!({
            "starts_on": today() + Days::new(30 * at), "ends_on": today() + Days::new(30 * at + 29),
            "capacity": units,
        })
    };
    json!({"periods": [period(0), period(1), period(2)]})
}
