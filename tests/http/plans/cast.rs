//! One of each thing that can be read: those of [`crate::walk`], and what only reads need.
use crate::support::agreements::{Deal, agreement_id, path};
use crate::support::catalogue::ListingSpec;
use crate::support::governance::{days_ago, today};
use crate::support::ladders;
use crate::support::pools::Pool;
use crate::support::{Client, World};
use crate::walk::{self, Cast};
use chrono::{DateTime, Days, TimeDelta, Utc};
use diesel::prelude::*;
use serde_json::json;
use store::schema::agreement_clauses;

/// The walk's people and things, and more of both.
pub fn richer(world: &World) -> Cast<'_> {
    let mut readers = undecided(world);
    readers.extend(agreed(world));
    readers.extend(sized(world));
    let mut cast = walk::cast(world);
    govern(world, &cast);
    plan(world, &cast);
    import(world, &cast);
    prove(&cast);
    tolerate(&cast);
    let federation = world.union("Unión de Federaciones", "AR");
    ladders::adopt(&federation, 0, &ladders::by_law());
    readers.push(federation.admin);
    readers.push(cast.market.buyer.clone());
    cast.full.extend(readers);
    cast
}

/// A pool that fell short and whose buyers decide, and one whose buyers bid. Returns a buyer in both.
fn undecided(world: &World) -> Vec<Client> {
    let market = world.market();
    let spec = ListingSpec::of(&market.product).with("minimum", json!("100"));
    let listing = world.open_listing(&market.seller, &spec);
    let buyer = world.pool_buyer(&market, "union", "Sindicato Papelero");
    let short = Pool::open(&buyer.client, &listing, None);
    short.enter(&buyer, "60", "0");
    let ends = short.seen().body["phase_ends_at"].clone();
    let ends: DateTime<Utc> = ends.as_str().unwrap().parse().unwrap();
    world.work_at(ends + TimeDelta::seconds(1));
    assert_eq!(short.seen().body["status"], "deciding");
    short.vote(&buyer, "cancel");
    let bidding = Pool::open_bidding(&buyer.client, &listing, 2);
    bidding.enter(&buyer, "100", "0");
    for name in ["Sindicato Rural", "Sindicato Gráfico"] {
        bidding.enter(&world.pool_buyer(&market, "union", name), "60", "0");
    }
    assert_eq!(bidding.close().expect(200).body["status"], "bidding");
    vec![buyer.client]
}

/// An agreement in force with a measured clause, a price review and a call-off. Returns both sides.
fn agreed(world: &World) -> Vec<Client> {
    let deal = world.deal();
    let mut terms = deal.terms("1000");
    terms["clauses"] = json!([{"kind": "jobs_kept", "wording": "Twelve jobs are kept.", "target": "12",
        "review_on": today() + Days::new(50)}]);
    terms["indexation"] = json!({"fixed": "0.15", "indices": [
        {"name": "materials", "weight": "0.85", "base": "100"}]});
    let agreement = deal.in_force(terms);
    let clauses = agreement_clauses::table
        .filter(agreement_clauses::agreement_id.eq(agreement_id(&agreement.id())));
    diesel::update(clauses)
        .set(agreement_clauses::review_on.eq(days_ago(10)))
        .execute(&mut world.conn())
        .unwrap();
    let Deal { trade, .. } = &deal;
    let seller = &trade.market.seller;
    let check = json!({"measured": "12", "measured_on": days_ago(1), "note": "Payroll."});
    seller
        .post(&path(&agreement, "clauses/1/checks"), check)
        .expect(201);
    deal.call_off(&agreement, "100").expect(201);
    deal.priced_on(&agreement, days_ago(90));
    let review = json!({"reason": "materials", "note": "Clay rose.",
        "indices": [{"name": "materials", "now": "103"}]});
    seller
        .post_if(
            &path(&agreement, "price-reviews"),
            &deal.seen(&agreement).etag,
            review,
        )
        .expect(201);
    vec![trade.market.buyer.clone(), seller.clone()]
}

