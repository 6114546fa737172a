//! Tables: what their columns are, imports as jobs, and exports that read back as the same.
use crate::support::catalogue::Market;
use crate::support::governance::today;
use crate::support::{Client, Response, on_each_database};
use calamine::{Reader as _, Xlsx};
use chrono::{Days, TimeDelta, Utc};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Cursor, Write as _};
use store::operations::jobs;

const TILE: &str = "Glazed ceramic tile 20 x 20";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

fn import(by: &Client, table: &str, text: &str) -> Response {
    by.post_text(&format!("/api/v1/tables/{table}/imports"), "text/csv", text)
}

/// The same as a job.
fn import_later(by: &Client, table: &str, text: &str) -> Response {
    let headers = [("content-type", "text/csv"), ("prefer", "respond-async")];
    by.post_bytes(
        &format!("/api/v1/tables/{table}/imports"),
        &headers,
        text.as_bytes(),
    )
}

/// The import of a job that was accepted.
fn import_of(by: &Client, job: &Response) -> Value {
    let job = by
        .get(job.headers["location"].to_str().unwrap())
        .expect(200);
    by.get(job.body["subject"].as_str().unwrap())
        .expect(200)
        .body
}

fn counts(import: &Value) -> [i64; 3] {
    ["created", "changed", "unchanged"].map(|name| import[name].as_i64().unwrap())
}

fn needs_table() -> String {
    let due = today() + Days::new(90);
    format!(
        "need,title,currency,max_premium_rate,product,specification,quantity,region,due_on,budget\r\n\
         MAY,May Day,ARS,0.35,{TILE},\"White, glazed\",3000,AR-B,{due},50000000.00\r\n\
         MAY,May Day,ARS,0.35,{TILE},Blue,120,AR-C,{due},\r\n\
         HALL,The hall,ARS,,{TILE},,40,AR-B,{due},\r\n"
    )
}

fn baseline_table() -> String {
    "reference,supplier,supplier_country,supplier_tax_id,cooperative,product,description,unit,\
     quantity,spend,currency,starts_on,ends_on\r\n\
     T-1,Textiles del Centro SA,AR,30-50001091-2,false,,=White T-shirts,H87,2500,31250000.00,ARS,2025-01-01,2025-12-31\r\n\
     T-2,Bricks (Pty) Ltd,ZA,4012345678,,glazed ceramic tile 20 x 20,Tiles,C62,800.5,99000,ZAR,2025-01-01,2025-06-30\r\n"
        .to_owned()
}

fn quotes_table(source: &str) -> String {
    let seen = today() - Days::new(3);
    format!(
        "product,source,source_url,unit_price,currency,observed_on,min_quantity\r\n\
         {TILE},{source},https://prices.example/tiles,14850.5,ARS,{seen},100\r\n\
         {TILE},{source} 2,,14900,ARS,{seen},\r\n"
    )
}

