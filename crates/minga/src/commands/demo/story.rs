//! The story, step by step. Each step asserts what it was told for.
use super::cast::{Card, Org, Stage};
use super::figures::{CERAMICS, GOODS, Good, PAPER, SOURCE, TEXTILES};
use super::show::{plan, price, say, step};
use super::{delivery, framework};
use crate::cli::TableName;
use crate::client::{Client, Response, at};
use crate::commands::import;
use anyhow::{Context, ensure};
use chrono::{Datelike, Days, Weekday};
use money::parse_decimal;
use rust_decimal::Decimal;
use serde_json::{Value, json};

const NETWORK_AR: Card = Card {
    kind: "network",
    name: "Red de Cooperativas de Trabajo del Sur",
    country: "AR",
    language: "es",
    tax_id: "30708134569",
    founder: ("Rosa Verificadora", "rosa@red-sur"),
    roles: &["verifier", "fund_steward"],
};
const NETWORK_ZA: Card = Card {
    kind: "network",
    name: "Worker Co-operative Network of Southern Africa",
    country: "ZA",
    language: "en",
    tax_id: "4070814567",
    founder: ("Vusi Verifier", "vusi@network"),
    roles: &["verifier", "fund_steward"],
};
const CERAMIC: Card = Card {
    kind: "cooperative",
    name: "Cooperativa Cerámica del Limay",
    country: "AR",
    language: "es",
    tax_id: "30708156783",
    founder: ("Raúl del Horno", "raul@limay"),
    roles: &["seller", "assembly_secretary"],
};
const TEXTILE: Card = Card {
    kind: "cooperative",
    name: "Cooperativa Textil La Marea",
    country: "AR",
    language: "es",
    tax_id: "30708167890",
    founder: ("Celia Costura", "celia@lamarea"),
    roles: &["seller", "assembly_secretary"],
};
const PAPERS: Card = Card {
    kind: "cooperative",
    name: "Ubuntu Print & Paper Workers' Co-operative",
    country: "ZA",
    language: "en",
    tax_id: "4070817900",
    founder: ("Nomsa Press", "nomsa@ubuntu"),
    roles: &["seller", "assembly_secretary"],
};
const TEACHERS: Card = Card {
    kind: "union",
    name: "Unión Docente de la Provincia",
    country: "AR",
    language: "es",
    tax_id: "30708190116",
    founder: ("Ana Compras", "compras@docentes"),
    roles: &["buyer"],
};
const BUILDERS: Card = Card {
    kind: "union",
    name: "Sindicato de la Construcción",
    country: "AR",
    language: "es",
    tax_id: "30708201223",
    founder: ("Luis Obra", "luis@construccion"),
    roles: &["buyer", "approver"],
};
const RURAL: Card = Card {
    kind: "union",
    name: "Sindicato de Trabajadores Rurales",
    country: "AR",
    language: "es",
    tax_id: "30708212330",
    founder: ("Elsa Surco", "elsa@rurales"),
    roles: &["buyer", "approver"],
};
const MUNICIPAL: Card = Card {
    kind: "union",
    name: "Municipal & Allied Workers' Union",
    country: "ZA",
    language: "en",
    tax_id: "4070822344",
    founder: ("Thabo Office", "thabo@municipal"),
    roles: &["buyer"],
};
const UNEMPLOYED: Card = Card {
    kind: "community",
    name: "Movimiento de Trabajadores Desocupados",
    country: "AR",
    language: "es",
    tax_id: "30708234555",
    founder: ("Mirta Olla", "mirta@desocupados"),
    roles: &["buyer", "approver"],
};

struct Cast {
    network: Org,
    southern: Org,
    ceramic: Org,
    textile: Org,
    papers: Org,
    teachers: Org,
    builders: Org,
    rural: Org,
    municipal: Org,
    unemployed: Org,
}

