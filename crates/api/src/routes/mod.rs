//! The operations: a folder a noun, a file a verb.
use actix_web::{HttpResponse, get, web};
use utoipa::openapi::OpenApi;
use utoipa_actix_web::service_config::ServiceConfig;
use utoipa_swagger_ui::SwaggerUi;

pub mod affiliations;
pub mod approval_ladders;
pub mod artworks;
pub mod assembly_records;
pub mod auth;
pub mod bank;
pub mod baseline_purchases;
pub mod benchmarks;
pub mod billing;
pub mod books;
pub mod budget_lines;
pub mod changes;
pub mod clients;
pub mod complaints;
pub mod consultations;
pub mod deliveries;
pub mod dossiers;
pub mod exchange_rates;
pub mod exports;
pub mod framework_agreements;
pub mod funds;
pub mod health;
pub mod imports;
pub mod jobs;
pub mod listings;
pub mod market_quotes;
pub mod materials;
pub mod needs;
pub mod network_minimums;
pub mod oauth;
pub mod orders;
pub mod organisations;
pub mod pools;
pub mod premium_plans;
pub mod products;
pub mod proposals;
pub mod purchase_orders;
pub mod quotation_requests;
pub mod quotations;
pub mod received;
pub mod recognitions;
pub mod reports;
pub mod rounds;
pub mod rule_sets;
pub mod simulations;
pub mod tables;
pub mod unmet_needs;
pub mod upstream;
pub mod webhooks;
pub mod workplaces;

/// All that stands under `/api/v1`.
pub fn api(config: &mut ServiceConfig<'_>) {
    auth::routes(config);
    clients::routes(config);
    changes::routes(config);
    funds::routes(config);
    imports::routes(config);
    tables::routes(config);
    exports::routes(config);
    baseline_purchases::routes(config);
    listings::routes(config);
    market_quotes::routes(config);
    network_minimums::routes(config);
    products::routes(config);
    workplaces::routes(config);
    orders::routes(config);
    organisations::routes(config);
    pools::routes(config);
    affiliations::routes(config);
    approval_ladders::routes(config);
    budget_lines::routes(config);
    complaints::routes(config);
    assembly_records::routes(config);
    dossiers::routes(config);
    recognitions::routes(config);
    rule_sets::routes(config);
    benchmarks::routes(config);
    exchange_rates::routes(config);
    purchase_orders::routes(config);
    deliveries::routes(config);
    billing::routes(config);
    books::routes(config);
    bank::routes(config);
    received::routes(config);
    premium_plans::routes(config);
    reports::routes(config);
    artworks::routes(config);
    materials::routes(config);
    consultations::routes(config);
    framework_agreements::routes(config);
    quotation_requests::routes(config);
    quotations::routes(config);
    needs::routes(config);
    proposals::routes(config);
    rounds::routes(config);
    jobs::routes(config);
    simulations::routes(config);
    unmet_needs::routes(config);
    upstream::routes(config);
    webhooks::routes(config);
}

/// What stands outside the API's version.
pub fn outside(config: &mut ServiceConfig<'_>) {
    health::routes(config);
    oauth::routes(config);
}

/// The documentation's pages and the document itself.
pub fn docs(document: OpenApi) -> SwaggerUi {
    SwaggerUi::new("/docs/{_:.*}").url("/openapi.json", document)
}

/// The document as OpenAPI 3.0.3, written once.
pub struct OlderDocument(String);

impl OlderDocument {
    /// Keeps the document's text.
    pub fn new(document: &serde_json::Value) -> web::Data<Self> {
        web::Data::new(Self(document.to_string()))
    }
}

/// The document for generators that do not read OpenAPI 3.1.
#[get("/openapi-3.0.json")]
pub async fn older_document(document: web::Data<OlderDocument>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(document.0.clone())
}
