//! `POST /products`.
use super::{ProductView, VatRateText, read_vat_rates};
use crate::http::{Answer, Body, Call, Fields, Problem, Reply};
use crate::openapi::IdempotencyKey;
use actix_web::post;
use serde::Deserialize;
use store::catalogue::products::{self, NewProduct};
use store::catalogue::units::{Gtin, Unit};
use utoipa::ToSchema;

/// Decimal places of a quantity, at the most.
const DECIMALS_MAX: u32 = 6;

/// A product to be described.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductText {
    #[schema(example = "Glazed ceramic tile 20 x 20", max_length = 200)]
    name: String,
    /// For people; empty where absent.
    #[serde(default)]
    #[schema(example = "First quality, white", max_length = 2000)]
    description: String,
    /// A word that groups products, the same for all of a kind.
    #[schema(example = "ceramic tiles", max_length = 80)]
    category: String,
    /// UN/ECE Recommendation 20: C62, H87, PR, SET, DZN, CEN, MIL, RM, GRM, KGM, TNE, MTR, MTK, MTQ,
    /// LTR, KWH, MIN, HUR, DAY, WEE, MON or E48.
    #[schema(example = "MTK")]
    unit: String,
    /// Decimal places of its quantities.
    #[schema(example = 2, minimum = 0, maximum = 6)]
    quantity_decimals: u32,
    /// Its number in trade, with a right check digit.
    #[schema(example = "4006381333931", pattern = "^([0-9]{8}|[0-9]{12,14})$")]
    gtin: Option<String>,
    /// May be set later; without one for the country of delivery nothing is ordered there.
    #[serde(default)]
    #[schema(max_items = 250)]
    vat_rates: Vec<VatRateText>,
}

fn parse(body: &ProductText) -> Result<NewProduct, Problem> {
    let mut fields = Fields::new();
    let name = fields.text("/name", &body.name, 200);
    let description = match body.description.trim() {
        "" => Some(String::new()),
        text => fields.text("/description", text, 2000),
    };
    let category = fields.text("/category", &body.category, 80);
    let unit = fields.take("/unit", Unit::parse(&body.unit));
    fields.require(
        body.quantity_decimals <= DECIMALS_MAX,
        "/quantity_decimals",
        format!("This is 0 to {DECIMALS_MAX}."),
    );
    let vat_rates = read_vat_rates(&mut fields, &body.vat_rates);
    let new = fields.finish(|| {
        Some(NewProduct {
            name: name?,
            description: description?,
            category: category?,
            unit: unit?,
            quantity_decimals: body.quantity_decimals,
            gtin: None,
            vat_rates: vat_rates?,
        })
    })?;
    // A wrong check digit has a code of its own, so it is read last.
    let gtin = body.gtin.as_deref().map(Gtin::parse).transpose();
    let gtin = gtin.map_err(|error| Problem::from(error.at("/gtin")))?;
    Ok(NewProduct { gtin, ..new })
}

/// Describes a product that several co-operatives may list: a co-operative, a network, a union or a
/// community organisation does.
#[utoipa::path(tag = "Products", operation_id = "products_create", request_body = ProductText,
    params(IdempotencyKey),
    responses((status = 201, description = "The product.", body = ProductView,
        headers(("ETag" = String, description = "Its version."), ("Location" = String, description = "Where it is.")))),
    extensions(("x-problem-codes" = json!(["not_admitted", "duplicate", "check_digit",
        "vat_rate_not_allowed", "country_not_supported"]))))]
#[post("/products")]
pub async fn create(call: Call, body: Body<ProductText>) -> Answer {
    let new = parse(&body.value)?;
    call.write(Some(body.digest), move |conn, actor| {
        let product = products::create(conn, actor, &new)?;
        let (location, version) = (format!("/api/v1/products/{}", product.id), product.version);
        Ok(Reply::created(
            location,
            &ProductView::from(product),
            version,
        )?)
    })
    .await
}
