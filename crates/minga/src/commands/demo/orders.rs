//! A need becomes an order: proposal, explanation, approvals, acceptance.
use super::cast::{Org, Stage};
use super::evidence::assembly;
use super::people::Cast;
use super::show::{plan, price, say, step};
use crate::client::{Client, Response, at};
use anyhow::{Context, ensure};
use chrono::Days;
use money::parse_decimal;
use rust_decimal::Decimal;
use serde_json::{Value, json};

pub fn number(text: &str) -> anyhow::Result<Decimal> {
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

pub fn buy_alone(stage: &Stage, cast: &Cast, products: &[String]) -> anyhow::Result<[Client; 2]> {
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

pub fn totals(order: &Response) -> anyhow::Result<()> {
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

pub fn confirm(buyer: &Client, path: &str, approved: &Response) -> anyhow::Result<Response> {
    let confirmed = buyer.act(&format!("{path}/confirm"), &approved.etag)?;
    ensure!(
        confirmed.text("/status")? == "confirmed",
        "the order is confirmed"
    );
    say("confirmed: the price is locked, with its explanation; purchase orders go out");
    Ok(confirmed)
}

pub fn accept(confirmed: &Response, coops: &[&Org]) -> anyhow::Result<()> {
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

pub fn buy_abroad(stage: &Stage, cast: &Cast, products: &[String]) -> anyhow::Result<()> {
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
pub fn adopt_ladder(stage: &Stage, org: &Org, amount: &str, currency: &str) -> anyhow::Result<()> {
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
