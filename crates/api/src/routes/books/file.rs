//! `GET /journal`.
use super::months;
use crate::http::problem::internal;
use crate::http::{Answer, Call, Fields, Query};
use crate::journal_file::{self, Form};
use actix_files::NamedFile;
use actix_web::http::header::{ContentDisposition, DispositionParam, DispositionType};
use actix_web::{HttpRequest, get};
use money::Currency;
use serde::Deserialize;
use store::books::periods::READERS;
use store::identity::organisations;
use utoipa::IntoParams;

/// Which months, in which form.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// hledger (ledger reads it too), beancount, csv, csv-rules (how hledger reads the csv), gnucash, gnucash-accounts
    /// (to be imported first), ofx (the bank's postings in one currency).
    #[param(
        example = "hledger",
        pattern = "^(hledger|beancount|csv|csv-rules|gnucash|gnucash-accounts|ofx)$"
    )]
    format: String,
    /// From this month on: `2026-11`.
    #[param(example = "2026-11", pattern = "^[0-9]{4}-[0-9]{2}$")]
    from: Option<String>,
    /// Up to this month.
    #[param(example = "2026-12", pattern = "^[0-9]{4}-[0-9]{2}$")]
    to: Option<String>,
    /// The currency of an ofx file, ISO 4217.
    #[param(example = "ARS", pattern = "^[A-Z]{3}$")]
    currency: Option<String>,
}

/// Your organisation's journal as a file for an accounting program, with your own codes of accounts. The same months
/// give the same bytes once they are locked; each entry keeps its id in every file.
#[utoipa::path(tag = "Books", operation_id = "journal_file", params(Wanted),
    responses(
        (status = 200, description = "The file.", content((Vec<u8> = "application/octet-stream"))),
        (status = 206, description = "The part that Range names.", content((Vec<u8> = "application/octet-stream")))))]
#[get("/journal")]
pub async fn file(call: Call, request: HttpRequest, query: Query<Wanted>) -> Answer {
    let chosen = query.0;
    let months = months(chosen.from.as_ref(), chosen.to.as_ref())?;
    let mut fields = Fields::new();
    let form = Form::parse(&chosen.format);
    fields.require(form.is_some(), "?format", "This is no format of ours.");
    let currency = chosen.currency.as_deref().map(Currency::parse).transpose();
    let currency = fields.take("?currency", currency);
    fields.require(
        form != Some(Form::Ofx) || currency != Some(None),
        "?currency",
        "A file of a bank account is in one currency: state it.",
    );
    let (form, currency) = fields.finish(|| Some((form?, currency?)))?;
    let organisation = call
        .look(|conn, actor| {
            actor.require(&READERS)?;
            organisations::get(conn, actor.organisation)
        })
        .await?;
    let written = call
        .app
        .db
        .snapshot(move |conn| {
            let of = (organisation.id, organisation.name.as_str());
            journal_file::write(conn, of, form, &months, currency)
        })
        .await?;
    let written = written.map_err(|error| match error {
        journal_file::Unwritten::Rows(error) => error.into(),
        other => {
            tracing::error!(%other, "a journal could not be written");
            internal()
        }
    })?;
    let name = form.file_name();
    let file = NamedFile::from_file(written, name).map_err(|_| internal())?;
    let disposition = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(name.to_owned())],
    };
    Ok(file
        .set_content_type(actix_web::mime::APPLICATION_OCTET_STREAM)
        .use_etag(false)
        .use_last_modified(false)
        .set_content_disposition(disposition)
        .into_response(&request))
}
