//! `GET /rule-sets/{id}/adoptions`.
use super::AdoptionView;
use crate::http::{Answer, Call, List, Paging, Query, Reply};
use actix_web::{get, web};
use store::governance::rule_sets;
use uuid::Uuid;

/// Lists the organisations whose assemblies adopted a rule set, each with its turnout.
#[utoipa::path(tag = "Rule sets", operation_id = "rule_sets_list_adoptions",
    params(("id" = Uuid, Path, description = "The rule set."), Paging),
    responses((status = 200, description = "A page.", body = List<AdoptionView>)),
    extensions(("x-problem-codes" = json!(["not_admitted"]))))]
#[get("/rule-sets/{id}/adoptions")]
pub async fn list(call: Call, id: web::Path<Uuid>, query: Query<Paging>) -> Answer {
    let page = query.0.page()?;
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
