//! `minga check`: nothing is found in a database that only the API has changed, and each thing is found that somebody
//! changed by hand.
use crate::support::governance::today;
use crate::support::{World, on_each_database};
use crate::{authorisations, premium};
use diesel::connection::SimpleConnection;
use std::process::Command;
use store::{Conn, checks};

/// What `minga check` says of a world: its exit code and the laws that it finds broken.
pub fn check(world: &World) -> (i32, Vec<String>) {
    let done = Command::new(env!("CARGO_BIN_EXE_minga"))
        .args(["check", "--json", "--database-url", world.url()])
        .output()
        .unwrap();
    let said: serde_json::Value = serde_json::from_slice(&done.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&done.stderr)));
    let laws = said["broken"].as_array().unwrap().iter();
    let laws = laws.map(|one| one["law"].as_str().unwrap().to_owned());
    (done.status.code().unwrap(), laws.collect())
}

/// Lets constraints be broken on this connection, and begins a transaction.
fn begin(conn: &mut Conn) {
    match conn {
        Conn::Sqlite(conn) => conn.batch_execute(
            "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; BEGIN IMMEDIATE",
        ),
        Conn::Postgres(conn) => conn.batch_execute(
            "BEGIN; DO $$ DECLARE one record; BEGIN
               FOR one IN SELECT conrelid::regclass AS t, conname FROM pg_constraint WHERE contype IN ('c', 'f')
                 AND connamespace = current_schema()::regnamespace LOOP
                 EXECUTE format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I', one.t, one.conname);
               END LOOP; END $$",
        ),
    }
    .unwrap();
}

fn run(conn: &mut Conn, statement: &str) {
    let done = match conn {
        Conn::Sqlite(conn) => conn.batch_execute(statement),
        Conn::Postgres(conn) => conn.batch_execute(statement),
    };
    done.unwrap_or_else(|error| panic!("{statement}: {error}"));
}

/// What somebody did by hand, and words of the law that it breaks.
const BY_HAND: [(&str, &str); 18] = [
    (
        "UPDATE journal_postings SET amount_minor = amount_minor + 1, after_minor = after_minor + 1 WHERE position = 1",
        "balances",
    ),
    (
        "DELETE FROM journal_postings WHERE position = 1",
        "has the postings",
    ),
    (
        "UPDATE journal_entries SET number = number + 1 WHERE kind = 'payment'",
        "without gaps",
    ),
    (
        "UPDATE book_periods SET locked_by = (SELECT id FROM people LIMIT 1), locked_at =
           (SELECT min(created_at) FROM organisations)",
        "after it was locked",
    ),
    (
        "UPDATE journal_entries SET kind = 'work_done' WHERE kind = 'invoice'",
        "both books",
    ),
    ("DELETE FROM invoice_documents", "issued as UBL"),
    (
        "UPDATE invoice_documents SET xml = replace(xml, 'Invoice', 'lnvoice')",
        "the bytes",
    ),
    (
        "UPDATE invoice_authorisations SET xml = replace(xml, 'Invoice', 'lnvoice')",
        "the bytes",
    ),
    (
        "UPDATE payments SET amount_minor = amount_minor + 1",
        "every payment stands",
    ),
    (
        "UPDATE invoices SET paid_minor = paid_minor - 1",
        "receivables",
    ),
    (
        "UPDATE invoices SET payable_minor = payable_minor + 1",
        "payables",
    ),
    (
        "UPDATE advance_accounts SET netted_minor = netted_minor - 1",
        "advances in the books",
    ),
    (
        "UPDATE capacity_periods SET reserved_micro = reserved_micro + 1",
        "reserved of a period",
    ),
    ("UPDATE funds SET balance_minor = -1", "a fund holds"),
    (
        "UPDATE bank_entries SET left_minor = left_minor + 1",
        "a movement of a bank account",
    ),
    (
        "UPDATE premium_plan_lines SET spent_minor = spent_minor + 1",
        "a line of a premium plan",
    ),
    (
        "UPDATE premium_spendings SET received_minor = 0",
        "what had been received",
    ),
    (
        "UPDATE audit_log SET act = 'order.approved' WHERE act = 'order.approve'",
        "was sealed",
    ),
];

#[test]
fn each_thing_that_somebody_changed_by_hand_is_found() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        let advance = delivery.advance()["agreed"].as_str().unwrap().to_owned();
        delivery.pay_advance(&advance, "TRF-1").expect(201);
        delivery.deliver("60");
        let invoice = delivery.bill();
        delivery
            .pay(&delivery.treasurer, &invoice, "100.00", "TRF-2")
            .expect(201);
        authorisations::record(&delivery.treasurer, &invoice, 17).expect(201);
        world.fund(&trade.market.network).deposit("10.00");
        premium::some(&trade.market.cooperative, &delivery.treasurer);
        let columns = "currency=ARS&date=date&amount=amount&decimal=point";
        let statement = format!("date,amount\n{},12.50\n", today());
        let path = format!("/api/v1/bank-statements?{columns}");
        let taken = delivery.treasurer.post_text(&path, "text/csv", &statement);
        taken.expect(201);
        // The audit log is sealed once nothing older can be added to it.
        world.work_at(chrono::Utc::now() + chrono::TimeDelta::minutes(20));
        assert_eq!(check(world), (0, Vec::new()));

        for (by_hand, law) in BY_HAND {
            let mut conn = world.conn();
            begin(&mut conn);
            run(&mut conn, by_hand);
            let broken = checks::all(&mut conn).unwrap();
            run(&mut conn, "ROLLBACK");
            assert!(
                broken.iter().any(|one| one.law.contains(law)),
                "{by_hand}: {broken:?}"
            );
        }
        assert_eq!(check(world), (0, Vec::new()), "all of it was taken back");

        let mut conn = world.conn();
        begin(&mut conn);
        run(&mut conn, "DELETE FROM invoice_documents; COMMIT");
        let (code, broken) = check(world);
        assert_eq!(code, 1);
        assert_eq!(broken, ["every document that was booked was issued as UBL"]);
    });
}
