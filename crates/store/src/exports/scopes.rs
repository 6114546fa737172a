//! Which rows an organisation takes with it: its own, and those of the documents that it is a party to. What
//! another buyer needs, bids or pays stays that buyer's, and so does a co-operative's cost sheet.

/// The rows of one table.
pub(super) struct Scope {
    /// The table.
    pub table: &'static str,
    /// SQL that both databases read, true for a row that goes along. `:org` is the organisation; the other words
    /// that begin with a colon stand for [`SETS`].
    pub rows: &'static str,
    /// Columns that stay here.
    pub hidden: &'static [&'static str],
    /// SQL, true where the organisation sees all of the price kept in the row; elsewhere the parts that are the
    /// co-operative's own are taken out.
    pub whole_price: Option<&'static str>,
}

/// Sets of ids that several scopes name.
pub(super) const SETS: [(&str, &str); 9] = [
    (":bought", "(SELECT id FROM orders WHERE buyer_id = :org)"),
    (
        ":issued",
        "(SELECT id FROM purchase_orders WHERE buyer_id = :org OR cooperative_id = :org)",
    ),
    (
        ":sold",
        "(SELECT id FROM purchase_orders WHERE cooperative_id = :org)",
    ),
    (
        ":agreements",
        "(SELECT id FROM framework_agreements WHERE buyer_id = :org
            OR (cooperative_id = :org AND offered_at IS NOT NULL))",
    ),
    (
        ":quotations",
        "(SELECT id FROM quotations WHERE buyer_id = :org OR cooperative_id = :org)",
    ),
    (
        ":listings",
        "(SELECT id FROM listings WHERE cooperative_id = :org)",
    ),
    (":needs", "(SELECT id FROM needs WHERE buyer_id = :org)"),
    (
        ":funds",
        "(SELECT id FROM funds WHERE organisation_id = :org)",
    ),
    (
        ":dossiers",
        "(SELECT id FROM dossiers WHERE cooperative_id = :org
            OR (network_id = :org AND submitted_at IS NOT NULL))",
    ),
];

/// Tables of which nobody takes anything along, and why.
pub(super) static LEFT_OUT: [(&str, &str); 9] = [
    ("idempotency_keys", "answers kept for repeated requests"),
    ("outbox", "letters, which those they are for have received"),
    ("client_secrets", "secrets"),
    ("event_clock", "a time of the server's"),
    ("refresh_tokens", "secrets"),
    ("sessions", "of people who are logged in"),
    ("signing_keys", "secrets of the server"),
    ("exports", "these packages themselves"),
    ("audit_seals", "digests of everybody's audit log together"),
];

const fn of(table: &'static str, rows: &'static str) -> Scope {
    Scope {
        table,
        rows,
        hidden: &[],
        whole_price: None,
    }
}

const fn without(scope: Scope, hidden: &'static [&'static str]) -> Scope {
    Scope { hidden, ..scope }
}

const fn priced(scope: Scope, whole: &'static str) -> Scope {
    Scope {
        whole_price: Some(whole),
        ..scope
    }
}

const OWN: &str = "organisation_id = :org";
const OF_LISTINGS: &str = "listing_id IN :listings";
const OF_NEEDS: &str = "need_id IN :needs";
const OF_ISSUED: &str = "purchase_order_id IN :issued";
const OF_AGREEMENTS: &str = "agreement_id IN :agreements";
const OF_PAYER: &str = "payer_id = :org OR purchase_order_id IN :sold";

