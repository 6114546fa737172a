//! `minga client orders`.
use super::{Session, escaped};
use crate::client::at;
use clap::Args;
use serde_json::Value;

/// Which orders.
#[derive(Args, Debug)]
pub(super) struct OrdersArgs {
    /// In this state only, such as `confirmed`.
    #[arg(long)]
    status: Option<String>,
}

pub(super) fn run(session: &Session, args: &OrdersArgs) -> anyhow::Result<()> {
    let status = match &args.status {
        Some(status) => format!("&status={}", escaped(status)),
        None => String::new(),
    };
    let mut cursor = String::new();
    loop {
        let path = format!("/api/v1/orders?limit=100{status}{cursor}");
        let page = session.client.get(&path)?;
        for order in at(&page.body, "items").as_array().into_iter().flatten() {
            print(session, order);
        }
        match at(&page.body, "next").as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Ok(()),
        }
    }
}

fn print(session: &Session, order: &Value) {
    if session.json {
        println!("{order}");
        return;
    }
    let text = |name: &str| at(order, name).as_str().unwrap_or_default();
    println!(
        "{:<20} {:<10} {:>14} {}  {}",
        text("reference"),
        text("status"),
        at(at(order, "totals"), "total")
            .as_str()
            .unwrap_or_default(),
        text("currency"),
        text("id"),
    );
}
