//! A resource in more than one form: JSON, unless the caller asks for the XML that programs exchange, or for the page
//! that people file.
use crate::http::body::Digested;
use actix_web::http::header::{self, Accept, Header};
use actix_web::{HttpRequest, HttpResponse};

/// A form that a resource has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Every resource has it.
    Json,
    /// UBL.
    Xml,
    /// A printed document.
    Pdf,
}

impl Form {
    /// The form that the caller wants most among those that there are beside JSON.
    pub fn wanted(request: &HttpRequest, offered: &[Self]) -> Self {
        let Ok(accepted) = Accept::parse(request) else {
            return Self::Json;
        };
        let known = |essence: &str| match essence {
            "application/xml" | "text/xml" => Some(Self::Xml),
            "application/pdf" => Some(Self::Pdf),
            "application/json" | "application/*" | "*/*" => Some(Self::Json),
            _ => None,
        };
        let ranked = accepted.ranked();
        let mut wanted = ranked.iter().filter_map(|mime| known(mime.essence_str()));
        wanted
            .find(|form| *form == Self::Json || offered.contains(form))
            .unwrap_or(Self::Json)
    }
}

/// A document that was made just now.
pub fn fresh_xml(document: String) -> HttpResponse {
    let digest = Digested::of(document.as_bytes()).0;
    xml(document, &digest)
}

/// A document as XML, and the digest that names its bytes.
pub fn xml(document: String, digest: &str) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/xml"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::ETAG, format!("\"{digest}\"")))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(document)
}
