//! Which movement pays which invoice, told as stories, and its laws.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]
use accounting::settlement::{
    Allocation, Decision, Direction, MatchedBy, OpenItem, Outcome, settle,
};
use accounting::statements::{Booking, Counterparty, StatementEntry};
use chrono::NaiveDate;
use money::{Currency, Money};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

fn money(minor: i64) -> Money {
    Money::new(minor, Currency::parse("ARS").unwrap())
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// Invoice `INV-2026-00000n` to `Union n`, of which so much is open.
fn invoice(number: u128, open: i64) -> OpenItem {
    OpenItem {
        id: id(number),
        reference: format!("INV-2026-{number:06}"),
        end_to_end: vec![],
        direction: Direction::Receive,
        open: money(open),
        name: format!("Unión {number}"),
        accounts: vec![format!("285-{number}")],
        tax_id: None,
    }
}

fn entry(bank: &str, minor: i64, text: &str) -> StatementEntry {
    StatementEntry {
        id: bank.to_owned(),
        bank_reference: None,
        date: NaiveDate::from_ymd_opt(2026, 3, 1).unwrap(),
        amount: money(minor),
        booking: Booking::Booked,
        reversal: false,
        end_to_end: None,
        references: vec![],
        text: text.to_owned(),
        counterparty: Counterparty::default(),
    }
}

fn of(name: &str, entry: StatementEntry) -> StatementEntry {
    let counterparty = Counterparty {
        name: Some(name.to_owned()),
        ..Counterparty::default()
    };
    StatementEntry {
        counterparty,
        ..entry
    }
}

fn one(items: &[OpenItem], entry: StatementEntry) -> Decision {
    settle(items, &[entry], &BTreeSet::new()).remove(0)
}

fn pays(item: u128, minor: i64, by: MatchedBy) -> Allocation {
    Allocation {
        item: id(item),
        amount: money(minor),
        by,
    }
}

#[test]
fn an_end_to_end_id_goes_before_a_reference_in_the_text() {
    let items = [invoice(1, 500), invoice(2, 500)];
    let mut paid = entry("a", 500, "INV-2026-000001");
    paid.end_to_end = Some("inv-2026-000002".into());
    let decision = one(&items, paid);
    assert_eq!(decision.outcome, Outcome::Settled);
    assert_eq!(decision.allocations, [pays(2, 500, MatchedBy::EndToEnd)]);
    assert_eq!(decision.unallocated, money(0));
}

#[test]
fn a_reference_is_found_as_banks_mangle_it_and_not_inside_another() {
    let items = [invoice(1, 500), invoice(12, 500)];
    for text in [
        "pago inv 2026 000001 gracias",
        "INV2026000001",
        "INV-2026-0000\u{a0}01",
        "x/INV-2026-000001.",
    ] {
        let decision = one(&items, entry("a", 500, text));
        assert_eq!(
            decision.allocations,
            [pays(1, 500, MatchedBy::Reference)],
            "{text}"
        );
    }
    for text in ["INV-2026-0000012345", "XINV-2026-000001", "2026-000001"] {
        assert_eq!(
            one(&items, entry("a", 500, text)).outcome,
            Outcome::Unknown,
            "{text}"
        );
    }
}

#[test]
fn amount_and_counterparty_match_when_only_one_can_be_meant() {
    let items = [invoice(1, 500), invoice(2, 500), invoice(3, 700)];
    let decision = one(&items, of("UNION 1", entry("a", 500, "")));
    assert_eq!(
        decision.allocations,
        [pays(1, 500, MatchedBy::AmountAndCounterparty)]
    );
    let mut by_account = entry("b", 500, "");
    by_account.counterparty.account = Some("2852".into());
    assert_eq!(
        one(&items, by_account).allocations,
        [pays(2, 500, MatchedBy::AmountAndCounterparty)]
    );
    assert_eq!(
        one(&items, of("UNION 1", entry("a", 499, ""))).outcome,
        Outcome::Unknown
    );
    assert_eq!(one(&items, entry("a", 700, "")).outcome, Outcome::Unknown);
    let twins = [
        invoice(1, 500),
        OpenItem {
            name: "Unión 1".into(),
            ..invoice(2, 500)
        },
    ];
    let decision = one(&twins, of("Unión 1", entry("a", 500, "")));
    assert_eq!(decision.outcome, Outcome::Ambiguous(vec![id(1), id(2)]));
    assert_eq!(decision.unallocated, money(500));
}

#[test]
fn another_tax_id_is_another_payer_and_a_name_may_be_cut() {
    let long = "Federación de Cooperativas de Trabajo del Sur";
    let item = OpenItem {
        name: long.into(),
        tax_id: Some("30-71234567-1".into()),
        ..invoice(1, 500)
    };
    let mut cut = of("FEDERACION DE COOPERATIVAS DE TRA", entry("a", 500, ""));
    assert_eq!(
        one(std::slice::from_ref(&item), cut.clone()).outcome,
        Outcome::Settled
    );
    cut.counterparty.tax_id = Some("30999999995".into());
    assert_eq!(
        one(std::slice::from_ref(&item), cut.clone()).outcome,
        Outcome::Unknown
    );
    cut.counterparty.tax_id = Some("30712345671".into());
    assert_eq!(one(&[item], cut).outcome, Outcome::Settled);
    let short = OpenItem {
        name: "Cooperativa de Trabajo Ñandú".into(),
        ..invoice(1, 500)
    };
    assert_eq!(
        one(&[short], of("COOPERATIVA DE TRABAJO", entry("a", 500, ""))).outcome,
        Outcome::Unknown
    );
}

#[test]
fn parts_add_up_until_the_invoice_is_paid_and_then_it_is_paid_twice() {
    let items = [invoice(1, 500)];
    let entries: Vec<StatementEntry> = [("a", 200), ("b", 300), ("c", 300), ("a", 200)]
        .iter()
        .map(|(bank, minor)| entry(bank, *minor, "INV-2026-000001"))
        .collect();
    let decisions = settle(&items, &entries, &BTreeSet::new());
    let outcomes: Vec<&Outcome> = decisions.iter().map(|d| &d.outcome).collect();
    let twice = Outcome::AlreadyPaid(vec![id(1)]);
    assert_eq!(
        outcomes,
        [
            &Outcome::Partial,
            &Outcome::Settled,
            &twice,
            &Outcome::SameEntry
        ]
    );
    let again = settle(&items, &entries[..1], &BTreeSet::from(["a".to_owned()]));
    assert_eq!(again[0].outcome, Outcome::SameEntry);
}

#[test]
fn what_is_paid_too_much_is_left_over() {
    let decision = one(&[invoice(1, 500)], entry("a", 512, "INV-2026-000001"));
    assert_eq!(decision.outcome, Outcome::Overpaid);
    assert_eq!(
        (decision.allocations[0].amount, decision.unallocated),
        (money(500), money(12))
    );
}

#[test]
fn two_invoices_in_one_payment_are_paid_to_the_cent_or_not_at_all() {
    let items = [invoice(1, 500), invoice(2, 300), invoice(3, 0)];
    let text = "INV-2026-000001, INV-2026-000002";
    let decision = one(&items, entry("a", 800, text));
    assert_eq!(decision.outcome, Outcome::Settled);
    assert_eq!(decision.allocations.len(), 2);
    let decision = one(&items, entry("a", 799, text));
    assert_eq!(decision.outcome, Outcome::Ambiguous(vec![id(1), id(2)]));
    // One of the two was paid before: the other alone may be meant, if the amount says so.
    let text = "INV-2026-000001 INV-2026-000003";
    assert_eq!(one(&items, entry("a", 500, text)).outcome, Outcome::Settled);
    let doubt = one(&items, entry("a", 400, text)).outcome;
    assert_eq!(doubt, Outcome::Ambiguous(vec![id(1), id(3)]));
}

#[test]
fn what_goes_out_pays_what_we_owe_and_nothing_else() {
    let ours = OpenItem {
        direction: Direction::Pay,
        ..invoice(1, 500)
    };
    let items = [ours, invoice(2, 500)];
    let decision = one(&items, entry("a", -500, "INV-2026-000001"));
    assert_eq!(decision.allocations, [pays(1, -500, MatchedBy::Reference)]);
    let decision = one(&items, entry("a", -500, "INV-2026-000002"));
    assert_eq!(decision.outcome, Outcome::Contradicts(vec![id(2)]));
    let mut dollars = entry("a", 500, "INV-2026-000002");
    dollars.amount = Money::new(500, Currency::parse("USD").unwrap());
    assert_eq!(
        one(&items, dollars).outcome,
        Outcome::Contradicts(vec![id(2)])
    );
}

#[test]
fn what_may_still_change_and_what_is_taken_back_waits_for_people() {
    let items = [invoice(1, 500)];
    let mut waiting = entry("a", 500, "INV-2026-000001");
    waiting.booking = Booking::Pending;
    assert_eq!(one(&items, waiting).outcome, Outcome::Pending);
    let mut back = entry("a", 500, "INV-2026-000001");
    back.reversal = true;
    assert_eq!(one(&items, back).outcome, Outcome::Reversal);
}

#[test]
fn a_movement_of_nothing_pays_nothing() {
    let decision = one(
        &[invoice(1, 0)],
        of("Unión 1", entry("a", 0, "INV-2026-000001")),
    );
    assert_eq!(
        (decision.outcome, decision.allocations.len()),
        (Outcome::Unknown, 0)
    );
}

fn any_item() -> impl Strategy<Value = OpenItem> {
    let amount = prop_oneof![0_i64..4, Just(i64::MAX), 0_i64..1_000];
    (0_u128..12, amount, any::<bool>(), 0_u8..3).prop_map(|(number, open, pay, who)| OpenItem {
        direction: if pay {
            Direction::Pay
        } else {
            Direction::Receive
        },
        name: format!("Union {who}"),
        ..invoice(number, open)
    })
}

fn any_entry() -> impl Strategy<Value = StatementEntry> {
    let amount = prop_oneof![-4_i64..5, Just(i64::MIN), Just(i64::MAX), -1_000_i64..1_000];
    (
        0_u8..30,
        amount,
        prop::collection::vec(0_u8..14, 0..3),
        prop::option::of(0_u8..14),
        0_u8..4,
    )
        .prop_filter_map(
            "a movement of nothing",
            |(bank, minor, mentioned, id, who)| {
                let words: Vec<String> = mentioned
                    .iter()
                    .map(|n| format!("INV-2026-{n:06}"))
                    .collect();
                let mut made = of(
                    &format!("Union {who}"),
                    entry(&bank.to_string(), minor, &words.join(" ")),
                );
                made.end_to_end = id.map(|n| format!("INV-2026-{n:06}"));
                (minor != 0).then_some(made)
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn nothing_is_paid_twice_and_nothing_is_lost(
        items in prop::collection::btree_map(0_u128..12, any_item(), 0..8),
        entries in prop::collection::vec(any_entry(), 0..12),
    ) {
        let items: Vec<OpenItem> = items.into_iter()
            .map(|(number, item)| OpenItem { id: id(number), reference: format!("INV-2026-{number:06}"), ..item })
            .collect();
        let decisions = settle(&items, &entries, &BTreeSet::new());
        prop_assert_eq!(decisions.len(), entries.len());
        let mut paid: BTreeMap<Uuid, i128> = BTreeMap::new();
        for (decision, entry) in decisions.iter().zip(&entries) {
            let given: i128 = decision.allocations.iter().map(|a| i128::from(a.amount.minor())).sum();
            let left = i128::from(decision.unallocated.minor());
            prop_assert_eq!(given + left, i128::from(entry.amount.minor()));
            prop_assert!(left.signum() == 0 || left.signum() == i128::from(entry.amount.minor().signum()));
            for allocation in &decision.allocations {
                let minor = i128::from(allocation.amount.minor());
                prop_assert_eq!(minor.signum(), i128::from(entry.amount.minor().signum()));
                *paid.entry(allocation.item).or_default() += minor.abs();
            }
            let matched = matches!(decision.outcome, Outcome::Settled | Outcome::Partial | Outcome::Overpaid);
            prop_assert_eq!(matched, !decision.allocations.is_empty());
        }
        for item in &items {
            prop_assert!(paid.get(&item.id).copied().unwrap_or_default() <= i128::from(item.open.minor()));
        }
        let mut reversed = items.clone();
        reversed.reverse();
        prop_assert_eq!(settle(&reversed, &entries, &BTreeSet::new()), decisions);
        // What was decided is not decided again.
        let seen: BTreeSet<String> = entries.iter().map(|entry| entry.id.clone()).collect();
        let again = settle(&items, &entries, &seen);
        prop_assert!(again.iter().all(|decision| decision.outcome == Outcome::SameEntry));
    }
}
