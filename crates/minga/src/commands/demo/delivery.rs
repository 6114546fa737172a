//! What follows the pool's order: an advance, two stages, a shortage that is shared, goods made again, invoices.
use super::cast::{Org, Stage};
use super::show::{say, step};
use crate::client::{Client, Response, at};
use anyhow::{Context, ensure};
use chrono::Days;
use money::parse_decimal;
use rust_decimal::Decimal;
use serde_json::{Value, json};

/// Who takes part, and what was ordered.
pub struct Scene<'a> {
    pub stage: &'a Stage,
    pub maker: &'a Org,
    pub opener: &'a Org,
    pub members: &'a [&'a Org],
    /// Where the purchase order is.
    pub path: String,
}

/// Tells it.
///
/// # Errors
/// The first step that does not hold.
pub fn tell(scene: &Scene<'_>) -> anyhow::Result<()> {
    step(
        10,
        "Two deliveries, the first of them short: shared by the rule that was chosen before",
    );
    let treasurer =
        scene
            .stage
            .invite(scene.maker, "Tita Tesorera", "tita@lamarea", &["treasurer"])?;
    advance(scene, &treasurer)?;
    two_stages(scene)?;
    let first = send(scene, 0, "1000")?;
    say("of the 1450 of the first stage, 1000 are ready: each member gets its part of them");
    receive(scene, &first, None)?;
    let rest = send(scene, 0, "450")?;
    receive(scene, &rest, None)?;
    let second = send(scene, 1, "1450")?;
    receive(scene, &second, Some(&scene.opener.id))?;
    make_again(scene)?;
    invoices(scene, &treasurer)
}

/// Each payer's advance comes in, in its own account.
fn advance(scene: &Scene<'_>, treasurer: &Client) -> anyhow::Result<()> {
    let accounts = treasurer.get(&format!("{}/advance", scene.path))?;
    let mut sum = Decimal::ZERO;
    for (number, account) in list(&accounts.body, "accounts")?.iter().enumerate() {
        let agreed = at(account, "agreed").as_str().context("agreed")?;
        sum += parse_decimal(agreed)?;
        if parse_decimal(agreed)?.is_zero() {
            continue;
        }
        treasurer.post(
            &format!("{}/advance-payments", scene.path),
            &json!({
                "payer_id": at(account, "payer_id"), "account": at(account, "account"),
                "amount": {"amount": agreed, "currency": at(account, "currency")},
                "paid_on": scene.stage.today, "bank_reference": format!("ANTICIPO-{number}"),
            }),
        )?;
    }
    say(&format!(
        "half in advance, without interest, each payer its part: {sum} ARS"
    ));
    Ok(())
}

/// The co-operative proposes two stages, and the opener agrees; each member's own quantity stays.
fn two_stages(scene: &Scene<'_>) -> anyhow::Result<()> {
    let path = format!("{}/schedule", scene.path);
    let present = scene.maker.person.get(&path)?;
    let stages = list(&present.body, "stages")?;
    let parts = list(stages.first().context("one stage")?, "parts")?;
    let halves: Vec<Value> = parts
        .iter()
        .map(|part| {
            let quantity = at(part, "quantity").as_str().context("quantity")?;
            let half = (parse_decimal(quantity)? / Decimal::TWO).normalize();
            Ok(
                json!({"line": at(part, "line"), "branch_id": at(part, "branch_id"),
                "quantity": half.to_string()}),
            )
        })
        .collect::<anyhow::Result<_>>()?;
    let due = |days| scene.stage.today + Days::new(days);
    let plan = json!({"stages": [
        {"due_on": due(30), "parts": halves}, {"due_on": due(45), "parts": halves},
    ]});
    let proposed = scene.maker.person.put(&path, &present.etag, &plan)?;
    let agreed = scene
        .opener
        .person
        .act(&format!("{path}/agree"), &proposed.etag)?;
    ensure!(list(&agreed.body, "stages")?.len() == 2, "two stages hold");
    say("La Marea proposes two stages, fifteen days apart; the teachers agree");
    Ok(())
}

/// Sends so much of a stage, by its place in the schedule.
fn send(scene: &Scene<'_>, stage: usize, quantity: &str) -> anyhow::Result<Response> {
    let schedule = scene
        .maker
        .person
        .get(&format!("{}/schedule", scene.path))?;
    let stages = list(&schedule.body, "stages")?;
    let stage = stages.get(stage).context("the stage")?;
    let line = list(stage, "parts")?
        .first()
        .map(|part| at(part, "line").clone());
    let sent = scene.maker.person.post(
        &format!("{}/despatches", scene.path),
        &json!({"stage_id": at(stage, "id"), "despatched_on": scene.stage.today,
            "lines": [{"line": line, "quantity": quantity}]}),
    )?;
    let mut sum = Decimal::ZERO;
    for part in list(&sent.body, "parts")? {
        sum += parse_decimal(at(part, "quantity").as_str().context("quantity")?)?;
    }
    ensure!(
        sum == parse_decimal(quantity)?,
        "the parts are what was sent"
    );
    Ok(sent)
}

