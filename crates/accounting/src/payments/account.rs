//! Bank accounts, with check digits where they have some.
use super::PaymentError;
use iban::IbanLike as _;
use std::fmt;

/// Weights of the digits of a CBU's two blocks.
const CBU_BANK: [u32; 7] = [7, 1, 3, 9, 7, 1, 3];
const CBU_ACCOUNT: [u32; 13] = [3, 9, 7, 1, 3, 9, 7, 1, 3, 9, 7, 1, 3];

/// A bank account, as its country numbers them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AccountId {
    /// An international number.
    Iban(Iban),
    /// An Argentine uniform key of a bank account (CBU), or of a payment provider's (CVU).
    Cbu(Cbu),
    /// The number that a bank gives, with the branch's or clearing code where there is one.
    Domestic(DomesticAccount),
}

/// An IBAN whose check digits hold, without spaces.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Iban(String);

/// 22 digits, both check digits of which hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cbu(String);

/// An account number of 1 to 34 letters, digits and hyphens, and a branch code of as many.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DomesticAccount {
    number: String,
    branch: Option<String>,
}

impl AccountId {
    /// Reads an IBAN, with or without spaces.
    ///
    /// # Errors
    /// [`PaymentError::Account`] where its country, length or check digits are wrong.
    pub fn iban(text: &str) -> Result<Self, PaymentError> {
        let solid = solid(text).to_ascii_uppercase();
        match solid.parse::<iban::Iban>() {
            Ok(read) => Ok(Self::Iban(Iban(read.electronic_str().to_owned()))),
            Err(_) => Err(wrong("IBAN", text)),
        }
    }

    /// Reads a CBU or CVU, with or without spaces and hyphens.
    ///
    /// # Errors
    /// [`PaymentError::Account`] where it is not of 22 digits or a check digit is wrong.
    pub fn cbu(text: &str) -> Result<Self, PaymentError> {
        let solid = solid(text).replace('-', "");
        let digits: Option<Vec<u32>> = solid.chars().map(|c| c.to_digit(10)).collect();
        let holds = digits
            .filter(|digits| digits.len() == 22)
            .is_some_and(|digits| {
                let (bank, account) = digits.split_at(8);
                block_holds(bank, &CBU_BANK) && block_holds(account, &CBU_ACCOUNT)
            });
        if holds {
            Ok(Self::Cbu(Cbu(solid)))
        } else {
            Err(wrong("CBU", text))
        }
    }

    /// Takes a bank's own number, and the code of its branch where it has one. Spaces are left out.
    ///
    /// # Errors
    /// [`PaymentError::Account`] for anything but 1 to 34 letters, digits and hyphens, with one digit at least.
    pub fn domestic(number: &str, branch: Option<&str>) -> Result<Self, PaymentError> {
        let (number, branch) = (solid(number), branch.map(solid));
        let fits = |text: &str| {
            (1..=34).contains(&text.len())
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && text.starts_with(|c: char| c != '-')
                && text.bytes().any(|b| b.is_ascii_digit())
        };
        if !fits(&number) {
            return Err(wrong("account number", &number));
        }
        if let Some(branch) = branch.as_deref().filter(|branch| !fits(branch)) {
            return Err(wrong("branch code", branch));
        }
        Ok(Self::Domestic(DomesticAccount { number, branch }))
    }

    /// The number of the account, without its branch.
    pub fn number(&self) -> &str {
        match self {
            Self::Iban(iban) => &iban.0,
            Self::Cbu(cbu) => &cbu.0,
            Self::Domestic(account) => &account.number,
        }
    }

    /// The code of the branch, or of the bank in its clearing, where the account has one of its own.
    pub fn branch(&self) -> Option<&str> {
        match self {
            Self::Iban(_) | Self::Cbu(_) => None,
            Self::Domestic(account) => account.branch.as_deref(),
        }
    }

    /// What kind of number it is: `iban`, `cbu` or `domestic`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Iban(_) => "iban",
            Self::Cbu(_) => "cbu",
            Self::Domestic(_) => "domestic",
        }
    }
}

/// The number, behind its branch where there is one.
impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(branch) = self.branch() {
            write!(f, "{branch} ")?;
        }
        f.write_str(self.number())
    }
}

/// Whether the last digit makes the weighted sum a multiple of ten.
fn block_holds(block: &[u32], weights: &[u32]) -> bool {
    let Some((check, digits)) = block.split_last() else {
        return false;
    };
    let sum: u32 = digits
        .iter()
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum();
    digits.len() == weights.len() && (sum + check).is_multiple_of(10)
}

fn solid(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn wrong(what: &'static str, text: &str) -> PaymentError {
    PaymentError::Account {
        what,
        text: text.chars().take(40).collect(),
    }
}
