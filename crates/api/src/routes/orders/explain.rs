//! `GET /orders/{id}/explanation`.
use crate::http::negotiation::Form;
use crate::http::printed::{self, PrintedIn};
use crate::http::{Answer, Call, Reply};
use actix_web::{HttpRequest, get, web};
use printing::{Language, PricedLine, PrintError};
use serde::Serialize;
use serde_json::Value;
use store::orders::{Described, Explained};
use store::{Actor, Conn, orders};
use utoipa::ToSchema;
use uuid::Uuid;

/// How the price of a line came about, as it was kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineExplanation {
    /// The line.
    #[schema(example = 1)]
    position: i32,
    listing_id: Uuid,
    rule_set_id: Uuid,
    /// What pricing was asked, at the quantity of all lines of the listing. `cost_sheet` and
    /// `workplace` are null where they are the co-operative's own.
    #[schema(value_type = Object)]
    price_request: Value,
    /// What it answered: the ten components, what the premium protects, and the trace, without hours
    /// and hourly costs where those are the co-operative's own.
    #[schema(value_type = Object)]
    price_answer: Value,
}

impl From<Explained> for LineExplanation {
    fn from(explained: Explained) -> Self {
        Self {
            position: explained.position,
            listing_id: explained.listing.uuid(),
            rule_set_id: explained.rule_set.uuid(),
            price_request: explained.request,
            price_answer: explained.answer,
        }
    }
}

/// How the prices of some lines came about.
#[derive(Debug, Serialize, ToSchema)]
pub struct Explanation {
    /// By position.
    lines: Vec<LineExplanation>,
}

impl From<Vec<Explained>> for Explanation {
    fn from(lines: Vec<Explained>) -> Self {
        Self {
            lines: lines.into_iter().map(LineExplanation::from).collect(),
        }
    }
}

/// The explanation as a printed document, with what the API answers as JSON inside.
///
/// # Errors
/// Those of [`printing::explanation`].
pub fn print_explanation(described: Described, language: Language) -> Result<Vec<u8>, PrintError> {
    let mut kept = Vec::with_capacity(described.lines.len());
    let mut lines = Vec::with_capacity(described.lines.len());
    for one in described.lines {
        kept.push(one.explained.clone());
        lines.push(PricedLine {
            position: one.line.position,
            title: one.title,
            cooperative: one.cooperative,
            quantity: one.line.quantity,
            unit: one.unit,
            currency: one.line.totals.currency(),
            request: one.explained.request,
            answer: one.explained.answer,
        });
    }
    let kept = serde_json::to_vec(&Explanation::from(kept))?;
    let explained = printing::Explanation {
        reference: described.reference,
        issued_on: described.on,
        buyer: described.buyer,
        lines,
    };
    printing::explanation(&explained, kept, language)
}

/// How the price of each line came about, in full and as it was kept. The cost sheet and the pay behind it
/// are the co-operative's, unless its assembly opened them. With `Accept: application/pdf` it is printed (PDF/A-3) with
/// that inside.
#[utoipa::path(tag = "Orders", operation_id = "orders_explain",
    params(("id" = Uuid, Path, description = "The order."), PrintedIn),
    responses((status = 200, description = "The explanation.",
        content((Explanation = "application/json"), (Vec<u8> = "application/pdf")))))]
#[get("/orders/{id}/explanation")]
pub async fn explain(call: Call, request: HttpRequest, id: web::Path<Uuid>) -> Answer {
    let id = (*id).into();
    if Form::wanted(&request, &[Form::Pdf]) == Form::Pdf {
        let look = move |conn: &mut Conn, actor: &Actor| {
            let described = orders::describe(conn, actor, id)?;
            Ok((format!("{}-prices", described.reference), described))
        };
        return printed::pdf(&call, &request, look, print_explanation).await;
    }
    call.read(move |conn, actor| {
        let explained = orders::explain(conn, actor, id)?;
        Ok(Reply::plain(&Explanation::from(explained))?)
    })
    .await
}
