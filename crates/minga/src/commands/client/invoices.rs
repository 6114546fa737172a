//! `minga client invoices fetch`.
use super::{Session, progress, progress_ended};
use crate::client::at;
use clap::Args;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// From where.
#[derive(Args, Debug)]
pub(super) struct FetchArgs {
    /// The cursor that the last fetch ended with; everything from the beginning where it is left out.
    #[arg(long)]
    since: Option<String>,
}

/// Follows the change feed, and prints each invoice that something happened to, once, as it is now; then the cursor.
/// Nothing is printed before all of it was fetched, so that whoever keeps the cursor has the invoices too.
pub(super) fn fetch(session: &Session, args: &FetchArgs) -> anyhow::Result<()> {
    let mut next = args.since.clone();
    let mut wanted = BTreeSet::new();
    let mut invoices = Vec::new();
    loop {
        let after = next
            .as_ref()
            .map_or(String::new(), |next| format!("&after={next}"));
        let page = session
            .client
            .get(&format!("/api/v1/changes?limit=100{after}"))?;
        for change in at(&page.body, "items").as_array().into_iter().flatten() {
            if at(change, "object_kind") == "invoice"
                && let Some(url) = at(change, "url").as_str()
                && wanted.insert(url.to_owned())
            {
                invoices.push(url.to_owned());
            }
        }
        if let Some(place) = at(&page.body, "next").as_str() {
            next = Some(place.to_owned());
        }
        progress(&format!("{} invoices found", invoices.len()));
        if at(&page.body, "more") != true {
            break;
        }
    }
    let mut fetched = Vec::new();
    for url in &invoices {
        fetched.push(session.client.get(url)?.body);
        progress(&format!(
            "{} of {} invoices fetched",
            fetched.len(),
            invoices.len()
        ));
    }
    progress_ended();
    for invoice in &fetched {
        print(session, invoice);
    }
    match session.json {
        true => println!("{}", json!({"next": next})),
        false => println!("next: {}", next.unwrap_or_default()),
    }
    Ok(())
}

fn print(session: &Session, invoice: &Value) {
    if session.json {
        println!("{invoice}");
        return;
    }
    let text = |name: &str| at(invoice, name).as_str().unwrap_or_default();
    println!(
        "{:<20} {:<12} {} {:>14} {}  {}",
        text("reference"),
        text("kind"),
        text("issued_on"),
        text("payable"),
        text("currency"),
        text("id"),
    );
}
