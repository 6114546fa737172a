//! The change feed: what happened that an organisation may see, in order, for programs that ask again and again.
mod list;
pub mod objects;

use chrono::{DateTime, Utc};
use serde::Serialize;
use store::operations::events::Event;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub use objects::path_of;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list::list);
}

/// Something that happened, to a thing that your organisation may see.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeView {
    id: Uuid,
    /// noun.verb, in the past: `order.submitted`, `purchase_order.accepted`, `invoice.issued`, `payment.recorded`.
    #[serde(rename = "type")]
    #[schema(example = "purchase_order.accepted")]
    kind: String,
    /// When it happened. The feed is in the order of its cursor, which can differ by a moment.
    at: DateTime<Utc>,
    /// What kind of thing it happened to.
    #[schema(example = "purchase_order")]
    object_kind: String,
    object_id: Uuid,
    /// What people call the thing, where it has a reference.
    #[schema(example = "PO-2026-000123")]
    reference: Option<String>,
    /// Where to read the thing, where it stands under a path of its own.
    #[schema(example = "/api/v1/purchase-orders/0193f4a0-0000-7000-8000-000000000001")]
    url: Option<String>,
}

impl From<Event> for ChangeView {
    fn from(event: Event) -> Self {
        let object_id = event.object();
        Self {
            id: event.id.uuid(),
            at: event.at.utc(),
            object_id,
            url: path_of(&event.object_kind, object_id),
            kind: event.kind,
            object_kind: event.object_kind,
            reference: event.reference,
        }
    }
}
