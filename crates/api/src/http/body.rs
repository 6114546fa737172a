//! Request bodies: JSON of a known shape, of a bounded size, with a pointer to what is wrong.
use crate::files::{FILE_MAX_BYTES, kind_of, known, media_types};
use crate::http::Problem;
use crate::tables::sheet::Media;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::future::Future;
use std::pin::Pin;
use store::error::Code;

/// No JSON body needs more: an order has at most some hundred lines.
pub const JSON_MAX_BYTES: usize = 256 * 1024;

/// Room for five thousand listings of some four hundred letters each.
pub const TABLE_MAX_BYTES: usize = 16 * 1024 * 1024;

/// Room for some five thousand lines of an invoice.
pub const XML_MAX_BYTES: usize = 4 * 1024 * 1024;
/// What XML calls itself.
const XML: [&str; 2] = ["application/xml", "text/xml"];

/// A JSON body, read, with the digest that its idempotency key is bound to.
#[derive(Debug)]
pub struct Body<T> {
    /// The value.
    pub value: T,
    /// SHA-256 of the bytes.
    pub digest: Digested,
}

/// SHA-256 of a body, in hex.
#[derive(Clone, Debug)]
pub struct Digested(pub String);

impl Digested {
    /// The digest of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(
            Sha256::digest(bytes)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
        )
    }
}

/// The value in these bytes, and nothing after it.
fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        Problem::new(Code::InvalidInput, format!("{}.", error.inner())).at(pointer(error.path()))
    })?;
    reader.end().map_err(|error| {
        let detail = format!("After the JSON value: {error}.");
        Problem::new(Code::InvalidInput, detail).at("")
    })?;
    Ok(value)
}

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let json = is_json(request);
        let bytes = web::Bytes::from_request(request, payload);
        Box::pin(async move {
            json?;
            let bytes = bytes.await.map_err(|error| too_large_or_broken(&error))?;
            Ok(Self {
                value: read(&bytes)?,
                digest: Digested::of(&bytes),
            })
        })
    }
}

/// A JSON body that may be left out, or be null: then its value is the default.
#[derive(Debug)]
pub struct OptionalBody<T> {
    /// The value.
    pub value: T,
    /// SHA-256 of the bytes; none where the body is left out.
    pub digest: Option<Digested>,
}

impl<T: DeserializeOwned + Default + 'static> FromRequest for OptionalBody<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let json = is_json(request);
        let bytes = web::Bytes::from_request(request, payload);
        Box::pin(async move {
            let bytes = bytes.await.map_err(|error| too_large_or_broken(&error))?;
            if bytes.is_empty() {
                return Ok(Self {
                    value: T::default(),
                    digest: None,
                });
            }
            json?;
            Ok(Self {
                value: read::<Option<T>>(&bytes)?.unwrap_or_default(),
                digest: Some(Digested::of(&bytes)),
            })
        })
    }
}

/// A JSON body as text, for whoever reads JSON by rules of its own.
#[derive(Debug)]
pub struct RawJson(pub String);

impl FromRequest for RawJson {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let json = is_json(request);
        let bytes = web::Bytes::from_request(request, payload);
        Box::pin(async move {
            json?;
            let bytes = bytes.await.map_err(|error| too_large_or_broken(&error))?;
            String::from_utf8(bytes.to_vec())
                .map(Self)
                .map_err(|_| Problem::new(Code::InvalidInput, "JSON is written in UTF-8.").at(""))
        })
    }
}

/// A file to be kept, of at most [`FILE_MAX_BYTES`], which is what it says it is.
#[derive(Debug)]
pub struct Upload {
    /// What it is.
    pub media_type: &'static str,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// SHA-256 of the bytes.
    pub digest: Digested,
}

impl FromRequest for Upload {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let stated = known(&essence(request).to_ascii_lowercase()).map(|(stated, _)| stated);
        let payload = payload.take();
        Box::pin(async move {
            let stated = stated.ok_or_else(|| unsupported(&media_types()))?;
            let bytes = collect(payload, FILE_MAX_BYTES, "file").await?;
            if kind_of(&bytes) != Some(stated) {
                let detail = format!("The file does not begin as {stated} does.");
                return Err(Problem::new(Code::UnsupportedMediaType, detail));
            }
            let digest = Digested::of(&bytes);
            Ok(Self {
                media_type: stated,
                bytes,
                digest,
            })
        })
    }
}

