//! `POST /needs`, and the body that it shares with `PUT /needs/{id}`.
use super::NeedView;
use crate::http::wire::DecimalText;
use crate::http::{Answer, Body, Call, Fields, Problem, Reply, wire};
use crate::openapi::IdempotencyKey;
use actix_web::post;
use chrono::NaiveDate;
use money::{Currency, Micro};
use serde::Deserialize;
use std::collections::BTreeSet;
use store::needs::need::{self, LINES_MAX, NETWORKS_MAX, NeedLine, Terms};
use utoipa::ToSchema;
use uuid::Uuid;

/// No line asks for more units: a need past it is a slip of the keyboard.
const QUANTITY_MAX: Micro = Micro::new(1_000_000_000_000_000);
/// Weights beyond it say nothing more.
const PRIORITY_MAX: i32 = 1_000;
/// Nobody splits a line further.
const SUPPLIERS_MAX: i32 = 100;
/// A premium of ten times the market is a slip of the keyboard.
const PREMIUM_MAX: Micro = Micro::new(10_000_000);

/// A need: what is asked for, and the buyer's policy. No price is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NeedText {
    #[schema(example = "Shirts for the May Day march", max_length = 200)]
    title: String,
    /// ISO 4217: co-operatives that price in it are matched.
    #[schema(example = "ARS", pattern = "^[A-Z]{3}$")]
    currency: String,
    /// The highest premium over the market that you pay, as a fraction; absent: any.
    #[schema(example = "0.35")]
    max_premium_rate: Option<DecimalText>,
    /// The networks whose verifications count, with those of networks that they recognise; empty or
    /// absent: any network's.
    #[serde(default)]
    #[schema(max_items = 50)]
    accepted_networks: Vec<Uuid>,
    #[schema(min_items = 1, max_items = 100)]
    lines: Vec<NeedLineText>,
}

/// One thing that is needed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NeedLineText {
    product_id: Uuid,
    /// Use, sizes, colours: for people.
    #[serde(default)]
    #[schema(
        example = "Cotton, union print on the back; 40 % M, 40 % L, 20 % XL",
        max_length = 2000
    )]
    specification: String,
    /// In the product's unit and decimals.
    #[schema(example = "3000")]
    quantity: DecimalText,
    /// Its weight against the other lines; 1 where absent.
    #[schema(example = 1, minimum = 1, maximum = 1000)]
    priority: Option<i32>,
    /// Where it is delivered: ISO 3166-2.
    #[schema(example = "AR-B", pattern = "^[A-Z]{2}-[A-Z0-9]{1,3}$")]
    region: String,
    /// By when it has to be there.
    #[schema(example = "2027-04-15")]
    due_on: NaiveDate,
    /// The most that a unit with its freight may cost; absent: any.
    #[schema(example = "18000")]
    max_unit_price: Option<DecimalText>,
    /// The most that the line with its freight may cost, before VAT; absent: any.
    #[schema(example = "50000000.00")]
    budget: Option<DecimalText>,
    /// The most listings that may serve it; absent: any number.
    #[schema(example = 3, minimum = 1, maximum = 100)]
    max_suppliers: Option<i32>,
}

pub(super) fn parse(body: &NeedText) -> Result<Terms, Problem> {
    let mut fields = Fields::new();
    let title = fields.text("/title", &body.title, 200);
    let currency = wire::currency(&mut fields, "/currency", &body.currency);
    let max_premium_rate = body.max_premium_rate.as_ref().and_then(|rate| {
        rate.micro_within(&mut fields, "/max_premium_rate", (Micro::ZERO, PREMIUM_MAX))
    });
    fields.require(
        body.accepted_networks.len() <= NETWORKS_MAX,
        "/accepted_networks",
        format!("A policy names at most {NETWORKS_MAX} networks."),
    );
    fields.require(
        (1..=LINES_MAX).contains(&body.lines.len()),
        "/lines",
        format!("A need has 1 to {LINES_MAX} lines."),
    );
    let mut lines = Vec::new();
    for (at, line) in body.lines.iter().take(LINES_MAX).enumerate() {
        lines.extend(parse_line(&mut fields, at, line, currency));
    }
    let networks: BTreeSet<Uuid> = body.accepted_networks.iter().copied().collect();
    fields.require(
        networks.len() == body.accepted_networks.len(),
        "/accepted_networks",
        "Name each network once.",
    );
    fields.finish(|| {
        Some(Terms {
            title: title?,
            currency: currency?,
            max_premium_rate,
            networks: body
                .accepted_networks
                .iter()
                .map(|id| (*id).into())
                .collect(),
            lines,
        })
    })
}

fn parse_line(
    fields: &mut Fields,
    at: usize,
    line: &NeedLineText,
    currency: Option<Currency>,
) -> Option<NeedLine> {
    let pointer = |field: &str| format!("/lines/{at}/{field}");
    let above_zero = Micro::new(1);
    let specification = if line.specification.trim().is_empty() {
        Some(String::new())
    } else {
        fields.text(pointer("specification"), &line.specification, 2_000)
    };
    let quantity =
        line.quantity
            .micro_within(fields, pointer("quantity"), (above_zero, QUANTITY_MAX));
    let priority = line.priority.unwrap_or(1);
    fields.require(
        (1..=PRIORITY_MAX).contains(&priority),
        pointer("priority"),
        format!("A priority is 1 to {PRIORITY_MAX}."),
    );
    let region = wire::region(fields, pointer("region"), &line.region);
    let max_unit_price = line.max_unit_price.as_ref().and_then(|price| {
        price.micro_within(
            fields,
            pointer("max_unit_price"),
            (above_zero, Micro::new(i64::MAX)),
        )
    });
    let budget = match (&line.budget, currency) {
        (Some(budget), Some(currency)) => budget.money(fields, pointer("budget"), currency),
        _ => None,
    };
    fields.require(
        budget.is_none_or(|money| money.minor() >= 0),
        pointer("budget"),
        "A budget is not negative.",
    );
    fields.require(
        line.max_suppliers
            .is_none_or(|most| (1..=SUPPLIERS_MAX).contains(&most)),
        pointer("max_suppliers"),
        format!("This is 1 to {SUPPLIERS_MAX}."),
    );
    Some(NeedLine {
        position: i32::try_from(at + 1).ok()?,
        product: line.product_id.into(),
        specification: specification?,
        quantity: quantity?,
        priority,
        region: region?,
        due_on: line.due_on,
        max_unit_price,
        budget,
        max_suppliers: line.max_suppliers,
    })
}

/// Writes a need, as a draft. A buyer of a union or community organisation does, or of a co-operative for what
/// it makes things of: that names no accepted networks, because its own networks are asked first.
#[utoipa::path(tag = "Needs", operation_id = "needs_create", request_body = NeedText,
    params(IdempotencyKey),
    responses((status = 201, description = "The need.", body = NeedView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["not_admitted"]))))]
#[post("/needs")]
pub async fn create(call: Call, body: Body<NeedText>) -> Answer {
    let terms = parse(&body.value)?;
    call.write(Some(body.digest), move |conn, actor| {
        let created = need::create(conn, actor, &terms)?;
        let (location, version) = (format!("/api/v1/needs/{}", created.id), created.version);
        Ok(Reply::created(location, &NeedView::from(created), version)?)
    })
    .await
}
