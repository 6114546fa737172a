//! Stories of what a tax authority gives an invoice: the code, once, inside the document and on its page.
use crate::inside::inside;
use crate::support::{Client, Response, on_each_database};
use accounting::ubl::read;
use serde_json::{Value, json};

fn given(code: &str, number: u32) -> Value {
    json!({"code": code, "expires_on": "2099-12-31", "class": "a", "point_of_sale": 3, "number": number})
}

fn path(invoice: &Response) -> String {
    format!("/api/v1/invoices/{}", invoice.id())
}

/// Asks to record a code under this number for an invoice.
pub fn record(treasurer: &Client, invoice: &Response, number: u32) -> Response {
    let authorisation = format!("{}/authorisation", path(invoice));
    treasurer.post(&authorisation, given("74123456789012", number))
}

#[test]
fn a_code_is_recorded_once_and_stands_in_the_document_and_on_its_page() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        delivery.deliver("60");
        let invoice = path(&delivery.bill());
        let (treasurer, accountant) = (&delivery.treasurer, &delivery.accountant);
        let authorisation = format!("{invoice}/authorisation");
        let as_issued = accountant.download_as(&invoice, "application/xml").1;

        let asked = "voucher?class=a&point_of_sale=3&number=17";
        let voucher = treasurer
            .get(&format!("{invoice}/{asked}"))
            .expect(200)
            .body;
        let stated = read(&as_issued).unwrap();
        assert_eq!(voucher["voucher_type"], 1);
        assert_eq!(voucher["currency"], "PES");
        assert_eq!(
            voucher["total"],
            stated.stated.tax_inclusive.to_decimal().to_string()
        );
        accountant.get(&authorisation).refused(404, "not_found");

        let first = given("74123456789012", 17);
        accountant
            .post(&authorisation, first.clone())
            .refused(403, "forbidden");
        let made = treasurer.post(&authorisation, first).expect(201).body;
        assert_eq!(accountant.get(&authorisation).expect(200).body, made);
        let other = given("74123456789013", 18);
        treasurer
            .post(&authorisation, other)
            .refused(409, "duplicate");

        let authorised = accountant.download_as(&invoice, "application/xml").1;
        assert_ne!(authorised, as_issued);
        let said = read(&authorised).unwrap();
        let code = said.draft.authorisation.clone().unwrap();
        assert_eq!((code.code.as_str(), code.number), ("74123456789012", 17));
        assert_eq!(said.qr_link().as_deref(), made["qr_link"].as_str());
        // Nothing else of it is another.
        let mut without = said.draft;
        without.authorisation = None;
        assert_eq!((without, said.stated), (stated.draft, stated.stated));

        let (_, page) = accountant.download_as(&invoice, "application/pdf");
        assert!(inside(page) == [authorised], "the page has it inside");
        let stranger = world.union("Ajeno", "AR").member(&["accountant"]);
        stranger.get(&authorisation).refused(404, "not_found");
        assert_eq!(crate::checks::check(world), (0, Vec::new()));
    });
}

#[test]
fn a_code_of_another_document_and_one_that_cannot_be_are_refused() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        delivery.deliver("60");
        let first = path(&delivery.bill());
        delivery.deliver("20");
        let second = format!("{}/authorisation", path(&delivery.bill()));
        let treasurer = &delivery.treasurer;
        treasurer
            .post(
                &format!("{first}/authorisation"),
                given("74123456789012", 17),
            )
            .expect(201);
        for taken in [given("74123456789012", 18), given("74123456789013", 17)] {
            treasurer.post(&second, taken).refused(409, "duplicate");
        }
        let wrong = [
            ("/code", json!("7412")),
            ("/class", json!("z")),
            ("/point_of_sale", json!(0)),
            ("/number", json!(100_000_000)),
            ("/exchange_rate", json!("1000")),
            ("/expires_on", json!("1999-01-01")),
        ];
        for (pointer, value) in wrong {
            let mut body = given("74123456789014", 19);
            body[&pointer[1..]] = value;
            let refused = treasurer.post(&second, body);
            assert_eq!(refused.refused(400, "invalid_input").pointers(), [pointer]);
        }
        treasurer
            .post(&second, given("74123456789013", 18))
            .expect(201);
    });
}