/// The whole body, where it is no longer than it may be.
async fn collect(mut payload: Payload, most: usize, what: &str) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| too_large_or_broken(&error.into()))?;
        if bytes.len() + chunk.len() > most {
            let detail = format!("A {what} has at most {most} bytes.");
            return Err(Problem::new(Code::BodyTooLarge, detail));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn unsupported(media_types: &[&str]) -> Problem {
    let detail = format!("Send the body as {}.", media_types.join(" or "));
    Problem::new(Code::UnsupportedMediaType, detail)
}

/// A table as CSV or XLSX, of at most [`TABLE_MAX_BYTES`].
#[derive(Debug)]
pub struct TableFile {
    /// How it is written.
    pub media: Media,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// SHA-256 of the bytes.
    pub digest: Digested,
}

impl FromRequest for TableFile {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let named = Media::ALL
            .into_iter()
            .find(|media| essence(request).eq_ignore_ascii_case(media.mime()));
        let payload = payload.take();
        Box::pin(async move {
            let media = named.ok_or_else(|| unsupported(&Media::ALL.map(Media::mime)))?;
            let bytes = collect(payload, TABLE_MAX_BYTES, "table").await?;
            let digest = Digested::of(&bytes);
            Ok(Self {
                media,
                bytes,
                digest,
            })
        })
    }
}

/// A bank statement in XML, OFX or as a table, of at most [`TABLE_MAX_BYTES`]. What it is shows in its beginning.
#[derive(Debug)]
pub struct StatementFile {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// SHA-256 of the bytes.
    pub digest: Digested,
}

/// The media types under which a statement may come.
const STATEMENT_MEDIA: [&str; 4] = [
    "text/csv",
    "application/xml",
    "text/xml",
    "application/x-ofx",
];

impl FromRequest for StatementFile {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let file = said_to_be(request, payload, &STATEMENT_MEDIA, TABLE_MAX_BYTES);
        Box::pin(async move {
            let (bytes, digest) = file.await?;
            Ok(Self { bytes, digest })
        })
    }
}

/// A document as XML, of at most [`XML_MAX_BYTES`].
#[derive(Debug)]
pub struct XmlFile {
    /// The bytes, as they came.
    pub bytes: Vec<u8>,
    /// SHA-256 of the bytes.
    pub digest: Digested,
}

/// Whether the body says that it is XML.
pub fn is_xml(request: &HttpRequest) -> bool {
    is_any_of(request, &XML)
}

fn is_any_of(request: &HttpRequest, media: &[&str]) -> bool {
    let stated = essence(request);
    media.iter().any(|known| stated.eq_ignore_ascii_case(known))
}

/// The whole body with its digest, where it says that it is of one of these media types.
fn said_to_be(
    request: &HttpRequest,
    payload: &mut Payload,
    media: &'static [&'static str],
    most: usize,
) -> impl Future<Output = Result<(Vec<u8>, Digested), Problem>> + use<> {
    let known = is_any_of(request, media);
    let payload = payload.take();
    async move {
        if !known {
            return Err(unsupported(media));
        }
        let bytes = collect(payload, most, "file").await?;
        let digest = Digested::of(&bytes);
        Ok((bytes, digest))
    }
}

impl FromRequest for XmlFile {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let file = said_to_be(request, payload, &XML, XML_MAX_BYTES);
        Box::pin(async move {
            let (bytes, digest) = file.await?;
            Ok(Self { bytes, digest })
        })
    }
}

/// JSON of a known shape, or a document as XML.
#[derive(Debug)]
pub enum JsonOrXml<T> {
    /// JSON.
    Json(Body<T>),
    /// XML.
    Xml(XmlFile),
}

impl<T: DeserializeOwned + 'static> FromRequest for JsonOrXml<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if is_xml(request) {
            let file = XmlFile::from_request(request, payload);
            return Box::pin(async move { file.await.map(Self::Xml) });
        }
        let body = Body::from_request(request, payload);
        Box::pin(async move { body.await.map(Self::Json) })
    }
}

/// A body that may be empty (`POST` without data) is no body; everything else must say that it is JSON.
fn is_json(request: &HttpRequest) -> Result<(), Problem> {
    let wanted = "application/json";
    if essence(request).eq_ignore_ascii_case(wanted) {
        return Ok(());
    }
    Err(unsupported(&[wanted]))
}

/// The media type of the body without its parameters.
fn essence(request: &HttpRequest) -> &str {
    let media = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    media.split(';').next().unwrap_or_default().trim()
}

/// What went wrong while the bytes came in.
pub fn too_large_or_broken(error: &actix_web::Error) -> Problem {
    if error.as_response_error().status_code() == actix_web::http::StatusCode::PAYLOAD_TOO_LARGE {
        Problem::new(
            Code::BodyTooLarge,
            "The body is larger than this operation takes.",
        )
    } else {
        Problem::new(
            Code::InvalidInput,
            "The body broke off or could not be decoded.",
        )
        .at("")
    }
}

/// serde's path as a JSON pointer (RFC 6901).
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { variant } => format!("/{variant}"),
            Segment::Unknown => String::new(),
        })
        .collect()
}