/// Every table that something of goes along, in the order of the package.
pub(super) const SCOPES: [Scope; 118] = [
    // Who it is, and who acts for it.
    of(
        "organisations",
        "id = :org
           OR id IN (SELECT cooperative_id FROM purchase_orders WHERE buyer_id = :org)
           OR id IN (SELECT buyer_id FROM purchase_orders WHERE cooperative_id = :org)
           OR id IN (SELECT cooperative_id FROM framework_agreements WHERE id IN :agreements)
           OR id IN (SELECT buyer_id FROM framework_agreements WHERE id IN :agreements)
           OR id IN (SELECT network_id FROM network_members WHERE cooperative_id = :org)
           OR id IN (SELECT cooperative_id FROM network_members WHERE network_id = :org)
           OR id IN (SELECT parent_id FROM affiliations WHERE child_id = :org)
           OR id IN (SELECT child_id FROM affiliations WHERE parent_id = :org)",
    ),
    without(
        of(
            "people",
            "id IN (SELECT person_id FROM memberships WHERE organisation_id = :org)",
        ),
        &["password_hash", "failed_logins", "locked_until"],
    ),
    of("memberships", OWN),
    of("mandates", OWN),
    of("clients", OWN),
    without(of("invitations", OWN), &["token_hash"]),
    of("affiliations", "child_id = :org OR parent_id = :org"),
    of("assembly_records", OWN),
    of("audit_log", OWN),
    of("events", OWN),
    without(of("webhook_endpoints", OWN), &["secret", "previous_secret"]),
    of("webhook_deliveries", OWN),
    of("counters", OWN),
    of("jobs", OWN),
    without(of("imports", OWN), &["content"]),
    // Networks and rules.
    of(
        "network_members",
        "network_id = :org OR cooperative_id = :org",
    ),
    of("recognitions", "network_id = :org OR recognised_id = :org"),
    of("dossiers", "id IN :dossiers"),
    of("findings", "dossier_id IN :dossiers"),
    of(
        "rule_sets",
        "id IN (SELECT rule_set_id FROM rule_set_adoptions WHERE organisation_id = :org)",
    ),
    of("rule_set_adoptions", OWN),
    of(
        "benchmarks",
        "entered_by = :org OR id IN (SELECT benchmark_id FROM workplaces WHERE cooperative_id = :org)",
    ),
    of("exchange_rates", "entered_by = :org"),
    of("network_minimums", "network_id = :org"),
    of(
        "complaints",
        "complainant_id = :org OR respondent_id = :org OR network_id = :org",
    ),
    // Goods and capacity.
    of(
        "products",
        "created_by = :org
           OR id IN (SELECT product_id FROM listings WHERE cooperative_id = :org)
           OR id IN (SELECT product_id FROM need_lines WHERE need_id IN :needs)
           OR id IN (SELECT product_id FROM order_lines WHERE order_id IN :bought)
           OR id IN (SELECT product_id FROM agreement_lines WHERE agreement_id IN :agreements)",
    ),
    of(
        "vat_rates",
        "product_id IN (SELECT id FROM products WHERE created_by = :org)
           OR product_id IN (SELECT product_id FROM listings WHERE cooperative_id = :org)",
    ),
    of("market_quotes", "entered_by = :org"),
    of("baseline_purchases", OWN),
    of("workplaces", "cooperative_id = :org"),
    of("listings", "cooperative_id = :org"),
    of("listing_steps", OF_LISTINGS),
    of("listing_freight", OF_LISTINGS),
    of("listing_variants", OF_LISTINGS),
    of("capacity_periods", OF_LISTINGS),
    of(
        "reservations",
        "order_id IN :bought
           OR period_id IN (SELECT id FROM capacity_periods WHERE listing_id IN :listings)",
    ),
    // Needs and how they are matched.
    of("needs", "buyer_id = :org"),
    of("need_networks", OF_NEEDS),
    of("need_lines", OF_NEEDS),
    of("unmet_lines", OF_NEEDS),
    // What was asked of the engine names the costs and capacities of everybody who could have supplied.
    without(of("proposals", "buyer_id = :org"), &["request", "context"]),
    of(
        "upstream_records",
        "need_id IN :needs OR cooperative_id = :org",
    ),
    of("rounds", "network_id = :org"),
    of(
        "round_needs",
        "need_id IN :needs OR round_id IN (SELECT id FROM rounds WHERE network_id = :org)",
    ),
    // Pools: the part of each member is its own.
    of(
        "pools",
        "opened_by = :org OR id IN (SELECT pool_id FROM pool_members WHERE organisation_id = :org)",
    ),
    of("pool_members", OWN),
    of("pool_votes", OWN),
    of("pool_ballots", OWN),
    of("pool_bids", OWN),
    // Agreements and quotations.
    of("framework_agreements", "id IN :agreements"),
    priced(
        of("agreement_lines", OF_AGREEMENTS),
        "listing_id IN :listings",
    ),
    of("agreement_signatures", OF_AGREEMENTS),
    of("agreement_clauses", OF_AGREEMENTS),
    of("clause_checks", OF_AGREEMENTS),
    of("price_reviews", OF_AGREEMENTS),
    priced(
        of(
            "price_review_lines",
            "review_id IN (SELECT id FROM price_reviews WHERE agreement_id IN :agreements)",
        ),
        "review_id IN (SELECT id FROM price_reviews WHERE agreement_id IN
           (SELECT id FROM framework_agreements WHERE cooperative_id = :org))",
    ),
    of(
        "quotation_requests",
        "buyer_id = :org OR id IN (SELECT request_id FROM quotations WHERE id IN :quotations)",
    ),
    of(
        "quotation_request_lines",
        "request_id IN (SELECT id FROM quotation_requests WHERE buyer_id = :org)
           OR request_id IN (SELECT request_id FROM quotations WHERE id IN :quotations)",
    ),
    of("quotations", "id IN :quotations"),
    priced(
        of("quotation_lines", "quotation_id IN :quotations"),
        "listing_id IN :listings",
    ),
    of("quotation_messages", "quotation_id IN :quotations"),
    // Orders: who approved what, and from which budget, is the payer's own.
    of(
        "orders",
        "buyer_id = :org OR id IN (SELECT order_id FROM order_shares WHERE organisation_id = :org)",
    ),
    priced(
        of(
            "order_lines",
            "order_id IN :bought OR purchase_order_id IN :sold OR purchase_order_id IN
               (SELECT purchase_order_id FROM purchase_order_payers WHERE organisation_id = :org)",
        ),
        "listing_id IN :listings",
    ),
    of("order_shares", OWN),
    of("approvals", OWN),
    of("approval_demands", OWN),
    of("assembly_decisions", OWN),
    of("approval_ladders", OWN),
    of("budget_lines", OWN),
    of(
        "budget_commitments",
        "line_id IN (SELECT id FROM budget_lines WHERE organisation_id = :org)",
    ),
    of(
        "payment_milestones",
        "order_id IN :bought
           OR order_id IN (SELECT order_id FROM purchase_orders WHERE cooperative_id = :org)",
    ),
    of(
        "purchase_orders",
        "id IN :issued
           OR order_id IN (SELECT order_id FROM order_shares WHERE organisation_id = :org)",
    ),
    of("purchase_order_payers", OWN),
    of("purchase_order_variants", OF_ISSUED),
    of("artworks", OF_ISSUED),
    of(
        "proofs",
        "artwork_id IN (SELECT id FROM artworks WHERE purchase_order_id IN :issued)",
    ),
    // From delivery to payment.
    of("delivery_schedules", OF_ISSUED),
    of("delivery_stages", OF_ISSUED),
    of(
        "stage_parts",
        "branch_id = :org
           OR stage_id IN (SELECT id FROM delivery_stages WHERE purchase_order_id IN :issued)",
    ),
    of("despatches", OF_ISSUED),
    of(
        "despatch_parts",
        "branch_id = :org
           OR despatch_id IN (SELECT id FROM despatches WHERE purchase_order_id IN :issued)",
    ),
    of(
        "receipts",
        "branch_id = :org OR purchase_order_id IN :issued",
    ),
    of(
        "receipt_lines",
        "receipt_id IN (SELECT id FROM receipts WHERE branch_id = :org)
           OR receipt_id IN (SELECT id FROM receipts WHERE purchase_order_id IN :issued)",
    ),
    of("claims", "branch_id = :org OR purchase_order_id IN :issued"),
    of("materials", OF_ISSUED),
    of(
        "material_movements",
        "material_id IN (SELECT id FROM materials WHERE purchase_order_id IN :issued)",
    ),
    of("consultations", OF_ISSUED),
    of("billing_lines", OF_PAYER),
    of("advance_accounts", OF_PAYER),
    of("billing_details", OWN),
    of(
        "invoice_documents",
        "invoice_id IN (SELECT id FROM invoices WHERE payer_id = :org OR cooperative_id = :org)",
    ),
    of(
        "invoice_authorisations",
        "invoice_id IN (SELECT id FROM invoices WHERE payer_id = :org OR cooperative_id = :org)",
    ),
    of("book_periods", OWN),
    of("book_accounts", OWN),
    of("journal_entries", OWN),
    of(
        "journal_postings",
        "entry_id IN (SELECT id FROM journal_entries WHERE organisation_id = :org)",
    ),
    of("invoices", "payer_id = :org OR cooperative_id = :org"),
    of(
        "invoice_lines",
        "invoice_id IN (SELECT id FROM invoices WHERE payer_id = :org OR cooperative_id = :org)",
    ),
    of(
        "invoice_instalments",
        "invoice_id IN (SELECT id FROM invoices WHERE payer_id = :org OR cooperative_id = :org)",
    ),
    of("payments", OF_PAYER),
    // Funds.
    of("funds", OWN),
    of("fund_movements", "fund_id IN :funds OR payer_id = :org"),
    of(
        "fund_advances",
        "fund_id IN :funds OR payer_id = :org OR purchase_order_id IN :sold",
    ),
    of(
        "fund_advance_backers",
        "organisation_id = :org
           OR advance_id IN (SELECT id FROM fund_advances WHERE fund_id IN :funds)",
    ),
    of(
        "fund_advance_approvals",
        "advance_id IN (SELECT id FROM fund_advances WHERE fund_id IN :funds)",
    ),
    of("payment_runs", OWN),
    without(of("bank_statements", OWN), &["content"]),
    of("bank_entries", OWN),
    of("bank_allocations", OWN),
    of(
        "payment_transfers",
        "run_id IN (SELECT id FROM payment_runs WHERE organisation_id = :org)",
    ),
    of(
        "payment_run_approvals",
        "run_id IN (SELECT id FROM payment_runs WHERE organisation_id = :org)",
    ),
    of("received_invoices", OWN),
    of(
        "received_invoice_lines",
        "received_invoice_id IN (SELECT id FROM received_invoices WHERE organisation_id = :org)",
    ),
    of("invoice_tolerances", OWN),
    of("premium_plans", OWN),
    of(
        "premium_plan_lines",
        "plan_id IN (SELECT id FROM premium_plans WHERE organisation_id = :org)",
    ),
    of("premium_spendings", OWN),
    of(
        "fund_repayments",
        "advance_id IN (SELECT id FROM fund_advances WHERE fund_id IN :funds OR payer_id = :org)",
    ),
];
