//! Laws of the journal.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]
use accounting::{Account, AccountingError, Posting, Postings};
use money::{Currency, Money};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn ars() -> Currency {
    Currency::parse("ARS").unwrap()
}

fn posting(account: Account, minor: i64) -> Posting {
    Posting {
        account,
        amount: Money::new(minor, ars()),
    }
}

#[test]
fn every_account_has_a_key_a_code_and_a_name_of_its_own() {
    let all: Vec<Account> = Account::all().collect();
    let keys: BTreeSet<&str> = all.iter().map(|account| account.key()).collect();
    let codes: BTreeSet<&str> = all.iter().map(|account| account.default_code()).collect();
    let names: BTreeSet<&str> = all.iter().map(|account| account.name()).collect();
    assert_eq!(
        [keys.len(), codes.len(), names.len()],
        [all.len(), all.len(), all.len()]
    );
    for account in all {
        assert_eq!(Account::parse(account.key()), Ok(account));
    }
    assert!(!codes.contains(""));
}

#[test]
fn an_entry_of_one_cent_too_many_is_refused() {
    let refused = Postings::new([
        posting(Account::GoodsBought, 10_000),
        posting(Account::Payables, -9_999),
    ]);
    assert_eq!(
        refused,
        Err(AccountingError::Unbalanced {
            currency: ars(),
            by: Money::new(1, ars())
        })
    );
}

#[test]
fn currencies_balance_each_by_itself() {
    let zar = Currency::parse("ZAR").unwrap();
    let refused = Postings::new([
        posting(Account::GoodsBought, 100),
        Posting {
            account: Account::Payables,
            amount: Money::new(-100, zar),
        },
    ]);
    assert!(matches!(refused, Err(AccountingError::Unbalanced { .. })));
}

#[test]
fn an_entry_of_nothing_is_refused() {
    let none = Postings::new([posting(Account::Bank, 5), posting(Account::Bank, -5)]);
    assert_eq!(none, Err(AccountingError::Empty));
}

proptest! {
    #[test]
    fn what_balances_is_taken_and_its_reversal_undoes_it(
        parts in prop::collection::vec((0_usize..32, -1_000_000_000_i64..1_000_000_000), 1..40),
    ) {
        let accounts: Vec<Account> = Account::all().collect();
        let sum: i64 = parts.iter().map(|part| part.1).sum();
        let mut all: Vec<Posting> = parts.iter().map(|part| posting(accounts[part.0], part.1)).collect();
        all.push(posting(Account::Bank, -sum));
        let Ok(made) = Postings::new(all) else { return Ok(()) };
        let total: i64 = made.as_slice().iter().map(|posting| posting.amount.minor()).sum();
        prop_assert_eq!(total, 0);
        prop_assert!(made.as_slice().iter().all(|posting| posting.amount.minor() != 0));
        let back = made.reversed().unwrap();
        let both = made.as_slice().iter().chain(back.as_slice()).copied();
        prop_assert_eq!(Postings::new(both), Err(AccountingError::Empty));
    }
}
