//! What must hold of a database, whatever happened: asked of the rows themselves and not of the code that keeps them.
//!
//! Each law is one query for the rows that break it, on both databases. `minga check` asks them of a live database;
//! the tests ask them after every act of random sequences.
use crate::db::{Conn, connect};
use crate::digest;
use crate::error::Result;
use crate::ids::InvoiceId;
use crate::operations::seals;
use crate::sql::Id;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

/// A law, and the rows that break it.
const LAWS: [(&str, &str); 29] = [
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
           FROM payments p WHERE p.invoice_id = i.id AND p.reversed_on IS NULL)",
    ),
    (
        "the advance that is left is what came in less what was netted and given back, and never below zero",
        "advance_accounts a WHERE netted_minor + refunded_minor > paid_minor OR paid_minor > agreed_minor
           OR paid_minor <> (SELECT coalesce(sum(p.amount_minor), 0) FROM payments p
             WHERE p.purchase_order_id = a.purchase_order_id AND p.payer_id = a.payer_id
               AND p.account = a.account AND p.kind = 'advance' AND p.reversed_on IS NULL)",
    ),
    (
        "an entry of the journal balances and has the postings that it says",
        "journal_entries e WHERE postings <> (SELECT count(*) FROM journal_postings p WHERE p.entry_id = e.id)
           OR 0 <> (SELECT coalesce(sum(p.amount_minor), 0) FROM journal_postings p WHERE p.entry_id = e.id)",
    ),
    (
        "the entries of a month are numbered without gaps",
        "book_periods b WHERE entries <> (SELECT count(*) FROM journal_entries e
             WHERE e.organisation_id = b.organisation_id AND e.period = b.period)
           OR entries <> (SELECT coalesce(max(e.number), 0) FROM journal_entries e
             WHERE e.organisation_id = b.organisation_id AND e.period = b.period)",
    ),
    (
        "nothing was booked in a month after it was locked",
        "journal_entries e JOIN book_periods b ON b.organisation_id = e.organisation_id AND b.period = e.period
           WHERE b.locked_at IS NOT NULL AND e.created_at > b.locked_at",
    ),
    (
        "every document stands in both books with what it comes to",
        "invoices i WHERE NOT (kind = 'credit_note' AND payable_minor = 0) AND (
           2 <> (SELECT count(*) FROM journal_entries e WHERE e.source_id = i.id AND e.kind = i.kind)
           OR CASE WHEN kind = 'credit_note' THEN payable_minor ELSE total_minor END <>
             (SELECT coalesce(sum(p.amount_minor), 0) FROM journal_entries e
               JOIN journal_postings p ON p.entry_id = e.id
               WHERE e.source_id = i.id AND e.kind = i.kind AND e.organisation_id = i.cooperative_id
                 AND p.amount_minor > 0))",
    ),
    (
        "every document that was booked was issued as UBL",
        "invoices i WHERE NOT (kind = 'credit_note' AND payable_minor = 0)
           AND NOT EXISTS (SELECT 1 FROM invoice_documents d WHERE d.invoice_id = i.id)",
    ),
    (
        "every payment stands in the books of all sides with its amount",
        "payments y WHERE (SELECT count(*) FROM journal_entries e WHERE e.source_id = y.id AND e.kind <> 'reversal')
             NOT IN (2, 3)
           OR (SELECT count(*) FROM journal_entries e WHERE e.source_id = y.id AND e.kind = 'reversal')
             <> CASE WHEN reversed_on IS NULL THEN 0 ELSE 2 END
           OR EXISTS (SELECT 1 FROM journal_entries e WHERE e.source_id = y.id AND y.amount_minor <>
             (SELECT coalesce(sum(p.amount_minor), 0) FROM journal_postings p
               WHERE p.entry_id = e.id AND p.amount_minor > 0))",
    ),
    (
        "a movement of a bank account is what it pays and what is left of it",
        "bank_entries b WHERE abs(amount_minor) <> abs(left_minor) + (SELECT coalesce(sum(a.amount_minor), 0)
             FROM bank_allocations a WHERE a.entry_id = b.id)
           OR EXISTS (SELECT 1 FROM bank_allocations a JOIN payments p ON p.id = a.payment_id
             WHERE a.entry_id = b.id AND (p.amount_minor <> a.amount_minor OR p.invoice_id <> a.invoice_id
               OR p.reversed_on IS NOT NULL))",
    ),
    (
        "receivables are what is still to be paid to an organisation",
        "organisations o WHERE (SELECT coalesce(sum(p.amount_minor), 0) FROM journal_entries e
             JOIN journal_postings p ON p.entry_id = e.id
             WHERE e.organisation_id = o.id AND p.account = 'receivables')
           <> (SELECT coalesce(sum(i.payable_minor - i.paid_minor), 0) FROM invoices i
             WHERE (i.kind <> 'credit_note' AND i.cooperative_id = o.id)
               OR (i.kind = 'credit_note' AND i.payer_id = o.id))",
    ),
    (
        "payables are what an organisation still has to pay",
        "organisations o WHERE 0 <> (SELECT coalesce(sum(p.amount_minor), 0) FROM journal_entries e
             JOIN journal_postings p ON p.entry_id = e.id
             WHERE e.organisation_id = o.id AND p.account = 'payables')
           + (SELECT coalesce(sum(i.payable_minor - i.paid_minor), 0) FROM invoices i
             WHERE (i.kind <> 'credit_note' AND i.payer_id = o.id)
               OR (i.kind = 'credit_note' AND i.cooperative_id = o.id))",
    ),
    (
        "advances in the books are those that nothing has netted or given back",
        "organisations o WHERE 0 <> (SELECT coalesce(sum(p.amount_minor), 0) FROM journal_entries e
             JOIN journal_postings p ON p.entry_id = e.id
             WHERE e.organisation_id = o.id AND p.account IN ('advances_received', 'advances_paid'))
           + (SELECT coalesce(sum(a.paid_minor - a.netted_minor - a.refunded_minor), 0) FROM advance_accounts a
             JOIN purchase_orders t ON t.id = a.purchase_order_id WHERE t.cooperative_id = o.id)
           - (SELECT coalesce(sum(a.paid_minor - a.netted_minor - a.refunded_minor), 0) FROM advance_accounts a
             WHERE a.payer_id = o.id)",
    ),
    (
        "a fund holds what its movements and advances left, and never less than nothing",
        "funds f WHERE balance_minor < 0 OR balance_minor <>
           (SELECT coalesce(sum(CASE WHEN m.kind = 'release' THEN -m.amount_minor
               WHEN m.kind = 'return' OR m.status = 'signed' THEN m.amount_minor ELSE 0 END), 0)
             FROM fund_movements m WHERE m.fund_id = f.id)
           - (SELECT coalesce(sum(CASE WHEN a.status = 'cancelled' THEN 0 ELSE a.amount_minor - a.repaid_minor END), 0)
             FROM fund_advances a WHERE a.fund_id = f.id)",
    ),
    (
        "what is committed and spent of a budget line is within it",
        "budget_lines WHERE committed_minor < 0 OR spent_minor < 0
           OR (amount_minor IS NOT NULL AND committed_minor + spent_minor + delegated_minor > amount_minor)",
    ),
    (
        "what is spent of a line of a premium plan is what its spendings add up to, and within the line",
        "premium_plan_lines l WHERE spent_minor < 0 OR spent_minor > amount_minor OR spent_minor <>
           (SELECT coalesce(sum(s.amount_minor), 0) FROM premium_spendings s
             WHERE s.plan_id = l.plan_id AND s.position = l.position AND s.reversed_at IS NULL)",
    ),
    (
        "premium was spent of what had been received then",
        "premium_spendings WHERE spent_before_minor < 0 OR spent_before_minor + amount_minor > received_minor",
    ),
];

