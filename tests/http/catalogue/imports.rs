//! Importing a catalogue: all rows or none, each fault by row and column.
use crate::support::governance::today;
use crate::support::{Client, Response, on_each_database};
use chrono::Days;
use serde_json::{Value, json};

const HEADER: &str = "sku,product,gtin,title,currency,lead_days,minimum,lot,materials,overhead,\
    setup_cost,standard_minutes,setup_minutes,line_efficiency,offered_unit_price,steps,freight,capacity";

fn import(seller: &Client, query: &str, rows: &[String]) -> Response {
    let table = format!("{HEADER}\r\n{}\r\n", rows.join("\r\n"));
    seller.post_text(
        &format!("/api/v1/tables/catalogue/imports{query}"),
        "text/csv",
        &table,
    )
}

fn row(sku: &str, product: &str) -> String {
    let (first, last) = (today(), today() + Days::new(29));
    format!(
        "{sku},{product},,\"Tile, white\",ARS,14,100,10,5200,1900,90000,38,240,0.85,,100;1000,\
         AR-B=350/3;AR-X=500.5/5,{first}/{last}=5000"
    )
}

/// The skus of the co-operative's listings.
fn skus(seller: &Client) -> Vec<String> {
    let page = seller.get("/api/v1/listings?limit=100").expect(200).body;
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["sku"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_catalogue_is_imported_and_imported_again() {
    on_each_database(|world| {
        let market = world.market();
        let brick = world.product(&market.network.admin, "Ladrillo común");
        let rows = [
            row("T1", "GLAZED  Ceramic-Tile 20 x 20"),
            row("B1", "ladrillo comun"),
        ];
        let dry = import(&market.seller, "?dry_run=true", &rows)
            .expect(200)
            .body;
        assert_eq!(
            dry,
            json!({"created": 2, "changed": 0, "unchanged": 0, "dry_run": true})
        );
        assert!(skus(&market.seller).is_empty(), "a dry run writes nothing");
        let done = import(&market.seller, "", &rows).expect(200).body;
        assert_eq!(
            done,
            json!({"created": 2, "changed": 0, "unchanged": 0, "dry_run": false})
        );
        assert_eq!(skus(&market.seller), ["T1", "B1"]);

        let listing = market.seller.get("/api/v1/listings").expect(200).body["items"][1].take();
        assert_eq!(listing["product_id"], brick);
        assert_eq!(listing["status"], "draft");
        assert_eq!(listing["title"], "Tile, white");
        assert_eq!(listing["lead_days"], 14);
        assert_eq!(listing["steps"], json!(["100", "1000"]));
        assert_eq!(listing["cost_sheet"]["standard_minutes_per_unit"], "38");
        assert_eq!(listing["offered_unit_price"], Value::Null);
        let freight = &listing["freight"][1];
        assert_eq!(
            freight,
            &json!({"region": "AR-X", "unit_price": "500.5", "transit_days": 5})
        );
        let path = format!("/api/v1/listings/{}", listing["id"].as_str().unwrap());
        let calendar = market
            .seller
            .get(&format!("{path}/capacity"))
            .expect(200)
            .body;
        assert_eq!(calendar["periods"][0]["capacity"], "5000");

        // Again: the same skus are changed, and an empty cell leaves the calendar as it is.
        let (kept, _) = row("B1", "Ladrillo común")
            .rsplit_once(',')
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .unwrap();
        let rows = [
            format!("{},", kept.replace(",14,", ",21,")),
            row("T2", "Ladrillo común"),
        ];
        let done = import(&market.seller, "", &rows).expect(200).body;
        assert_eq!(
            done,
            json!({"created": 1, "changed": 1, "unchanged": 0, "dry_run": false})
        );
        assert_eq!(market.seller.get(&path).expect(200).body["lead_days"], 21);
        let calendar = market
            .seller
            .get(&format!("{path}/capacity"))
            .expect(200)
            .body;
        assert_eq!(calendar["periods"][0]["capacity"], "5000");
    });
}

#[test]
fn one_wrong_row_and_nothing_is_imported() {
    on_each_database(|world| {
        let market = world.market();
        let tile = "Glazed ceramic tile 20 x 20";
        world.product(&market.network.admin, "Twin");
        world.product(&market.network.admin, "twín");
        let rows = [
            row("T1", tile),
            row("T2", "A product that nobody makes"),
            row("T3", tile).replace(",10,5200,", ",0.5,5200,"),
            row("T4", tile).replace(",38,", ",many,"),
            row("T1", tile),
            row("T6", tile).replace("AR-B=350/3", "AR-B=350"),
            row("T7", tile).replace("=5000", ""),
            row("T8", "Twin"),
            row("T9", tile).replace(",14,", ",,"),
            "T10,too,few".to_owned(),
            row("T11", tile).replace(",,\"Tile", ",4006381333932,\"Tile"),
            row("T12", tile).replace(",0.85,", ",1.85,"),
        ];
        let refused = import(&market.seller, "", &rows).refused(422, "import_refused");
        // What can be read without the database is said first.
        let mut pointers = refused.pointers();
        pointers.sort_unstable();
        let mut expected = vec![
            "/rows/10",
            "/rows/11/gtin",
            "/rows/12/line_efficiency",
            "/rows/4/standard_minutes",
            "/rows/6/freight",
            "/rows/7/capacity",
            "/rows/9/lead_days",
        ];
        expected.sort_unstable();
        assert_eq!(pointers, expected);

        let readable = [
            rows[0].clone(),
            rows[1].clone(),
            rows[2].clone(),
            rows[4].clone(),
            rows[7].clone(),
        ];
        for query in ["", "?dry_run=true"] {
            let refused = import(&market.seller, query, &readable).refused(422, "import_refused");
            assert_eq!(
                refused.pointers(),
                [
                    "/rows/2/product",
                    "/rows/3/lot",
                    "/rows/4/sku",
                    "/rows/5/product"
                ]
            );
            assert!(
                refused.body["detail"]
                    .as_str()
                    .unwrap()
                    .contains("4 faults")
            );
        }
        assert!(skus(&market.seller).is_empty());
    });
}

#[test]
fn an_import_keeps_the_rules_of_open_listings() {
    on_each_database(|world| {
        let market = world.market();
        let tile = "Glazed ceramic tile 20 x 20";
        import(&market.seller, "", &[row("T1", tile)]).expect(200);
        let listing = market.seller.get("/api/v1/listings").expect(200).body["items"][0].take();
        let path = format!("/api/v1/listings/{}", listing["id"].as_str().unwrap());
        let etag = market.seller.get(&path).expect(200).etag;
        market
            .seller
            .act(&format!("{path}/open"), &etag)
            .expect(200);
        let cheap = row("T1", tile).replace("0.85,,", "0.85,9000,");
        let refused = import(&market.seller, "", &[row("T2", tile), cheap]);
        let refused = refused.refused(422, "import_refused");
        assert_eq!(refused.pointers(), ["/rows/2/offered_unit_price"]);
        assert_eq!(skus(&market.seller), ["T1"]);
        let brick = world.product(&market.network.admin, "Brick");
        let other = import(&market.seller, "", &[row("T1", "Brick")]);
        assert_eq!(
            other.refused(422, "import_refused").pointers(),
            ["/rows/1/product"],
            "{brick}"
        );
    });
}

#[test]
fn only_a_table_is_a_table() {
    on_each_database(|world| {
        let market = world.market();
        let path = "/api/v1/tables/catalogue/imports";
        let seller = &market.seller;
        let send = |body: &str| seller.post_text(path, "text/csv; charset=utf-8", body);
        let with_mark = format!(
            "\u{feff}{HEADER}\n{}\n",
            row("T1", "Glazed ceramic tile 20 x 20")
        );
        send(&with_mark).expect(200);
        assert_eq!(send(&format!("{HEADER}\n")).expect(200).body["created"], 0);

        let header = |header: &str| {
            let refused = send(header).refused(422, "import_refused");
            refused.pointers().join(" ")
        };
        assert_eq!(header(&format!("{HEADER},colour\n")), "/header/colour");
        assert_eq!(header(&format!("{HEADER},lot\n")), "/header/lot");
        assert_eq!(
            header("sku,title,currency,lead_days,materials,overhead\n"),
            "/header/standard_minutes /header/product"
        );
        assert!(header("").starts_with("/header/sku"));
        let wrong = "x,".repeat(10) + "\n";
        let refused = send(&format!("{HEADER}\n{}", wrong.repeat(300)));
        let refused = refused.refused(422, "import_refused");
        assert_eq!(refused.pointers().len(), 200, "a bounded list");
        let refused = send(&format!("{HEADER}\n{}", wrong.repeat(50_001)));
        assert_eq!(refused.refused(422, "import_refused").pointers(), [""]);
        let latin = [("content-type", "text/csv")];
        seller
            .raw("POST", path, &latin, Some("sku\n\u{0}"))
            .refused(422, "import_refused");

        seller
            .post_text(path, "application/json", "{}")
            .refused(415, "unsupported_media_type");
        let large = "x".repeat(16 * 1024 * 1024 + 1);
        send(&large).refused(413, "body_too_large");
        seller
            .post_text(&format!("{path}?dry_run=maybe"), "text/csv", HEADER)
            .refused(400, "invalid_input");
        market
            .buyer
            .post_text(path, "text/csv", &format!("{HEADER}\n"))
            .refused(403, "forbidden");
    });
}
