//! Scopes: what the token of a machine may be used for. Which operation needs which is decided here and nowhere
//! else; the OpenAPI document says it, and the contract middleware enforces what the document says.
//!
//! Reads follow the operation's tag. Writes are listed one by one, so that a new one is for people until somebody
//! has thought about it; so are those by which a person signs, approves, mandates or decides.

/// A scope and what it is for.
pub type Described = (&'static str, &'static str);

/// Every scope, as `/oauth/token` and the document list them.
pub const ALL: [Described; 22] = [
    (
        "accounting:read",
        "Read invoices, payments, advances and the books.",
    ),
    ("accounting:write", "Bill, record payments, keep the books."),
    (
        "agreements:read",
        "Read framework agreements, their clauses and price reviews.",
    ),
    (
        "agreements:write",
        "Call off from a signed agreement; measure its clauses.",
    ),
    ("budgets:read", "Read the federation and its budget lines."),
    (
        "catalogue:read",
        "Read products, listings, prices and capacity.",
    ),
    (
        "catalogue:write",
        "Keep listings, prices of the market and capacity up to date.",
    ),
    (
        "deliveries:read",
        "Read schedules, despatches, receipts, claims, artwork and material.",
    ),
    (
        "deliveries:write",
        "Advise despatches, record receipts and claims, send artwork, move material.",
    ),
    ("events:read", "Read the change feed."),
    ("funds:read", "Read solidarity funds and their movements."),
    (
        "governance:read",
        "Read assemblies, verifications, rule sets, benchmarks, rates and complaints.",
    ),
    ("needs:read", "Read needs, proposals, rounds and jobs."),
    (
        "needs:write",
        "Write, publish and withdraw needs; have them matched.",
    ),
    ("orders:read", "Read orders and purchase orders."),
    (
        "orders:write",
        "Place, submit and confirm orders; answer purchase orders.",
    ),
    (
        "organisation:read",
        "Read the own organisation, its members and its log.",
    ),
    ("pools:read", "Read pools."),
    (
        "quotations:read",
        "Read requests for quotation and the talks about them.",
    ),
    (
        "quotations:write",
        "Ask for quotations, quote, counter and decline.",
    ),
    (
        "simulations:run",
        "Compute prices, shares, reviews and matches; nothing is kept.",
    ),
    ("tables:write", "Import and export tables."),
];

/// The scope of this word.
pub fn parse(word: &str) -> Option<&'static str> {
    ALL.iter()
        .map(|(scope, _)| *scope)
        .find(|scope| *scope == word)
}

/// What reads of a tag need; `None` where they are for people.
fn of_reads(tag: &str) -> Option<&'static str> {
    Some(match tag {
        "Access" | "Organisations" => "organisation:read",
        "Federation" => "budgets:read",
        "Assemblies" | "Verification" | "Rule sets" | "Benchmarks" | "Exchange rates"
        | "Complaints" => "governance:read",
        "Products" | "Listings" => "catalogue:read",
        "Needs" | "Rounds" | "Upstream" => "needs:read",
        "Tables" => "tables:write",
        "Orders" | "Purchase orders" => "orders:read",
        "Deliveries" | "Artwork" | "Materials" | "Consultations" => "deliveries:read",
        "Invoices" | "Bank" | "Books" | "Premium plans" | "Reports" => "accounting:read",
        "Framework agreements" => "agreements:read",
        "Quotations" => "quotations:read",
        "Pools" => "pools:read",
        "Funds" => "funds:read",
        "Changes" | "Webhooks" => "events:read",
        _ => return None,
    })
}

/// Reads for people although machines have others of their tag: who is invited is personal until they accept.
const READ_BY_PEOPLE: [&str; 2] = ["invitations_list", "invitations_get"];

/// The writes that machines may do, by scope.
const WRITES: [(&str, &[&str]); 9] = [
    (
        "accounting:write",
        &[
            "invoices_bill",
            "invoices_authorise",
            "received_invoices_receive",
            "invoices_settle",
            "payments_reverse",
            "advance_receive",
            "advance_refund",
            "book_accounts_put",
            "book_periods_lock",
            "payment_runs_propose",
            "bank_statements_take",
            "premium_spendings_record",
            "premium_spendings_reverse",
        ],
    ),
    (
        "agreements:write",
        &["framework_agreements_call_off", "clause_checks_record"],
    ),
    (
        "catalogue:write",
        &[
            "listings_create",
            "listings_change",
            "listings_open",
            "listings_pause",
            "listing_variants_put",
            "capacity_set",
            "market_quotes_enter",
        ],
    ),
    (
        "deliveries:write",
        &[
            "despatches_advise",
            "receipts_record",
            "claims_claim_defect",
            "claims_promise_remake",
            "claims_refuse_remake",
            "artworks_send",
            "artworks_offer_proof",
            "artworks_withdraw",
            "materials_name",
            "materials_record",
            "schedule_propose",
            "purchase_order_variants_put",
        ],
    ),
    (
        "needs:write",
        &[
            "needs_create",
            "needs_change",
            "needs_publish",
            "needs_withdraw",
            "needs_close",
            "needs_propose",
            "needs_simulate_match",
            "rounds_enter",
            "rounds_leave",
        ],
    ),
    (
        "orders:write",
        &[
            "orders_place",
            "orders_change",
            "orders_submit",
            "orders_withdraw",
            "orders_confirm",
            "orders_cancel",
            "orders_rematch",
            "milestones_set",
            "purchase_orders_accept",
            "purchase_orders_decline",
        ],
    ),
    (
        "quotations:write",
        &[
            "quotation_requests_send",
            "quotation_requests_withdraw",
            "quotations_quote",
            "quotations_counter",
            "quotations_decline",
            "quotations_withdraw",
            "quotations_write",
        ],
    ),
    (
        "simulations:run",
        &[
            "simulations_approval_ladder",
            "simulations_match",
            "simulations_price",
            "simulations_review",
            "simulations_share",
        ],
    ),
    (
        "tables:write",
        &["imports_start", "baseline_purchases_strike"],
    ),
];

/// The operations that [`WRITES`] and [`READ_BY_PEOPLE`] name, for the test that they exist.
pub fn named() -> impl Iterator<Item = &'static str> {
    let writes = WRITES.iter().flat_map(|(_, operations)| operations.iter());
    writes.chain(READ_BY_PEOPLE.iter()).copied()
}

/// The scope that a machine needs for the operation; `None` where it is for people only.
pub fn needed(operation: &str, tag: &str, reads: bool) -> Option<&'static str> {
    if reads {
        return of_reads(tag).filter(|_| !READ_BY_PEOPLE.contains(&operation));
    }
    WRITES
        .iter()
        .find(|(_, operations)| operations.contains(&operation))
        .map(|(scope, _)| *scope)
}
