//! A bank account's payments as OFX 1.02, which GnuCash, KMyMoney and most others import.
use super::{LedgerError, Order};
use crate::text::{at_most, decimal, one_line};
use crate::{Account, journal::Entry};
use chrono::NaiveDate;
use money::{Currency, Money};
use std::io::Write;

/// Which account a file of payments is about, and over which days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankAccount {
    /// The bank's or branch's code; `0` where there is none.
    pub bank: String,
    /// The number of the account. At most 22 characters are written: an Argentine CBU fits.
    pub number: String,
    /// The currency of the account: postings in others are not of this account.
    pub currency: Currency,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// What the book had on the account before the first day, in minor units.
    pub opening: i64,
}

/// Writes the bank's postings of entries, one by one.
pub struct OfxWriter<W: Write> {
    account: BankAccount,
    order: Order,
    balance: i128,
    out: W,
}

impl<W: Write> OfxWriter<W> {
    /// Writes the head of the statement. A file wants a `BufWriter`.
    ///
    /// # Errors
    /// [`LedgerError::Io`].
    pub fn new(account: BankAccount, mut out: W) -> Result<Self, LedgerError> {
        let day = |date: NaiveDate| date.format("%Y%m%d").to_string();
        let (from, to) = (day(account.from), day(account.to));
        let or_zero = |bytes: Vec<u8>| {
            if bytes.is_empty() {
                b"0".to_vec()
            } else {
                bytes
            }
        };
        let number = or_zero(field(&account.number, 22));
        let bank = or_zero(field(&account.bank, 9));
        // The format wants the server's time; the last day instead keeps the bytes the same.
        write!(
            out,
            "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nSECURITY:NONE\r\nENCODING:USASCII\r\nCHARSET:1252\r\n\
             COMPRESSION:NONE\r\nOLDFILEUID:NONE\r\nNEWFILEUID:NONE\r\n\r\n<OFX>\r\n\
             <SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>{to}120000<LANGUAGE>ENG</SONRS>\
             </SIGNONMSGSRSV1>\r\n\
             <BANKMSGSRSV1><STMTTRNRS><TRNUID>0<STATUS><CODE>0<SEVERITY>INFO</STATUS>\r\n\
             <STMTRS><CURDEF>{}<BANKACCTFROM><BANKID>",
            account.currency
        )?;
        out.write_all(&bank)?;
        write!(out, "<ACCTID>")?;
        out.write_all(&number)?;
        write!(
            out,
            "<ACCTTYPE>CHECKING</BANKACCTFROM>\r\n<BANKTRANLIST><DTSTART>{from}120000<DTEND>{to}120000\r\n"
        )?;
        Ok(Self {
            balance: account.opening.into(),
            order: Order::default(),
            account,
            out,
        })
    }

    /// Writes the entry's payment, where it posts to the bank in the account's currency. Entries come month by month,
    /// and by number within each. The transaction's id is the entry's, so that an import made twice finds what it has.
    ///
    /// # Errors
    /// [`LedgerError`]; after one the file is not to be used.
    pub fn write(&mut self, entry: &Entry) -> Result<(), LedgerError> {
        self.order.next(entry)?;
        if entry.date < self.account.from || self.account.to < entry.date {
            return Err(LedgerError::Date {
                number: entry.number,
                date: entry.date,
            });
        }
        // Postings of one account in one currency are one posting.
        let paid: Option<Money> = entry
            .postings
            .as_slice()
            .iter()
            .filter(|posting| posting.account == Account::Bank)
            .map(|posting| posting.amount)
            .find(|amount| amount.currency() == self.account.currency);
        let Some(paid) = paid.map(Money::minor) else {
            return Ok(());
        };
        self.balance += i128::from(paid);
        let mut memo = entry.document.clone();
        if let Some(order) = &entry.purchase_order {
            memo = format!("{memo} {order}");
        }
        // At noon, so that no time zone moves it to another day.
        let out = &mut self.out;
        write!(
            out,
            "<STMTTRN><TRNTYPE>{}<DTPOSTED>{}120000<TRNAMT>{}<FITID>{}<NAME>",
            if paid < 0 { "DEBIT" } else { "CREDIT" },
            entry.date.format("%Y%m%d"),
            decimal(paid.into(), self.account.currency),
            entry.id.simple(),
        )?;
        // A tag without text would take the next one for its text.
        let or_kind = |bytes: Vec<u8>| match bytes.is_empty() {
            true => entry.kind.as_str().into(),
            false => bytes,
        };
        out.write_all(&or_kind(field(&entry.counterparty, 32)))?;
        write!(out, "<MEMO>")?;
        out.write_all(&or_kind(field(&memo, 255)))?;
        write!(out, "</STMTTRN>\r\n")?;
        Ok(())
    }

    /// Writes the balance on the last day and the end, flushes, and gives the writer back.
    ///
    /// # Errors
    /// [`LedgerError::Io`].
    pub fn finish(mut self) -> Result<W, LedgerError> {
        write!(
            self.out,
            "</BANKTRANLIST>\r\n<LEDGERBAL><BALAMT>{}<DTASOF>{}120000</LEDGERBAL>\r\n</STMTRS></STMTTRNRS></BANKMSGSRSV1>\r\n</OFX>\r\n",
            decimal(self.balance, self.account.currency),
            self.account.to.format("%Y%m%d"),
        )?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// At most so many characters in Windows-1252, SGML's own escaped. What that code page lacks is transliterated.
fn field(text: &str, characters: usize) -> Vec<u8> {
    let clean = one_line(text);
    let mut bytes = Vec::with_capacity(clean.len());
    for character in at_most(&clean, characters).chars() {
        match character {
            '&' => bytes.extend_from_slice(b"&amp;"),
            '<' => bytes.extend_from_slice(b"&lt;"),
            '>' => bytes.extend_from_slice(b"&gt;"),
            ' '..='~' | '\u{a1}'..='\u{ff}' => bytes.extend(u8::try_from(character)),
            // Letter by letter: of a wide character only the first, so that the field keeps its length.
            _ => bytes.push(
                deunicode::deunicode_char(character)
                    .and_then(|ascii| ascii.bytes().find(u8::is_ascii_alphanumeric))
                    .unwrap_or(b'?'),
            ),
        }
    }
    bytes
}
