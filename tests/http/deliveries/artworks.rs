//! Sizes and colours of a line, artwork, and the proofs that a buyer approves.
use crate::support::governance::today;
use crate::support::orders::Trade;
use crate::support::{Client, Response, World, on_each_database};
use serde_json::{Value, json};

const PDF: &[u8] = b"%PDF-1.7 a drawing";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n a proof";

/// An issued purchase order of 100 units, and its path.
fn ordered(world: &World, variants: Option<Value>) -> (Trade<'_>, String) {
    let trade = world.trade();
    let market = &trade.market;
    if let Some(variants) = variants {
        let path = format!("/api/v1/listings/{}/variants", trade.listing);
        let etag = market.seller.get(&path).expect(200).etag;
        let put = market
            .seller
            .put(&path, &etag, variants.clone())
            .expect(200);
        assert_eq!(put.body, variants);
        let again = || variants.clone();
        market
            .seller
            .put(&path, &etag, again())
            .refused(412, "stale");
        market
            .buyer
            .put(&path, &put.etag, again())
            .refused(403, "forbidden");
    }
    trade.confirmed("100");
    let issued = trade.market.seller.purchase_order("issued").id();
    (trade, format!("/api/v1/purchase-orders/{issued}"))
}

fn state(by: &Client, path: &str, cells: &Value) -> Response {
    let etag = by.get(path).expect(200).etag;
    by.put(
        &format!("{path}/lines/1/variants"),
        &etag,
        json!({"cells": cells}),
    )
}

#[test]
fn a_line_is_accepted_once_its_sizes_and_colours_add_up() {
    on_each_database(|world| {
        let sizes = json!({"sizes": ["S", "M", "L"], "colours": ["white", "black"]});
        let (trade, path) = ordered(world, Some(sizes));
        let (buyer, seller) = (&trade.market.buyer, &trade.market.seller);
        let accept = || seller.accept(&seller.get(&path).expect(200));
        let missing = accept().refused(422, "variants_missing");
        assert!(missing.body["detail"].as_str().unwrap().contains("line 1"));

        let cell = |size: &str, colour: &str, quantity: &str| json!({"size": size, "colour": colour, "quantity": quantity});
        for (cells, pointer) in [
            (json!([cell("M", "white", "99")]), "/cells"),
            (json!([cell("M", "white", "101")]), "/cells"),
            (
                json!([cell("M", "white", "60"), cell("XL", "white", "40")]),
                "/cells/1/size",
            ),
            (json!([cell("M", "red", "100")]), "/cells/0/colour"),
            (
                json!([cell("M", "white", "60"), cell("M", "white", "40")]),
                "/cells/1",
            ),
            (
                json!([cell("M", "white", "99.5"), cell("L", "white", "0.5")]),
                "/cells/0/quantity",
            ),
            (json!([cell("M", "white", "0")]), "/cells/0/quantity"),
        ] {
            let refused = state(buyer, &path, &cells).refused(400, "invalid_input");
            assert_eq!(refused.pointers(), [pointer], "{cells}");
        }
        let full = json!([cell("M", "white", "60"), cell("L", "black", "40")]);
        state(seller, &path, &full).refused(403, "forbidden");
        let read = seller.get(&path).expect(200);
        let stated = state(buyer, &path, &full).expect(200);
        assert_eq!(stated.body["lines"][0]["cells"], full);
        assert_eq!(stated.body["lines"][0]["quantity"], "100");
        // What the co-operative read before is not what it would accept now.
        seller.accept(&read).refused(412, "stale");
        let again = json!([cell("S", "black", "1"), cell("M", "white", "99")]);
        state(buyer, &path, &again).expect(200);
        accept().expect(200);
        state(buyer, &path, &full).refused(409, "wrong_state");
        let kept = seller.get(&format!("{path}/variants")).expect(200).body;
        assert_eq!(kept["lines"][0]["cells"], again);
        let etag = buyer.get(&path).expect(200).etag;
        let other = format!("{path}/lines/2/variants");
        buyer
            .put(&other, &etag, json!({"cells": []}))
            .refused(409, "wrong_state");
        let stranger = world.union("Sindicato de al lado", "AR").member(&["buyer"]);
        stranger
            .get(&format!("{path}/variants"))
            .refused(404, "not_found");
    });
}

