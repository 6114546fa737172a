//! `GET /artworks/{id}/file` and `GET /artworks/{id}/proofs/{number}/file`.
use crate::files::known;
use crate::http::problem::internal;
use crate::http::{Answer, Call, Problem, Reply};
use actix_web::{get, web};
use store::error::Code;
use store::fulfilment::artworks::{self, StoredFile};
use store::ids::ArtworkId;
use uuid::Uuid;

/// The artwork's file, to download: it is never shown as a page.
#[utoipa::path(tag = "Artwork", operation_id = "artworks_file",
    params(("id" = Uuid, Path, description = "The artwork.")),
    responses((status = 200, description = "The file.", content(
        (Vec<u8> = "application/pdf"), (Vec<u8> = "image/png"), (Vec<u8> = "image/jpeg"),
        (Vec<u8> = "image/tiff")))))]
#[get("/artworks/{id}/file")]
pub async fn artwork_file(call: Call, id: web::Path<Uuid>) -> Answer {
    let id = ArtworkId::from(*id);
    let artwork = call
        .look(move |conn, actor| artworks::get(conn, actor, id))
        .await?;
    send(call, format!("artwork-{id}"), artwork.file).await
}

/// A proof's file, to download: it is never shown as a page.
#[utoipa::path(tag = "Artwork", operation_id = "artworks_proof_file",
    params(("id" = Uuid, Path, description = "The artwork."),
        ("number" = i32, Path, description = "The proof's number.")),
    responses((status = 200, description = "The file.", content(
        (Vec<u8> = "application/pdf"), (Vec<u8> = "image/png"), (Vec<u8> = "image/jpeg"),
        (Vec<u8> = "image/tiff")))))]
#[get("/artworks/{id}/proofs/{number}/file")]
pub async fn proof_file(call: Call, path: web::Path<(Uuid, i32)>) -> Answer {
    let (id, number) = path.into_inner();
    let id = ArtworkId::from(id);
    let artwork = call
        .look(move |conn, actor| artworks::get(conn, actor, id))
        .await?;
    let mut proofs = artwork.proofs.into_iter();
    let proof = proofs
        .find(|proof| proof.number == number)
        .ok_or_else(|| Problem::new(Code::NotFound, "There is nothing here that you can see."))?;
    send(call, format!("proof-{id}-{number}"), proof.file).await
}

/// Reads the file away from the threads that serve requests and hold connections.
async fn send(call: Call, name: String, file: StoredFile) -> Answer {
    let app = call.app.clone();
    let reply = web::block(move || {
        let bytes = app.files.read(&file)?;
        // What is on record was checked when it came; anything else is bytes.
        let (media_type, ending) =
            known(&file.media_type).unwrap_or(("application/octet-stream", "bin"));
        Ok(Reply::file(&format!("{name}.{ending}"), media_type, bytes))
    });
    call.answer(reply.await.map_err(|_| internal())?)
}
