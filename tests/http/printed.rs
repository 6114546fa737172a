//! Stories of pages that people file: in their language, with the very document inside.
use crate::inside::inside;
use crate::support::{Client, on_each_database};
use ureq::http::HeaderMap;

const PDF: &str = "application/pdf";

fn page(by: &Client, path: &str, languages: &str) -> (HeaderMap, Vec<u8>) {
    let wanted = [("accept", PDF), ("accept-language", languages)];
    let (headers, page) = by.download_with(path, &wanted);
    assert_eq!(headers["content-type"], PDF);
    assert!(page.starts_with(b"%PDF-1.7"));
    (headers, page)
}

#[test]
fn documents_are_pages_in_three_languages_with_the_document_inside() {
    on_each_database(|world| {
        let trade = world.trade();
        let delivery = trade.accepted("100");
        let sent = delivery.send(&delivery.stage(0), "100").expect(201);
        delivery.receive(&sent, ["100", "0", "0"]).expect(201);
        let invoice = delivery.bill();
        let (buyer, seller) = (delivery.buyer(), delivery.seller());
        let order = buyer.get(&delivery.path).expect(200);
        let invoice = format!("/api/v1/invoices/{}", invoice.id());
        let placed = format!(
            "/api/v1/orders/{}",
            order.body["order_id"].as_str().unwrap()
        );
        let order = delivery.path.clone();
        let explained = format!("{order}/explanation");
        let cases = [
            (&delivery.accountant, invoice.clone(), "application/xml"),
            (buyer, order.clone(), "application/xml"),
            (seller, order, "application/xml"),
            (buyer, explained.clone(), "application/json"),
            (seller, explained.clone(), "application/json"),
            (buyer, format!("{placed}/explanation"), "application/json"),
        ];
        for (by, path, form) in &cases {
            let (_, document) = by.download_as(path, form);
            for language in ["es", "en", "pt"] {
                let (headers, first) = page(by, path, language);
                assert_eq!(headers["content-language"], language);
                assert_eq!(headers["vary"], "accept, accept-language");
                let (again, second) = page(by, path, language);
                assert_eq!(headers["etag"], again["etag"]);
                assert!(first == second, "{path} is the same each time");
                assert!(inside(first) == [document.clone()], "{path} has it inside");
            }
        }
        let stranger = world.union("Ajeno", "AR").member(&["buyer", "accountant"]);
        for (_, path, _) in cases {
            assert_eq!(stranger.status_as(&path, PDF), 404, "{path}");
        }
    });
}

#[test]
fn whoever_asks_for_no_language_of_ours_gets_that_of_their_organisation() {
    on_each_database(|world| {
        let trade = world.trade();
        trade.confirmed("100");
        let seller = &trade.market.seller;
        let path = format!(
            "/api/v1/purchase-orders/{}",
            seller.purchase_order("issued").id()
        );
        let language =
            |headers: HeaderMap| headers["content-language"].to_str().unwrap().to_owned();
        let me = seller.get("/api/v1/me").expect(200);
        let organisation = me.body["organisation_id"].as_str().unwrap();
        let own = seller.get(&format!("/api/v1/organisations/{organisation}"));
        let own = own.expect(200).body["language"]
            .as_str()
            .unwrap()
            .to_owned();
        let (headers, _) = seller.download_as(&path, PDF);
        assert_eq!(language(headers), own);
        assert_eq!(language(page(seller, &path, "fr, ja;q=0.9").0), own);
        assert_eq!(
            language(page(seller, &path, "fr, pt-BR;q=0.9, en;q=0.8").0),
            "pt"
        );
        let json = format!("application/json, {PDF};q=0.5");
        let (headers, _) = seller.download_as(&path, &json);
        assert_eq!(headers["content-type"], "application/json");
        // A form that this resource does not have is not what is wanted.
        let (headers, _) = seller.download_as(&format!("{path}/explanation"), "application/xml");
        assert_eq!(headers["content-type"], "application/json");
    });
}
