//! `GET /upstream-records` and `GET /upstream-records/{id}`.
use super::UpstreamRecordView;
use crate::http::{Answer, Call, List, Page, Query, Reply};
use actix_web::{get, web};
use serde::Deserialize;
use store::needs::upstream::records;
use utoipa::IntoParams;
use uuid::Uuid;

/// Which records.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WantedRecords {
    /// Of this product.
    product_id: Option<Uuid>,
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists what co-operatives had to buy elsewhere, or went without, oldest first: networks see which inputs the
/// movement does not make yet, a co-operative sees its own records.
#[utoipa::path(tag = "Upstream", operation_id = "upstream_records_list", params(WantedRecords),
    responses((status = 200, description = "A page.", body = List<UpstreamRecordView>)),
    extensions(("x-problem-codes" = json!(["not_admitted"]))))]
#[get("/upstream-records")]
pub async fn list(call: Call, query: Query<WantedRecords>) -> Answer {
    let wanted = query.0;
    let page = Page::parse(wanted.limit, wanted.cursor.as_deref())?;
    call.read(move |conn, actor| {
        let product = wanted.product_id.map(Into::into);
        let rows = records::list(conn, actor, product, page.after(), page.rows())?;
        let id = |record: &records::Record| record.id.uuid();
        Ok(Reply::list(&page.list(rows, id, UpstreamRecordView::from))?)
    })
    .await
}

/// One record.
#[utoipa::path(tag = "Upstream", operation_id = "upstream_records_get",
    params(("id" = Uuid, Path, description = "The record.")),
    responses((status = 200, description = "The record.", body = UpstreamRecordView)),
    extensions(("x-problem-codes" = json!(["not_admitted"]))))]
#[get("/upstream-records/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let record = records::get(conn, actor, (*id).into())?;
        Ok(Reply::plain(&UpstreamRecordView::from(record))?)
    })
    .await
}
