//! An answer as data, so that it can be kept with an idempotency key and given again.
use crate::http::body::Digested;
use crate::http::page::List;
use crate::http::problem::internal;
use crate::http::{Answer, Problem};
use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use serde::Serialize;
use store::operations::idempotency::Kept;

/// Status, headers and body of a successful answer.
#[derive(Clone, Debug)]
pub struct Reply {
    status: StatusCode,
    location: Option<String>,
    etag: Option<String>,
    next: Option<String>,
    body: String,
    /// What is kept with an idempotency key instead of the body.
    kept: Option<String>,
    file: Option<File>,
}

/// A file to download.
#[derive(Clone, Debug)]
struct File {
    name: String,
    media_type: &'static str,
    bytes: Vec<u8>,
}

impl Reply {
    /// 200 with a thing and its version.
    ///
    /// # Errors
    /// [`internal`] where the body cannot be written.
    pub fn ok(body: &impl Serialize, version: i64) -> Result<Self, Problem> {
        Self::json(StatusCode::OK, body).map(|reply| reply.versioned(version))
    }

    /// 200 with something that has no version.
    ///
    /// # Errors
    /// [`internal`] where the body cannot be written.
    pub fn plain(body: &impl Serialize) -> Result<Self, Problem> {
        Self::json(StatusCode::OK, body)
    }

    /// 201 with the new thing, where it is, and its version.
    ///
    /// # Errors
    /// [`internal`] where the body cannot be written.
    pub fn created(location: String, body: &impl Serialize, version: i64) -> Result<Self, Problem> {
        let mut reply = Self::json(StatusCode::CREATED, body)?.versioned(version);
        reply.location = Some(location);
        Ok(reply)
    }

    /// 201 with something new that has no version: it never changes.
    ///
    /// # Errors
    /// [`internal`] where the body cannot be written.
    pub fn made(location: String, body: &impl Serialize) -> Result<Self, Problem> {
        let mut reply = Self::json(StatusCode::CREATED, body)?;
        reply.location = Some(location);
        Ok(reply)
    }

    /// 202 with the job that does the rest, and where it is.
    ///
    /// # Errors
    /// [`internal`] where the body cannot be written.
    pub fn accepted(location: String, body: &impl Serialize) -> Result<Self, Problem> {
        let mut reply = Self::json(StatusCode::ACCEPTED, body)?;
        reply.location = Some(location);
        Ok(reply)
    }

    /// 200 with a page of a list.
    ///
    /// # Errors
    /// [`internal`] where the body cannot be written.
    pub fn list<T: Serialize>(list: &List<T>) -> Result<Self, Problem> {
        let mut reply = Self::json(StatusCode::OK, list)?;
        reply.next.clone_from(&list.next);
        Ok(reply)
    }

    /// 204.
    pub fn nothing() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            location: None,
            etag: None,
            next: None,
            file: None,
            kept: None,
            body: String::new(),
        }
    }

    /// 200 with a file to download; `name` is ASCII without quotes. For reads: it is not kept with a key.
    pub fn file(name: &str, media_type: &'static str, bytes: Vec<u8>) -> Self {
        let file = File {
            name: name.to_owned(),
            media_type,
            bytes,
        };
        Self {
            status: StatusCode::OK,
            file: Some(file),
            ..Self::nothing()
        }
    }

    /// The response to a request that needs neither a token nor the database.
    ///
    /// # Errors
    /// Those of [`Reply::into_response`].
    pub fn alone(self) -> Answer {
        self.into_response(None, None)
    }

    fn json(status: StatusCode, body: &impl Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_string(body).map_err(|error| {
            tracing::error!(%error, "an answer could not be written");
            internal()
        })?;
        Ok(Self {
            status,
            location: None,
            etag: None,
            next: None,
            file: None,
            kept: None,
            body,
        })
    }

    /// The same with an ETag: the version, by which changes are checked, and a digest of the body, because
    /// some of what is shown is derived from other things and changes without a new version.
    #[must_use]
    pub fn versioned(mut self, version: i64) -> Self {
        let digest: String = Digested::of(self.body.as_bytes())
            .0
            .chars()
            .take(16)
            .collect();
        self.etag = Some(format!("\"{version}-{digest}\""));
        self
    }

    /// The same where its secret is shown once: a repeated request is answered with `without` it, and the database
    /// never holds it.
    ///
    /// # Errors
    /// [`internal`] where the body cannot be written.
    pub fn once(mut self, without: &impl Serialize) -> Result<Self, Problem> {
        self.kept = Some(Self::json(self.status, without)?.body);
        Ok(self)
    }

    /// The cursor of the next page, for the `Link` header.
    pub(super) fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }

    pub(super) fn to_kept(&self) -> Kept {
        Kept {
            status: i32::from(self.status.as_u16()),
            location: self.location.clone(),
            etag: self.etag.clone(),
            body: self.kept.clone().unwrap_or_else(|| self.body.clone()),
        }
    }

    pub(super) fn from_kept(kept: Kept) -> Result<Self, Problem> {
        let status = u16::try_from(kept.status)
            .ok()
            .and_then(|status| StatusCode::from_u16(status).ok())
            .ok_or_else(internal)?;
        Ok(Self {
            status,
            location: kept.location,
            etag: kept.etag,
            next: None,
            file: None,
            kept: None,
            body: kept.body,
        })
    }

    /// The HTTP response; `if_none_match` that names the present version gives 304.
    ///
    /// # Errors
    /// None at present: the type is the handlers'.
    pub(super) fn into_response(self, if_none_match: Option<&str>, link: Option<String>) -> Answer {
        if self.status == StatusCode::OK
            && self.etag.is_some()
            && self.etag.as_deref() == if_none_match
        {
            return Ok(HttpResponse::NotModified()
                .insert_header((header::ETAG, self.etag.unwrap_or_default()))
                .finish());
        }
        let mut response = HttpResponse::build(self.status);
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        if let Some(location) = self.location {
            response.insert_header((header::LOCATION, location));
        }
        if let Some(etag) = self.etag {
            response.insert_header((header::ETAG, etag));
        }
        if let Some(link) = link {
            response.insert_header((header::LINK, link));
        }
        if let Some(file) = self.file {
            let disposition = format!("attachment; filename=\"{}\"", file.name);
            return Ok(response
                .insert_header((header::CONTENT_TYPE, file.media_type))
                .insert_header((header::CONTENT_DISPOSITION, disposition))
                .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
                .body(file.bytes));
        }
        if self.status == StatusCode::NO_CONTENT {
            return Ok(response.finish());
        }
        Ok(response
            .insert_header((header::CONTENT_TYPE, "application/json"))
            .body(self.body))
    }
}
