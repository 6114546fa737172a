//! What the books must say after every act, asked of the database itself and not of the code that keeps them.
use diesel::prelude::*;
use diesel::sql_types::Text;
use store::Conn;

/// Tables of which a refusal changes nothing, with what else is counted of each.
const WRITTEN: [(&str, &str); 30] = [
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
    ("journal_entries", "number"),
    ("journal_postings", "amount_minor"),
    ("invoice_documents", "1"),
    ("invoice_authorisations", "1"),
    ("premium_plan_lines", "spent_minor"),
    ("premium_spendings", "amount_minor"),
];

#[derive(QueryableByName)]
struct Printed {
    #[diesel(sql_type = Text)]
    print: String,
}

/// The laws that do not hold.
pub fn broken(conn: &mut Conn) -> Vec<store::checks::Broken> {
    store::checks::broken_laws(conn).unwrap()
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
