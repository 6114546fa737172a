//! `GET /rule-sets`.
use super::RuleSetView;
use crate::http::{Answer, Call, Fields, List, Page, Query, Reply};
use actix_web::get;
use serde::Deserialize;
use store::governance::rule_sets::{self, Status};
use utoipa::IntoParams;

/// Which rule sets.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// draft, published or withdrawn.
    status: Option<String>,
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists rule sets, the first proposed first.
#[utoipa::path(tag = "Rule sets", operation_id = "rule_sets_list", params(Wanted),
    responses((status = 200, description = "A page.", body = List<RuleSetView>)),
    extensions(("x-problem-codes" = json!(["not_admitted"]))))]
#[get("/rule-sets")]
pub async fn list(call: Call, query: Query<Wanted>) -> Answer {
    let wanted = query.0;
    let page = Page::parse(wanted.limit, wanted.cursor.as_deref())?;
    let mut fields = Fields::new();
    let status = wanted.status.and_then(|word| {
        fields.take(
            "?status",
            Status::parse(&word).ok_or("This is no status of a rule set."),
        )
    });
    let status = fields.finish(|| Some(status))?;
    call.read(move |conn, actor| {
        actor.require_admitted()?;
        let rows = rule_sets::list(conn, status, page.after(), page.rows())?;
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let counted = rule_sets::count_adoptions(conn, &ids)?;
        let views = page.list(
            rows,
            |row| row.id.uuid(),
            |row| {
                let adopted = counted.get(&row.id).copied().unwrap_or_default();
                RuleSetView::of(row, adopted)
            },
        );
        let items = views.items.into_iter().collect::<Result<_, _>>()?;
        Ok(Reply::list(&List {
            items,
            next: views.next,
        })?)
    })
    .await
}
