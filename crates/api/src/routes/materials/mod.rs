//! Material that the buyer supplies: what came, what was used, what went back.
use crate::http::wire::{self, DecimalText, LEAST, MOST, QUANTITY_MAX};
use crate::http::{Answer, Body, Call, Fields, List, Paging, Query, Reply};
use crate::openapi::{IdempotencyKeyRequired, IfMatch};
use actix_web::{get, post, web};
use chrono::NaiveDate;
use money::Micro;
use serde::{Deserialize, Serialize};
use store::catalogue::units::Unit;
use store::fulfilment::materials::{self, Material, Moved, Movement, NewMaterial};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(name)
        .service(list)
        .service(get)
        .service(record)
        .service(movements);
}

/// Material that the buyer will supply.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaterialText {
    #[schema(example = "Cotton gabardine, white", max_length = 200)]
    name: String,
    /// UN/ECE Rec 20.
    #[schema(example = "MTR")]
    unit: String,
    /// What a unit is worth, in the order's currency: no part of the goods' price.
    #[schema(example = "3.20")]
    unit_value: DecimalText,
}

/// Material with its balance.
#[derive(Debug, Serialize, ToSchema)]
pub struct MaterialView {
    id: Uuid,
    purchase_order_id: Uuid,
    #[schema(example = "Cotton gabardine, white")]
    name: String,
    #[schema(example = "MTR")]
    unit: String,
    #[schema(example = "ARS")]
    currency: &'static str,
    #[schema(value_type = String, example = "3.20")]
    unit_value: DecimalText,
    #[schema(value_type = String, example = "12000")]
    supplied: DecimalText,
    #[schema(value_type = String, example = "11000")]
    consumed: DecimalText,
    #[schema(value_type = String, example = "120")]
    wasted: DecimalText,
    #[schema(value_type = String, example = "0")]
    returned: DecimalText,
    /// What is still at the co-operative.
    #[schema(value_type = String, example = "880")]
    balance: DecimalText,
}

impl From<Material> for MaterialView {
    fn from(material: Material) -> Self {
        Self {
            id: material.id.uuid(),
            purchase_order_id: material.purchase_order.uuid(),
            balance: material.balance().into(),
            name: material.name,
            unit: material.unit,
            currency: material.currency.code(),
            unit_value: material.unit_value.into(),
            supplied: material.supplied.into(),
            consumed: material.consumed.into(),
            wasted: material.wasted.into(),
            returned: material.returned.into(),
        }
    }
}

/// A movement of material.
#[derive(Debug, Serialize, ToSchema)]
pub struct MovedView {
    id: Uuid,
    /// supplied, consumed, wasted or returned.
    #[schema(example = "consumed")]
    kind: String,
    #[schema(value_type = String, example = "850")]
    quantity: DecimalText,
    on: NaiveDate,
    note: String,
}

impl From<Moved> for MovedView {
    fn from(moved: Moved) -> Self {
        Self {
            id: moved.id.uuid(),
            kind: moved.kind,
            quantity: Micro::new(moved.quantity_micro).into(),
            on: moved.on,
            note: moved.note,
        }
    }
}

/// A movement to be recorded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MovementText {
    /// supplied or returned (recorded by the buyer), consumed or wasted (by the co-operative).
    #[schema(example = "consumed")]
    kind: String,
    #[schema(example = "850")]
    quantity: DecimalText,
    on: NaiveDate,
    #[schema(example = "For stage 1: 500 uniforms.", max_length = 500)]
    note: String,
}

/// Names material that the buyer supplies for a purchase order.
#[utoipa::path(tag = "Materials", operation_id = "materials_name", request_body = MaterialText,
    params(("id" = Uuid, Path, description = "The purchase order."), IdempotencyKeyRequired),
    responses((status = 201, description = "The material.", body = MaterialView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["wrong_state"]))))]