/// Each branch records what came to it; `critic` rejects ten.
fn receive(scene: &Scene<'_>, sent: &Response, critic: Option<&String>) -> anyhow::Result<()> {
    for part in list(&sent.body, "parts")? {
        let branch = at(part, "branch_id").as_str().context("branch")?;
        let member = scene.members.iter().find(|org| org.id == branch);
        let member = member.context("the branch is a member")?;
        let quantity = parse_decimal(at(part, "quantity").as_str().context("quantity")?)?;
        let rejected = if critic.is_some_and(|critic| critic == branch) {
            Decimal::TEN
        } else {
            Decimal::ZERO
        };
        let reason = (!rejected.is_zero()).then_some("Seams open at the shoulder.");
        member.person.post(
            &format!("/api/v1/despatches/{}/receipts", sent.id()?),
            &json!({"received_on": scene.stage.today, "lines": [{
                "line": at(part, "line"), "accepted": (quantity - rejected).to_string(),
                "rejected": rejected.to_string(), "short": "0", "reason": reason,
            }]}),
        )?;
        println!(
            "       {:<40}{:>14} accepted{:>8} rejected",
            member.name,
            (quantity - rejected).to_string(),
            rejected.to_string()
        );
    }
    Ok(())
}

/// The right to make goods again comes before a credit note.
fn make_again(scene: &Scene<'_>) -> anyhow::Result<()> {
    let claims = scene.maker.person.get(&format!("{}/claims", scene.path))?;
    let claim = list(&claims.body, "items")?
        .first()
        .context("a claim")?
        .clone();
    let path = format!(
        "/api/v1/claims/{}",
        at(&claim, "id").as_str().unwrap_or_default()
    );
    let present = scene.maker.person.get(&path)?;
    scene.maker.person.post_if(
        &format!("{path}/promise-remake"),
        &present.etag,
        &json!({"remake_by": scene.stage.today + Days::new(20)}),
    )?;
    let again = scene.maker.person.post(
        &format!("{}/despatches", scene.path),
        &json!({"claim_id": at(&claim, "id"), "despatched_on": scene.stage.today,
            "lines": [{"line": at(&claim, "line"), "quantity": at(&claim, "quantity")}]}),
    )?;
    receive(scene, &again, None)?;
    let now = scene.maker.person.get(&path)?;
    ensure!(now.text("/status")? == "remade", "the claim is settled");
    let order = scene.maker.person.get(&scene.path)?;
    ensure!(
        order.text("/status")? == "delivered",
        "everything has arrived"
    );
    say("the ten are made again: everything has arrived, and nothing had to be credited");
    Ok(())
}

/// One invoice for each payer: together the purchase order, the advance netted once.
fn invoices(scene: &Scene<'_>, treasurer: &Client) -> anyhow::Result<()> {
    let path = format!("{}/invoices", scene.path);
    let made = treasurer.send("POST", &path, None, None)?;
    ensure!(made.status == 201, "the co-operative bills: {}", made.body);
    let (mut sum, mut tax, mut documents) = (Decimal::ZERO, Decimal::ZERO, 0);
    let of = |totals: &Value, name: &str| -> anyhow::Result<Decimal> {
        Ok(parse_decimal(
            at(totals, name).as_str().context("a figure")?,
        )?)
    };
    for invoice in list(&made.body, "invoices")? {
        let figure = |name: &str| -> anyhow::Result<Decimal> {
            Ok(parse_decimal(
                at(invoice, name).as_str().context("a figure")?,
            )?)
        };
        let total = at(at(invoice, "totals"), "total")
            .as_str()
            .context("total")?;
        let totals = at(invoice, "totals");
        sum += of(totals, "goods")? + of(totals, "freight")?;
        tax += of(totals, "tax")?;
        documents += 1;
        println!(
            "       {:<24}{:>16}, advance {:>14}, to pay {:>14}",
            at(invoice, "reference").as_str().unwrap_or_default(),
            total,
            figure("deducted")?.to_string(),
            figure("payable")?.to_string()
        );
    }
    let order = treasurer.get(&scene.path)?;
    let whole = at(&order.body, "totals");
    ensure!(
        sum == of(whole, "goods")? + of(whole, "freight")?,
        "the invoices are the whole"
    );
    // Each document rounds its own tax: half a cent at most.
    ensure!(
        (tax - of(whole, "tax")?).abs() <= Decimal::new(5 * documents, 3),
        "the tax is the whole's"
    );
    say(
        "the invoices add up to the purchase order: goods and freight to the cent, tax as each document rounds it",
    );
    Ok(())
}

fn list<'a>(body: &'a Value, name: &str) -> anyhow::Result<&'a Vec<Value>> {
    at(body, name)
        .as_array()
        .with_context(|| format!("{name} is a list"))
}
