//! Verification, rules, market quotes, costs of living, and what co-operatives list.
use super::cast::{Org, Stage};
use super::figures::{CERAMICS, GOODS, Good, PAPER, SOURCE, TEXTILES};
use super::people::Cast;
use super::show::{say, step};
use crate::cli::TableName;
use crate::client::{Client, Response, at};
use crate::commands::import;
use anyhow::{Context, ensure};
use chrono::{Datelike, Days, Weekday};
use serde_json::{Value, json};

/// An assembly's carried vote on a text.
pub fn assembly(
    stage: &Stage,
    org: &Org,
    subject: &str,
    title: &str,
    text: &str,
) -> anyhow::Result<Response> {
    let held = stage.today - Days::new(2);
    let record = org.person.post(
        "/api/v1/assembly-records",
        &json!({
            "subject": subject, "title": title, "text": text,
            "notice_on": held - Days::new(15), "held_on": held,
            "eligible": 60, "present": 44, "votes_for": 39, "votes_against": 3, "abstentions": 2,
        }),
    )?;
    ensure!(
        record.text("/outcome")? == "carried",
        "{} did not carry its vote",
        org.name
    );
    Ok(record)
}

pub fn verify(stage: &Stage, cast: &Cast) -> anyhow::Result<()> {
    step(2, "Networks verify co-operatives");
    let files = [
        (&cast.ceramic, &cast.network, "recovered"),
        (&cast.textile, &cast.network, "recovered"),
        (&cast.papers, &cast.southern, "retrenched"),
    ];
    for (coop, network, origin) in files {
        let record = assembly(
            stage,
            coop,
            "verification",
            "Ask for verification",
            &format!("{} asks {} for verification", coop.name, network.name),
        )?;
        let dossier = coop.person.post(
            "/api/v1/dossiers",
            &json!({
                "network_id": network.id, "members": 58, "hired": 4, "one_person_one_vote": true,
                "last_assembly_on": stage.today - Days::new(2), "founded_on": "2019-03-24",
                "origin": origin, "assembly_record_id": record.id()?,
            }),
        )?;
        let path = format!("/api/v1/dossiers/{}", dossier.id()?);
        let submitted = coop.person.act(&format!("{path}/submit"), &dossier.etag)?;
        let visit = json!({"visited_on": stage.today - Days::new(1)});
        let visited = network
            .person
            .post_if(&format!("{path}/visit"), &submitted.etag, &visit)?;
        network.person.post(
            &format!("{path}/findings"),
            &json!({"size": "minor", "text": "The minutes of one assembly are not signed yet."}),
        )?;
        let present = network.person.get(&path)?;
        ensure!(
            present.status == 200 && visited.status == 200,
            "the visit is on file"
        );
        let signed = network.person.post_if(
            &format!("{path}/sign"),
            &present.etag,
            &json!({"expires_on": null}),
        )?;
        ensure!(signed.text("/status")? == "signed", "the dossier is signed");
        say(&format!(
            "{}: signed by {}; one minor finding stays on file",
            coop.name, network.name
        ));
    }
    cast.network.person.put(
        &format!("/api/v1/recognitions/{}", cast.southern.id),
        "",
        &json!({"since": stage.today}),
    )?;
    say("the network of the South recognises that of Southern Africa");
    Ok(())
}

pub fn agree_on_rules(stage: &Stage, cast: &Cast) -> anyhow::Result<()> {
    step(
        3,
        "Both sides adopt the rules; neither the operator nor one side alone can publish them",
    );
    let here = [
        &cast.teachers,
        &cast.builders,
        &cast.rural,
        &cast.unemployed,
        &cast.ceramic,
        &cast.textile,
    ];
    let rules = json!({"parameters": {
        "version": "AR-2026-1", "quote_max_age_days": 21, "payment_days": "30",
        "monthly_finance_rate": "0.03", "community_rate": "0.03",
    }});
    rule_set(stage, &rules, &here)?;
    say(
        "AR-2026-1: quotes are at most 21 days old, because prices in Argentina run away: a median of",
    );
    say("   older quotes would sell below the market. Waiting for payment costs 3 % a month.");
    let there = [&cast.municipal, &cast.papers];
    let rules = json!({"parameters": {
        "version": "ZA-2026-1", "quote_max_age_days": 90, "payment_days": "30", "community_rate": "0.04",
    }});
    rule_set(stage, &rules, &there)?;
    say("ZA-2026-1: quotes are at most 90 days old");
    Ok(())
}

fn rule_set(stage: &Stage, rules: &Value, adopters: &[&Org]) -> anyhow::Result<()> {
    let first = adopters.first().context("somebody proposes")?;
    let proposed = first.person.post("/api/v1/rule-sets", rules)?;
    let path = format!("/api/v1/rule-sets/{}", proposed.id()?);
    let text = proposed.text("/text")?;
    for org in adopters {
        let record = assembly(
            stage,
            org,
            "rule_set",
            "Adopt the rules of the solidarity price",
            text,
        )?;
        org.person.post(
            &format!("{path}/adopt"),
            &json!({"assembly_record_id": record.id()?}),
        )?;
    }
    let present = first.person.get(&path)?;
    let start = json!({"starts_on": stage.today});
    let published = first
        .person
        .post_if(&format!("{path}/publish"), &present.etag, &start)?;
    ensure!(
        published.text("/status")? == "published",
        "the rule set is published"
    );
    Ok(())
}

