//! Simulations: the very code that confirmation runs, on figures of one's own; nothing is written.
pub mod answers;
mod ladder;
mod match_shape;
mod matching;
mod price;
mod requests;
mod review;
mod share;

use crate::http::body::RawJson;
use crate::http::{Answer, Call, Reply};
use pricing::PricingError;
use serde::Serialize;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(matching::simulate)
        .service(ladder::simulate)
        .service(price::simulate)
        .service(share::simulate)
        .service(review::simulate);
}

/// Answers from pricing's own JSON, exactly as the command line does.
async fn answer<T: Serialize + 'static>(
    call: Call,
    body: RawJson,
    calculate: fn(&str) -> Result<T, PricingError>,
) -> Answer {
    call.read(move |_, _| Ok(Reply::plain(&calculate(&body.0)?)?))
        .await
}