#[test]
fn needs_are_imported_line_by_line_and_imported_again() {
    on_each_database(|world| {
        let market = world.market();
        let buyer = &market.buyer;
        let done = import(buyer, "needs", &needs_table()).expect(200).body;
        assert_eq!(counts(&done), [2, 0, 0]);
        let needs = buyer.get("/api/v1/needs").expect(200).body;
        let may = needs["items"].as_array().unwrap().iter();
        let may = may
            .clone()
            .find(|need| need["external_reference"] == "MAY")
            .unwrap();
        assert_eq!(may["status"], "draft");
        assert_eq!(may["max_premium_rate"], "0.35");
        assert_eq!(may["lines"][0]["specification"], "White, glazed");
        assert_eq!(may["lines"][0]["budget"], "50000000.00");
        assert_eq!(may["lines"][1]["position"], 2);
        assert_eq!(may["lines"][1]["region"], "AR-C");

        let again = import(buyer, "needs", &needs_table()).expect(200).body;
        assert_eq!(counts(&again), [0, 0, 2], "the same table changes nothing");
        let more = needs_table().replace(",120,", ",130,");
        assert_eq!(
            counts(&import(buyer, "needs", &more).expect(200).body),
            [0, 1, 1]
        );

        // What is published is not rewritten.
        let path = format!("/api/v1/needs/{}", may["id"].as_str().unwrap());
        let etag = buyer.get(&path).expect(200).etag;
        buyer.act(&format!("{path}/publish"), &etag).expect(200);
        let refused = import(buyer, "needs", &needs_table()).refused(422, "import_refused");
        assert_eq!(refused.pointers(), ["/rows/1/need"]);

        let wrong = needs_table()
            .replace("HALL,The hall,ARS", "MAY,Another title,ARS")
            .replace(",120,", ",120.5,");
        let refused = import(buyer, "needs", &wrong).refused(422, "import_refused");
        assert_eq!(
            refused.pointers(),
            ["/rows/3/title", "/rows/3/max_premium_rate"]
        );
        let fine = needs_table()
            .replace("MAY,", "JUNE,")
            .replace(",120,", ",120.5,");
        let refused = import(buyer, "needs", &fine).refused(422, "import_refused");
        assert_eq!(refused.pointers(), ["/rows/2/quantity"]);
        let past = needs_table().replace("MAY,", "JULY,");
        let past = past.replacen(&(today() + Days::new(90)).to_string(), "2020-01-01", 1);
        let refused = import(buyer, "needs", &past).refused(422, "import_refused");
        assert_eq!(refused.pointers(), ["/rows/1/due_on"]);
        import(&market.seller, "needs", &needs_table()).refused(403, "forbidden");
        let twice = json!({"external_reference": "HALL", "title": "Twice", "currency": "ARS",
            "lines": [{"product_id": market.product, "quantity": "1", "region": "AR-B",
                "due_on": today() + Days::new(9)}]});
        let refused = buyer.post("/api/v1/needs", twice).refused(409, "duplicate");
        assert_eq!(refused.pointers(), ["/external_reference"]);
    });
}

#[test]
fn market_quotes_are_entered_once() {
    on_each_database(|world| {
        let market = world.market();
        let (buyer, table) = (&market.buyer, quotes_table("Chain store"));
        let path = format!(
            "/api/v1/products/{}/market-quotes?limit=100",
            market.product
        );
        let before = buyer.get(&path).expect(200).body["items"]
            .as_array()
            .unwrap()
            .len();
        assert_eq!(
            counts(&import(buyer, "market-quotes", &table).expect(200).body),
            [2, 0, 0]
        );
        assert_eq!(
            counts(&import(buyer, "market-quotes", &table).expect(200).body),
            [0, 0, 2]
        );
        let quotes = buyer.get(&path).expect(200).body;
        let quotes = quotes["items"].as_array().unwrap();
        assert_eq!(quotes.len(), before + 2);
        let first = quotes
            .iter()
            .find(|one| one["source"] == "Chain store")
            .unwrap();
        assert_eq!(first["unit_price"], "14850.5");
        assert_eq!(first["min_quantity"], "100");
        // Another organisation's word of the same is a quote of its own.
        let other = world.union("Sindicato de al lado", "AR").member(&["buyer"]);
        assert_eq!(
            counts(&import(&other, "market-quotes", &table).expect(200).body),
            [2, 0, 0]
        );

        let seen = (today() - Days::new(3)).to_string();
        let wrong = quotes_table("X")
            .replacen(&seen, &(today() + Days::new(1)).to_string(), 1)
            .replace(",14900,", ",-14900,");
        let refused = import(buyer, "market-quotes", &wrong).refused(422, "import_refused");
        assert_eq!(refused.pointers(), ["/rows/2/unit_price"]);
        let wrong = quotes_table("X").replacen(&seen, &(today() + Days::new(1)).to_string(), 1);
        let refused = import(buyer, "market-quotes", &wrong).refused(422, "import_refused");
        assert_eq!(refused.pointers(), ["/rows/1/observed_on"]);
    });
}

