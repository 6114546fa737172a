//! Invoices and credit notes as Argentina and South Africa know them.
use accounting::ubl::{
    Authorisation, BillingDocument, BillingReference, Country, DocumentType, Draft, Due,
    ElectronicAddress, Gln, Line, LineAdjustment, Party, PayeeAccount, PostalAddress, Price, TaxId,
    UnitCode, Vat, Violation,
};
use chrono::NaiveDate;
use money::{Currency, Micro, Money};

/// Amounts of the samples are below this by far.
pub fn money(minor: i64, currency: &str) -> Money {
    Money::new(minor, Currency::parse(currency).unwrap())
}

pub fn micro(text: &str) -> Micro {
    text.parse().unwrap()
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A party of a country, reached by GLN or mail.
pub fn party(country: &str, name: &str, tax_id: Option<&str>, address: Address<'_>) -> Party {
    let country = Country::parse(country).unwrap();
    let argentine = country.code() == "AR";
    let text = |argentina: &str, south_africa: &str| {
        let text = if argentine { argentina } else { south_africa };
        Some(text.to_owned())
    };
    Party {
        name: name.to_owned(),
        trading_name: None,
        address: PostalAddress {
            lines: vec![
                if argentine {
                    "Av. Pavón 1234"
                } else {
                    "12 Long Street"
                }
                .to_owned(),
            ],
            city: text("Avellaneda", "Cape Town"),
            postal_code: text("B1870", "8001"),
            region: text("Buenos Aires", "Western Cape"),
            country,
        },
        tax_id: tax_id.map(|id| TaxId::parse(country, id).unwrap()),
        registration: None,
        electronic_address: match address {
            Address::Gln(gln) => Some(ElectronicAddress::Gln(Gln::parse(gln).unwrap())),
            Address::Email(mail) => Some(ElectronicAddress::Email(mail.to_owned())),
            Address::None => None,
        },
    }
}

/// Where a sample's party receives documents.
#[derive(Clone, Copy)]
pub enum Address<'a> {
    Gln(&'a str),
    Email(&'a str),
    None,
}

pub fn factory(address: Address<'_>) -> Party {
    let name = "Cooperativa de Trabajo Textil «Ñandú» Ltda. & Cía.";
    let mut party = party("AR", name, Some("30-50001091-2"), address);
    party.trading_name = Some("Textil Ñandú".to_owned());
    party
}

pub fn union(address: Address<'_>) -> Party {
    let name = "Sindicato Único de Trabajadores de la Educación";
    party("AR", name, Some("30-71234567-1"), address)
}

pub fn line(id: &str, name: &str, (quantity, unit): (&str, &str), price: &str, vat: Vat) -> Line {
    Line {
        id: id.to_owned(),
        name: name.to_owned(),
        description: None,
        seller_item: None,
        quantity: micro(quantity),
        unit: UnitCode::parse(unit).unwrap(),
        price: Price::of_one(micro(price)),
        adjustments: Vec::new(),
        vat,
        order_line: Some(id.to_owned()),
        note: None,
    }
}

/// An invoice of the factory's to the union, both in the Peppol network, without lines.
pub fn blank(number: &str) -> Draft {
    let ars = Currency::parse("ARS").unwrap();
    Draft {
        document_type: DocumentType::Invoice,
        number: number.to_owned(),
        issued_on: day("2026-11-22"),
        due: Vec::new(),
        terms: Some("30 días".to_owned()),
        note: None,
        currency: ars,
        buyer_reference: None,
        order: Some("PO-2026-000017".to_owned()),
        despatch_advice: Some("DA-2026-000031".to_owned()),
        receipt_advice: Some("GRN-2026-000029".to_owned()),
        corrects: Vec::new(),
        seller: factory(Address::Gln("7790001000002")),
        buyer: union(Address::Gln("7790001000019")),
        account: Some(PayeeAccount {
            account: "0170099220000067797370".to_owned(),
            holder: Some("Cooperativa Textil Ñandú".to_owned()),
            branch: None,
            reference: Some(number.to_owned()),
        }),
        lines: Vec::new(),
        prepaid: Money::zero(ars),
        authorisation: None,
    }
}

pub fn standard(rate: &str) -> Vat {
    Vat::Standard(micro(rate))
}

/// Two rates, the premium as a charge on the line, freight as a line: 1509.00, with tax 1774.44.
pub fn two_rates() -> Draft {
    let mut draft = blank("INV-2026-000001");
    let mut shirts = line(
        "1",
        "Camisa de trabajo",
        ("170", "C62"),
        "5.00",
        standard("0.21"),
    );
    let market = money(85_000, "ARS");
    let premium =
        |reason: &str, minor| LineAdjustment::premium(reason, market, money(minor, "ARS"));
    shirts.adjustments = vec![
        premium("Premium: wages", 8_500),
        premium("Premium: shorter week", 3_400),
    ];
    shirts.seller_item = Some("CT-17/azul".to_owned());
    let books = line(
        "2",
        "Cuaderno tapa dura",
        ("100", "C62"),
        "4.90",
        standard("0.105"),
    );
    let freight = line("3", "Flete", ("1", "C62"), "50", standard("0.21"));
    draft.lines = vec![shirts, books, freight];
    draft.due = vec![Due {
        on: day("2026-12-22"),
        amount: money(177_444, "ARS"),
    }];
    draft
}

fn mailed() -> Draft {
    let mut draft = blank("INV-2026-000002");
    draft.seller = factory(Address::Email("cobranzas@nandu.example"));
    draft.buyer = union(Address::None);
    draft.buyer_reference = Some("Secretaría de Compras".to_owned());
    // The premium is in the price.
    draft.lines = vec![line(
        "1",
        "Guardapolvo",
        ("333.5", "MTK"),
        "12.345678",
        standard("0.21"),
    )];
    draft
}

fn south_african() -> Draft {
    let mut draft = blank("INV-2026-000003");
    draft.currency = Currency::parse("ZAR").unwrap();
    draft.prepaid = money(0, "ZAR");
    let seller = "Mandela Bay Printers' Co-operative <Ltd>";
    let buyer = "South African Federation of Trade Unions";
    draft.seller = party(
        "ZA",
        seller,
        Some("4123456789"),
        Address::Gln("6001234000006"),
    );
    let buyer_address = Address::Gln("6001234000013");
    draft.buyer = party("ZA", buyer, Some("4010101010"), buyer_address);
    draft.account = Some(PayeeAccount {
        account: "62001234567".to_owned(),
        holder: None,
        branch: Some("250655".to_owned()),
        reference: Some("INV-2026-000003".to_owned()),
    });
    draft.lines = vec![
        line(
            "1",
            "Pamphlets, A5",
            ("12000", "C62"),
            "0.41025",
            standard("0.15"),
        ),
        line("2", "Brown bread", ("40", "KGM"), "16.99", Vat::Zero),
    ];
    // 5661.45 for the pamphlets with tax, 679.60 for the bread: half now, half later.
    let due = |on: &str| Due {
        on: day(on),
        amount: money(317_053, "ZAR"),
    };
    draft.due = vec![due("2026-12-01"), due("2027-01-05")];
    if let Some(last) = draft.due.last_mut() {
        last.amount = money(317_052, "ZAR");
    }
    draft
}

fn credit_note() -> Draft {
    let mut draft = two_rates();
    draft.document_type = DocumentType::CreditNote;
    draft.number = "CN-2026-000001".to_owned();
    draft.due = Vec::new();
    draft.terms = None;
    draft.account = None;
    draft.note = Some("3 camisas con la costura abierta".to_owned());
    draft.corrects = vec![BillingReference {
        number: "INV-2026-000001".to_owned(),
        issued_on: Some(day("2026-11-22")),
    }];
    draft.lines = vec![line(
        "1",
        "Camisa de trabajo",
        ("3", "C62"),
        "5.70",
        standard("0.21"),
    )];
    draft
}

fn advance() -> Draft {
    let mut draft = two_rates();
    draft.number = "INV-2026-000004".to_owned();
    draft.prepaid = money(53_233, "ARS");
    draft.due = vec![Due {
        on: day("2026-12-22"),
        amount: money(177_444 - 53_233, "ARS"),
    }];
    draft
}

fn services() -> Draft {
    let mut draft = south_african();
    draft.number = "INV-2026-000005".to_owned();
    draft.due = Vec::new();
    let name = "Bookbinding, instructor";
    draft.lines = vec![line("1", name, ("37.5", "HUR"), "185.50", standard("0.15"))];
    draft
}

fn exempt() -> Draft {
    let mut draft = blank("INV-2026-000006");
    let exempt = Vat::Exempt {
        reason: "Ley 23.349, art. 7, inc. a".to_owned(),
    };
    draft.lines = vec![
        line("1", "Libro «Sin patrón»", ("25", "C62"), "18.40", exempt),
        line("2", "Flete", ("1", "C62"), "12.50", standard("0.21")),
    ];
    draft
}

fn out_of_scope() -> Draft {
    let mut draft = blank("INV-2026-000007");
    for party in [&mut draft.seller, &mut draft.buyer] {
        party.registration = Some("INAES 41.233".to_owned());
        party.tax_id = None;
    }
    let reason = "Fuera del ámbito del impuesto".to_owned();
    let outside = Vat::OutOfScope { reason };
    draft.lines = vec![line(
        "1",
        "Aporte al fondo solidario",
        ("1", "E48"),
        "900",
        outside,
    )];
    draft
}

/// A third of 100.00: the price is for the whole quantity, because none of a unit gives the amount.
fn stage() -> Draft {
    let mut draft = blank("INV-2026-000008");
    let mut line = line("1", "Silla apilable", ("3", "C62"), "0", standard("0.21"));
    let amount = money(10_001, "ARS");
    line.price = Price::exact(line.quantity, micro("33.333333"), amount).unwrap();
    draft.lines = vec![line];
    draft
}

fn authorised() -> Draft {
    let mut draft = two_rates();
    draft.number = "00003-00001234".to_owned();
    draft.authorisation = Some(Authorisation {
        code: "76471234567890".to_owned(),
        expires_on: day("2026-12-02"),
        voucher_type: 1,
        point_of_sale: 3,
        number: 1_234,
        exchange_rate: Micro::ONE,
    });
    draft
}

/// Every sample, with the name of its file.
pub fn all() -> Result<Vec<(&'static str, BillingDocument)>, Violation> {
    let drafts = [
        ("ar-two-rates", two_rates()),
        ("ar-mailed", mailed()),
        ("za-two-parts", south_african()),
        ("ar-credit-note", credit_note()),
        ("ar-advance", advance()),
        ("za-hours", services()),
        ("ar-exempt", exempt()),
        ("ar-out-of-scope", out_of_scope()),
        ("ar-stage", stage()),
        ("ar-authorised", authorised()),
    ];
    drafts
        .into_iter()
        .map(|(name, draft)| Ok((name, BillingDocument::new(draft)?)))
        .collect()
}
