//! A payment run as a table, for banks that take no pain.001.
use super::{NAME, PaymentFile, PaymentRun, latin};

/// A row for each transfer: `name`, `tax_id`, `account_type`, `account`, `branch`, `amount`, `currency`, `reference`.
///
/// # Errors
/// Never in practice: the rows are written to memory.
pub fn bank_csv(run: &PaymentRun) -> Result<PaymentFile, csv::Error> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record([
        "name",
        "tax_id",
        "account_type",
        "account",
        "branch",
        "amount",
        "currency",
        "reference",
    ])?;
    for transfer in run.transfers() {
        let creditor = &transfer.creditor;
        let name = latin(&creditor.name, NAME);
        table.write_record([
            // A spreadsheet would compute a name that begins with a sign, and a bank would not know an apostrophe.
            name.trim_start_matches(['+', '-', '\'', ' ']),
            creditor.tax_id.as_ref().map_or("", |id| id.as_str()),
            creditor.account.kind(),
            creditor.account.number(),
            creditor.account.branch().unwrap_or_default(),
            &transfer.amount.to_decimal().to_string(),
            transfer.amount.currency().code(),
            transfer.reference.as_str(),
        ])?;
    }
    let bytes = table
        .into_inner()
        .map_err(csv::IntoInnerError::into_error)?;
    Ok(PaymentFile::new(bytes, run))
}
