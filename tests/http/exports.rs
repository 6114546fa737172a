//! Everything that an organisation has on file, as a package to take along, and nothing of anybody else's.
use crate::support::{Client, Response, World, on_each_database};
use crate::walk;
use chrono::{TimeDelta, Utc};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

/// A row by column.
type Row = BTreeMap<String, String>;

/// What is in a package.
struct Package {
    description: Value,
    tables: BTreeMap<String, Vec<Row>>,
    files: Vec<String>,
}

/// Asks for a package, has it written and fetches it. Returns the export too.
fn taken_along(world: &World, admin: &Client) -> (Response, Package) {
    let job = admin.act("/api/v1/exports", "").expect(202);
    admin.act("/api/v1/exports", "").refused(409, "wrong_state");
    world.work();
    let job = admin.get(&format!("/api/v1/jobs/{}", job.id())).expect(200);
    assert_eq!(job.body["status"], "done", "{:#}", job.body);
    assert_eq!(job.body["done"], job.body["total"]);
    let export = admin.get(job.body["subject"].as_str().unwrap()).expect(200);
    let (headers, bytes) = admin.download(export.body["file"].as_str().unwrap());
    assert_eq!(headers["content-type"], "application/zip");
    assert!(
        headers["content-disposition"]
            .to_str()
            .unwrap()
            .starts_with("attachment")
    );
    assert_eq!(export.body["bytes"], bytes.len());
    (export, unpacked(bytes))
}

fn unpacked(bytes: Vec<u8>) -> Package {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let names: Vec<String> = archive
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .collect();
    let mut text = |name: &str| {
        let mut text = String::new();
        let mut file = archive.by_name(name).unwrap();
        file.read_to_string(&mut text).unwrap();
        text
    };
    let description: Value = serde_json::from_str(&text("datapackage.json")).unwrap();
    let mut tables = BTreeMap::new();
    for resource in description["resources"].as_array().unwrap() {
        let text = text(resource["path"].as_str().unwrap());
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header: Vec<String> = reader
            .headers()
            .unwrap()
            .iter()
            .map(str::to_owned)
            .collect();
        let fields = resource["schema"]["fields"].as_array().unwrap();
        let fields: Vec<&str> = fields
            .iter()
            .map(|one| one["name"].as_str().unwrap())
            .collect();
        assert_eq!(header, fields);
        let rows = reader.records().map(|record| {
            let record = record.unwrap();
            let cells = record.iter().map(str::to_owned);
            header.iter().cloned().zip(cells).collect()
        });
        tables.insert(
            resource["name"].as_str().unwrap().to_owned(),
            rows.collect(),
        );
    }
    let files = names.iter().filter(|name| name.starts_with("files/"));
    Package {
        files: files.cloned().collect(),
        description,
        tables,
    }
}

impl Package {
    fn rows(&self, table: &str) -> &[Row] {
        let rows = &self.tables[table];
        assert!(!rows.is_empty(), "{table} is empty");
        rows
    }

    /// Tables whose rows belong to one organisation hold this one's only.
    fn is_of(&self, organisation: &str) {
        let own = [
            "memberships",
            "mandates",
            "assembly_records",
            "audit_log",
            "pool_members",
            "pool_votes",
            "pool_ballots",
            "pool_bids",
            "order_shares",
            "approvals",
            "approval_ladders",
            "budget_lines",
            "funds",
            "baseline_purchases",
        ];
        for table in own {
            for row in &self.tables[table] {
                assert_eq!(row["organisation_id"], organisation, "{table}: {row:?}");
            }
        }
        for (table, column) in [("needs", "buyer_id"), ("listings", "cooperative_id")] {
            for row in &self.tables[table] {
                assert_eq!(row[column], organisation, "{table}: {row:?}");
            }
        }
    }
}

