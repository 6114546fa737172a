//! An organisation's own codes and names for the accounts, and what each format calls them.
use super::Format;
use crate::text::{one_line, without};
use crate::{Account, AccountType};
use std::collections::{BTreeMap, BTreeSet};

/// The code and the name that an organisation gives each account; until it does, those of the common chart.
/// Two accounts may have the same code and name: then they are one in the files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chart(BTreeMap<Account, (String, String)>);

impl Chart {
    /// The same chart with this code and name for the account, on one line each. A blank one stays the common one.
    #[must_use]
    pub fn with(mut self, account: Account, code: &str, name: &str) -> Self {
        let or = |text: &str, common: &str| match one_line(text) {
            empty if empty.is_empty() => common.to_owned(),
            text => text,
        };
        let code = or(code, account.default_code());
        let name = or(name, account.name());
        self.0.insert(account, (code, name));
        self
    }

    /// The code of the account in this chart.
    pub fn code(&self, account: Account) -> &str {
        self.0
            .get(&account)
            .map_or_else(|| account.default_code(), |(code, _)| code)
    }

    /// The name of the account in this chart.
    pub fn name(&self, account: Account) -> &str {
        self.0
            .get(&account)
            .map_or_else(|| account.name(), |(_, name)| name)
    }
}

/// What a format calls each account: `Assets:1010 Bank`.
pub(super) struct Paths(BTreeMap<Account, String>);

impl Paths {
    pub(super) fn new(chart: &Chart, format: Format) -> Self {
        let mut owners: BTreeMap<String, (String, String)> = BTreeMap::new();
        let mut paths = BTreeMap::new();
        for account in Account::all() {
            let own = (
                chart.code(account).to_owned(),
                chart.name(account).to_owned(),
            );
            let leaf = leaf(format, &own.0, &own.1);
            let mut path = format!("{}:{leaf}", root(account.account_type()));
            // Different names can become the same when they are made harmless: the account's key keeps them apart.
            if owners.get(&path).is_some_and(|owner| *owner != own) {
                path = format!("{path}-{}", account.key().replace('_', "-"));
            }
            owners.insert(path.clone(), own);
            paths.insert(account, path);
        }
        Self(paths)
    }

    pub(super) fn of(&self, account: Account) -> &str {
        self.0.get(&account).map_or(account.key(), String::as_str)
    }

    /// Each name once, in their order.
    pub(super) fn distinct(&self) -> BTreeSet<&str> {
        self.0.values().map(String::as_str).collect()
    }
}

fn root(of: AccountType) -> &'static str {
    match of {
        AccountType::Asset => "Assets",
        AccountType::Liability => "Liabilities",
        AccountType::Income => "Income",
        AccountType::Expense => "Expenses",
    }
}

fn leaf(format: Format, code: &str, name: &str) -> String {
    match format {
        Format::Beancount => component(&format!("{code} {name}")),
        Format::Hledger | Format::Csv | Format::GnuCash => {
            let marks = [':', ';', '|', '"', '=', '@', '(', ')', '[', ']', '{', '}'];
            let leaf = without(&format!("{code} {name}"), &marks);
            // A spreadsheet would compute a name that begins with a sign.
            match leaf.trim_start_matches(['+', '-', '\'', ' ']) {
                "" => "Account".to_owned(),
                leaf => leaf.to_owned(),
            }
        }
    }
}

/// Letters of the Latin scripts, digits and hyphens, a capital or a digit first: what an account of beancount is
/// made of.
fn component(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for character in text.chars() {
        let latin = matches!(character, '\u{c0}'..='\u{24f}' if !matches!(character, '×' | '÷'));
        if character.is_ascii_alphanumeric() || latin {
            clean.push(character);
        } else if !clean.is_empty() && !clean.ends_with('-') {
            clean.push('-');
        }
    }
    let clean = clean.trim_end_matches('-');
    let mut characters = clean.chars();
    let first: String = characters.next().map_or_else(|| "X".to_owned(), upper);
    first + characters.as_str()
}

fn upper(character: char) -> String {
    let capital: String = character.to_uppercase().collect();
    if capital
        .chars()
        .all(|c| c.is_uppercase() || c.is_ascii_digit())
    {
        capital
    } else {
        format!("X{character}")
    }
}
