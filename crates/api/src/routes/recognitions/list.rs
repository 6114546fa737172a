//! `GET /recognitions`.
use super::RecognitionView;
use crate::http::{Answer, Call, List, Page, Query, Reply};
use actix_web::get;
use serde::Deserialize;
use store::governance::recognitions;
use utoipa::IntoParams;
use uuid::Uuid;

/// Which recognitions.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Those given by this network.
    network_id: Option<Uuid>,
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists all networks' recognitions, ended ones too.
#[utoipa::path(tag = "Verification", operation_id = "recognitions_list", params(Wanted),
    responses((status = 200, description = "A page.", body = List<RecognitionView>)),
    extensions(("x-problem-codes" = json!(["not_admitted"]))))]
#[get("/recognitions")]
pub async fn list(call: Call, query: Query<Wanted>) -> Answer {
    let wanted = query.0;
    let page = Page::parse(wanted.limit, wanted.cursor.as_deref())?;
    call.read(move |conn, actor| {
        actor.require_admitted()?;
        let network = wanted.network_id.map(Into::into);
        let rows = recognitions::list(conn, network, page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            RecognitionView::from,
        ))?)
    })
    .await
}
