//! A made-up payment run.
use crate::Failure;
use accounting::payments::{AccountId, Party, PaymentRun, Reference, Transfer};
use chrono::NaiveDate;
use money::{Currency, Money};

/// A run in four currencies, to accounts of every kind.
pub fn run() -> Result<PaymentRun, Failure> {
    let ours = AccountId::domestic("62000012345", Some("250655"))?;
    let creditors = [
        (
            "Cooperativa de Trabajo Ñandú «Sur» & Cía.",
            AccountId::cbu("2850590940090418135201")?,
            177_444,
            "ARS",
        ),
        (
            "Worker Co-operative Ltd",
            AccountId::domestic("4051234567", Some("632005"))?,
            98_765_432_100,
            "ZAR",
        ),
        (
            "Genossenschaft Süd eG",
            AccountId::iban("DE89370400440532013000")?,
            1,
            "EUR",
        ),
        (
            "工人合作社",
            AccountId::cbu("2850590940090418135201")?,
            5,
            "ARS",
        ),
        (
            "Coopérative du Sud",
            AccountId::domestic("0123", None)?,
            1_005,
            "TND",
        ),
    ];
    let mut transfers = Vec::new();
    for (at, (name, account, minor, currency)) in creditors.into_iter().enumerate() {
        let reference = Reference::parse(&format!("INV-2026-{:06}", at + 1))?;
        transfers.push(Transfer {
            end_to_end: reference.clone(),
            amount: Money::new(minor, Currency::parse(currency)?),
            creditor: Party::new(name, Some("30712345671"), account)?,
            reference,
        });
    }
    Ok(PaymentRun::new(
        Reference::parse("0190aaaabbbb7cccdddd000000000001")?,
        "2026-03-01T10:00:00Z".parse()?,
        Party::new("Unión de Trabajadores", None, ours)?,
        NaiveDate::from_ymd_opt(2026, 3, 2).ok_or("no such day")?,
        transfers,
    )?)
}
