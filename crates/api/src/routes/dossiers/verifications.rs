//! `GET /organisations/{id}/verifications`.
use crate::http::{Answer, Call, List, Paging, Query, Reply};
use actix_web::{get, web};
use chrono::NaiveDate;
use serde::Serialize;
use store::governance::dossiers::{self, Dossier};
use utoipa::ToSchema;
use uuid::Uuid;

/// A network's word on a co-operative, as everybody may read it.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerificationView {
    network_id: Uuid,
    /// verified, or provisional for a co-operative of less than a year.
    #[schema(example = "verified")]
    standing: &'static str,
    signed_on: NaiveDate,
    /// The last day.
    expires_on: NaiveDate,
    /// Whether it holds today.
    in_force: bool,
}

impl VerificationView {
    fn of(dossier: &Dossier, today: NaiveDate) -> Option<Self> {
        let verification = dossier.verification.as_ref()?;
        Some(Self {
            network_id: dossier.network.uuid(),
            standing: verification.standing().as_str(),
            signed_on: verification.signed_on(),
            expires_on: verification.expires_on(),
            in_force: verification.in_force(today),
        })
    }
}

/// Lists the verifications of a co-operative, expired ones too: which network signed, what it is worth,
/// until when. The dossiers behind them stay between the co-operative and the network.
#[utoipa::path(tag = "Verification", operation_id = "verifications_list",
    params(("id" = Uuid, Path, description = "The co-operative."), Paging),
    responses((status = 200, description = "A page.", body = List<VerificationView>)),
    extensions(("x-problem-codes" = json!(["not_admitted"]))))]
#[get("/organisations/{id}/verifications")]
pub async fn list(call: Call, id: web::Path<Uuid>, query: Query<Paging>) -> Answer {
    let page = query.0.page()?;
    call.read(move |conn, actor| {
        let rows = dossiers::signed_of(conn, actor, (*id).into(), page.after(), page.rows())?;
        let today = actor.now.date();
        let views = page.list(
            rows,
            |row| row.id.uuid(),
            |row| VerificationView::of(&row, today),
        );
        Ok(Reply::list(&List {
            items: views.items.into_iter().flatten().collect(),
            next: views.next,
        })?)
    })
    .await
}
