//! Orders, the answers to them, despatch advices.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

#[path = "../examples/documents/ordering.rs"]
#[expect(dead_code, reason = "the example writes all of them")]
mod ordering;
#[path = "../examples/documents/random.rs"]
#[expect(dead_code, reason = "the example takes a number of them")]
mod random;
#[path = "../examples/documents/samples.rs"]
#[expect(dead_code, reason = "invoices are tested elsewhere")]
mod samples;

use accounting::ubl::{
    DespatchAdvice, ElectronicAddress, LineStatus, Order, OrderDraft, OrderResponse, Vat, read,
    read_order,
};
use money::Micro;
use proptest::prelude::*;
use samples::Address;

fn draft() -> OrderDraft {
    ordering::order(
        samples::union(Address::Gln("7790001000019")),
        samples::factory(Address::Gln("7790001000002")),
    )
}

#[test]
fn an_order_reads_back_as_it_was_written() {
    let order = Order::new(draft()).unwrap();
    assert_eq!(order.totals().tax_inclusive.to_string(), "1713.94 ARS");
    let xml = order.to_xml().unwrap();
    assert_eq!(xml, order.to_xml().unwrap());
    let read = read_order(&xml).unwrap();
    let draft = order.draft();
    assert_eq!(read.header, draft.header);
    assert_eq!(read.payable, Some(order.totals().payable));
    assert_eq!(read.buyer.tax_id.as_deref(), Some("AR30712345671"));
    assert_eq!(read.seller.tax_id, None);
    assert_eq!(read.seller.name.as_ref(), Some(&draft.seller.name));
    let address = read.seller.electronic_address.as_ref();
    assert_eq!(address.map(ElectronicAddress::id), Some("7790001000002"));
    for (read, line) in read.lines.iter().zip(&draft.lines) {
        assert_eq!((&read.id, &read.name), (&line.id, &line.name));
        assert_eq!((read.quantity, read.unit), (line.quantity, line.unit));
        assert_eq!(
            (&read.seller_item, &read.note),
            (&line.seller_item, &line.note)
        );
        assert_eq!(
            (read.price, &read.adjustments),
            (Some(line.price), &line.adjustments)
        );
        assert_eq!(read.vat.as_ref(), Some(&line.vat));
    }
    let nets: Vec<_> = read.lines.iter().filter_map(|line| line.net).collect();
    assert_eq!(nets, order.totals().line_nets);
    assert_eq!(read.passed_over, Vec::<String>::new());
}

#[test]
fn an_order_of_others_needs_no_price_and_no_address() {
    let xml = r#"<o:Order xmlns:o="urn:oasis:names:specification:ubl:schema:xsd:Order-2">
        <ID>7</ID><IssueDate>2026-11-22Z</IssueDate><DocumentCurrencyCode>ZAR</DocumentCurrencyCode>
        <BuyerCustomerParty><Party><PartyIdentification><ID>4711</ID></PartyIdentification></Party></BuyerCustomerParty>
        <SellerSupplierParty><Party><PartyName><Name>Bakers</Name></PartyName></Party></SellerSupplierParty>
        <OrderLine><LineItem><ID>1</ID><Quantity unitCode="KGM">.5</Quantity>
          <Item><Description>Brown bread</Description></Item></LineItem></OrderLine></o:Order>"#;
    let order = read_order(xml.as_bytes()).unwrap();
    assert_eq!(order.buyer.ids, ["4711"]);
    assert_eq!(order.seller.name.as_deref(), Some("Bakers"));
    let line = &order.lines[0];
    assert_eq!(
        (line.name.as_str(), line.quantity),
        ("Brown bread", Micro::new(500_000))
    );
    assert_eq!((line.price, line.net, &line.vat), (None, None, &None));
}

