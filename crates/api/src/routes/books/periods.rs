//! `GET /book-periods` and `POST /book-periods/{period}/lock`.
use crate::http::{Answer, Call, Problem, Reply};
use crate::openapi::IdempotencyKeyRequired;
use actix_web::{get, post, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::books::periods::{self, Period, is_month};
use store::error::Code;
use utoipa::ToSchema;
use uuid::Uuid;

/// A month of your organisation's book.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookPeriodView {
    #[schema(example = "2026-10")]
    period: String,
    /// How many entries it has.
    #[schema(example = 42)]
    entries: i64,
    /// open or locked.
    #[schema(example = "locked")]
    status: &'static str,
    /// When it was locked, or null.
    locked_at: Option<DateTime<Utc>>,
    /// Who locked it, or null.
    locked_by: Option<Uuid>,
}

impl From<Period> for BookPeriodView {
    fn from(period: Period) -> Self {
        Self {
            period: period.period,
            entries: period.entries,
            status: if period.locked_at.is_some() {
                "locked"
            } else {
                "open"
            },
            locked_at: period.locked_at.map(store::sql::Time::utc),
            locked_by: period.locked_by.map(store::ids::PersonId::uuid),
        }
    }
}

/// The months of a book.
#[derive(Debug, Serialize, ToSchema)]
pub struct Periods {
    periods: Vec<BookPeriodView>,
}

/// The months of your organisation's book that have entries or are locked.
#[utoipa::path(tag = "Books", operation_id = "book_periods_list",
    responses((status = 200, description = "The months, in order.", body = Periods)))]
#[get("/book-periods")]
pub async fn list(call: Call) -> Answer {
    call.read(|conn, actor| {
        let periods = periods::list(conn, actor)?;
        let periods = periods.into_iter().map(BookPeriodView::from).collect();
        Ok(Reply::plain(&Periods { periods })?)
    })
    .await
}

/// Locks a month that is over, for ever: what comes later is booked in an open month, with the document's own date
/// beside it. Earlier months with entries are locked first.
#[utoipa::path(tag = "Books", operation_id = "book_periods_lock",
    params(("period" = String, Path, description = "The month: `2026-10`.", example = "2026-10"),
        IdempotencyKeyRequired),
    responses((status = 201, description = "The locked month.", body = BookPeriodView,
        headers(("Location" = String, description = "The list it stands in.")))),
    extensions(("x-problem-codes" = json!(["period_locked", "period_not_over"]))))]
#[post("/book-periods/{period}/lock")]
pub async fn lock(call: Call, period: web::Path<String>) -> Answer {
    if !is_month(&period) {
        return Err(Problem::new(
            Code::NotFound,
            "A month is written as 2026-11.",
        ));
    }
    call.write(None, move |conn, actor| {
        let locked = periods::lock(conn, actor, &period)?;
        Ok(Reply::made(
            "/api/v1/book-periods".to_owned(),
            &BookPeriodView::from(locked),
        )?)
    })
    .await
}
