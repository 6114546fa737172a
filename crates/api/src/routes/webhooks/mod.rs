//! Webhooks: where an organisation's events are sent, and what became of each.
mod change;
mod create;
mod deliveries;
mod get;
mod list;
mod ping;
mod resend;
mod rotate;

use crate::http::{Fields, Problem};
use crate::webhooks::{SECRET_PREFIX, target};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use store::operations::webhooks::deliveries::Delivery;
use store::operations::webhooks::endpoints::{Endpoint, Wanted};
use store::sql::Time;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

/// Types of events that an endpoint can name.
const TYPES_MAX: usize = 50;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(create::create)
        .service(list::list)
        .service(get::get)
        .service(change::change)
        .service(rotate::rotate)
        .service(ping::ping)
        .service(deliveries::list)
        .service(deliveries::get)
        .service(resend::resend);
}

/// An endpoint as an admin wants it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookText {
    /// Where to: HTTPS, on a public address.
    #[schema(example = "https://books.example/minga")]
    url: String,
    /// Types of events: `noun.verb`, `noun.*` or `*`, as the change feed names them.
    #[schema(example = json!(["order.*", "invoice.issued"]))]
    event_types: Vec<String>,
    /// Whether anything is sent. What happens meanwhile is in the change feed.
    enabled: bool,
}

impl WebhookText {
    fn parse(&self, anywhere: bool) -> Result<Wanted, Problem> {
        let mut fields = Fields::new();
        let url = fields.take("/url", target(&self.url, anywhere));
        let some = (1..=TYPES_MAX).contains(&self.event_types.len());
        fields.require(
            some,
            "/event_types",
            "An endpoint names 1 to 50 types of events.",
        );
        for (index, text) in self.event_types.iter().enumerate() {
            let detail = "A type is noun.verb, noun.* or *.";
            fields.require(is_type(text), format!("/event_types/{index}"), detail);
        }
        fields.finish(|| {
            Some(Wanted {
                url: url?,
                event_types: self.event_types.clone(),
                enabled: self.enabled,
            })
        })
    }
}

fn is_type(text: &str) -> bool {
    let word = |text: &str| {
        let letters = text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        letters && (1..=40).contains(&text.len())
    };
    text == "*"
        || text
            .split_once('.')
            .is_some_and(|(noun, verb)| word(noun) && (verb == "*" || word(verb)))
}

/// An endpoint to which events are sent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookView {
    id: Uuid,
    #[schema(example = "https://books.example/minga")]
    url: String,
    #[schema(example = json!(["order.*", "invoice.issued"]))]
    event_types: Vec<String>,
    enabled: bool,
    /// Until when what is sent is signed with the secret before as well.
    previous_signs_until: Option<DateTime<Utc>>,
    /// Failures in a row; while there are some, younger deliveries wait behind the one that fails.
    #[schema(example = 0)]
    failures: i32,
    /// When something may be sent next.
    due_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
}

impl WebhookView {
    fn at(endpoint: &Endpoint, now: Time) -> Self {
        let until = endpoint.previous_until.filter(|until| *until > now);
        Self {
            id: endpoint.id.uuid(),
            url: endpoint.url.clone(),
            event_types: endpoint.event_types.split(' ').map(str::to_owned).collect(),
            enabled: endpoint.enabled,
            previous_signs_until: until.map(Time::utc),
            failures: endpoint.failures,
            due_at: endpoint.due_at.utc(),
            created_at: endpoint.created_at.utc(),
        }
    }
}

/// An endpoint with its new secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookWithSecret {
    #[serde(flatten)]
    webhook: WebhookView,
    /// Verifies what is sent (Standard Webhooks). It is shown this once, and not even to a repeated request.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    secret: Option<String>,
}

impl WebhookWithSecret {
    /// The answer that shows the secret, and the one that is kept.
    fn pair(webhook: WebhookView, secret: &str) -> (Self, Self) {
        let kept = Self {
            webhook: webhook.clone(),
            secret: None,
        };
        let shown = Self {
            webhook,
            secret: Some(format!("{SECRET_PREFIX}{secret}")),
        };
        (shown, kept)
    }
}

/// An event on its way to an endpoint, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryView {
    /// Also the message's `webhook-id`, the same for every try.
    id: Uuid,
    webhook_id: Uuid,
    /// The event, by its id in the change feed; null for a test.
    event_id: Option<Uuid>,
    #[serde(rename = "type")]
    #[schema(example = "purchase_order.accepted")]
    kind: String,
    /// pending, delivered or parked.
    #[schema(example = "delivered")]
    status: String,
    queued_at: DateTime<Utc>,
    /// A failure after this parks it.
    give_up_at: DateTime<Utc>,
    #[schema(example = 1)]
    attempts: i32,
    /// The HTTP status that the receiver answered last.
    #[schema(example = 200)]
    answered: Option<i32>,
    /// What went wrong last.
    last_error: Option<String>,
    tried_at: Option<DateTime<Utc>>,
}

impl From<Delivery> for DeliveryView {
    fn from(delivery: Delivery) -> Self {
        Self {
            id: delivery.id.uuid(),
            webhook_id: delivery.endpoint.uuid(),
            event_id: delivery.event.map(store::ids::EventId::uuid),
            kind: delivery.event_type,
            status: delivery.status,
            queued_at: delivery.queued_at.utc(),
            give_up_at: delivery.give_up_at.utc(),
            attempts: delivery.attempts,
            answered: delivery.answered,
            last_error: delivery.last_error,
            tried_at: delivery.tried_at.map(Time::utc),
        }
    }
}
