//! Several buyers and a solidarity fund buy together, each by its ability to pay.
use super::cast::{Org, Stage};
use super::delivery;
use super::orders::{accept, adopt_ladder, confirm, number, totals};
use super::people::Cast;
use super::show::{say, step};
use crate::client::{Response, at};
use anyhow::{Context, ensure};
use chrono::Days;
use serde_json::{Value, json};

/// The id of the listing with this sku.
pub fn listed(listings: &[Response], sku: &str) -> anyhow::Result<String> {
    let found = listings
        .iter()
        .find(|listing| at(&listing.body, "sku") == sku);
    found.with_context(|| format!("{sku} is listed"))?.id()
}

pub fn buy_together(stage: &Stage, cast: &Cast, listings: &[Response]) -> anyhow::Result<()> {
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
