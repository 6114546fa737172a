//! Reads documents as Minga does, and says of each what it found.
//!
//!     cargo run -p accounting --example read -- FILE...
//!
//! A line for each file, in columns between tabs: `read`, the number, how many lines, what is to pay, and the
//! amounts that do not follow from the lines; or `refused`, the path and why.

use accounting::ubl::{ReadError, read, read_order};
use std::error::Error;
use std::fs;

fn main() -> Result<(), Box<dyn Error>> {
    for file in std::env::args_os().skip(1) {
        let xml = fs::read(file)?;
        match describe(&xml) {
            Ok(found) => println!("read\t{found}"),
            Err(error) => println!("refused\t{}\t{}", error.path, error.why),
        }
    }
    Ok(())
}

fn describe(xml: &[u8]) -> Result<String, ReadError> {
    let billing = match read(xml) {
        Err(error) if error.path == "/" && error.why.starts_with("Order is") => None,
        other => Some(other?),
    };
    let Some(billing) = billing else {
        let order = read_order(xml)?;
        let payable = order.payable.map(|payable| payable.to_string());
        let payable = payable.unwrap_or_default();
        return Ok(format!(
            "{}\t{}\t{payable}\t",
            order.header.number,
            order.lines.len()
        ));
    };
    let differences = billing.differences().map_err(|violation| ReadError {
        path: violation.field,
        why: violation.why,
    })?;
    let differences: Vec<&str> = differences.iter().map(|one| one.rule).collect();
    Ok(format!(
        "{}\t{}\t{}\t{}",
        billing.draft.number,
        billing.draft.lines.len(),
        billing.stated.payable,
        differences.join(" ")
    ))
}