#[test]
fn an_organisation_takes_all_of_its_own_along_and_nothing_of_others() {
    on_each_database(|world| {
        let cast = walk::cast(world);
        let market = &cast.market;
        let (buyer, seller) = (&market.union, &market.cooperative);

        let (_, bought) = taken_along(world, &buyer.admin);
        bought.is_of(&buyer.id);
        for table in [
            "needs",
            "need_lines",
            "proposals",
            "orders",
            "purchase_orders",
            "receipts",
            "invoices",
        ] {
            bought.rows(table);
        }
        assert!(bought.tables["workplaces"].is_empty());
        for line in bought.rows("order_lines") {
            let asked: Value = serde_json::from_str(&line["price_request"]).unwrap();
            assert_eq!(asked["cost_sheet"], Value::Null, "another's costs");
        }
        assert!(bought.files.iter().any(|name| name.ends_with(".pdf")));

        let (_, sold) = taken_along(world, &seller.admin);
        sold.is_of(&seller.id);
        for table in [
            "workplaces",
            "listings",
            "capacity_periods",
            "despatches",
            "dossiers",
        ] {
            sold.rows(table);
        }
        let unit = "unit_price_micro";
        for line in sold.rows("order_lines") {
            let asked: Value = serde_json::from_str(&line["price_request"]).unwrap();
            assert!(asked["cost_sheet"].is_object(), "its own costs");
            assert!(line[unit].parse::<i64>().unwrap() > 0);
        }
        assert!(
            sold.tables["orders"].is_empty(),
            "it sees its purchase orders"
        );

        let (_, network) = taken_along(world, &market.network.admin);
        network.is_of(&market.network.id);
        network.rows("rounds");
        network.rows("fund_movements");
        assert!(network.tables["purchase_orders"].is_empty());

        // Who has no part in any of it takes nothing of it along.
        let (_, bystander) = taken_along(world, &cast.full[3]);
        bystander.rows("memberships");
        for (table, rows) in &bystander.tables {
            let shared = [
                "organisations",
                "people",
                "memberships",
                "mandates",
                "invitations",
            ];
            let own = [
                "audit_log",
                "events",
                "jobs",
                "network_members",
                "counters",
                "assembly_records",
            ];
            if !shared.contains(&table.as_str()) && !own.contains(&table.as_str()) {
                assert!(rows.is_empty(), "{table}: {rows:?}");
            }
        }
        assert_eq!(bystander.rows("organisations").len(), 1);
        assert!(bystander.files.is_empty());

        for package in [&bought, &sold, &network] {
            let people = package.rows("people");
            assert!(people.iter().all(|row| !row.contains_key("password_hash")));
            let said = package.description["description"].as_str().unwrap();
            assert!(said.contains("signing_keys"), "{said}");
        }
    });
}

#[test]
fn a_package_is_for_admins_and_for_a_week() {
    on_each_database(|world| {
        let market = world.market();
        let admin = &market.union.admin;
        market
            .buyer
            .act("/api/v1/exports", "")
            .refused(403, "forbidden");
        let (export, _) = taken_along(world, admin);
        let path = format!("/api/v1/exports/{}", export.id());
        let file = format!("{path}/file");
        for path in [&path, &file] {
            market.buyer.get(path).refused(403, "forbidden");
            market.cooperative.admin.get(path).refused(404, "not_found");
        }
        let part = admin.raw("GET", &file, &[("range", "bytes=0-3")], None);
        assert_eq!(part.expect(206).body, "PK\u{3}\u{4}");
        let listed = admin.get("/api/v1/exports").expect(200);
        assert_eq!(listed.body["items"][0]["status"], "done");

        world.work_at(Utc::now() + TimeDelta::days(6));
        admin.download(&file);
        world.work_at(Utc::now() + TimeDelta::days(8));
        let over = admin.get(&path).expect(200);
        assert_eq!(over.body["status"], "expired");
        assert_eq!(over.body["file"], Value::Null);
        admin.get(&file).refused(409, "wrong_state");
        // The next one is a package of its own.
        taken_along(world, admin);
    });
}