#[test]
fn a_baseline_says_what_is_bought_today_and_from_whom() {
    on_each_database(|world| {
        let market = world.market();
        let buyer = &market.buyer;
        let done = import(buyer, "baseline", &baseline_table())
            .expect(200)
            .body;
        assert_eq!(counts(&done), [2, 0, 0]);
        let list = buyer.get("/api/v1/baseline-purchases").expect(200).body;
        let [first, second] = [&list["items"][0], &list["items"][1]];
        assert_eq!(first["supplier_tax_id"], "30500010912");
        assert_eq!(
            first["spend"],
            json!({"amount": "31250000.00", "currency": "ARS"})
        );
        assert_eq!(first["product_id"], Value::Null);
        assert_eq!(second["product_id"], market.product);
        assert_eq!(second["quantity"], "800.5");

        let changed = baseline_table().replace(",2500,31250000.00,", ",2600,31250000.00,");
        assert_eq!(
            counts(&import(buyer, "baseline", &changed).expect(200).body),
            [0, 1, 1]
        );

        let wrong = baseline_table()
            .replace("30-50001091-2", "30-50001091-3")
            .replace(",2025-06-30", ",2024-06-30")
            .replace(",C62,", ",XXX,");
        let refused = import(buyer, "baseline", &wrong).refused(422, "import_refused");
        assert_eq!(
            refused.pointers(),
            ["/rows/1/supplier_tax_id", "/rows/2/unit", "/rows/2/ends_on"]
        );

        let path = format!(
            "/api/v1/baseline-purchases/{}",
            first["id"].as_str().unwrap()
        );
        let other = world.union("Sindicato de al lado", "AR").member(&["buyer"]);
        other.delete(&path).refused(404, "not_found");
        buyer.delete(&path).expect(204);
        buyer.delete(&path).refused(404, "not_found");
        let left = buyer.get("/api/v1/baseline-purchases").expect(200).body;
        assert_eq!(left["items"].as_array().unwrap().len(), 1);
        import(&market.seller, "baseline", &baseline_table()).refused(403, "forbidden");
    });
}

#[test]
fn what_is_exported_reads_back_as_unchanged() {
    on_each_database(|world| {
        let market = world.market();
        let (first, last) = (today(), today() + Days::new(29));
        let catalogue = format!(
            "sku,product,title,currency,lead_days,minimum,lot,materials,overhead,standard_minutes,steps,freight,capacity\r\n\
             =T1,{TILE},-Tile,ARS,14,100,10,5200.25,1900,38,100;1000,AR-B=350/3;AR-X=500.5/5,{first}/{last}=5000\r\n\
             T2,{TILE},\"Tile, \"\"white\"\"\",ARS,14,,,5200,1900,38,,,\r\n"
        );
        for (by, table, text, rows) in [
            (&market.seller, "catalogue", catalogue, 2),
            (&market.buyer, "needs", needs_table(), 2),
            (
                &market.buyer,
                "market-quotes",
                quotes_table("Chain store"),
                2,
            ),
            (&market.buyer, "baseline", baseline_table(), 2),
        ] {
            import(by, table, &text).expect(200);
            for (format, media) in [("csv", "text/csv"), ("xlsx", XLSX)] {
                let (headers, file) =
                    by.download(&format!("/api/v1/tables/{table}?format={format}"));
                assert_eq!(headers["content-type"], media);
                let name = headers["content-disposition"].to_str().unwrap();
                assert!(name.starts_with("attachment; filename=\""), "{name}");
                let path = format!("/api/v1/tables/{table}/imports");
                let again = by.post_bytes(&path, &[("content-type", media)], &file);
                assert_eq!(
                    counts(&again.expect(200).body),
                    [0, 0, rows],
                    "{table} {format}"
                );
            }
        }
        // A spreadsheet computes nothing of it, and shows numbers as numbers.
        let (_, csv) = market.seller.download("/api/v1/tables/catalogue");
        let csv = String::from_utf8(csv).unwrap();
        assert!(csv.contains("\r\n'=T1,"), "{csv}");
        assert!(csv.contains(",'-Tile,"), "{csv}");
        let (_, book) = market
            .seller
            .download("/api/v1/tables/catalogue?format=xlsx");
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(book)).unwrap();
        let sheet = book.worksheet_range("catalogue").unwrap();
        assert_eq!(
            sheet.get_value((1, 8)).unwrap(),
            &calamine::Data::Float(5200.25)
        );
    });
}

