//! Writes documents for other people's programs to judge.
//!
//!     cargo run -p accounting --example documents -- FOLDER [COUNT [SEED]]
//!
//! The samples, those of ordering among them, and COUNT random invoices and credit notes that SEED
//! determines, each with an order of the same lines.
#![expect(
    clippy::unwrap_used,
    reason = "a sample that cannot be made ends the program"
)]

mod ordering;
mod random;
mod samples;

use accounting::ubl::Order;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("which folder?")?);
    let mut number = |otherwise: u64| match arguments.next() {
        Some(text) => text.to_string_lossy().parse(),
        None => Ok(otherwise),
    };
    let (count, seed) = (number(0)?, number(1)?);
    fs::create_dir_all(&folder)?;
    for (name, document) in samples::all()? {
        fs::write(folder.join(format!("{name}.xml")), document.to_xml()?)?;
    }
    for (name, xml) in ordering::all()? {
        fs::write(folder.join(format!("{name}.xml")), xml)?;
    }
    for (at, document) in random::documents(seed, count).into_iter().enumerate() {
        let name = format!("random-{seed}-{at:04}");
        let order = Order::new(ordering::of(&document))?;
        fs::write(folder.join(format!("{name}-order.xml")), order.to_xml()?)?;
        fs::write(folder.join(format!("{name}.xml")), document.to_xml()?)?;
    }
    Ok(())
}