#[post("/purchase-orders/{id}/materials")]
pub async fn name(call: Call, id: web::Path<Uuid>, body: Body<MaterialText>) -> Answer {
    let mut fields = Fields::new();
    let name = fields.text("/name", &body.value.name, 200);
    let unit = fields.take("/unit", Unit::parse(&body.value.unit));
    let worth = (Micro::ZERO, MOST);
    let unit_value = body
        .value
        .unit_value
        .micro_within(&mut fields, "/unit_value", worth);
    let new = fields.finish(|| {
        Some(NewMaterial {
            purchase_order: (*id).into(),
            name: name?,
            unit: unit?.code().to_owned(),
            unit_value: unit_value?,
        })
    })?;
    call.write(Some(body.digest), move |conn, actor| {
        let made = materials::name(conn, actor, &new)?;
        let (version, location) = (made.version, format!("/api/v1/materials/{}", made.id));
        Ok(Reply::created(
            location,
            &MaterialView::from(made),
            version,
        )?)
    })
    .await
}

/// Lists the materials that the buyer supplies for a purchase order, with their balances.
#[utoipa::path(tag = "Materials", operation_id = "materials_list",
    params(("id" = Uuid, Path, description = "The purchase order."), Paging),
    responses((status = 200, description = "A page.", body = List<MaterialView>)))]
#[get("/purchase-orders/{id}/materials")]
pub async fn list(call: Call, id: web::Path<Uuid>, query: Query<Paging>) -> Answer {
    let page = query.0.page()?;
    call.read(move |conn, actor| {
        let rows = materials::list(conn, actor, (*id).into(), page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            MaterialView::from,
        ))?)
    })
    .await
}

/// One material with its balance, for both sides of its purchase order.
#[utoipa::path(tag = "Materials", operation_id = "materials_get",
    params(("id" = Uuid, Path, description = "The material.")),
    responses((status = 200, description = "The material.", body = MaterialView,
        headers(("ETag" = String, description = "Its version.")))))]
#[get("/materials/{id}")]
pub async fn get(call: Call, id: web::Path<Uuid>) -> Answer {
    call.read(move |conn, actor| {
        let found = materials::get(conn, actor, (*id).into())?;
        let version = found.version;
        Ok(Reply::ok(&MaterialView::from(found), version)?)
    })
    .await
}

/// Records what came, was used, was lost or went back. No more goes than is there.
#[utoipa::path(tag = "Materials", operation_id = "materials_record", request_body = MovementText,
    params(("id" = Uuid, Path, description = "The material."), IfMatch, IdempotencyKeyRequired),
    responses((status = 201, description = "The material.", body = MaterialView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["material_short", "wrong_state", "amount_out_of_range"]))))]
#[post("/materials/{id}/movements")]
pub async fn record(call: Call, id: web::Path<Uuid>, body: Body<MovementText>) -> Answer {
    let mut fields = Fields::new();
    let kind = Movement::parse(&body.value.kind);
    let words = "A movement is supplied, consumed, wasted or returned.";
    fields.require(kind.is_some(), "/kind", words);
    let units = (LEAST, QUANTITY_MAX);
    let quantity = body
        .value
        .quantity
        .micro_within(&mut fields, "/quantity", units);
    let on = wire::day(&mut fields, "/on", body.value.on);
    let note = fields.text("/note", &body.value.note, 500);
    let (movement, on, note) = fields.finish(|| Some(((kind?, quantity?), on?, note?)))?;
    let version = call.version()?;
    call.write(Some(body.digest), move |conn, actor| {
        let material =
            materials::record(conn, actor, (*id).into(), version, movement, (on, &note))?;
        let (version, location) = (
            material.version,
            format!("/api/v1/materials/{}", material.id),
        );
        Ok(Reply::created(
            location,
            &MaterialView::from(material),
            version,
        )?)
    })
    .await
}

/// Lists the movements of a material, in time.
#[utoipa::path(tag = "Materials", operation_id = "materials_movements",
    params(("id" = Uuid, Path, description = "The material."), Paging),
    responses((status = 200, description = "A page.", body = List<MovedView>)))]
#[get("/materials/{id}/movements")]
pub async fn movements(call: Call, id: web::Path<Uuid>, query: Query<Paging>) -> Answer {
    let page = query.0.page()?;
    call.read(move |conn, actor| {
        let rows = materials::movements(conn, actor, (*id).into(), page.after(), page.rows())?;
        Ok(Reply::list(&page.list(
            rows,
            |row| row.id.uuid(),
            MovedView::from,
        ))?)
    })
    .await
}
