//! Webhooks: addresses to which an organisation wants its events sent, and what is on its way there.
//!
//! A delivery is queued when its event is published, beside the acts and not in them: no receiver can delay an order.
//! Per endpoint one is sent at a time, the oldest first; while it fails, those behind it wait.
pub mod deliveries;
pub mod endpoints;

use crate::db::Conn;
use crate::error::Result;
use crate::ids::{OrganisationId, WebhookId};
use crate::operations::events::Event;
use crate::schema::webhook_endpoints;
use crate::sql::Time;
use chrono::TimeDelta;
use diesel::prelude::*;

/// For how long a delivery is tried before it is parked.
pub const TRIED_FOR: TimeDelta = TimeDelta::days(3);
/// The kind of thing that events about webhooks are about: these are in the change feed and are not sent.
const OWN_KIND: &str = "webhook";

/// Whether a list of wanted types, between spaces, has this one: `*` is all, `order.*` all of one noun.
fn wants(wanted: &str, event_type: &str) -> bool {
    wanted.split(' ').any(|one| match one.strip_suffix('*') {
        Some(start) => event_type.starts_with(start),
        None => one == event_type,
    })
}

/// Queues these events for every endpoint that wants them; `body_of` is what is sent. Call it in the transaction that
/// publishes them.
///
/// # Errors
/// Those of the database.
pub fn queue(conn: &mut Conn, events: &[Event], body_of: impl Fn(&Event) -> String) -> Result<()> {
    let mut whose: Vec<OrganisationId> = events.iter().map(|event| event.organisation).collect();
    whose.sort_unstable();
    whose.dedup();
    let endpoints: Vec<(WebhookId, OrganisationId, String, Time)> = webhook_endpoints::table
        .filter(webhook_endpoints::organisation_id.eq_any(whose))
        .filter(webhook_endpoints::enabled.eq(true))
        .order(webhook_endpoints::id)
        .select((
            webhook_endpoints::id,
            webhook_endpoints::organisation_id,
            webhook_endpoints::event_types,
            webhook_endpoints::created_at,
        ))
        .load(conn)?;
    for event in events.iter().filter(|event| event.object_kind != OWN_KIND) {
        for (endpoint, organisation, types, since) in &endpoints {
            let queued_at = event.published_at.unwrap_or(event.at);
            let own = *organisation == event.organisation && *since <= event.at;
            if own && wants(types, &event.kind) {
                let what = (event.kind.as_str(), body_of(event));
                let whose = (*endpoint, *organisation);
                deliveries::add(conn, whose, Some(event.id), what, queued_at)?;
            }
        }
    }
    Ok(())
}
