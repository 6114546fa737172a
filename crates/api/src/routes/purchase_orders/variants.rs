//! `GET /purchase-orders/{id}/variants` and `PUT /purchase-orders/{id}/lines/{line}/variants`.
use crate::http::wire::{DecimalText, LEAST, QUANTITY_MAX};
use crate::http::{Answer, Body, Call, Fields, Problem, Reply};
use crate::openapi::IfMatch;
use actix_web::{get, put, web};
use ordering::Cell;
use serde::{Deserialize, Serialize};
use store::fulfilment::variants::{self, Matrix};
use utoipa::ToSchema;
use uuid::Uuid;

/// The size × colour matrices of a purchase order's lines.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatricesView {
    lines: Vec<MatrixView>,
}

/// A line with what its listing comes in, and how many are made of each.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatrixView {
    /// The order's line.
    #[schema(example = 1)]
    line: i32,
    /// Units of the line.
    #[schema(example = "3000")]
    quantity: DecimalText,
    /// What the listing comes in.
    sizes: Vec<String>,
    /// What the listing comes in.
    colours: Vec<String>,
    /// Empty where the buyer has not stated them.
    cells: Vec<CellText>,
}

/// A line's whole matrix.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MatrixText {
    /// They add up to the line.
    #[schema(max_items = 400)]
    cells: Vec<CellText>,
}

/// So many of one size and colour.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CellText {
    /// Absent where the listing has no sizes.
    #[schema(example = "L")]
    #[serde(default)]
    size: String,
    /// Absent where the listing has no colours.
    #[schema(example = "black")]
    #[serde(default)]
    colour: String,
    #[schema(example = "1200")]
    quantity: DecimalText,
}

impl From<Matrix> for MatrixView {
    fn from(matrix: Matrix) -> Self {
        Self {
            line: matrix.line,
            quantity: matrix.quantity.into(),
            sizes: matrix.axes.sizes,
            colours: matrix.axes.colours,
            cells: matrix
                .cells
                .into_iter()
                .map(|cell| CellText {
                    size: cell.size,
                    colour: cell.colour,
                    quantity: cell.quantity.into(),
                })
                .collect(),
        }
    }
}

fn parse(body: &MatrixText) -> Result<Vec<Cell>, Problem> {
    let mut fields = Fields::new();
    let mut cells = Vec::new();
    for (at, cell) in body.cells.iter().enumerate() {
        let pointer = format!("/cells/{at}/quantity");
        let quantity = cell
            .quantity
            .micro_within(&mut fields, pointer, (LEAST, QUANTITY_MAX));
        cells.extend(quantity.map(|quantity| Cell {
            size: cell.size.trim().to_owned(),
            colour: cell.colour.trim().to_owned(),
            quantity,
        }));
    }
    fields.finish(|| Some(cells))
}

fn view((matrices, version): (Vec<Matrix>, i64)) -> Result<Reply, Problem> {
    let lines = matrices.into_iter().map(MatrixView::from).collect();
    Reply::ok(&MatricesView { lines }, version)
}

/// In which sizes and colours a purchase order's lines are made.
#[utoipa::path(tag = "Purchase orders", operation_id = "purchase_order_variants_get",
    params(("id" = Uuid, Path, description = "The purchase order.")),
    responses((status = 200, description = "The lines' matrices.", body = MatricesView,
        headers(("ETag" = String, description = "The purchase order's version.")))))]
#[get("/purchase-orders/{id}/variants")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| Ok(view(variants::list(conn, actor, (*id).into())?)?))
        .await
}

/// States in which sizes and colours a line is made: the buyer does, until the co-operative answers. The cells
/// add up to the line. A co-operative accepts only once each line of a listing with sizes or colours has
/// its matrix.
#[utoipa::path(tag = "Purchase orders", operation_id = "purchase_order_variants_put",
    request_body = MatrixText,
    params(("id" = Uuid, Path, description = "The purchase order."),
        ("line" = i32, Path, description = "The order's line."), IfMatch),
    responses((status = 200, description = "The lines' matrices.", body = MatricesView,
        headers(("ETag" = String, description = "The purchase order's version.")))),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[put("/purchase-orders/{id}/lines/{line}/variants")]
pub async fn put(call: Call, path: web::Path<(Uuid, i32)>, body: Body<MatrixText>) -> Answer {
    let version = call.version()?;
    let cells = parse(&body.value)?;
    let (id, line) = path.into_inner();
    call.write(Some(body.digest), move |conn, actor| {
        Ok(view(variants::state(
            conn,
            actor,
            (id.into(), version),
            line,
            &cells,
        )?)?)
    })
    .await
}