#[test]
fn every_table_has_a_schema_that_says_its_columns() {
    on_each_database(|world| {
        let nobody = world.client();
        let tables = nobody.get("/api/v1/tables").expect(200).body;
        assert_eq!(tables["tables"].as_array().unwrap().len(), 4);
        for table in tables["tables"].as_array().unwrap() {
            let word = table["name"].as_str().unwrap();
            let schema = nobody
                .get(&format!("/api/v1/tables/{word}/schema"))
                .expect(200);
            assert_eq!(&schema.body, table);
            // A row of the schema's own examples is a row that can be read.
            let fields = table["fields"].as_array().unwrap();
            let cells = |name: &str| -> String {
                let of = |field: &Value| format!("\"{}\"", field[name].as_str().unwrap());
                fields.iter().map(of).collect::<Vec<_>>().join(",")
            };
            let text = format!("{}\n{}\n", cells("name"), cells("example"));
            let table = store::imports::Table::parse(word).unwrap();
            let reader =
                api::tables::Reader::open(table, api::tables::sheet::Media::Csv, text.as_bytes());
            reader.unwrap().finish().unwrap();
        }
        nobody
            .get("/api/v1/tables/rumours/schema")
            .refused(404, "not_found");
    });
}

#[test]
fn a_large_table_is_a_job_with_progress_and_all_or_nothing() {
    on_each_database(|world| {
        let market = world.market();
        let seller = &market.seller;
        let table = many(2_500, "");
        let accepted = import(seller, "catalogue", &table).expect(202);
        assert_eq!(accepted.body["kind"], "import");
        assert_eq!(accepted.body["total"], 2_500);
        assert_eq!(import_of(seller, &accepted)["status"], "waiting");
        world.work();
        let done = import_of(seller, &accepted);
        assert_eq!(done["status"], "done", "{done:#}");
        assert_eq!(counts(&done), [2_500, 0, 0]);
        let job = seller
            .get(accepted.headers["location"].to_str().unwrap())
            .expect(200);
        assert_eq!(
            (&job.body["done"], &job.body["status"]),
            (&json!(2_500), &json!("done"))
        );

        let wrong = many(2_500, "")
            .replace("S2499,", "S0,")
            .replace("S7,", "S7,\u{7}");
        let refused = import(seller, "catalogue", &wrong).expect(202);
        world.work();
        let import_view = import_of(seller, &refused);
        assert_eq!(import_view["status"], "refused", "{import_view:#}");
        assert_eq!(
            import_view["fault_count"], 1,
            "what can be read is read first"
        );
        let path = format!(
            "/api/v1/imports/{}/errors",
            import_view["id"].as_str().unwrap()
        );
        let (headers, file) = seller.download(&path);
        assert_eq!(headers["content-type"], "text/csv");
        let file = String::from_utf8(file).unwrap();
        assert!(file.starts_with("row,column,error\r\n8,"), "{file}");
        let listed = seller.get("/api/v1/imports").expect(200).body;
        assert_eq!(listed["items"].as_array().unwrap().len(), 2);
        let stranger = &market.buyer;
        stranger.get(&path).refused(404, "not_found");
        let job = refused.headers["location"].to_str().unwrap();
        stranger
            .get(&format!("{job}/events"))
            .refused(404, "not_found");
    });
}

/// A catalogue of so many listings whose skus end with `suffix`.
fn many(rows: usize, suffix: &str) -> String {
    let mut text = Vec::new();
    writeln!(
        text,
        "sku,product,title,currency,lead_days,materials,overhead,standard_minutes,capacity"
    )
    .unwrap();
    let (first, last) = (today(), today() + Days::new(29));
    for at in 0..rows {
        writeln!(
            text,
            "S{at},{TILE},Tile {at}{suffix},ARS,14,5200,1900,38,{first}/{last}=100"
        )
        .unwrap();
    }
    String::from_utf8(text).unwrap()
}

#[test]
fn a_worker_that_dies_leaves_the_import_to_the_next() {
    on_each_database(|world| {
        let market = world.market();
        let seller = &market.seller;
        let accepted = import_later(seller, "catalogue", &many(3, "")).expect(202);
        // A worker takes the job and is never heard of again.
        let now = store::sql::Time::from(Utc::now());
        let taken = world
            .block_on(world.db().write(move |conn| jobs::claim(conn, now)))
            .unwrap();
        assert!(taken.is_some());
        world.work();
        assert_eq!(import_of(seller, &accepted)["status"], "waiting");
        world.work_at(Utc::now() + TimeDelta::minutes(11));
        assert_eq!(counts(&import_of(seller, &accepted)), [3, 0, 0]);
        let listings = seller.get("/api/v1/listings?limit=100").expect(200).body;
        assert_eq!(listings["items"].as_array().unwrap().len(), 3);
    });
}