/// Tells it all.
///
/// # Errors
/// The first step that does not hold.
pub fn tell(stage: &Stage) -> anyhow::Result<()> {
    println!("Minga: from a union's need to the last delivery. Figures are illustrative.");
    let cast = meet(stage)?;
    verify(stage, &cast)?;
    agree_on_rules(stage, &cast)?;
    let products = gather_evidence(stage, &cast)?;
    let listings = list_goods(stage, &cast)?;
    let signers = buy_alone(stage, &cast, &products)?;
    buy_abroad(stage, &cast, &products)?;
    framework::tell(&framework::Scene {
        stage,
        buyer: &cast.teachers,
        signers: &signers,
        maker: &cast.ceramic,
        treasurer: stage.invite(&cast.ceramic, "Rita Tesorera", "rita@limay", &["treasurer"])?,
        listing: listed(&listings, "BR1")?,
    })?;
    buy_together(stage, &cast, &listings)?;
    letters(stage)?;
    let logins = stage.write_logins()?;
    println!("\nEvery step held. The logins are in {}.", logins.display());
    Ok(())
}

fn meet(stage: &Stage) -> anyhow::Result<Cast> {
    step(1, "Who is here");
    let operator = stage.operator()?;
    let network = stage.admit(&NETWORK_AR, &operator)?;
    let southern = stage.admit(&NETWORK_ZA, &operator)?;
    let cast = Cast {
        ceramic: stage.admit(&CERAMIC, &network.person)?,
        textile: stage.admit(&TEXTILE, &network.person)?,
        papers: stage.admit(&PAPERS, &southern.person)?,
        teachers: stage.admit(&TEACHERS, &operator)?,
        builders: stage.admit(&BUILDERS, &operator)?,
        rural: stage.admit(&RURAL, &operator)?,
        municipal: stage.admit(&MUNICIPAL, &operator)?,
        unemployed: stage.admit(&UNEMPLOYED, &operator)?,
        network,
        southern,
    };
    for org in [&cast.network, &cast.southern] {
        say(&format!("{} (network, admitted by the operator)", org.name));
    }
    for org in [&cast.ceramic, &cast.textile, &cast.papers] {
        say(&format!(
            "{} (co-operative, admitted by its network)",
            org.name
        ));
    }
    for org in [
        &cast.teachers,
        &cast.builders,
        &cast.rural,
        &cast.municipal,
        &cast.unemployed,
    ] {
        say(&format!("{} (buyer)", org.name));
    }
    Ok(cast)
}