#[test]
fn a_listing_of_one_kind_needs_no_matrix() {
    on_each_database(|world| {
        let (trade, path) = ordered(world, None);
        let matrix = trade
            .market
            .buyer
            .get(&format!("{path}/variants"))
            .expect(200)
            .body;
        assert_eq!(matrix["lines"][0]["sizes"], json!([]));
        let wrong = json!([{"size": "M", "quantity": "100"}]);
        state(&trade.market.buyer, &path, &wrong).refused(400, "invalid_input");
        state(&trade.market.buyer, &path, &json!([{"quantity": "100"}])).expect(200);
        let seller = &trade.market.seller;
        seller.accept(&seller.get(&path).expect(200)).expect(200);
    });
}

fn send(by: &Client, path: &str, media: &str, bytes: &[u8]) -> Response {
    let path = format!("{path}/artworks?line=1&title=Print%20on%20the%20back");
    by.post_bytes(&path, &[("content-type", media)], bytes)
}

fn offer(by: &Client, artwork: &Response, bytes: &[u8]) -> Response {
    let path = format!("/api/v1/artworks/{}/proofs?note=28%20cm", artwork.id());
    let etag = by
        .get(&format!("/api/v1/artworks/{}", artwork.id()))
        .expect(200)
        .etag;
    by.post_bytes(
        &path,
        &[("content-type", "image/png"), ("if-match", &etag)],
        bytes,
    )
}

fn act(by: &Client, artwork: &Response, act: &str) -> Response {
    let path = format!("/api/v1/artworks/{}", artwork.id());
    let etag = by.get(&path).expect(200).etag;
    let path = format!("{path}/{act}");
    match act {
        "reject" => by.post_if(&path, &etag, json!({"reason": "The red is too dark."})),
        _ => by.act(&path, &etag),
    }
}

#[test]
fn nothing_is_sent_before_a_proof_is_approved() {
    on_each_database(|world| {
        let (trade, path) = ordered(world, None);
        let (buyer, seller) = (&trade.market.buyer, &trade.market.seller);
        send(seller, &path, "application/pdf", PDF).refused(403, "forbidden");
        let artwork = send(buyer, &path, "application/pdf", PDF).expect(201);
        assert_eq!(artwork.body["status"], "sent");
        assert_eq!(artwork.body["bytes"], PDF.len());
        seller.accept(&seller.get(&path).expect(200)).expect(200);

        let schedule = seller.get(&format!("{path}/schedule")).expect(200);
        let despatch = || {
            let body = json!({"stage_id": schedule.body["stages"][0]["id"], "despatched_on": today(),
                "lines": [{"line": 1, "quantity": "10"}]});
            seller.post(&format!("{path}/despatches"), body)
        };
        let early = despatch().refused(409, "proof_not_approved");
        assert!(
            early.body["detail"]
                .as_str()
                .unwrap()
                .contains("Print on the back")
        );
        act(buyer, &artwork, "approve").refused(409, "wrong_state");
        offer(buyer, &artwork, PNG).refused(403, "forbidden");
        assert_eq!(
            offer(seller, &artwork, PNG).expect(200).body["status"],
            "proofed"
        );
        offer(seller, &artwork, PNG).refused(409, "wrong_state");
        act(seller, &artwork, "approve").refused(403, "forbidden");
        let rejected = act(buyer, &artwork, "reject").expect(200).body;
        assert_eq!(rejected["reason"], "The red is too dark.");
        despatch().refused(409, "proof_not_approved");
        let second = offer(seller, &artwork, b"\x89PNG\r\n\x1a\n another")
            .expect(200)
            .body;
        assert_eq!(second["proofs"].as_array().unwrap().len(), 2);
        assert_eq!(second["reason"], Value::Null);
        assert_eq!(
            act(buyer, &artwork, "approve").expect(200).body["status"],
            "approved"
        );
        act(buyer, &artwork, "withdraw").refused(409, "wrong_state");
        despatch().expect(201);

        world.work();
        let to = |person: &Client| {
            let (email, _) = person.login.clone().unwrap();
            let mails = world.mails();
            mails.iter().filter(|mail| mail.to == email).count()
        };
        assert!(to(seller) >= 3, "sent, rejected, approved: {}", to(seller));
        assert!(to(buyer) >= 2, "two proofs: {}", to(buyer));
    });
}