pub fn gather_evidence(stage: &Stage, cast: &Cast) -> anyhow::Result<Vec<String>> {
    step(
        4,
        "What the same goods cost elsewhere, and what a decent living costs",
    );
    let mut products = Vec::new();
    for good in &GOODS {
        let buyer = if good.country == "AR" {
            &cast.teachers
        } else {
            &cast.municipal
        };
        let product = buyer.person.post(
            "/api/v1/products",
            &json!({
                "name": good.name, "category": good.category, "unit": good.unit,
                "quantity_decimals": good.decimals, "gtin": null,
                "vat_rates": [{"country": good.country, "rate": good.vat}],
            }),
        )?;
        quotes(stage, buyer, &product.id()?, good)?;
        products.push(product.id()?);
    }
    Ok(products)
}

fn quotes(stage: &Stage, buyer: &Org, product: &str, good: &Good) -> anyhow::Result<()> {
    for (number, unit_price) in good.market.iter().enumerate() {
        let shop = format!("{SOURCE}: shop {}", number + 1);
        buyer.person.post(
            &format!("/api/v1/products/{product}/market-quotes"),
            &json!({
                "source": shop, "source_url": null, "unit_price": unit_price, "currency": good.currency,
                "observed_on": stage.today - Days::new(3), "min_quantity": null,
            }),
        )?;
    }
    say(&format!(
        "{}: {} {} ({SOURCE})",
        good.name,
        good.market.join(", "),
        good.currency
    ));
    Ok(())
}

pub fn list_goods(stage: &Stage, cast: &Cast) -> anyhow::Result<Vec<Response>> {
    step(5, "Co-operatives describe their work and list their goods");
    let here = benchmark(stage, &cast.teachers, ("AR", "ARS", "1450000.00", "48"))?;
    let there = benchmark(stage, &cast.municipal, ("ZA", "ZAR", "15800.00", "45"))?;
    workplace(&cast.ceramic, &here, ("1180000.00", "ARS", "42", "900"))?;
    workplace(&cast.textile, &here, ("1090000.00", "ARS", "40", "1400"))?;
    workplace(&cast.papers, &there, ("11200.00", "ZAR", "42", "600"))?;
    let mut listings = Vec::new();
    for (coop, catalogue) in [
        (&cast.ceramic, CERAMICS),
        (&cast.textile, TEXTILES),
        (&cast.papers, PAPER),
    ] {
        let imported = import::send(
            &coop.person,
            TableName::Catalogue,
            ("text/csv", catalogue.as_bytes()),
            false,
        )?;
        ensure!(
            imported.status < 400,
            "the catalogue of {} was refused: {}",
            coop.name,
            imported.body
        );
        let mine = coop
            .person
            .get(&format!("/api/v1/listings?cooperative_id={}", coop.id))?;
        for listing in at(&mine.body, "items").as_array().into_iter().flatten() {
            let id = at(listing, "id").as_str().context("a listing has an id")?;
            listings.push(open(stage, &coop.person, id)?);
        }
        say(&format!(
            "{}: catalogue imported, capacity entered, listings open",
            coop.name
        ));
    }
    ensure!(listings.len() == GOODS.len(), "every good is listed");
    Ok(listings)
}

fn benchmark(
    stage: &Stage,
    by: &Org,
    (country, currency, wage, hours): (&str, &str, &str, &str),
) -> anyhow::Result<String> {
    let entered = by.person.post(
        "/api/v1/benchmarks",
        &json!({
            "country": country, "region": null, "source": SOURCE, "source_url": null,
            "living_wage_monthly": {"amount": wage, "currency": currency},
            "standard_weekly_hours": hours, "observed_on": stage.today - Days::new(30),
        }),
    )?;
    say(&format!(
        "living wage {country}: {wage} {currency} for a week of {hours} hours ({SOURCE})"
    ));
    entered.id()
}

fn workplace(
    coop: &Org,
    benchmark: &str,
    (pay, currency, hours, idle): (&str, &str, &str, &str),
) -> anyhow::Result<()> {
    coop.person.put(
        "/api/v1/workplace",
        "\"0\"",
        &json!({
            "monthly_pay": {"amount": pay, "currency": currency}, "on_cost_rate": "0.23",
            "weekly_hours": hours, "assembly_hours_per_month": "4", "idle_weekly_hours": idle,
            "weeks_of_work_left": "3", "benchmark_id": benchmark, "open_to_buyers": false,
        }),
    )?;
    Ok(())
}

/// Twelve weeks of capacity from next Monday on, then open.
fn open(stage: &Stage, seller: &Client, id: &str) -> anyhow::Result<Response> {
    let monday = stage.today.week(Weekday::Mon).first_day() + Days::new(7);
    ensure!(monday.weekday() == Weekday::Mon, "weeks start on Monday");
    let periods: Vec<Value> = (0..12)
        .map(|week| {
            let starts = monday + Days::new(7 * week);
            json!({"starts_on": starts, "ends_on": starts + Days::new(6), "capacity": "450"})
        })
        .collect();
    let path = format!("/api/v1/listings/{id}");
    let listing = seller.get(&path)?;
    let calendar = seller.put(
        &format!("{path}/capacity"),
        &listing.etag,
        &json!({"periods": periods}),
    )?;
    let opened = seller.act(&format!("{path}/open"), &calendar.etag)?;
    ensure!(opened.text("/status")? == "open", "the listing is open");
    Ok(opened)
}
