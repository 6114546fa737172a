//! Documents as pages that people file, in the language that they ask for.
use crate::http::body::Digested;
use crate::http::problem::internal;
use crate::http::{Answer, Call};
use actix_web::http::header::{self, AcceptLanguage, Header};
use actix_web::{HttpRequest, HttpResponse, web};
use printing::{Language, PrintError};
use store::identity::organisations;
use store::{Actor, Conn, Error};
use tokio::sync::Semaphore;
use utoipa::IntoParams;

/// Documents that are set at once: setting takes a processor as long as it lasts.
const AT_ONCE: usize = 2;

static PLACES: Semaphore = Semaphore::const_new(AT_ONCE);

/// The language of a printed document.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only documents the header")]
pub struct PrintedIn {
    /// The language of the PDF: es, en or pt; without one of them, that of your organisation.
    #[param(rename = "Accept-Language", example = "es")]
    accept_language: Option<String>,
}

/// The first of the languages that the caller asks for.
fn asked(request: &HttpRequest) -> Option<Language> {
    let accepted = AcceptLanguage::parse(request).ok()?;
    let ranked = accepted.ranked();
    ranked.iter().find_map(|preference| {
        let tag = preference.item()?;
        Language::of_tag(tag.as_str())
    })
}

/// Answers with a PDF: `look` finds what is printed and how the file is called, and `print` prints it, away from the
/// threads that answer requests.
///
/// # Errors
/// What `look` answers; [`store::error::Code::Internal`] where it cannot be printed.
pub async fn pdf<T: Send + 'static>(
    call: &Call,
    request: &HttpRequest,
    look: impl FnOnce(&mut Conn, &Actor) -> Result<(String, T), Error> + Send + 'static,
    print: impl FnOnce(T, Language) -> Result<Vec<u8>, PrintError> + Send + 'static,
) -> Answer {
    let asked = asked(request);
    let (language, (name, found)) = call
        .look(move |conn, actor| {
            let found = look(conn, actor)?;
            let language = match asked {
                Some(language) => language,
                None => own(conn, actor)?,
            };
            Ok((language, found))
        })
        .await?;
    let _place = PLACES.acquire().await.map_err(|_| internal())?;
    let printed = web::block(move || print(found, language)).await;
    let printed = printed.map_err(|_| internal())?.map_err(|error| {
        tracing::error!(%error, name, "a document could not be printed");
        internal()
    })?;
    let digest = Digested::of(&printed).0;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/pdf"))
        .insert_header((header::CONTENT_LANGUAGE, language.tag()))
        .insert_header((header::VARY, "accept, accept-language"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("inline; filename=\"{name}.pdf\""),
        ))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::ETAG, format!("\"{digest}\"")))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(printed))
}

/// The language of the reader's organisation.
fn own(conn: &mut Conn, actor: &Actor) -> Result<Language, Error> {
    let organisation = organisations::get(conn, actor.organisation)?;
    Ok(Language::of_tag(&organisation.language).unwrap_or(Language::En))
}
