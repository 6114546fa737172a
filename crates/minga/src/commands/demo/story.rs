//! The story, step by step. Each step asserts what it was told for.
use super::cast::Stage;
use super::evidence::{agree_on_rules, gather_evidence, list_goods, verify};
use super::framework;
use super::orders::{buy_abroad, buy_alone};
use super::people::meet;
use super::pool::{buy_together, listed};
use super::show::{say, step};
use anyhow::ensure;

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
