//! `minga openapi`: the document on standard output.
use crate::cli::OpenapiArgs;
use std::process::ExitCode;

/// Prints it.
///
/// # Errors
/// Where it cannot be written as YAML or JSON.
pub fn run(args: &OpenapiArgs) -> anyhow::Result<ExitCode> {
    let document = api::server::document();
    if args.json {
        println!("{}", document.to_pretty_json()?);
    } else {
        print!("{}", document.to_yaml()?);
    }
    Ok(ExitCode::SUCCESS)
}