/// A listing and a purchase order in sizes. Returns both sides.
fn sized(world: &World) -> Vec<Client> {
    let trade = world.trade();
    let (buyer, seller) = (&trade.market.buyer, &trade.market.seller);
    let path = format!("/api/v1/listings/{}/variants", trade.listing);
    let etag = seller.get(&path).expect(200).etag;
    let sizes = json!({"sizes": ["S", "M"], "colours": []});
    seller.put(&path, &etag, sizes).expect(200);
    trade.confirmed("100");
    let issued = seller.purchase_order("issued").id();
    let path = format!("/api/v1/purchase-orders/{issued}");
    let etag = buyer.get(&path).expect(200).etag;
    let cell = |size: &str| json!({"size": size, "quantity": "50"});
    let cells = json!({"cells": [cell("S"), cell("M")]});
    buyer
        .put(&format!("{path}/lines/1/variants"), &etag, cells)
        .expect(200);
    vec![buyer.clone(), seller.clone()]
}

/// What networks put on file: a recognition, a rate, a floor, a finding.
fn govern(world: &World, cast: &Cast<'_>) {
    let network = &cast.market.network.admin;
    let other = format!("/api/v1/recognitions/{}", cast.ids["other network"]);
    network
        .put(&other, "", json!({"since": today()}))
        .expect(201);
    world.exchange_rate(network, "USD", "ARS", "1400");
    let floor = format!(
        "/api/v1/products/{}/network-minimums/ARS",
        cast.market.product
    );
    network
        .put(&floor, "\"0\"", json!({"unit_price": "100"}))
        .expect(200);
    let verifier = &cast.full[2];
    let signed = verifier
        .get("/api/v1/dossiers?status=signed&limit=1")
        .expect(200);
    let dossier = signed.body["items"][0]["id"].as_str().unwrap();
    let finding = json!({"size": "minor", "text": "The fire exit is blocked by pallets."});
    let findings = format!("/api/v1/dossiers/{dossier}/findings");
    verifier.post(&findings, finding).expect(201);
}

/// A planned round with its job, and a need that nobody can make whole.
fn plan(world: &World, cast: &Cast<'_>) {
    let round = format!("/api/v1/rounds/{}", cast.ids["round"]);
    let network = &cast.market.network.admin;
    let present = network.get(&round).expect(200);
    network
        .act(&format!("{round}/plan"), &present.etag)
        .expect(202);
    world.work();
    assert_eq!(network.get(&round).expect(200).body["status"], "planned");
    let buyer = &cast.market.buyer;
    let need = json!({"title": "Tiles for every school", "currency": "ARS",
        "lines": [{"product_id": cast.market.product, "quantity": "900000", "region": "AR-B",
            "due_on": today() + Days::new(80)}]});
    let need = buyer.post("/api/v1/needs", need).expect(201);
    let path = format!("/api/v1/needs/{}", need.id());
    buyer
        .act(&format!("{path}/publish"), &need.etag)
        .expect(200);
    buyer.act(&format!("{path}/proposals"), "").expect(201);
}

/// A refused import with its faults, and an export.
fn import(world: &World, cast: &Cast<'_>) {
    let table = "reference,supplier,supplier_country,description,unit,quantity,spend,currency,starts_on,ends_on\n\
        2,A shop,AR,Tiles,C62,none,1,ARS,2025-01-01,2025-12-31\n";
    let later = [("prefer", "respond-async"), ("content-type", "text/csv")];
    let path = "/api/v1/tables/baseline/imports";
    let buyer = &cast.market.buyer;
    buyer.raw("POST", path, &later, Some(table)).expect(202);
    let admin = &cast.market.union.admin;
    admin.act("/api/v1/exports", "").expect(202);
    world.work();
}

/// A proof of the artwork.
fn prove(cast: &Cast<'_>) {
    let path = format!("/api/v1/artworks/{}", cast.ids["artwork"]);
    let present = cast.market.seller.get(&path).expect(200);
    let headers = [
        ("content-type", "application/pdf"),
        ("if-match", present.etag.as_str()),
    ];
    let proofs = format!("{path}/proofs?note=28%20cm");
    let proof = cast
        .market
        .seller
        .post_bytes(&proofs, &headers, b"%PDF-1.7 a proof");
    proof.expect(200);
}

/// How far the union lets an invoice be off.
fn tolerate(cast: &Cast<'_>) {
    let path = "/api/v1/invoice-tolerances";
    let none = cast.full[0].get(path).expect(200);
    let set = json!({"quantity": "0.02", "price": "0.01", "amount": null});
    cast.full[0].put(path, &none.etag, set).expect(200);
}
