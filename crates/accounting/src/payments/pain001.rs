//! A payment run as ISO 20022 pain.001.001.09.
use super::{AccountId, NAME, Party, PaymentError, PaymentFile, PaymentRun, Transfer, latin};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::io;

const NAMESPACE: &str = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";
/// Digits that an amount or a sum may have.
const MOST_DIGITS: i128 = 10_i128.pow(18);

type Xml = Writer<Vec<u8>>;

/// The run as the file that the bank is given: one part for each currency, counts and control sums exact, each
/// transfer to be booked by itself so that the statement names its end-to-end id.
///
/// # Errors
/// Never in practice: the elements are written to memory.
pub fn pain001(run: &PaymentRun) -> io::Result<PaymentFile> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("Document")
        .with_attribute(("xmlns", NAMESPACE))
        .write_inner_content(|xml| {
            inside(xml, "CstmrCdtTrfInitn", |xml| {
                head(xml, run)?;
                for (currency, transfers) in run.by_currency() {
                    inside(xml, "PmtInf", |xml| {
                        part(xml, run, currency.code(), &transfers)
                    })?;
                }
                Ok(())
            })
        })?;
    let mut bytes = xml.into_inner();
    bytes.push(b'\n');
    Ok(PaymentFile::new(bytes, run))
}

/// The sum of the amounts as numbers, as the format wants it, whatever their currencies.
pub(super) fn control_sum(transfers: &[&Transfer]) -> Result<String, PaymentError> {
    let mut sum = money::parse_decimal("0").map_err(|_| PaymentError::TooLarge)?;
    for transfer in transfers {
        sum = sum
            .checked_add(transfer.amount.to_decimal())
            .ok_or(PaymentError::TooLarge)?;
    }
    if sum.mantissa() < MOST_DIGITS {
        Ok(sum.to_string())
    } else {
        Err(PaymentError::TooLarge)
    }
}

fn head(xml: &mut Xml, run: &PaymentRun) -> io::Result<()> {
    inside(xml, "GrpHdr", |xml| {
        leaf(xml, "MsgId", run.message_id.as_str())?;
        let created = run.created.format("%Y-%m-%dT%H:%M:%SZ").to_string();
        leaf(xml, "CreDtTm", &created)?;
        counts(xml, &run.transfers.iter().collect::<Vec<_>>())?;
        inside(xml, "InitgPty", |xml| leaf(xml, "Nm", &name(&run.debtor)))
    })
}

fn part(xml: &mut Xml, run: &PaymentRun, currency: &str, all: &[&Transfer]) -> io::Result<()> {
    leaf(
        xml,
        "PmtInfId",
        &format!("{currency}{}", run.message_id.as_str()),
    )?;
    leaf(xml, "PmtMtd", "TRF")?;
    leaf(xml, "BtchBookg", "false")?;
    counts(xml, all)?;
    inside(xml, "ReqdExctnDt", |xml| {
        leaf(xml, "Dt", &run.execution.to_string())
    })?;
    inside(xml, "Dbtr", |xml| party(xml, &run.debtor))?;
    inside(xml, "DbtrAcct", |xml| account(xml, &run.debtor.account))?;
    inside(xml, "DbtrAgt", |xml| {
        agent(xml, run.debtor.account.branch())
    })?;
    for transfer in all {
        inside(xml, "CdtTrfTxInf", |xml| credit_transfer(xml, transfer))?;
    }
    Ok(())
}

fn credit_transfer(xml: &mut Xml, transfer: &Transfer) -> io::Result<()> {
    inside(xml, "PmtId", |xml| {
        leaf(xml, "EndToEndId", transfer.end_to_end.as_str())
    })?;
    inside(xml, "Amt", |xml| {
        let amount = transfer.amount;
        xml.create_element("InstdAmt")
            .with_attribute(("Ccy", amount.currency().code()))
            .write_text_content(BytesText::new(&amount.to_decimal().to_string()))?;
        Ok(())
    })?;
    let creditor = &transfer.creditor;
    if let Some(branch) = creditor.account.branch() {
        inside(xml, "CdtrAgt", |xml| agent(xml, Some(branch)))?;
    }
    inside(xml, "Cdtr", |xml| party(xml, creditor))?;
    inside(xml, "CdtrAcct", |xml| account(xml, &creditor.account))?;
    inside(xml, "RmtInf", |xml| {
        inside(xml, "Strd", |xml| {
            inside(xml, "CdtrRefInf", |xml| {
                leaf(xml, "Ref", transfer.reference.as_str())
            })
        })
    })
}

fn counts(xml: &mut Xml, transfers: &[&Transfer]) -> io::Result<()> {
    leaf(xml, "NbOfTxs", &transfers.len().to_string())?;
    // The run was made with a sum that the format can say, and a part of it is less.
    let sum = control_sum(transfers).map_err(io::Error::other)?;
    leaf(xml, "CtrlSum", &sum)
}

fn party(xml: &mut Xml, party: &Party) -> io::Result<()> {
    leaf(xml, "Nm", &name(party))?;
    let Some(tax_id) = &party.tax_id else {
        return Ok(());
    };
    inside(xml, "Id", |xml| {
        inside(xml, "OrgId", |xml| {
            inside(xml, "Othr", |xml| {
                leaf(xml, "Id", tax_id.as_str())?;
                inside(xml, "SchmeNm", |xml| leaf(xml, "Cd", "TXID"))
            })
        })
    })
}

fn account(xml: &mut Xml, account: &AccountId) -> io::Result<()> {
    inside(xml, "Id", |xml| match account {
        AccountId::Iban(_) => leaf(xml, "IBAN", account.number()),
        AccountId::Cbu(_) => inside(xml, "Othr", |xml| {
            leaf(xml, "Id", account.number())?;
            inside(xml, "SchmeNm", |xml| leaf(xml, "Prtry", "CBU"))
        }),
        AccountId::Domestic(_) => inside(xml, "Othr", |xml| leaf(xml, "Id", account.number())),
    })
}

/// The bank: by the branch's code, or not at all where the account's number says it.
fn agent(xml: &mut Xml, branch: Option<&str>) -> io::Result<()> {
    inside(xml, "FinInstnId", |xml| match branch {
        Some(code) => inside(xml, "ClrSysMmbId", |xml| leaf(xml, "MmbId", code)),
        None => inside(xml, "Othr", |xml| leaf(xml, "Id", "NOTPROVIDED")),
    })
}

fn name(party: &Party) -> String {
    latin(&party.name, NAME)
}

fn inside(
    xml: &mut Xml,
    element: &str,
    content: impl FnOnce(&mut Xml) -> io::Result<()>,
) -> io::Result<()> {
    xml.create_element(element).write_inner_content(content)?;
    Ok(())
}

fn leaf(xml: &mut Xml, element: &str, text: &str) -> io::Result<()> {
    xml.create_element(element)
        .write_text_content(BytesText::new(text))?;
    Ok(())
}
