//! Approval ladders: who signs for an organisation, step by step.
mod adopt;
mod get;
pub mod text;

use chrono::{DateTime, Utc};
use serde::Serialize;
use store::governance::ladders::Adopted;
use text::CurrencyStepsText;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(get::get).service(adopt::adopt);
}

/// The ladder that holds for an organisation.
#[derive(Debug, Serialize, ToSchema)]
pub struct LadderView {
    organisation_id: Uuid,
    /// Counts the organisation's ladders; it is the ETag too.
    #[schema(example = 1)]
    number: i64,
    /// The steps, by currency.
    ladders: Vec<CurrencyStepsText>,
    /// SHA-256 of the text that the assembly voted on.
    text_hash: String,
    /// The assembly's decision.
    assembly_record_id: Uuid,
    adopted_at: DateTime<Utc>,
}

impl From<Adopted> for LadderView {
    fn from(adopted: Adopted) -> Self {
        Self {
            organisation_id: adopted.organisation.uuid(),
            number: adopted.number,
            ladders: text::write(&adopted.ladder),
            text_hash: adopted.text_hash.to_string(),
            assembly_record_id: adopted.assembly_record.uuid(),
            adopted_at: adopted.adopted_at.utc(),
        }
    }
}