#[test]
fn a_recalled_mandate_imports_nothing_more() {
    on_each_database(|world| {
        let market = world.market();
        let seller = market.cooperative.member(&["seller"]);
        let mandate = seller.get("/api/v1/me").expect(200).body["mandate_id"].clone();
        let accepted = import_later(&seller, "catalogue", &many(3, "")).expect(202);
        let path = format!("/api/v1/mandates/{}/recall", mandate.as_str().unwrap());
        recall(&market, &path);
        world.work();
        let import = import_of(&market.seller, &accepted);
        assert_eq!(import["status"], "failed", "{import:#}");
        let listings = market.seller.get("/api/v1/listings").expect(200).body;
        assert_eq!(listings["items"], json!([]));
    });
}

fn recall(market: &Market<'_>, path: &str) {
    let admin = &market.cooperative.admin;
    let reason = json!({"reason": "decided by the assembly"});
    admin.post_if(path, "\"1\"", reason).expect(200);
}

#[test]
fn a_jobs_progress_is_told_as_it_comes() {
    on_each_database(|world| {
        let market = world.market();
        let seller = &market.seller;
        let accepted = import_later(seller, "catalogue", &many(1_500, "")).expect(202);
        let path = format!("{}/events", accepted.headers["location"].to_str().unwrap());
        let events = std::thread::scope(|scope| {
            let watching = scope.spawn(|| events(seller, &path));
            world.work();
            watching.join().unwrap()
        });
        let last = events.last().unwrap();
        assert_eq!(
            (&last["status"], &last["done"]),
            (&json!("done"), &json!(1_500))
        );
        let counted: Vec<i64> = events
            .iter()
            .map(|event| event["done"].as_i64().unwrap())
            .collect();
        assert!(counted.is_sorted(), "{counted:?}");
    });
}

/// The data of a stream's events, until the server ends it.
fn events(by: &Client, path: &str) -> Vec<Value> {
    let (headers, body) = by.download(path);
    assert_eq!(headers["content-type"], "text/event-stream");
    BufReader::new(Cursor::new(body))
        .lines()
        .filter_map(|line| Some(line.unwrap().strip_prefix("data: ")?.to_owned()))
        .map(|data| serde_json::from_str(&data).unwrap())
        .collect()
}

#[test]
fn a_workbook_is_a_table_and_a_bomb_is_none() {
    on_each_database(|world| {
        let market = world.market();
        let seller = &market.seller;
        let path = "/api/v1/tables/catalogue/imports";
        let headers = [("content-type", XLSX)];
        let text = many(2, "");
        let book = workbook(&text);
        let done = seller.post_bytes(path, &headers, &book).expect(200).body;
        assert_eq!(counts(&done), [2, 0, 0]);
        assert_eq!(
            counts(&import(seller, "catalogue", &text).expect(200).body),
            [0, 0, 2]
        );

        for broken in [&b"no zip"[..], &book[..book.len() / 2]] {
            let refused = seller.post_bytes(path, &headers, broken);
            refused.refused(422, "import_refused");
        }
        let bomb = seller.post_bytes(path, &headers, &bomb());
        let bomb = bomb.refused(422, "import_refused");
        assert!(
            bomb.body["errors"][0]["detail"]
                .as_str()
                .unwrap()
                .contains("unpacks")
        );
    });
}

/// The table as a workbook: days as days, numbers as numbers.
fn workbook(csv: &str) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in (0_u32..).zip(csv.lines()) {
        for (column, cell) in (0_u16..).zip(line.split(',')) {
            match cell.parse::<f64>() {
                Ok(number) => sheet.write_number(row, column, number).unwrap(),
                Err(_) => sheet.write_string(row, column, cell).unwrap(),
            };
        }
    }
    book.save_to_buffer().unwrap()
}

/// A small file that unpacks to far more than any table.
fn bomb() -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    archive
        .start_file("xl/worksheets/sheet1.xml", options)
        .unwrap();
    let zeros = vec![0; 1024 * 1024];
    for _ in 0..160 {
        archive.write_all(&zeros).unwrap();
    }
    archive.finish().unwrap().into_inner()
}
