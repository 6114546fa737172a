//! Random documents: any that may be issued.
use super::samples::{self, Address};
use accounting::ubl::{
    BillingDocument, Country, DocumentType, Draft, Due, Line, LineAdjustment, Party, Price,
    UnitCode, Vat,
};
use chrono::Days;
use money::{Currency, Micro, Money, amount_of, apportion, rate_of};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// The same documents for the same seed.
pub fn documents(seed: u64, count: u64) -> Vec<BillingDocument> {
    let mut bytes = [0; 32];
    for (to, from) in bytes.iter_mut().zip(seed.to_le_bytes()) {
        *to = from;
    }
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = document();
    (0..count)
        .map(|_| strategy.new_tree(&mut runner).unwrap().current())
        .collect()
}

/// Any document that may be issued.
pub fn document() -> impl Strategy<Value = BillingDocument> {
    let header = (
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        text(),
        option::of(text()),
    );
    let parts = (vec(1..100_u128, 0..4), 0..=1_000_000_i64);
    (header, vec(line(), 1..8), parts).prop_map(|(header, lines, (parts, prepaid))| {
        let draft = draft(header, lines);
        let whole = BillingDocument::new(draft.clone()).unwrap();
        BillingDocument::new(with_parts(draft, &whole, &parts, Micro::new(prepaid))).unwrap()
    })
}

/// Any text that a document may have, markup and other scripts among it.
pub fn text() -> impl Strategy<Value = String> {
    let latin = "[A-Za-z0-9ñáéíóúüç&<>\"'«»/.,-][A-Za-z0-9ñáéíóúüç&<>\"'«» /.,-]{0,40}";
    prop_oneof![3 => latin, 1 => "\\PC{1,30}"].prop_filter_map("a text says something", |text| {
        let text = text.trim().replace(['\u{2028}', '\u{2029}'], "");
        let text = text.trim().to_owned();
        (!text.is_empty()).then_some(text)
    })
}

type Header = (bool, bool, bool, String, Option<String>);

fn draft((argentine, in_peppol, credit, name, note): Header, lines: Vec<RandomLine>) -> Draft {
    let mut draft = samples::blank("INV-2026-004711");
    let country = if argentine { "AR" } else { "ZA" };
    let currency = Currency::parse(if argentine { "ARS" } else { "ZAR" }).unwrap();
    let (gln, mail) = (Address::Gln("6001234000006"), Address::Email("a@b.example"));
    let address = if in_peppol { gln } else { mail };
    draft.seller = named(
        samples::party(country, "?", Some("30-50001091-2"), address),
        name,
    );
    draft.seller.address.country = Country::parse(country).unwrap();
    draft.buyer.trading_name.clone_from(&note);
    draft.note = note;
    draft.currency = currency;
    draft.prepaid = Money::zero(currency);
    if credit {
        draft.document_type = DocumentType::CreditNote;
    }
    let lines = lines.into_iter().enumerate();
    draft.lines = lines
        .map(|(at, line)| line.of(&(at + 1).to_string(), argentine, currency))
        .collect();
    draft
}

fn named(mut party: Party, name: String) -> Party {
    party.name = name;
    party
}

fn with_parts(mut draft: Draft, whole: &BillingDocument, parts: &[u128], prepaid: Micro) -> Draft {
    let payable = whole.totals().payable;
    draft.prepaid = rate_of(payable, prepaid).unwrap();
    let left = payable.checked_sub(draft.prepaid).unwrap();
    let amounts = apportion(left.minor(), parts).unwrap_or_default();
    let due = amounts.into_iter().filter(|minor| *minor > 0);
    draft.due = due
        .zip(1_u64..)
        .map(|(minor, at)| Due {
            on: draft
                .issued_on
                .checked_add_days(Days::new(at * 30))
                .unwrap(),
            amount: Money::new(minor, left.currency()),
        })
        .collect();
    if !draft.due.is_empty() && parts.len().is_multiple_of(2) {
        draft.terms = None;
    }
    draft
}

/// What a random line is made of before its document is known.
#[derive(Clone, Debug)]
pub struct RandomLine {
    name: String,
    quantity: i64,
    price: i64,
    off_by: i64,
    premiums: Vec<i64>,
    rate: usize,
    unit: &'static str,
}

fn line() -> impl Strategy<Value = RandomLine> {
    let quantity = prop_oneof![
        (1..100_000_i64).prop_map(|whole| whole * 1_000_000),
        1..1_000_000_000_000_i64
    ];
    let price = prop_oneof![0..1_000_i64, 0..100_000_000_000_i64];
    let off_by = prop_oneof![3 => Just(0), 1 => 1..3_i64];
    let unit = prop::sample::select(vec!["C62", "MTK", "KGM", "HUR", "E48", "MIL"]);
    (
        text(),
        quantity,
        price,
        off_by,
        vec(0..500_000_i64, 0..4),
        0..5_usize,
        unit,
    )
        .prop_map(
            |(name, quantity, price, off_by, premiums, rate, unit)| RandomLine {
                name,
                quantity,
                price,
                off_by,
                premiums,
                rate,
                unit,
            },
        )
}

impl RandomLine {
    fn of(self, id: &str, argentine: bool, currency: Currency) -> Line {
        let (quantity, price) = (Micro::new(self.quantity), Micro::new(self.price));
        let goods = amount_of(quantity, price, currency).unwrap();
        // A stage of a line is a difference of rounded values: off by a cent from its price.
        let goods = Money::new(goods.minor() + self.off_by, currency);
        let premium = |rate| {
            let amount = rate_of(goods, Micro::new(rate)).unwrap();
            LineAdjustment::premium("Premium: wages", goods, amount)
        };
        Line {
            id: id.to_owned(),
            name: self.name,
            description: None,
            seller_item: None,
            quantity,
            unit: UnitCode::parse(self.unit).unwrap(),
            price: Price::exact(quantity, price, goods).unwrap(),
            adjustments: self.premiums.into_iter().map(premium).collect(),
            vat: vat(self.rate, argentine),
            order_line: None,
            note: None,
        }
    }
}

fn vat(which: usize, argentine: bool) -> Vat {
    let exempt = || Vat::Exempt {
        reason: "Exempt by law".to_owned(),
    };
    match (which, argentine) {
        (0 | 1, true) => Vat::Standard(Micro::new(210_000)),
        (2 | 3, true) => Vat::Standard(Micro::new(105_000)),
        (0..=2, false) => Vat::Standard(Micro::new(150_000)),
        (3, false) => Vat::Zero,
        _ => exempt(),
    }
}
