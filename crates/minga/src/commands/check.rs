//! `minga check`: whether all that must hold of a database does.
use crate::cli::CheckArgs;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::process::ExitCode;
use store::checks;

/// Asks every law, all of them of one moment; exit 1 where one does not hold.
///
/// # Errors
/// Where the database cannot be read.
pub fn run(args: &CheckArgs) -> anyhow::Result<ExitCode> {
    let broken = checks::at_one_moment(args.database.url()?.expose_secret())?;
    if args.json {
        let list: Vec<Value> = broken
            .iter()
            .map(|one| json!({"law": one.law, "rows": one.rows}))
            .collect();
        println!("{}", json!({"laws": checks::COUNT, "broken": list}));
    } else {
        for one in &broken {
            println!("broken by {} rows: {}", one.rows, one.law);
        }
        let held = checks::COUNT.saturating_sub(broken.len());
        println!("{held} of {} laws hold.", checks::COUNT);
    }
    Ok(if broken.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}
