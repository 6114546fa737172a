//! `GET /organisations`.
use super::OrganisationView;
use crate::http::{Answer, Call, Fields, List, Page, Query, Reply, wire};
use actix_web::get;
use governance::OrganisationKind;
use serde::Deserialize;
use store::identity::organisations::{self, Filter, Status};
use utoipa::IntoParams;

/// Which organisations.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// union, cooperative, network, community or operator.
    kind: Option<String>,
    /// applied, admitted, refused or suspended.
    status: Option<String>,
    /// ISO 3166 alpha-2.
    country: Option<String>,
    /// Things a page has at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists admitted organisations; networks also see co-operatives that applied, the operator all.
#[utoipa::path(tag = "Organisations", operation_id = "organisations_list", params(Wanted),
    responses((status = 200, description = "A page.", body = List<OrganisationView>)))]
#[get("/organisations")]
pub async fn list(call: Call, query: Query<Wanted>) -> Answer {
    let wanted = query.0;
    let page = Page::parse(wanted.limit, wanted.cursor.as_deref())?;
    let mut fields = Fields::new();
    let kind = wanted
        .kind
        .and_then(|kind| fields.take("?kind", OrganisationKind::parse(&kind)));
    let status = wanted.status.and_then(|status| {
        fields.take(
            "?status",
            Status::parse(&status).ok_or("This is no status of an organisation."),
        )
    });
    let country = wanted
        .country
        .and_then(|code| wire::country(&mut fields, "?country", &code));
    let filter = fields.finish(|| {
        Some(Filter {
            kind,
            status,
            country,
        })
    })?;
    call.read(move |conn, actor| {
        let rows = organisations::list(conn, actor, &filter, page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            OrganisationView::from,
        ))?)
    })
    .await
}
