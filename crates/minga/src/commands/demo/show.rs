//! What people read: short lines and small tables.
use super::cast::Stage;
use crate::client::at;
use serde_json::Value;

/// The title of a step.
pub fn step(number: u32, title: &str) {
    println!("\n{number}. {title}");
}

/// A line under a step.
pub fn say(text: &str) {
    println!("   {text}");
}

/// What the ten components protect, in the order of the page.
const COMPONENTS: [(&str, &str); 10] = [
    ("materials", "materials and setup"),
    ("overhead", "rent, energy, maintenance"),
    ("finance", "waiting for payment"),
    ("labour", "labour at present pay"),
    ("wage_gap", "up to the living wage"),
    ("shorter_week", "the shorter week, paid in full"),
    ("democracy", "paid assembly hours"),
    ("job_reserve", "reserve for jobs"),
    ("surplus", "indivisible reserve"),
    ("community", "community, by the assembly's plan"),
];

const PURPOSES: [(&str, &str); 7] = [
    ("materials_and_overhead", "materials and overhead"),
    ("wages", "wages"),
    ("hours", "hours"),
    ("democracy", "democracy"),
    ("jobs", "jobs"),
    ("reserve", "reserve"),
    ("community", "community"),
];

/// A price answer: basis, ten components and what the premium protects, all of one line.
pub fn price(answer: &Value, currency: &str) {
    let text = |name: &str| answer.get(name).and_then(Value::as_str).unwrap_or("-");
    say(&format!(
        "market reference {}, floor {} → unit price {} {currency} (basis: {}, premium rate {})",
        short(text("market_reference")),
        short(text("floor")),
        text("unit_price"),
        text("basis"),
        text("premium_rate"),
    ));
    say(&format!(
        "the line: {} {currency}, of which {} is premium over the market's {}",
        text("line_amount"),
        text("premium_amount"),
        text("market_amount")
    ));
    table(
        "where each cent goes",
        answer.get("components"),
        &COMPONENTS,
    );
    table(
        "what the premium protects",
        answer.get("premium_by_purpose"),
        &PURPOSES,
    );
}

fn table(title: &str, figures: Option<&Value>, rows: &[(&str, &str)]) {
    println!("     {title}");
    for (key, meaning) in rows {
        let figure = figures
            .and_then(|figures| figures.get(key))
            .and_then(Value::as_str)
            .unwrap_or("-");
        println!("       {meaning:<36}{figure:>18}");
    }
}

/// An exact figure to four decimals, for the eye only; the answer keeps all.
fn short(figure: &str) -> String {
    match figure.split_once('.') {
        Some((whole, decimals)) => {
            let decimals: String = decimals.chars().take(4).collect();
            format!("{whole}.{decimals}")
        }
        None => figure.to_owned(),
    }
}

/// A proposal: who makes what, and why.
pub fn plan(matching: &Value) {
    let text = |value: &Value, name: &str| -> String {
        match value.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Null) | None => "-".to_owned(),
            Some(other) => other.to_string(),
        }
    };
    let items = |name: &str| {
        matching
            .get(name)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    for allocation in items("allocations") {
        say(&format!(
            "line {}: {} × {} from {} at {} + freight {}",
            text(&allocation, "line"),
            text(&allocation, "quantity"),
            text(&allocation, "listing_title"),
            text(&allocation, "cooperative_name"),
            text(&allocation, "unit_price"),
            text(&allocation, "unit_freight"),
        ));
    }
    for why in items("why") {
        say(&format!("why: {}", text(&why, "text")));
    }
    for unmet in items("unmet") {
        say(&format!(
            "unmet: line {}, {} ({})",
            text(&unmet, "line"),
            text(&unmet, "quantity"),
            at(&unmet, "codes")
        ));
    }
    for left_out in items("excluded") {
        say(&format!(
            "not asked: {} ({})",
            text(&left_out, "cooperative_name"),
            text(&left_out, "code")
        ));
    }
}

/// How to go on by hand.
pub fn go_on(stage: &Stage) -> anyhow::Result<()> {
    println!(
        "\nThe server goes on at {} (stop it with Ctrl-C).",
        stage.url
    );
    println!("   the API's documentation  {}/docs/", stage.url);
    println!(
        "   the database             {}",
        stage.data_dir.join("minga.db").display()
    );
    println!(
        "   the letters              {}",
        stage.data_dir.join("mail").display()
    );
    println!("   everybody's password     {}", stage.password());
    for (email, organisation) in stage.logins() {
        println!("   {email:<34}{organisation}");
    }
    println!(
        "   curl -s {}/api/v1/auth/login -H 'content-type: application/json' \\\n     -d '{{\"email\":\"compras@docentes.example\",\"password\":\"{}\"}}'",
        stage.url,
        stage.password()
    );
    Ok(())
}
