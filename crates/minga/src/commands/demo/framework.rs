//! A framework agreement: one price, one quantity, clauses with a number, and call-offs without another vote.
use super::cast::{Org, Stage};
use super::show::{say, step};
use crate::client::{Client, Response};
use anyhow::ensure;
use chrono::Days;
use serde_json::json;

/// Who signs, and about what.
pub struct Scene<'a> {
    pub stage: &'a Stage,
    pub buyer: &'a Org,
    /// Two members of the buyer's committee.
    pub signers: &'a [Client; 2],
    pub maker: &'a Org,
    pub treasurer: Client,
    /// What is called off.
    pub listing: String,
}

/// Tells it.
///
/// # Errors
/// The first step that does not hold.
pub fn tell(scene: &Scene<'_>) -> anyhow::Result<()> {
    step(
        8,
        "A framework agreement: bricks for a year, called off as schools are built",
    );
    let path = sign(scene)?;
    let first = call_off(scene, &path, "60")?;
    ensure!(
        first.status == 201,
        "60 of 100 can be called off: {}",
        first.body
    );
    let over = call_off(scene, &path, "51")?;
    ensure!(
        over.text("/code")? == "over_call",
        "51 more are beyond 100 and a tenth: {}",
        over.body
    );
    say(&format!(
        "60 are called off; then 51 are refused: {}",
        over.text("/detail")?
    ));
    let last = call_off(scene, &path, "50")?;
    ensure!(
        last.status == 201,
        "50 more are within the allowance: {}",
        last.body
    );
    let agreement = scene.buyer.person.get(&path)?;
    say(&format!(
        "50 are called off: {} of 100 and a tenth, {} left, and nobody had to vote again",
        agreement.text("/lines/0/called_off_quantity")?,
        agreement.text("/lines/0/left_quantity")?
    ));
    Ok(())
}

/// Drafted and offered by the buyer, signed by two for it and by the co-operative's treasurer.
fn sign(scene: &Scene<'_>) -> anyhow::Result<String> {
    let today = scene.stage.today;
    let buyer = &scene.buyer.person;
    let draft = buyer.post(
        "/api/v1/framework-agreements",
        &json!({
            "title": "Bricks for a year of schools", "cooperative_id": scene.maker.id, "currency": "ARS",
            "starts_on": today, "ends_on": today + Days::new(360), "allowance_rate": "0.1",
            "advance_rate": "0.5", "payment_days": 15, "indexation": null,
            "lines": [{"listing_id": scene.listing, "committed_quantity": "100",
                "offered_unit_price": null}],
            "clauses": [{"kind": "weekly_hours", "wording": "Nobody works more than 44 hours a week.",
                "target": "44", "review_on": today + Days::new(180)}],
        }),
    )?;
    let path = format!("/api/v1/framework-agreements/{}", draft.id()?);
    let mut standing = buyer.act(&format!("{path}/offer"), &draft.etag)?;
    let sign = format!("{path}/sign");
    for signer in scene.signers {
        standing = signer.act(&sign, &standing.etag)?;
        ensure!(
            standing.text("/status")? == "offered",
            "the other side has to sign too"
        );
    }
    let signed = scene.treasurer.act(&sign, &standing.etag)?;
    ensure!(
        signed.text("/status")? == "in_force",
        "both sides have signed"
    );
    say(&format!(
        "{} and {} sign {}: 100 thousand bricks, a tenth more allowed, at most 44 hours of work a week",
        scene.buyer.name,
        scene.maker.name,
        signed.text("/reference")?
    ));
    Ok(path)
}

fn call_off(scene: &Scene<'_>, path: &str, quantity: &str) -> anyhow::Result<Response> {
    let due_on = scene.stage.today + Days::new(100);
    let body =
        json!({"lines": [{"line": 1, "quantity": quantity, "region": "AR-B", "due_on": due_on}]});
    let body = body.to_string();
    scene.buyer.person.send(
        "POST",
        &format!("{path}/call-offs"),
        None,
        Some(("application/json", body.as_bytes())),
    )
}
