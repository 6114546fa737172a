//! Proposals: what a buyer could order, and why it is so.
mod get;
mod view;

pub use view::{MatchView, ProposalSummary, ProposalView};

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(get::get);
}