/// An assembly's carried vote on a text.
fn assembly(
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

fn verify(stage: &Stage, cast: &Cast) -> anyhow::Result<()> {
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

fn agree_on_rules(stage: &Stage, cast: &Cast) -> anyhow::Result<()> {
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

fn gather_evidence(stage: &Stage, cast: &Cast) -> anyhow::Result<Vec<String>> {
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

fn list_goods(stage: &Stage, cast: &Cast) -> anyhow::Result<Vec<Response>> {
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

fn number(text: &str) -> anyhow::Result<Decimal> {
    parse_decimal(text).with_context(|| format!("`{text}` is no decimal"))
}

/// A need with its lines, published, and the proposal that matching makes for it.
fn propose(stage: &Stage, buyer: &Org, need: &Value) -> anyhow::Result<Response> {
    let need = buyer.person.post("/api/v1/needs", need)?;
    let path = format!("/api/v1/needs/{}", need.id()?);
    let published = buyer.person.act(&format!("{path}/publish"), &need.etag)?;
    say(&format!(
        "{} publishes {}: no price asked, only what is needed",
        buyer.name,
        need.text("/reference")?
    ));
    let proposal = buyer
        .person
        .act(&format!("{path}/proposals"), &published.etag)?;
    let matching = proposal
        .body
        .get("matching")
        .context("a proposal has a matching")?;
    plan(matching);
    ensure!(
        at(matching, "unmet").as_array().is_some_and(Vec::is_empty),
        "the need is met"
    );
    let _ = stage;
    Ok(proposal)
}

fn line(stage: &Stage, product: &str, quantity: &str, region: &str) -> Value {
    json!({
        "product_id": product, "quantity": quantity, "region": region,
        "due_on": stage.today + Days::new(80), "specification": "as in the union's sample",
    })
}

fn buy_alone(stage: &Stage, cast: &Cast, products: &[String]) -> anyhow::Result<[Client; 2]> {
    step(6, "A union's need becomes a fair, explained order");
    let [tiles, _, clothes, ..] = products else {
        anyhow::bail!("the goods are there");
    };
    let need = json!({
        "title": "A school's floors and its caretakers' clothes", "currency": "ARS",
        "lines": [line(stage, tiles, "820", "AR-B"), line(stage, clothes, "360", "AR-B")],
    });
    let proposal = propose(stage, &cast.teachers, &need)?;
    let buyer = &cast.teachers.person;
    let order = buyer.post("/api/v1/orders", &json!({"proposal_id": proposal.id()?}))?;
    let path = format!("/api/v1/orders/{}", order.id()?);
    explain(buyer, &path, "ARS")?;
    totals(&order)?;
    let submitted = buyer.act(&format!("{path}/submit"), &order.etag)?;
    let first = stage.invite(
        &cast.teachers,
        "Irma Comisión",
        "irma@docentes",
        &["approver"],
    )?;
    let second = stage.invite(
        &cast.teachers,
        "Oscar Comisión",
        "oscar@docentes",
        &["approver"],
    )?;
    let once = first.act(&format!("{path}/approve"), &submitted.etag)?;
    ensure!(
        once.text("/status")? == "submitted",
        "one approval is not enough"
    );
    let again = first.send("POST", &format!("{path}/approve"), Some(&once.etag), None)?;
    ensure!(again.status == 409, "the same person cannot approve twice");
    let twice = second.act(&format!("{path}/approve"), &once.etag)?;
    ensure!(
        twice.text("/status")? == "approved",
        "two approvals are enough"
    );
    say(
        "approved by two persons, neither of whom placed it; the first tried twice and was refused",
    );
    let confirmed = confirm(buyer, &path, &twice)?;
    accept(&confirmed, &[&cast.ceramic, &cast.textile])?;
    Ok([first, second])
}

fn explain(buyer: &Client, path: &str, currency: &str) -> anyhow::Result<()> {
    let explanation = buyer.get(&format!("{path}/explanation"))?;
    for line in at(&explanation.body, "lines").as_array().context("lines")? {
        say(&format!("the price of line {}", at(line, "position")));
        let answer = &at(line, "price_answer");
        price(answer, currency);
        let sum = |name: &str| -> anyhow::Result<Decimal> {
            let figures = answer[name].as_object().context("figures")?.values();
            figures
                .filter_map(Value::as_str)
                .try_fold(Decimal::ZERO, |sum, figure| Ok(sum + number(figure)?))
        };
        let of = |name: &str| number(answer[name].as_str().unwrap_or_default());
        ensure!(
            sum("components")? == of("line_amount")?,
            "the ten components sum to the line"
        );
        ensure!(
            sum("premium_by_purpose")? == of("premium_amount")?,
            "the purposes sum to the premium"
        );
        ensure!(
            of("unit_price")? > of("market_reference")?,
            "the price is above the market"
        );
    }
    Ok(())
}

fn totals(order: &Response) -> anyhow::Result<()> {
    say(&format!(
        "{}: goods {}, freight {}, VAT {}, total {}; in advance {}",
        order.text("/reference")?,
        order.text("/totals/goods")?,
        order.text("/totals/freight")?,
        order.text("/totals/tax")?,
        order.text("/totals/total")?,
        order.text("/advance")?,
    ));
    Ok(())
}

fn confirm(buyer: &Client, path: &str, approved: &Response) -> anyhow::Result<Response> {
    let confirmed = buyer.act(&format!("{path}/confirm"), &approved.etag)?;
    ensure!(
        confirmed.text("/status")? == "confirmed",
        "the order is confirmed"
    );
    say("confirmed: the price is locked, with its explanation; purchase orders go out");
    Ok(confirmed)
}

fn accept(confirmed: &Response, coops: &[&Org]) -> anyhow::Result<()> {
    let issued = at(&confirmed.body, "purchase_orders")
        .as_array()
        .context("purchase orders")?;
    ensure!(
        issued.len() == coops.len(),
        "one purchase order for each co-operative"
    );
    for purchase_order in issued {
        let maker = at(purchase_order, "cooperative_id").as_str();
        let coop = coops
            .iter()
            .find(|coop| Some(coop.id.as_str()) == maker)
            .context("its maker is here")?;
        let path = format!(
            "/api/v1/purchase-orders/{}",
            at(purchase_order, "id").as_str().unwrap_or_default()
        );
        let seen = coop.person.get(&path)?;
        let accepted = coop.person.act(&format!("{path}/accept"), &seen.etag)?;
        ensure!(
            accepted.text("/status")? == "accepted",
            "{} accepts",
            coop.name
        );
        say(&format!(
            "{} accepts {} over {}",
            coop.name,
            accepted.text("/reference")?,
            accepted.text("/totals/total")?
        ));
    }
    Ok(())
}

fn buy_abroad(stage: &Stage, cast: &Cast, products: &[String]) -> anyhow::Result<()> {
    step(
        7,
        "In South Africa, under a threshold, one approver is enough",
    );
    let union = &cast.municipal;
    adopt_ladder(stage, union, "250000.00", "ZAR")?;
    let paper = products.last().context("paper")?;
    let need = json!({
        "title": "Paper for the branches", "currency": "ZAR",
        "accepted_networks": [cast.network.id],
        "lines": [line(stage, paper, "1500", "ZA-WC")],
    });
    let proposal = propose(stage, union, &need)?;
    say(
        "the union accepts the network of the South only, which recognises the co-operative's own network",
    );
    let buyer = &union.person;
    let order = buyer.post("/api/v1/orders", &json!({"proposal_id": proposal.id()?}))?;
    let path = format!("/api/v1/orders/{}", order.id()?);
    totals(&order)?;
    let submitted = buyer.act(&format!("{path}/submit"), &order.etag)?;
    let approver = stage.invite(union, "Lindiwe Finance", "lindiwe@municipal", &["approver"])?;
    let approved = approver.act(&format!("{path}/approve"), &submitted.etag)?;
    ensure!(
        approved.text("/status")? == "approved",
        "one approval is enough"
    );
    let confirmed = confirm(buyer, &path, &approved)?;
    accept(&confirmed, &[&cast.papers])
}

/// Below this total one approver is enough, from it on two sign: a ladder that the assembly adopts.
fn adopt_ladder(stage: &Stage, org: &Org, amount: &str, currency: &str) -> anyhow::Result<()> {
    let step = |up_to: &str, inclusive: bool, persons: u32| {
        json!({
            "up_to": up_to, "inclusive": inclusive, "assembly_record": false,
            "signers": [{"role": "approver", "persons": persons}],
        })
    };
    let ladders = json!([{
        "currency": currency, "within_budget": [], "emergency": [],
        "full": [step(amount, false, 1), step("unlimited", true, 2)],
    }]);
    let simulated = org.person.post(
        "/api/v1/simulations/approval-ladder",
        &json!({"ladders": ladders, "cases": []}),
    )?;
    let text = simulated.text("/text")?;
    let record = assembly(stage, org, "approval_ladder", "Who signs what", text)?;
    org.person.put(
        &format!("/api/v1/organisations/{}/approval-ladder", org.id),
        "\"0\"",
        &json!({"ladders": ladders, "assembly_record_id": record.id()?}),
    )?;
    Ok(())
}

/// The id of the listing with this sku.
fn listed(listings: &[Response], sku: &str) -> anyhow::Result<String> {
    let found = listings
        .iter()
        .find(|listing| at(&listing.body, "sku") == sku);
    found.with_context(|| format!("{sku} is listed"))?.id()
}

fn buy_together(stage: &Stage, cast: &Cast, listings: &[Response]) -> anyhow::Result<()> {
    step(
        9,
        "A pool: three unions and the unemployed movement, each by its ability to pay",
    );
    let shirts = listed(listings, "RE1")?;
    let fund = fund(stage, cast)?;
    let pool = cast.teachers.person.post(
        "/api/v1/pools",
        &json!({
            "title": "Shirts for the First of May", "listing_id": shirts, "region": "AR-B",
            "due_on": stage.today + Days::new(80), "fund_id": fund,
            "closes_at": chrono::Utc::now() + Days::new(10),
        }),
    )?;
    let path = format!("/api/v1/pools/{}", pool.id()?);
    // Each union caps its premium at a part of the market, and the movement pays none: the fund pays what is left.
    let members = [
        (&cast.teachers, "1400", "1.5", Some("0.035")),
        (&cast.builders, "900", "1", Some("0.025")),
        (&cast.rural, "350", "0.5", Some("0.01")),
        (&cast.unemployed, "250", "0", None),
    ];
    for (org, quantity, _, cap) in &members {
        let part = json!({"quantity": quantity, "max_premium_rate": cap});
        org.person.post(&format!("{path}/members"), &part)?;
    }
    for (org, _, ability, _) in &members {
        let member = format!("{path}/members/{}", org.id);
        let present = cast.teachers.person.get(&member)?;
        cast.teachers.person.put(
            &format!("{member}/ability"),
            &present.etag,
            &json!({"ability": ability}),
        )?;
        let mine = org.person.get(&member)?;
        org.person
            .act(&format!("{path}/members/me/accept"), &mine.etag)?;
    }
    say("abilities 1.5, 1, 0.5 and 0: proposed by the opener, accepted by each");
    let standing = cast.unemployed.person.get(&format!("{path}/standing"))?;
    shares(&members, &standing)?;
    for org in [&cast.builders, &cast.rural, &cast.unemployed] {
        adopt_ladder(stage, org, "50000000.00", "ARS")?;
    }
    let present = cast.teachers.person.get(&path)?;
    let closed = cast
        .teachers
        .person
        .act(&format!("{path}/close"), &present.etag)?;
    let order_id = closed.text("/order_id")?.to_owned();
    settle(stage, cast, &order_id)
}

/// A fund of the network: a deposit that two stewards sign.
fn fund(stage: &Stage, cast: &Cast) -> anyhow::Result<String> {
    let steward = &cast.network.person;
    let fund = steward.post(
        "/api/v1/funds",
        &json!({"name": "Fondo solidario", "currency": "ARS"}),
    )?;
    let path = format!("/api/v1/funds/{}", fund.id()?);
    let deposit = steward.post(
        &format!("{path}/deposits"),
        &json!({
            "amount": {"amount": "400000.00", "currency": "ARS"}, "payer_id": cast.teachers.id,
            "note": "one per cent of the congress budget",
        }),
    )?;
    let other = stage.invite(
        &cast.network,
        "Pablo Fondo",
        "pablo@red-sur",
        &["fund_steward"],
    )?;
    let sign = format!("{path}/movements/{}/sign", deposit.id()?);
    let alone = steward.send("POST", &sign, Some(&deposit.etag), None)?;
    ensure!(
        alone.status == 403,
        "whoever proposed a deposit cannot sign it"
    );
    other.act(&sign, &deposit.etag)?;
    say("the solidarity fund takes 400000.00 ARS from the teachers' union, signed by two stewards");
    fund.id()
}

type Member<'a> = (&'a Org, &'a str, &'a str, Option<&'a str>);

fn shares(members: &[Member<'_>], standing: &Response) -> anyhow::Result<()> {
    let terms = standing.body.get("price").context("the pool has a price")?;
    let text = |value: &Value, pointer: &str| -> String {
        value
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or("-")
            .to_owned()
    };
    say(&format!(
        "market {}, solidarity price {}: the co-operative receives {} whatever the abilities",
        text(terms, "/market_unit_price"),
        text(terms, "/unit_price"),
        text(terms, "/cooperative_receives/amount")
    ));
    println!(
        "     {:<42}{:>14}{:>14}{:>14}{:>10}",
        "who pays what, before freight and VAT", "market", "extra", "total", "a unit"
    );
    let mut sum = number(&text(terms, "/fund_amount/amount"))?;
    for share in at(terms, "shares").as_array().context("shares")? {
        let member = members
            .iter()
            .find(|(org, ..)| at(share, "organisation_id") == org.id.as_str());
        let (org, ..) = member.context("the payer is a member")?;
        sum += number(&text(share, "/total/amount"))?;
        println!(
            "       {:<40}{:>14}{:>14}{:>14}{:>10}",
            org.name,
            text(share, "/market_amount/amount"),
            text(share, "/extra_amount/amount"),
            text(share, "/total/amount"),
            text(share, "/unit_price_paid"),
        );
    }
    println!(
        "       {:<40}{:>42}",
        "the solidarity fund",
        text(terms, "/fund_amount/amount")
    );
    ensure!(
        sum == number(&text(terms, "/cooperative_receives/amount"))?,
        "the shares are what it receives"
    );
    ensure!(
        number(&text(terms, "/shortfall/amount"))?.is_zero(),
        "nothing is missing"
    );
    Ok(())
}

/// Each payer approves its own share; then the order is confirmed and accepted.
fn settle(stage: &Stage, cast: &Cast, order_id: &str) -> anyhow::Result<()> {
    let path = format!("/api/v1/orders/{order_id}");
    let opener = &cast.teachers.person;
    let order = opener.get(&path)?;
    totals(&order)?;
    let mut present = if order.text("/status")? == "draft" {
        opener.act(&format!("{path}/submit"), &order.etag)?
    } else {
        order
    };
    let approvers = [
        stage
            .nobody
            .log_in("irma@docentes.example", stage.password())?,
        stage
            .nobody
            .log_in("oscar@docentes.example", stage.password())?,
        cast.builders.person.clone(),
        cast.rural.person.clone(),
        cast.unemployed.person.clone(),
        cast.network.person.clone(),
        stage
            .nobody
            .log_in("pablo@red-sur.example", stage.password())?,
    ];
    for approver in &approvers {
        if present.text("/status")? == "approved" {
            break;
        }
        present = approver.act(&format!("{path}/approve"), &present.etag)?;
    }
    ensure!(
        present.text("/status")? == "approved",
        "every payer has approved its share: {}",
        present.body
    );
    say("every payer has approved its own share, and two stewards the fund's");
    let present = opener.get(&path)?;
    let confirmed = confirm(opener, &path, &present)?;
    accept(&confirmed, &[&cast.textile])?;
    let issued = confirmed.text("/purchase_orders/0/id")?;
    delivery::tell(&delivery::Scene {
        stage,
        maker: &cast.textile,
        opener: &cast.teachers,
        members: &[
            &cast.teachers,
            &cast.builders,
            &cast.rural,
            &cast.unemployed,
        ],
        path: format!("/api/v1/purchase-orders/{issued}"),
    })
}

fn letters(stage: &Stage) -> anyhow::Result<()> {
    step(11, "Letters went out, in each organisation's language");
    stage.deliver()?;
    let letters = stage.letters()?;
    for address in [
        "celia@lamarea.example",
        "nomsa@ubuntu.example",
        "irma@docentes.example",
    ] {
        let count = letters.iter().filter(|(to, _)| to == address).count();
        ensure!(count > 0, "{address} was told");
        say(&format!("{address}: {count}"));
    }
    Ok(())
}
