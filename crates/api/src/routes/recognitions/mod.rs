//! Recognitions: a network says whose verifications it accepts, from when to when.
mod end;
mod get;
mod list;
mod recognise;

use chrono::NaiveDate;
use serde::Serialize;
use store::governance::recognitions::Recognised;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(recognise::recognise)
        .service(end::end)
        .service(get::get)
        .service(list::list);
}

/// One network's word that it accepts another's verifications. It is one-way and does not pass on.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecognitionView {
    id: Uuid,
    /// Who recognises.
    network_id: Uuid,
    /// Whom.
    recognised_id: Uuid,
    /// The first day.
    since: NaiveDate,
    /// The day from which it no longer holds.
    ended_on: Option<NaiveDate>,
}

impl From<Recognised> for RecognitionView {
    fn from(recognised: Recognised) -> Self {
        Self {
            id: recognised.id.uuid(),
            network_id: recognised.network.uuid(),
            recognised_id: recognised.recognised.uuid(),
            since: recognised.since,
            ended_on: recognised.ended_on,
        }
    }
}
