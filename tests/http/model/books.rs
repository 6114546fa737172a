//! What the books must say after every act, asked of the database itself and not of the code that keeps them.
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use store::Conn;

/// What must not exist: a law, and the rows that break it. Each is one query on both databases.
const LAWS: [(&str, &str); 15] = [
    (
        "what is reserved of a period is what its reservations add up to, and never more than it holds",
        "capacity_periods p WHERE reserved_micro < 0 OR reserved_micro > capacity_micro OR reserved_micro <>
           (SELECT coalesce(sum(r.quantity_micro), 0) FROM reservations r WHERE r.period_id = p.id)",
    ),
    (
        "the active lines of a live order are reserved, and nothing else is",
        "order_lines l JOIN orders o ON o.id = l.order_id WHERE
           (SELECT coalesce(sum(r.quantity_micro), 0) FROM reservations r
             WHERE r.order_id = l.order_id AND r.position = l.position)
           <> CASE WHEN l.status = 'active' AND o.status <> 'cancelled'
                AND NOT EXISTS (SELECT 1 FROM purchase_orders p WHERE p.id = l.purchase_order_id
                  AND p.status = 'cancelled')
              THEN l.quantity_micro ELSE 0 END",
    ),
    (
        "what was called off is what live call-offs ask for, within what was agreed and its allowance",
        "agreement_lines a WHERE called_off_micro > committed_micro + committed_micro / 1000000 * allowance_micro
             + committed_micro % 1000000 * allowance_micro / 1000000
           OR called_off_micro <> (SELECT coalesce(sum(l.quantity_micro), 0) FROM order_lines l
             JOIN orders o ON o.id = l.order_id
             WHERE o.agreement_id = a.agreement_id AND l.listing_id = a.listing_id AND l.status = 'active'
               AND o.status <> 'cancelled')",
    ),
    (
        "an order is the sum of its active lines",
        "orders o WHERE status <> 'cancelled' AND EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id
             AND l.status = 'active')
           AND (goods_minor, freight_minor, tax_minor) <> (
             (SELECT sum(l.goods_minor) FROM order_lines l WHERE l.order_id = o.id AND l.status = 'active'),
             (SELECT sum(l.freight_minor) FROM order_lines l WHERE l.order_id = o.id AND l.status = 'active'),
             (SELECT sum(l.tax_minor) FROM order_lines l WHERE l.order_id = o.id AND l.status = 'active'))",
    ),
    (
        "the shares of an order add up to it",
        "orders o WHERE status <> 'cancelled' AND EXISTS (SELECT 1 FROM order_shares s WHERE s.order_id = o.id)
           AND EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id AND l.status = 'active')
           AND total_minor <> (SELECT sum(s.total_minor) FROM order_shares s WHERE s.order_id = o.id)",
    ),
    (
        "a co-operative is never paid less than the market",
        "order_lines WHERE goods_minor < market_minor OR unit_price_micro <= market_unit_price_micro",
    ),
    (
        "the milestones of an order add up to all of it",
        "orders o WHERE EXISTS (SELECT 1 FROM payment_milestones m WHERE m.order_id = o.id)
           AND 1000000 <> (SELECT sum(m.share_micro) FROM payment_milestones m WHERE m.order_id = o.id)",
    ),
    (
        "a purchase order is the sum of its lines",
        "purchase_orders p WHERE total_minor <>
           (SELECT coalesce(sum(l.total_minor), 0) FROM order_lines l WHERE l.purchase_order_id = p.id)",
    ),
    (
        "the stages of an accepted purchase order are what was ordered",
        "order_lines l JOIN delivery_schedules d ON d.purchase_order_id = l.purchase_order_id
           WHERE l.quantity_micro <> (SELECT coalesce(sum(s.quantity_micro), 0) FROM stage_parts s
             JOIN delivery_stages t ON t.id = s.stage_id
             WHERE t.purchase_order_id = l.purchase_order_id AND s.line_position = l.position)",
    ),
    (
        "what a stage sent is what its despatches carried",
        "stage_parts s WHERE despatched_micro < 0 OR despatched_micro > quantity_micro OR despatched_micro <>
           (SELECT coalesce(sum(p.quantity_micro), 0) FROM despatch_parts p
             JOIN despatches d ON d.id = p.despatch_id
             WHERE d.stage_id = s.stage_id AND p.line_position = s.line_position AND p.branch_id = s.branch_id)",
    ),
    (
        "ordered = accepted + credited + claimed + on the way + still to send, for each payer's branch",
        "order_lines l JOIN delivery_schedules d ON d.purchase_order_id = l.purchase_order_id
           WHERE l.quantity_micro <>
             (SELECT coalesce(sum(b.accepted_micro + b.credited_micro), 0) FROM billing_lines b
               WHERE b.purchase_order_id = l.purchase_order_id AND b.line_position = l.position)
           + (SELECT coalesce(sum(c.open_micro), 0) FROM claims c
               WHERE c.purchase_order_id = l.purchase_order_id AND c.line_position = l.position)
           + (SELECT coalesce(sum(p.quantity_micro), 0) FROM despatch_parts p
               JOIN despatches s ON s.id = p.despatch_id
               WHERE s.purchase_order_id = l.purchase_order_id AND p.line_position = l.position
                 AND s.stage_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM receipts r
                   WHERE r.despatch_id = p.despatch_id AND r.branch_id = p.branch_id))
           + (SELECT coalesce(sum(s.quantity_micro - s.despatched_micro), 0) FROM stage_parts s
               JOIN delivery_stages t ON t.id = s.stage_id
               WHERE t.purchase_order_id = l.purchase_order_id AND s.line_position = l.position)",
    ),
    (
        "what payers are billed by is what was ordered",
        "order_lines l JOIN delivery_schedules d ON d.purchase_order_id = l.purchase_order_id
           WHERE (l.quantity_micro, l.goods_minor, l.freight_minor, l.tax_minor) <>
             ((SELECT sum(b.quantity_micro) FROM billing_lines b WHERE b.account = 'buyer'
                AND b.purchase_order_id = l.purchase_order_id AND b.line_position = l.position),
              (SELECT sum(b.goods_minor) FROM billing_lines b
                WHERE b.purchase_order_id = l.purchase_order_id AND b.line_position = l.position),
              (SELECT sum(b.freight_minor) FROM billing_lines b
                WHERE b.purchase_order_id = l.purchase_order_id AND b.line_position = l.position),
              (SELECT sum(b.tax_minor) FROM billing_lines b
                WHERE b.purchase_order_id = l.purchase_order_id AND b.line_position = l.position))",
    ),
    (
        "an invoice is the sum of its lines, and its instalments are what is to pay",
        "invoices i WHERE (kind <> 'work_done' AND goods_minor + freight_minor + tax_minor <>
             (SELECT coalesce(sum(l.goods_minor + l.freight_minor + l.tax_minor), 0) FROM invoice_lines l
               WHERE l.invoice_id = i.id))
           OR (EXISTS (SELECT 1 FROM invoice_instalments n WHERE n.invoice_id = i.id) AND payable_minor <>
             (SELECT sum(n.amount_minor) FROM invoice_instalments n WHERE n.invoice_id = i.id))",
    ),
    (
        "what was paid of an invoice is what its payments add up to",
        "invoices i WHERE kind <> 'credit_note' AND paid_minor <> (SELECT coalesce(sum(p.amount_minor), 0)
           FROM payments p WHERE p.invoice_id = i.id)",
    ),
    (
        "the advance that is left is what came in less what was netted and given back, and never below zero",
        "advance_accounts a WHERE netted_minor + refunded_minor > paid_minor OR paid_minor > agreed_minor
           OR paid_minor <> (SELECT coalesce(sum(p.amount_minor), 0) FROM payments p
             WHERE p.purchase_order_id = a.purchase_order_id AND p.payer_id = a.payer_id
               AND p.account = a.account AND p.kind = 'advance')",
    ),
];

