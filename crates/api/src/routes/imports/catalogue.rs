//! `POST /imports/catalogue`.
use crate::http::body::Csv;
use crate::http::{Answer, Call, Problem, Query, Reply};
use crate::imports::catalogue;
use crate::openapi::IdempotencyKey;
use actix_web::post;
use serde::{Deserialize, Serialize};
use store::catalogue::import as importing;
use utoipa::{IntoParams, ToSchema};

/// How to import.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Only say what the import would do.
    #[serde(default)]
    #[param(default = false)]
    dry_run: bool,
}

/// What an import did.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportedView {
    /// Drafts written.
    #[schema(example = 12)]
    created: usize,
    /// Listings changed.
    #[schema(example = 3)]
    changed: usize,
    /// Whether nothing was written.
    dry_run: bool,
}

/// Imports your co-operative's catalogue from a table: a row with a new `sku` writes a draft, a row with a
/// known one changes that listing. All rows are imported or none; `errors` names faults by row (from 1,
/// the header not counted) and column, as `/rows/17/lot`.
///
/// RFC 4180 in UTF-8, with or without byte order mark, a header, at most 5,000 rows and 2 MiB. Columns:
/// `sku`; `gtin` or `product` (its name); `title`; `currency`; `lead_days`; `materials` and `overhead`
/// (money per unit); `standard_minutes` (per unit); and, where wanted, `minimum`, `lot`, `setup_cost`,
/// `setup_minutes`, `line_efficiency`, `offered_unit_price`, `steps` (`1000;5000`), `freight`
/// (`AR-B=350/3;AR-C=120/1`: price and days) and `capacity` (`2027-01-04/2027-01-31=5000;…`: an empty cell
/// leaves the calendar as it is).
#[utoipa::path(tag = "Listings", operation_id = "imports_catalogue",
    params(Wanted, IdempotencyKey),
    request_body(content = String, content_type = "text/csv", description = "The table.",
        example = "sku,product,title,currency,lead_days,materials,overhead,standard_minutes\nTILE-20,Glazed ceramic tile 20 x 20,Glazed tile,ARS,14,5200,1900,38\n"),
    responses((status = 200, description = "What was imported, or would be.", body = ImportedView)),
    extensions(("x-problem-codes" = json!(["import_refused"]))))]
#[post("/imports/catalogue")]
pub async fn import(call: Call, query: Query<Wanted>, body: Csv) -> Answer {
    let dry_run = query.0.dry_run;
    let rows = catalogue::read(&body.bytes).map_err(Problem::from)?;
    call.write(Some(body.digest), move |conn, actor| {
        let imported = if dry_run {
            importing::rehearse(conn, actor, &rows)?
        } else {
            importing::apply(conn, actor, &rows)?
        };
        Ok(Reply::plain(&ImportedView {
            created: imported.created,
            changed: imported.changed,
            dry_run,
        })?)
    })
    .await
}