#[test]
fn an_order_that_cannot_be_understood_is_refused_with_its_path() {
    let xml = Order::new(draft()).unwrap().to_xml().unwrap();
    let text = String::from_utf8(xml.clone()).unwrap();
    for (from, to, path) in [
        (
            "unitCode=\"C62\">170",
            "unitCode=\"piece\">170",
            "/Order/OrderLine[1]/LineItem/Quantity",
        ),
        (
            ">100</cbc:Quantity",
            ">ten</cbc:Quantity",
            "/Order/OrderLine[2]/LineItem/Quantity",
        ),
        ("<cac:SellerSupplierParty>", "<cac:Seller>", "/"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_eq!(read_order(changed.as_bytes()).unwrap_err().path, path);
    }
    assert_eq!(
        read(&xml).unwrap_err().why,
        "Order is neither an Invoice nor a CreditNote."
    );
}

#[test]
fn an_order_keeps_the_rules_of_peppol() {
    let refused = |change: fn(&mut OrderDraft)| {
        let mut draft = draft();
        change(&mut draft);
        Order::new(draft).unwrap_err().rule
    };
    assert_eq!(refused(|draft| draft.lines.clear()), "PEPPOL-T01-R001");
    assert_eq!(
        refused(|draft| draft.lines[1].id = "1".to_owned()),
        "PEPPOL-T01-R001"
    );
    assert_eq!(
        refused(|draft| draft.lines[0].vat = Vat::Standard(Micro::ZERO)),
        "BR-S-05"
    );
    assert_eq!(
        refused(|draft| draft.seller.name = String::new()),
        "tir01-043"
    );
    assert_eq!(
        refused(|draft| {
            if let Some(days) = &mut draft.header.delivery {
                days.to = days.from.pred_opt().unwrap();
            }
        }),
        "PEPPOL-T01-R015"
    );
}

#[test]
fn lines_are_answered_only_where_an_order_is_accepted_with_changes() {
    let mut none = ordering::changed();
    none.lines.clear();
    assert_eq!(OrderResponse::new(none).unwrap_err().rule, "tir76-200");
    let mut rejected = ordering::changed();
    rejected.code = accounting::ubl::ResponseCode::Rejected;
    assert_eq!(OrderResponse::new(rejected).unwrap_err().rule, "tir76-200");
    let xml = OrderResponse::new(ordering::changed())
        .unwrap()
        .to_xml()
        .unwrap();
    let text = String::from_utf8(xml).unwrap();
    for status in [
        LineStatus::Changed,
        LineStatus::Accepted,
        LineStatus::Rejected,
    ] {
        let element = format!("<cbc:LineStatusCode>{}<", status.code());
        assert!(text.contains(&element), "{element}");
    }
}

#[test]
fn a_despatch_advice_names_every_article() {
    let mut draft = ordering::despatch();
    draft.lines[0].seller_item = String::new();
    assert_eq!(
        DespatchAdvice::new(draft).unwrap_err().rule,
        "PEPPOL-T16-R003"
    );
    let mut draft = ordering::despatch();
    draft.lines[1].quantity = Micro::new(-1);
    assert_eq!(
        DespatchAdvice::new(draft).unwrap_err().rule,
        "PEPPOL-T16-R006"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_order_that_can_be_made_reads_back_the_same(document in random::document()) {
        let order = Order::new(ordering::of(&document)).unwrap();
        let read = read_order(&order.to_xml().unwrap()).unwrap();
        prop_assert_eq!(&read.header, &order.draft().header);
        prop_assert_eq!(read.payable, Some(order.totals().payable));
        prop_assert_eq!(read.lines.len(), order.draft().lines.len());
        for (read, (line, net)) in read.lines.iter().zip(order.draft().lines.iter().zip(&order.totals().line_nets)) {
            prop_assert_eq!((&read.id, &read.name, read.unit), (&line.id, &line.name, line.unit));
            prop_assert_eq!((read.quantity, read.price), (line.quantity, Some(line.price)));
            prop_assert_eq!((&read.adjustments, read.net), (&line.adjustments, Some(*net)));
            // Why a line is exempt stands in invoices only.
            let rate = read.vat.as_ref().map(|vat| (vat.category(), vat.rate()));
            prop_assert_eq!(rate, Some((line.vat.category(), line.vat.rate())));
        }
    }
}
