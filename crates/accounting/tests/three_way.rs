//! Order, receipt and invoice side by side: each difference is found, named and measured.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
use accounting::three_way::{
    Difference, Invoiced, Kind, Line, Ordered, Tolerances, Totals, Value, check,
};
use money::{Currency, Micro, Money, MoneyError, amount_of, rate_of};
use proptest::prelude::*;

fn money(minor: i64) -> Money {
    Money::new(minor, Currency::parse("ARS").unwrap())
}

fn micro(text: &str) -> Micro {
    text.parse().unwrap()
}

/// Two per cent of a quantity, one of a price, at most 1.00.
fn tolerances() -> Tolerances {
    Tolerances {
        quantity: micro("0.02"),
        price: micro("0.01"),
        amount: money(100),
    }
}

fn ordered() -> Ordered {
    Ordered {
        quantity: micro("100"),
        unit_price: micro("9.69"),
        tax_rate: micro("0.21"),
        accepted: micro("100"),
        billed_before: Micro::ZERO,
    }
}

fn invoiced(quantity: &str, price: &str) -> Invoiced {
    Invoiced {
        quantity: micro(quantity),
        unit_price: micro(price),
        net: amount_of(micro(quantity), micro(price), money(0).currency()).unwrap(),
        computed: amount_of(micro(quantity), micro(price), money(0).currency()).unwrap(),
        tax_rate: micro("0.21"),
    }
}

fn line(ordered: Option<Ordered>, invoiced: Option<Invoiced>) -> Line {
    Line {
        id: "1".to_owned(),
        ordered,
        invoiced,
    }
}

/// A foot of which everything is to be paid.
fn foot(net: Money, tax: Money) -> Totals {
    let owed = net.checked_add(tax).unwrap();
    Totals {
        net,
        tax,
        payable: owed,
        owed,
    }
}

/// The foot that the lines come to.
fn totals(lines: &[Line]) -> Totals {
    let net: i64 = lines
        .iter()
        .filter_map(|l| l.invoiced)
        .map(|i| i.net.minor())
        .sum();
    foot(money(net), rate_of(money(net), micro("0.21")).unwrap())
}

fn of(ordered: Option<Ordered>, invoiced: Option<Invoiced>) -> Vec<Difference> {
    let lines = [line(ordered, invoiced)];
    check(&lines, totals(&lines), &tolerances()).unwrap()
}

fn kinds(differences: &[Difference]) -> Vec<(Kind, i64, bool)> {
    differences
        .iter()
        .map(|d| (d.kind, d.effect.minor(), d.within))
        .collect()
}

#[test]
fn an_invoice_of_what_was_ordered_and_accepted_has_no_differences() {
    assert_eq!(of(Some(ordered()), Some(invoiced("100", "9.69"))), []);
}

#[test]
fn what_was_not_accepted_is_not_owed() {
    let short = Ordered {
        accepted: micro("90"),
        ..ordered()
    };
    let found = of(Some(short), Some(invoiced("100", "9.69")));
    assert_eq!(kinds(&found), [(Kind::BilledBeyondAccepted, 9_690, false)]);
    assert_eq!(
        found.first().unwrap().expected,
        Value::Quantity(micro("90"))
    );
    assert_eq!(found.first().unwrap().found, Value::Quantity(micro("100")));
    assert_eq!(found.first().unwrap().line.as_deref(), Some("1"));
}

#[test]
fn a_second_invoice_may_bill_only_the_rest() {
    let before = Ordered {
        billed_before: micro("60"),
        ..ordered()
    };
    assert_eq!(of(Some(before), Some(invoiced("40", "9.69"))), []);
    let found = of(Some(before), Some(invoiced("41", "9.69")));
    let beyond = [
        (Kind::BilledBeyondAccepted, 969, false),
        (Kind::BilledBeyondOrdered, 969, false),
    ];
    assert_eq!(kinds(&found), beyond);
    let found = of(Some(before), Some(invoiced("30", "9.69")));
    assert_eq!(kinds(&found), [(Kind::NotYetBilled, -9_690, true)]);
    assert_eq!(
        kinds(&of(Some(before), None)),
        [(Kind::NotYetBilled, -38_760, true)]
    );
}

#[test]
fn a_tolerance_holds_to_the_millionth_and_to_the_cent() {
    // 0.1 of 100 is far inside two per cent, and 0.97 inside 1.00.
    let found = of(
        Some(Ordered {
            quantity: micro("101"),
            ..ordered()
        }),
        Some(invoiced("100.1", "9.69")),
    );
    assert_eq!(kinds(&found), [(Kind::BilledBeyondAccepted, 97, true)]);
    // The same share of a dear line comes to more than 1.00.
    let dear = Ordered {
        unit_price: micro("1000"),
        quantity: micro("101"),
        ..ordered()
    };
    let found = of(Some(dear), Some(invoiced("100.1", "1000")));
    assert_eq!(kinds(&found), [(Kind::BilledBeyondAccepted, 10_000, false)]);
    // One per cent of 9.69 is 0.0969; on ten units it is 0.97 in money.
    let few = Ordered {
        accepted: micro("10"),
        ..ordered()
    };
    for (price, within) in [
        ("9.7869", true),
        ("9.786901", false),
        ("9.5931", true),
        ("9.593099", false),
    ] {
        let found = of(Some(few), Some(invoiced("10", price)));
        assert_eq!(found.first().unwrap().kind, Kind::UnitPrice);
        assert_eq!(found.first().unwrap().within, within, "{price}");
    }
}