/// Tables of which a refusal changes nothing, with what else is counted of each.
const WRITTEN: [(&str, &str); 24] = [
    ("needs", "version"),
    ("proposals", "version"),
    ("orders", "version"),
    ("order_lines", "quantity_micro"),
    ("order_shares", "total_minor"),
    ("approvals", "revision"),
    ("reservations", "quantity_micro"),
    ("capacity_periods", "reserved_micro"),
    ("purchase_orders", "version"),
    ("framework_agreements", "version"),
    ("agreement_lines", "called_off_micro"),
    ("pools", "version"),
    ("pool_members", "version"),
    ("delivery_schedules", "version"),
    ("stage_parts", "despatched_micro"),
    ("despatch_parts", "quantity_micro"),
    ("receipt_lines", "despatched_micro"),
    ("claims", "version"),
    ("billing_lines", "accepted_micro"),
    ("advance_accounts", "version"),
    ("invoices", "version"),
    ("payments", "amount_minor"),
    ("consultations", "version"),
    ("audit_log", "1"),
];

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct Printed {
    #[diesel(sql_type = Text)]
    print: String,
}

/// The laws that do not hold.
pub fn broken(conn: &mut Conn) -> Vec<&'static str> {
    let mut broken = Vec::new();
    for (law, rows) in LAWS {
        let query = diesel::sql_query(format!("SELECT count(*) AS count FROM {rows}"));
        let found: Counted = match conn {
            Conn::Postgres(conn) => query.get_result(conn),
            Conn::Sqlite(conn) => query.get_result(conn),
        }
        .unwrap_or_else(|error| panic!("{law}: {error}"));
        if found.count > 0 {
            broken.push(law);
        }
    }
    broken
}

/// What is written in the books, in short: equal before and after an act that is refused.
pub fn print(conn: &mut Conn) -> String {
    let parts: Vec<String> = WRITTEN
        .iter()
        .map(|(table, of)| {
            format!("(SELECT count(*) || ' ' || coalesce(sum({of}), 0) FROM {table})")
        })
        .collect();
    let query = diesel::sql_query(format!("SELECT {} AS print", parts.join(" || ',' || ")));
    let printed: Printed = match conn {
        Conn::Postgres(conn) => query.get_result(conn),
        Conn::Sqlite(conn) => query.get_result(conn),
    }
    .unwrap();
    printed.print
}
