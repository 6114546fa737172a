//! Where the things of events stand in this API.
use uuid::Uuid;

/// Kinds of things, as the audit log names them, and the paths that they are read under.
const COLLECTIONS: [(&str, &str); 36] = [
    ("affiliation", "affiliations"),
    ("artwork", "artworks"),
    ("assembly_record", "assembly-records"),
    ("benchmark", "benchmarks"),
    ("budget_line", "budget-lines"),
    ("claim", "claims"),
    ("client", "clients"),
    ("complaint", "complaints"),
    ("consultation", "consultations"),
    ("despatch", "despatches"),
    ("dossier", "dossiers"),
    ("exchange_rate", "exchange-rates"),
    ("export", "exports"),
    ("framework_agreement", "framework-agreements"),
    ("fund", "funds"),
    ("import", "imports"),
    ("invitation", "invitations"),
    ("invoice", "invoices"),
    ("listing", "listings"),
    ("mandate", "mandates"),
    ("material", "materials"),
    ("need", "needs"),
    ("order", "orders"),
    ("organisation", "organisations"),
    ("pool", "pools"),
    ("premium_plan", "premium-plans"),
    ("premium_spending", "premium-spendings"),
    ("product", "products"),
    ("proposal", "proposals"),
    ("purchase_order", "purchase-orders"),
    ("quotation", "quotations"),
    ("quotation_request", "requests-for-quotation"),
    ("receipt", "receipts"),
    ("round", "rounds"),
    ("rule_set", "rule-sets"),
    ("webhook", "webhooks"),
];

/// The path of a thing; none for what is read with another thing only.
pub fn path_of(kind: &str, id: Uuid) -> Option<String> {
    if kind == "schedule" {
        return Some(format!("/api/v1/purchase-orders/{id}/schedule"));
    }
    let found = COLLECTIONS.iter().find(|(known, _)| *known == kind);
    found.map(|(_, collection)| format!("/api/v1/{collection}/{id}"))
}

/// The paths that are given out, for the test that they are in the document.
pub fn templates() -> impl Iterator<Item = String> {
    let own = COLLECTIONS
        .iter()
        .map(|(_, collection)| format!("/api/v1/{collection}/{{id}}"));
    own.chain(["/api/v1/purchase-orders/{id}/schedule".to_owned()])
}