#[test]
fn a_line_that_nobody_ordered_and_another_tax_are_never_within() {
    let found = of(None, Some(invoiced("0.01", "1")));
    assert_eq!(kinds(&found), [(Kind::NotOrdered, 1, false)]);
    let taxed = Invoiced {
        tax_rate: micro("0.105"),
        ..invoiced("100", "9.69")
    };
    let lines = [line(Some(ordered()), Some(taxed))];
    let stated = foot(money(96_900), money(10_175));
    let found = check(&lines, stated, &tolerances()).unwrap();
    assert_eq!(kinds(&found), [(Kind::TaxRate, 0, false)]);
}

#[test]
fn sums_that_do_not_add_up_are_found_to_the_cent() {
    let wrong = Invoiced {
        net: money(96_901),
        ..invoiced("100", "9.69")
    };
    let lines = [line(Some(ordered()), Some(wrong))];
    let stated = foot(money(97_002), money(20_349));
    let found = check(&lines, stated, &tolerances()).unwrap();
    // 21 % of 969.01 is 203.4921.
    assert_eq!(
        kinds(&found),
        [(Kind::LineAmount, 1, true), (Kind::NetTotal, 101, false)]
    );
    let stated = foot(money(96_901), money(20_350));
    let found = check(&lines, stated, &tolerances()).unwrap();
    assert_eq!(
        kinds(&found),
        [(Kind::LineAmount, 1, true), (Kind::TaxTotal, 1, true)]
    );
}

#[test]
fn tax_is_rounded_once_for_each_rate() {
    // 21 % of 9.69 is 2.0349: of three lines 6.1047, and 6.09 if each were rounded by itself.
    let lines: Vec<Line> = (0..3)
        .map(|_| {
            line(
                Some(Ordered {
                    accepted: micro("1"),
                    ..ordered()
                }),
                Some(invoiced("1", "9.69")),
            )
        })
        .collect();
    let net = money(3 * 969);
    let stated = foot(net, money(610));
    assert_eq!(check(&lines, stated, &tolerances()).unwrap(), []);
    let line_by_line = foot(net, money(3 * 203));
    let found = check(&lines, line_by_line, &tolerances()).unwrap();
    assert_eq!(kinds(&found), [(Kind::TaxTotal, -1, true)]);
}

#[test]
fn an_advance_that_is_not_netted_is_found() {
    let lines = [line(Some(ordered()), Some(invoiced("100", "9.69")))];
    let whole = totals(&lines);
    let stated = Totals {
        owed: whole.owed.checked_sub(money(20_000)).unwrap(),
        ..whole
    };
    let found = check(&lines, stated, &tolerances()).unwrap();
    assert_eq!(kinds(&found), [(Kind::Payable, 20_000, false)]);
}

#[test]
fn another_currency_is_refused() {
    let dollars = Money::new(1, Currency::parse("USD").unwrap());
    let stated = foot(dollars, dollars);
    let refused = check(&[], stated, &tolerances());
    assert!(matches!(refused, Err(MoneyError::CurrencyMismatch { .. })));
}

proptest! {
    #[test]
    fn what_is_billed_right_is_never_found_and_a_cent_more_always_is(
        quantity in 1_i64..1_000_000_000_000, price in 10_000_i64..1_000_000_000, before in 0_i64..1_000_000_000,
        off in prop::sample::select(vec![-1_i64, 1]),
    ) {
        let billed = Invoiced {
            quantity: Micro::new(quantity),
            unit_price: Micro::new(price),
            net: amount_of(Micro::new(quantity), Micro::new(price), money(0).currency()).unwrap(),
            computed: amount_of(Micro::new(quantity), Micro::new(price), money(0).currency()).unwrap(),
            tax_rate: micro("0.21"),
        };
        let all = Micro::new(quantity + before);
        let ordered = Ordered {
            quantity: all, unit_price: billed.unit_price, tax_rate: billed.tax_rate, accepted: all,
            billed_before: Micro::new(before),
        };
        prop_assert_eq!(of(Some(ordered), Some(billed)), vec![]);
        let wrong = Invoiced { net: money(billed.net.minor() + off), ..billed };
        prop_assert_eq!(kinds(&of(Some(ordered), Some(wrong))), vec![(Kind::LineAmount, off, true)]);
    }
}