#[test]
fn an_artwork_that_is_taken_back_holds_nothing_up() {
    on_each_database(|world| {
        let (trade, path) = ordered(world, None);
        let (buyer, seller) = (&trade.market.buyer, &trade.market.seller);
        let artwork = send(buyer, &path, "image/png", PNG).expect(201);
        seller.accept(&seller.get(&path).expect(200)).expect(200);
        assert_eq!(
            act(buyer, &artwork, "withdraw").expect(200).body["status"],
            "withdrawn"
        );
        offer(seller, &artwork, PNG).refused(409, "wrong_state");
        let schedule = seller.get(&format!("{path}/schedule")).expect(200);
        let body = json!({"stage_id": schedule.body["stages"][0]["id"], "despatched_on": today(),
            "lines": [{"line": 1, "quantity": "10"}]});
        seller.post(&format!("{path}/despatches"), body).expect(201);
    });
}

#[test]
fn a_file_is_what_it_says_and_is_never_a_page() {
    on_each_database(|world| {
        let (trade, path) = ordered(world, None);
        let buyer = &trade.market.buyer;
        for (media, bytes) in [
            ("text/html", &b"<!doctype html><script>"[..]),
            (
                "image/svg+xml",
                b"<svg xmlns=\"http://www.w3.org/2000/svg\">",
            ),
            ("application/pdf", b"<!doctype html><script>"),
            ("application/pdf", PNG),
            ("image/png", PDF),
            ("image/png", b""),
        ] {
            send(buyer, &path, media, bytes).refused(415, "unsupported_media_type");
        }
        let large = [PDF, &vec![0; 20 * 1024 * 1024][..]].concat();
        send(buyer, &path, "application/pdf", &large).refused(413, "body_too_large");
        let query = format!("{path}/artworks?line=9&title=x");
        let media = [("content-type", "application/pdf")];
        let refused = buyer
            .post_bytes(&query, &media, PDF)
            .refused(400, "invalid_input");
        assert_eq!(refused.pointers(), ["?line"]);

        let artwork = send(buyer, &path, "application/pdf", PDF).expect(201);
        let file = format!("/api/v1/artworks/{}/file", artwork.id());
        let (headers, bytes) = trade.market.seller.download(&file);
        assert_eq!(bytes, PDF);
        assert_eq!(headers["content-type"], "application/pdf");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        let disposition = headers["content-disposition"].to_str().unwrap();
        assert!(disposition.starts_with("attachment; "), "{disposition}");
        offer(&trade.market.seller, &artwork, PNG).expect(200);
        let proof = format!("/api/v1/artworks/{}/proofs/1/file", artwork.id());
        assert_eq!(buyer.download(&proof).1, PNG);
        buyer
            .get(&proof.replace("/1/", "/2/"))
            .refused(404, "not_found");
        let stranger = world.union("Sindicato de al lado", "AR").member(&["buyer"]);
        stranger.get(&file).refused(404, "not_found");
        let listed = trade
            .market
            .seller
            .get(&format!("{path}/artworks"))
            .expect(200)
            .body;
        assert_eq!(listed["items"][0]["id"], artwork.body["id"]);
    });
}
