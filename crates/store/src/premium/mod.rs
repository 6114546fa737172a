//! What the premium is spent on: plans that a co-operative's assembly approved, what was spent of each line, and what
//! came of it.
//!
//! * [`plans`]: plans with their lines, never changed; a result can be recorded for each line.
//! * [`spendings`]: what was spent of a line, never changed; a mistake is taken back once.
//!
//! None of it posts anything: money that leaves the bank is booked where the bank's movements are.
pub mod plans;
pub mod spendings;

use crate::actor::Actor;
use crate::books;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::OrganisationId;
use crate::sql::Id;
use accounting::premium::Premium;
use accounting::{Account, Purpose};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use governance::OrganisationKind;
use money::{Currency, Money};

/// The actor must keep the books of a co-operative.
fn require_keeper(by: &Actor) -> Result<()> {
    by.require_kind(&[OrganisationKind::Cooperative])?;
    books::require_keeper(by)
}

#[derive(QueryableByName)]
struct Sum {
    #[diesel(sql_type = BigInt)]
    minor: i64,
}

const RECEIVED: &str = "SELECT CAST(coalesce(-SUM(p.amount_minor), 0) AS BIGINT) AS minor \
    FROM journal_entries e JOIN journal_postings p ON p.entry_id = e.id \
    WHERE e.organisation_id = $1 AND p.currency = $2 AND p.account = $3";

const SPENT: &str = "SELECT CAST(coalesce(SUM(l.spent_minor), 0) AS BIGINT) AS minor \
    FROM premium_plans p JOIN premium_plan_lines l ON l.plan_id = p.id \
    WHERE p.organisation_id = $1 AND p.currency = $2 AND l.purpose = $3";

/// What an organisation received for a purpose, as its book says, and what its plans say was spent.
///
/// # Errors
/// Those of the database.
fn standing(
    conn: &mut Conn,
    organisation: OrganisationId,
    currency: Currency,
    purpose: Purpose,
) -> Result<Premium> {
    let mut sum = |query: &str, of: &str| -> Result<Money> {
        let query = diesel::sql_query(query)
            .bind::<Id, _>(organisation)
            .bind::<Text, _>(currency.code())
            .bind::<Text, _>(of);
        let found: Sum = query.get_result(conn)?;
        Ok(Money::new(found.minor, currency))
    };
    Ok(Premium {
        received: sum(RECEIVED, Account::PremiumReceived(purpose).key())?,
        spent: sum(SPENT, purpose.as_str())?,
    })
}
