//! An order, the answers to it, and what was sent.
use super::samples::{self, Address, day, line, micro, standard};
use accounting::ubl::{
    BillingDocument, DespatchAdvice, DespatchDraft, DespatchLine, LineAdjustment, LineStatus,
    Order, OrderDraft, OrderHeader, OrderResponse, Party, Period, Price, ResponseCode,
    ResponseDraft, ResponseLine, UnitCode, Vat, Violation,
};
use money::{Currency, Money};

fn ars() -> Currency {
    Currency::parse("ARS").unwrap()
}

/// Two lines, one with a premium: 1459.00, with tax 1713.94.
pub fn order(buyer: Party, seller: Party) -> OrderDraft {
    let mut shirts = line(
        "1",
        "Camisa de trabajo",
        ("170", "C62"),
        "5.00",
        standard("0.21"),
    );
    let premium = Money::new(11_900, ars());
    shirts.adjustments = vec![LineAdjustment::premium(
        "Premium: wages & shorter week",
        Money::new(85_000, ars()),
        premium,
    )];
    shirts.seller_item = Some("CT-17/azul".to_owned());
    let mut books = line("2", "Cuaderno", ("100", "C62"), "4.90", standard("0.105"));
    books.note = Some("Tapa dura".to_owned());
    let mut lines = vec![shirts, books];
    for line in &mut lines {
        line.order_line = None;
    }
    OrderDraft {
        header: OrderHeader {
            number: "PO-2026-000017".to_owned(),
            issued_on: day("2026-11-20"),
            valid_until: Some(day("2026-12-04")),
            note: Some("Para la escuela N° 4 «Evita»".to_owned()),
            currency: ars(),
            buyer_reference: Some("Secretaría de Compras".to_owned()),
            contract: Some("AGR-2026-000002".to_owned()),
            deliver_to: Some(buyer.address.clone()),
            delivery: Some(days("2026-12-10", "2026-12-18")),
            terms: Some("30 % de anticipo".to_owned()),
        },
        buyer,
        seller,
        lines,
    }
}

/// An order of what an invoice bills.
pub fn of(document: &BillingDocument) -> OrderDraft {
    let billed = document.draft();
    let mut draft = order(billed.buyer.clone(), billed.seller.clone());
    draft.header.currency = billed.currency;
    draft.header.note.clone_from(&billed.note);
    draft.lines.clone_from(&billed.lines);
    draft
}

fn days(from: &str, to: &str) -> Period {
    Period {
        from: day(from),
        to: day(to),
    }
}

fn parties() -> (Party, Party) {
    (
        samples::union(Address::Gln("7790001000019")),
        samples::factory(Address::Gln("7790001000002")),
    )
}

fn response(code: ResponseCode) -> ResponseDraft {
    let (buyer, seller) = parties();
    ResponseDraft {
        number: "OR-2026-000017".to_owned(),
        issued_on: day("2026-11-21"),
        code,
        note: None,
        currency: ars(),
        order: "PO-2026-000017".to_owned(),
        seller,
        buyer,
        delivery: None,
        lines: Vec::new(),
    }
}

fn answer(id: &str, status: LineStatus, name: &str) -> ResponseLine {
    ResponseLine {
        id: id.to_owned(),
        order_line: id.to_owned(),
        status,
        note: None,
        quantity: None,
        price: None,
        delivery: None,
        name: name.to_owned(),
        seller_item: None,
    }
}

pub fn changed() -> ResponseDraft {
    let each = UnitCode::parse("C62").unwrap();
    let mut shirts = answer("1", LineStatus::Changed, "Camisa de trabajo");
    shirts.note = Some("20 menos: falta tela".to_owned());
    shirts.quantity = Some((micro("150"), each));
    shirts.price = Some((Price::of_one(micro("5.70")), each));
    shirts.delivery = Some(days("2026-12-14", "2026-12-20"));
    shirts.seller_item = Some("CT-17/azul".to_owned());
    let mut response = response(ResponseCode::AcceptedWithChanges);
    response.lines = vec![
        shirts,
        answer("2", LineStatus::Accepted, "Cuaderno"),
        answer("3", LineStatus::Rejected, "Tiza"),
    ];
    response
}

pub fn despatch() -> DespatchDraft {
    let (consignee, supplier) = parties();
    let sent = |id: &str, name: &str, item: &str, quantity: &str| DespatchLine {
        id: id.to_owned(),
        order_line: id.to_owned(),
        name: name.to_owned(),
        seller_item: item.to_owned(),
        quantity: micro(quantity),
        unit: UnitCode::parse("C62").unwrap(),
        outstanding: None,
        note: None,
    };
    let mut shirts = sent("1", "Camisa de trabajo", "CT-17/azul", "120");
    shirts.outstanding = Some((micro("30"), "Segunda etapa".to_owned()));
    DespatchDraft {
        number: "DA-2026-000031".to_owned(),
        issued_on: day("2026-12-11"),
        note: None,
        order: Some("PO-2026-000017".to_owned()),
        supplier,
        consignee,
        despatched_on: Some(day("2026-12-11")),
        arrival: Some(days("2026-12-12", "2026-12-13")),
        tracking: Some("AA123456789AR".to_owned()),
        lines: vec![shirts, sent("2", "Cuaderno", "CU-2", "100")],
    }
}

/// Every document, with the name of its file.
pub fn all() -> Result<Vec<(&'static str, Vec<u8>)>, Violation> {
    let (buyer, seller) = parties();
    let mut plain = order(
        samples::union(Address::Email("compras@union.example")),
        samples::factory(Address::None),
    );
    plain.lines.truncate(1);
    for line in &mut plain.lines {
        line.vat = Vat::Zero;
    }
    let mut promised = response(ResponseCode::Accepted);
    promised.delivery = Some(days("2026-12-10", "2026-12-18"));
    let answers = [
        ("order-received", response(ResponseCode::Received)),
        ("order-accepted", promised),
        ("order-changed", changed()),
        ("order-rejected", response(ResponseCode::Rejected)),
    ];
    let mut all = vec![
        ("order", Order::new(order(buyer, seller))?.to_xml().unwrap()),
        ("order-plain", Order::new(plain)?.to_xml().unwrap()),
        (
            "despatch-advice",
            DespatchAdvice::new(despatch())?.to_xml().unwrap(),
        ),
    ];
    for (name, draft) in answers {
        all.push((name, OrderResponse::new(draft)?.to_xml().unwrap()));
    }
    Ok(all)
}