/// A law that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The law.
    pub law: &'static str,
    /// How many rows break it.
    pub rows: i64,
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// The laws of the tables that do not hold.
///
/// # Errors
/// Those of the database.
pub fn broken_laws(conn: &mut Conn) -> Result<Vec<Broken>> {
    let mut broken = Vec::new();
    for (law, rows) in LAWS {
        let query = diesel::sql_query(format!("SELECT count(*) AS count FROM {rows}"));
        let found: Counted = query.get_result(conn)?;
        if found.count > 0 {
            broken.push(Broken {
                law,
                rows: found.count,
            });
        }
    }
    Ok(broken)
}

/// [`all`] of the database at `url`, as it is at one moment. Nothing is changed, migrated or waited for.
///
/// # Errors
/// Those of the database.
pub fn at_one_moment(url: &str) -> Result<Vec<Broken>> {
    let mut conn = connect(url)?;
    conn.transaction(|conn| {
        if let Conn::Postgres(conn) = conn {
            conn.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")?;
        }
        all(conn)
    })
}

/// All that does not hold: the laws of the tables, documents that are not what was issued, and an audit log that
/// is not what was sealed.
///
/// # Errors
/// Those of the database.
pub fn all(conn: &mut Conn) -> Result<Vec<Broken>> {
    let mut broken = broken_laws(conn)?;
    let changed = changed_documents(conn)?;
    if changed > 0 {
        broken.push(Broken {
            law: "a document has the bytes that it was issued with",
            rows: changed,
        });
    }
    let unsealed = seals::broken(conn)?;
    if unsealed > 0 {
        broken.push(Broken {
            law: "the audit log is what was sealed",
            rows: unsealed,
        });
    }
    Ok(broken)
}

/// How many laws there are.
pub const COUNT: usize = LAWS.len() + 2;

/// Documents that are read at a time.
const AT_ONCE: i64 = 500;

fn changed_documents(conn: &mut Conn) -> Result<i64> {
    Ok(changed_in(conn, "invoice_documents")? + changed_in(conn, "invoice_authorisations")?)
}

#[derive(QueryableByName)]
struct Kept {
    #[diesel(sql_type = Id)]
    invoice_id: InvoiceId,
    #[diesel(sql_type = Text)]
    xml: String,
    #[diesel(sql_type = Text)]
    sha256: String,
}

fn changed_in(conn: &mut Conn, table: &str) -> Result<i64> {
    let mut changed = 0;
    let mut after = InvoiceId::from(uuid::Uuid::nil());
    loop {
        let page: Vec<Kept> = diesel::sql_query(format!(
            "SELECT invoice_id, xml, sha256 FROM {table} WHERE invoice_id > $1 ORDER BY invoice_id LIMIT {AT_ONCE}"
        ))
        .bind::<Id, _>(after)
        .load(conn)?;
        let Some(last) = page.last() else {
            return Ok(changed);
        };
        after = last.invoice_id;
        for kept in &page {
            changed += i64::from(digest::sha256(kept.xml.as_bytes()) != kept.sha256);
        }
    }
}
