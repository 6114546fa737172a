//! Artwork that a buyer sends for a line, and the proofs that it approves before anything is printed.
mod act;
mod files;
mod get;
mod list;
mod offer_proof;
mod send;

use crate::http::Problem;
use crate::http::problem::internal;
use crate::server::App;
use actix_web::web;
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::fulfilment::artworks::{Artwork, Proof, StoredFile};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(send::send)
        .service(list::list)
        .service(get::get)
        .service(files::artwork_file)
        .service(files::proof_file)
        .service(offer_proof::offer)
        .service(act::approve)
        .service(act::reject)
        .service(act::withdraw);
}

/// Keeps a file beside the database, away from the threads that serve requests and write rows. What is kept
/// and then refused is a file that no row names.
async fn keep(
    app: &web::Data<App>,
    media_type: &'static str,
    bytes: Vec<u8>,
) -> Result<StoredFile, Problem> {
    let app = app.clone();
    web::block(move || app.files.keep(media_type, &bytes))
        .await
        .map_err(|_| internal())?
}

/// An artwork with its proofs.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArtworkView {
    id: Uuid,
    purchase_order_id: Uuid,
    /// The order's line.
    #[schema(example = 1)]
    line: i32,
    #[schema(example = "Print on the back")]
    title: String,
    /// sent, proofed (a proof waits for the buyer), approved, rejected or withdrawn.
    #[schema(example = "proofed")]
    status: &'static str,
    /// What the file is.
    #[schema(example = "application/pdf")]
    media_type: String,
    /// How long it is.
    #[schema(example = 482113)]
    bytes: i64,
    /// SHA-256 of the file, in hexadecimal digits.
    #[schema(example = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    sha256: String,
    /// In the order in which they were offered; the last one counts.
    proofs: Vec<ProofView>,
    /// Why the last proof was rejected.
    #[schema(example = json!(null))]
    reason: Option<String>,
    created_at: DateTime<Utc>,
    /// When the last proof was approved or rejected.
    decided_at: Option<DateTime<Utc>>,
}

/// A proof of an artwork.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProofView {
    /// From 1.
    #[schema(example = 1)]
    number: i32,
    #[schema(example = "image/png")]
    media_type: String,
    #[schema(example = 120443)]
    bytes: i64,
    #[schema(example = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    sha256: String,
    #[schema(example = "Two colours, 28 cm wide")]
    note: String,
    created_at: DateTime<Utc>,
}

impl From<Proof> for ProofView {
    fn from(proof: Proof) -> Self {
        Self {
            number: proof.number,
            media_type: proof.file.media_type,
            bytes: proof.file.bytes,
            sha256: proof.file.sha256,
            note: proof.note,
            created_at: proof.created_at.utc(),
        }
    }
}

impl From<Artwork> for ArtworkView {
    fn from(artwork: Artwork) -> Self {
        Self {
            id: artwork.id.uuid(),
            purchase_order_id: artwork.purchase_order.uuid(),
            line: artwork.line,
            title: artwork.title,
            status: artwork.state.as_str(),
            media_type: artwork.file.media_type,
            bytes: artwork.file.bytes,
            sha256: artwork.file.sha256,
            proofs: artwork.proofs.into_iter().map(ProofView::from).collect(),
            reason: artwork.reason,
            created_at: artwork.created_at.utc(),
            decided_at: artwork.decided_at.map(|at| at.utc()),
        }
    }
}
