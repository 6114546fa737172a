//! `GET /changes`.
use super::ChangeView;
use crate::http::page::LIMIT_MAX;
use crate::http::{Answer, Call, Page, Problem, Query, Reply};
use actix_web::get;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use serde::{Deserialize, Serialize};
use store::error::Code;
use store::ids::EventId;
use store::operations::events::{self, Event, Place};
use store::sql::Time;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which part of the feed.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// `next` of the answer before; everything from the beginning where it is left out.
    after: Option<String>,
    /// Changes that an answer has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// A part of the feed.
#[derive(Debug, Serialize, ToSchema)]
pub struct Changes {
    /// In order, the oldest first.
    items: Vec<ChangeView>,
    /// Where to go on, with `after`: keep it. Null only where there has never been a change.
    next: Option<String>,
    /// Whether there are more at once; else ask again later.
    more: bool,
}

/// A place in the feed as text: the time in microseconds, then the id.
fn encode(place: Place) -> String {
    let mut bytes = place.at.utc().timestamp_micros().to_be_bytes().to_vec();
    bytes.extend_from_slice(place.id.uuid().as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decode(cursor: &str) -> Result<Place, Problem> {
    let read = || {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (at, id) = bytes.split_first_chunk::<8>()?;
        let at = DateTime::from_timestamp_micros(i64::from_be_bytes(*at))?;
        let id = EventId::from(Uuid::from_slice(id).ok()?);
        Some(Place {
            at: Time::from(at),
            id,
        })
    };
    read().ok_or_else(|| {
        let detail = "This cursor was not made by the change feed.";
        Problem::new(Code::InvalidCursor, detail).at("?after")
    })
}

fn place(event: &Event) -> Option<Place> {
    let at = event.published_at?;
    Some(Place { at, id: event.id })
}

/// Lists what happened that your organisation may see, each change once, in an order that never changes: whoever goes
/// on from `next` misses nothing, however many acts are committed meanwhile. A change shows up within some seconds.
/// What a change is about is read under its `url`, by whoever may.
#[utoipa::path(tag = "Changes", operation_id = "changes_list", params(Wanted),
    responses((status = 200, description = "The changes after the cursor.", body = Changes)),
    extensions(("x-problem-codes" = json!(["invalid_cursor"]))))]
#[get("/changes")]
pub async fn list(call: Call, query: Query<Wanted>) -> Answer {
    let Wanted { after, limit } = query.0;
    let rows = Page::parse(Some(limit.unwrap_or(LIMIT_MAX)), None)?.rows();
    let from = after.as_deref().map(decode).transpose()?;
    call.read(move |conn, actor| {
        let mut found = events::after(conn, actor.organisation, from, rows)?;
        let most = usize::try_from(rows)
            .unwrap_or(usize::MAX)
            .saturating_sub(1);
        let more = found.len() > most;
        found.truncate(most);
        let next = found.last().and_then(place).or(from).map(encode);
        Ok(Reply::plain(&Changes {
            items: found.into_iter().map(ChangeView::from).collect(),
            next,
            more,
        })?)
    })
    .await
}
