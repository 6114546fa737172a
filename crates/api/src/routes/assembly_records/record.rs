//! `POST /assembly-records`.
use super::{AssemblyRecordView, VERSION};
use crate::http::body::Digested;
use crate::http::wire::MoneyText;
use crate::http::{Answer, Body, Call, Fields, Problem, Reply, wire};
use crate::openapi::IdempotencyKey;
use actix_web::post;
use chrono::NaiveDate;
use governance::{AssemblyFacts, MAX_TITLE_CHARS, TextHash};
use serde::{Deserialize, Serialize};
use store::governance::assembly::{self, DecidedOrder, NewRecord, Subject};
use utoipa::ToSchema;
use uuid::Uuid;

/// An assembly as its secretary writes it down. Give the text itself, or its SHA-256.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// verification, `rule_set`, mandate, `price_floor`, `premium_plan`, `approval_ladder`, order or other.
    #[schema(example = "verification")]
    subject: String,
    #[schema(example = "Ask the network for verification", max_length = 500)]
    title: String,
    /// The day on which the members were told: at least 7 days before, or the vote does not count.
    notice_on: NaiveDate,
    held_on: NaiveDate,
    /// Members with a vote.
    #[schema(example = 52, minimum = 1)]
    eligible: u32,
    /// Members who came: the sum of the votes and the abstentions. Below half of the eligible the vote
    /// does not count.
    #[schema(example = 41)]
    present: u32,
    #[schema(example = 36)]
    votes_for: u32,
    #[schema(example = 3)]
    votes_against: u32,
    #[schema(example = 2)]
    abstentions: u32,
    /// The text voted on. It is not kept: only its SHA-256 is.
    #[schema(example = "We ask the network to verify us.")]
    text: Option<String>,
    /// SHA-256 of the text, 64 hexadecimal digits, where the text is not given.
    #[schema(pattern = "^[0-9a-fA-F]{64}$")]
    text_hash: Option<String>,
    /// SHA-256 of the minutes.
    #[schema(pattern = "^[0-9a-fA-F]{64}$")]
    minutes_hash: Option<String>,
    /// The order that was decided about: with the subject order, and with no other.
    order: Option<DecidedOrderText>,
}

/// An order that an assembly decided about.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecidedOrderText {
    order_id: Uuid,
    /// The decision holds up to this amount.
    up_to: MoneyText,
}

impl From<DecidedOrder> for DecidedOrderText {
    fn from(decided: DecidedOrder) -> Self {
        Self {
            order_id: decided.order.uuid(),
            up_to: decided.up_to.into(),
        }
    }
}

fn read_order(fields: &mut Fields, order: &DecidedOrderText) -> Option<DecidedOrder> {
    let up_to = order.up_to.read(fields, "/order/up_to")?;
    fields.require(
        up_to.minor() >= 0,
        "/order/up_to/amount",
        "An amount is zero or more.",
    );
    let order = order.order_id.into();
    Some(DecidedOrder { order, up_to })
}

fn parse(body: &Record) -> Result<NewRecord, Problem> {
    let mut fields = Fields::new();
    let subject = fields.take(
        "/subject",
        Subject::parse(&body.subject).ok_or("This is no subject of an assembly record."),
    );
    let title = fields.text("/title", &body.title, MAX_TITLE_CHARS);
    let notice_on = wire::day(&mut fields, "/notice_on", body.notice_on);
    let held_on = wire::day(&mut fields, "/held_on", body.held_on);
    let text_hash = match (&body.text, &body.text_hash) {
        (Some(text), None) => {
            fields.take("/text", TextHash::parse(&Digested::of(text.as_bytes()).0))
        }
        (None, Some(hash)) => fields.take("/text_hash", TextHash::parse(hash)),
        _ => {
            fields.refuse("/text_hash", "Give the text voted on, or else its SHA-256.");
            None
        }
    };
    let minutes_hash = body
        .minutes_hash
        .as_ref()
        .map(|hash| fields.take("/minutes_hash", TextHash::parse(hash)));
    let order = body
        .order
        .as_ref()
        .map(|order| read_order(&mut fields, order));
    fields.finish(|| {
        Some(NewRecord {
            subject: subject?,
            facts: AssemblyFacts {
                notice_on: notice_on?,
                held_on: held_on?,
                eligible: body.eligible,
                present: body.present,
                votes_for: body.votes_for,
                votes_against: body.votes_against,
                abstentions: body.abstentions,
                title: title?,
                text_hash: text_hash?,
            },
            minutes_hash: minutes_hash.flatten(),
            order: match order {
                Some(order) => Some(order?),
                None => None,
            },
        })
    })
}

/// Puts an assembly of your organisation on file, with what it decided: carried, not carried, or not
/// valid, and why. In a co-operative the assembly secretary does, elsewhere an admin. A text that was
/// voted on is not voted on again within 90 days.
#[utoipa::path(tag = "Assemblies", operation_id = "assembly_records_record", request_body = Record, params(IdempotencyKey),
    responses((status = 201, description = "The record.", body = AssemblyRecordView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["revote_too_soon"]))))]
#[post("/assembly-records")]
pub async fn record(call: Call, body: Body<Record>) -> Answer {
    let new = parse(&body.value)?;
    call.write(Some(body.digest), move |conn, actor| {
        let recorded = assembly::record(conn, actor, &new)?;
        let location = format!("/api/v1/assembly-records/{}", recorded.id);
        Ok(Reply::created(
            location,
            &AssemblyRecordView::from(recorded),
            VERSION,
        )?)
    })
    .await
}
