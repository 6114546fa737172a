//! `GET /exports/{id}/file`.
use crate::http::{Answer, Call, Problem};
use actix_files::NamedFile;
use actix_web::http::header::{ContentDisposition, DispositionParam, DispositionType};
use actix_web::{HttpRequest, get, web};
use store::error::Code;
use store::exports;
use store::ids::ExportId;
use uuid::Uuid;

/// The package, for the organisation's admins. A download that broke off can be taken up again by `Range`.
#[utoipa::path(tag = "Exports", operation_id = "exports_file",
    params(("id" = Uuid, Path, description = "The export.")),
    responses(
        (status = 200, description = "The package.", content((Vec<u8> = "application/zip"))),
        (status = 206, description = "The part that Range names.", content((Vec<u8> = "application/zip")))),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[get("/exports/{id}/file")]
pub async fn file(call: Call, request: HttpRequest, id: web::Path<Uuid>) -> Answer {
    let id = ExportId::from(*id);
    let export = call
        .look(move |conn, actor| exports::get(conn, actor, id))
        .await?;
    let status = export.status.as_str();
    let stored = export.file.ok_or_else(|| {
        let detail = format!("The export is {status}: there is no package.");
        Problem::new(Code::WrongState, &detail)
    })?;
    let app = call.app.clone();
    let opened = web::block(move || app.files.open(&stored)).await;
    let missing = || Problem::new(Code::NotFound, "The package is not where it was kept.");
    let opened = opened.map_err(|_| missing())?.map_err(|error| {
        tracing::error!(%error, %id, "a package that is on record is missing");
        missing()
    })?;
    let name = format!("export-{id}.zip");
    let file = NamedFile::from_file(opened, &name).map_err(|_| missing())?;
    let disposition = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(name)],
    };
    Ok(file
        .set_content_disposition(disposition)
        .into_response(&request))
}
