//! Lists: at most 100 things a page, opaque keyset cursors that are stable under inserts.
use crate::http::Problem;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use store::error::Code;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Things a page has unless the caller says otherwise.
pub const LIMIT_DEFAULT: u32 = 20;
/// Things a page has at most: bounds the work of one request.
pub const LIMIT_MAX: u32 = 100;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T> {
    /// The things, in the list's order.
    pub items: Vec<T>,
    /// The cursor of the next page; null on the last.
    #[schema(example = json!(null))]
    pub next: Option<String>,
}

/// The query parameters of a list that has no filter.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

impl Paging {
    /// The page that is asked for.
    ///
    /// # Errors
    /// Those of [`Page::parse`].
    pub fn page(&self) -> Result<Page, Problem> {
        Page::parse(self.limit, self.cursor.as_deref())
    }
}

/// Which page is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    after: Option<Uuid>,
    limit: u32,
}

impl Page {
    /// Reads `limit` and `cursor`.
    ///
    /// # Errors
    /// [`Code::InvalidInput`] for a limit out of 1..=100, [`Code::InvalidCursor`].
    pub fn parse(limit: Option<u32>, cursor: Option<&str>) -> Result<Self, Problem> {
        let limit = limit.unwrap_or(LIMIT_DEFAULT);
        if !(1..=LIMIT_MAX).contains(&limit) {
            return Err(
                Problem::new(Code::InvalidInput, format!("limit is 1 to {LIMIT_MAX}."))
                    .at("?limit"),
            );
        }
        let after = cursor.map(decode).transpose()?;
        Ok(Self { after, limit })
    }

    /// The id after which the page starts, as the list's own id type.
    pub fn after<I: From<Uuid>>(self) -> Option<I> {
        self.after.map(I::from)
    }

    /// How many rows to ask the database for: one more than the page, to know whether there is a next.
    pub fn rows(self) -> i64 {
        i64::from(self.limit) + 1
    }

    /// Turns the rows into the page. `id` names the key the list is ordered by.
    pub fn list<R, T>(
        self,
        mut rows: Vec<R>,
        id: impl Fn(&R) -> Uuid,
        view: impl Fn(R) -> T,
    ) -> List<T> {
        let full = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > full;
        rows.truncate(full);
        let next = rows.last().filter(|_| more).map(|row| encode(id(row)));
        List {
            items: rows.into_iter().map(view).collect(),
            next,
        }
    }
}

fn encode(id: Uuid) -> String {
    URL_SAFE_NO_PAD.encode(id.as_bytes())
}

fn decode(cursor: &str) -> Result<Uuid, Problem> {
    URL_SAFE_NO_PAD
        .decode(cursor)
        .ok()
        .and_then(|bytes| Uuid::from_slice(&bytes).ok())
        .ok_or_else(|| {
            Problem::new(
                Code::InvalidCursor,
                "This cursor was not made by this list.",
            )
            .at("?cursor")
        })
}
