//! `GET /rule-sets/{id}/adoptions`.
use super::AdoptionView;
use crate::http::{Answer, Call, List, Page, Query, Reply};
use actix_web::{get, web};
use serde::Deserialize;
use store::governance::rule_sets;
use utoipa::IntoParams;
use uuid::Uuid;

/// Which adoptions.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists the organisations whose assemblies adopted a rule set, each with its turnout.
#[utoipa::path(tag = "Rule sets", operation_id = "rule_sets_list_adoptions",
    params(("id" = Uuid, Path, description = "The rule set."), Wanted),
    responses((status = 200, description = "A page.", body = List<AdoptionView>)),
    extensions(("x-problem-codes" = json!(["not_admitted"]))))]
#[get("/rule-sets/{id}/adoptions")]
pub async fn list(call: Call, id: web::Path<Uuid>, query: Query<Wanted>) -> Answer {
    let page = Page::parse(query.0.limit, query.0.cursor.as_deref())?;
    call.read(move |conn, actor| {
        actor.require_admitted()?;
        let rule_set = rule_sets::get(conn, (*id).into())?;
        let rows = rule_sets::adoptions(conn, rule_set.id, page.after(), Some(page.rows()))?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.organisation.uuid(),
            AdoptionView::from,
        ))?)
    })
    .await
}
