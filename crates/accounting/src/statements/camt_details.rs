//! The payments inside an entry of camt.053: one, none, or the many of a batch.
use super::camt::{debit, negative, reference, unsigned};
use super::tree::Element;
use super::{Counterparty, StatementEntry, StatementError, Warnings, account_number, tidy};
use money::Money;

/// What an entry says about its payments.
pub(super) struct Details {
    payments: Vec<Payment>,
    /// References of the batch as one.
    batch: Vec<String>,
}

/// One payment of an entry.
struct Payment {
    /// Below zero for a debit, where it is said in the currency of the account.
    amount: Option<Money>,
    bank_reference: Option<String>,
    end_to_end: Option<String>,
    references: Vec<String>,
    text: Option<String>,
    counterparty: Counterparty,
}

impl Details {
    pub(super) fn of(
        entry: &Element,
        base: &StatementEntry,
        place: &str,
    ) -> Result<Self, StatementError> {
        let mut details = Self {
            payments: Vec::new(),
            batch: Vec::new(),
        };
        for part in entry.children("NtryDtls") {
            if let Some(batch) = part.child("Btch") {
                let ids = ["MsgId", "PmtInfId"]
                    .iter()
                    .filter_map(|id| batch.text_at(&[id]));
                details
                    .batch
                    .extend(ids.filter_map(|id| reference(Some(id))));
            }
            for payment in part.children("TxDtls") {
                details.payments.push(Payment::of(payment, base, place)?);
            }
        }
        Ok(details)
    }
}

impl Payment {
    fn of(element: &Element, base: &StatementEntry, place: &str) -> Result<Self, StatementError> {
        let written = element
            .child("Amt")
            .or_else(|| element.at(&["AmtDtls", "TxAmt", "Amt"]));
        let out = debit(element).unwrap_or(base.amount.minor() < 0);
        let amount = match written {
            // An amount in another currency was exchanged: only the entry says what was booked.
            Some(written) if written.currency.as_deref() == Some(base.amount.currency().code()) => {
                let money = unsigned(written, place)?;
                Some(if out { negative(money) } else { money })
            }
            _ => None,
        };
        let refs = |name: &str| reference(element.text_at(&["Refs", name]));
        let (references, text) = remittance(element);
        Ok(Self {
            amount,
            bank_reference: refs("AcctSvcrRef").or_else(|| refs("TxId")),
            end_to_end: refs("EndToEndId"),
            references,
            text,
            counterparty: counterparty(element, out),
        })
    }
}

/// References in fields of their own, and the words.
fn remittance(element: &Element) -> (Vec<String>, Option<String>) {
    let mut references = Vec::new();
    let mut words = Vec::new();
    if let Some(info) = element.child("RmtInf") {
        words.extend(info.children("Ustrd").map(Element::text));
        for part in info.children("Strd") {
            let numbers = part
                .children("RfrdDocInf")
                .filter_map(|of| of.text_at(&["Nb"]));
            let named = part
                .text_at(&["CdtrRefInf", "Ref"])
                .into_iter()
                .chain(numbers);
            references.extend(named.filter_map(|text| reference(Some(text))));
            words.extend(part.children("AddtlRmtInf").map(Element::text));
        }
    }
    words.extend(element.text_at(&["AddtlTxInf"]));
    (references, tidy(&words.join(" ")))
}

/// Who paid us, or whom we paid.
fn counterparty(element: &Element, out: bool) -> Counterparty {
    let Some(parties) = element.child("RltdPties") else {
        return Counterparty::default();
    };
    let (party, account) = if out {
        ("Cdtr", "CdtrAcct")
    } else {
        ("Dbtr", "DbtrAcct")
    };
    // From version .04 on, a party may stand one element deeper.
    let party = parties
        .child(party)
        .map(|party| party.child("Pty").unwrap_or(party));
    let id = parties.at(&[account, "Id"]);
    Counterparty {
        name: party
            .and_then(|party| party.text_at(&["Nm"]))
            .and_then(tidy),
        account: id
            .and_then(|id| id.text_at(&["IBAN"]).or(id.text_at(&["Othr", "Id"])))
            .and_then(account_number),
        tax_id: party
            .and_then(|party| party.text_at(&["Id", "OrgId", "Othr", "Id"]))
            .and_then(tidy),
    }
}

/// Adds the entry as its payments, where they come to it, or as one with all the references that they have.
pub(super) fn split(
    base: StatementEntry,
    details: Details,
    place: &str,
    warnings: &mut Warnings,
    entries: &mut Vec<StatementEntry>,
) {
    let Details { payments, batch } = details;
    let many = payments.len() > 1;
    let sum = payments.iter().try_fold(0_i128, |sum, payment| {
        let minor = payment.amount?.minor();
        (minor != 0).then(|| sum + i128::from(minor))
    });
    if many && sum != Some(base.amount.minor().into()) {
        let detail = "the amounts of its payments do not come to it; it is taken as one entry";
        warnings.add(place, detail);
        entries.push(as_one(base, payments, batch));
        return;
    }
    if payments.is_empty() {
        entries.push(StatementEntry {
            references: batch,
            ..base
        });
        return;
    }
    for (at, payment) in (1_usize..).zip(payments) {
        let own = payment.bank_reference;
        // Many payments share the reference of their batch: their place in it tells them apart.
        let bank_reference = match (many, own, &base.bank_reference) {
            (false, own, booked) => booked.clone().or(own),
            (true, Some(own), Some(booked)) => Some(format!("{booked}/{at}/{own}")),
            (true, None, Some(booked)) => Some(format!("{booked}/{at}")),
            (true, own, None) => own.map(|own| format!("{at}/{own}")),
        };
        entries.push(StatementEntry {
            bank_reference,
            amount: payment.amount.filter(|_| many).unwrap_or(base.amount),
            end_to_end: payment.end_to_end,
            references: payment.references,
            text: payment.text.unwrap_or_else(|| base.text.clone()),
            counterparty: payment.counterparty,
            ..base.clone()
        });
    }
}

fn as_one(base: StatementEntry, payments: Vec<Payment>, batch: Vec<String>) -> StatementEntry {
    let mut references = batch;
    let mut words = vec![base.text.clone()];
    for payment in payments {
        references.extend(payment.end_to_end);
        references.extend(payment.references);
        words.extend(payment.text);
    }
    StatementEntry {
        references,
        text: tidy(&words.join(" ")).unwrap_or_default(),
        ..base
    }
}
