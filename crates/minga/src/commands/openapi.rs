//! `minga openapi`: the document on standard output.
use crate::cli::OpenapiArgs;
use std::process::ExitCode;

/// Prints it.
///
/// # Errors
/// Where it cannot be written as YAML or JSON.
pub fn run(args: &OpenapiArgs) -> anyhow::Result<ExitCode> {
    if args.older {
        let older = api::server::older_document()?;
        println!("{}", serde_json::to_string_pretty(&older)?);
        return Ok(ExitCode::SUCCESS);
    }
    let document = api::server::document();
    if args.json {
        println!("{}", document.to_pretty_json()?);
    } else {
        print!("{}", document.to_yaml()?);
    }
    Ok(ExitCode::SUCCESS)
}
