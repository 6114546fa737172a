//! The chart of accounts: what is never mixed has an account of its own.
use crate::error::AccountingError;

/// What a premium protects: one account for each, never mixed with the price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Purpose {
    /// Materials and overhead that the market does not even pay.
    MaterialsAndOverhead,
    /// Labour, up to the living wage.
    Wages,
    /// The shorter week.
    Hours,
    /// Paid assembly and education time.
    Democracy,
    /// The reserve that keeps jobs.
    Jobs,
    /// The indivisible reserve.
    Reserve,
    /// The community premium.
    Community,
}

impl Purpose {
    /// All of them, in the order in which prices list them.
    pub const ALL: [Self; 7] = [
        Self::MaterialsAndOverhead,
        Self::Wages,
        Self::Hours,
        Self::Democracy,
        Self::Jobs,
        Self::Reserve,
        Self::Community,
    ];

    /// The word in the database and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MaterialsAndOverhead => "materials_and_overhead",
            Self::Wages => "wages",
            Self::Hours => "hours",
            Self::Democracy => "democracy",
            Self::Jobs => "jobs",
            Self::Reserve => "reserve",
            Self::Community => "community",
        }
    }

    /// Reads the word.
    ///
    /// # Errors
    /// [`AccountingError::UnknownWord`].
    pub fn parse(word: &str) -> Result<Self, AccountingError> {
        Self::ALL
            .into_iter()
            .find(|known| known.as_str() == word)
            .ok_or_else(|| AccountingError::UnknownWord {
                what: "purpose of the premium",
                word: word.to_owned(),
            })
    }
}

/// What an account shows, and so on which side it grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountType {
    /// What is owned or owed to us: grows by debits.
    Asset,
    /// What we owe: grows by credits.
    Liability,
    /// What came in for good: grows by credits.
    Income,
    /// What went out for good: grows by debits.
    Expense,
}

impl AccountType {
    /// The word in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asset => "asset",
            Self::Liability => "liability",
            Self::Income => "income",
            Self::Expense => "expense",
        }
    }
}

/// An account of an organisation's book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Account {
    /// Money in the bank.
    Bank,
    /// What those we invoiced still owe.
    Receivables,
    /// Advances that we paid and no invoice netted yet.
    AdvancesPaid,
    /// What a fund lent buyers for their advances.
    FundAdvancesLent,
    /// Tax on what we bought.
    TaxRecoverable,
    /// What we still owe on invoices.
    Payables,
    /// Advances that we received and netted on no invoice yet.
    AdvancesReceived,
    /// What a fund lent us for our advances.
    FundAdvancesOwed,
    /// Tax on what we sold.
    TaxPayable,
    /// Goods sold, at the market price.
    GoodsSold,
    /// Carriage sold.
    FreightSold,
    /// Work billed when a purchase order was cancelled.
    WorkSold,
    /// What buyers paid above the market, by purpose.
    PremiumReceived(Purpose),
    /// Gifts, and what backers put into a fund.
    GrantsReceived,
    /// Goods bought, at the market price.
    GoodsBought,
    /// Carriage bought.
    FreightBought,
    /// Work paid for when a purchase order was cancelled.
    WorkBought,
    /// What we paid above the market, by purpose.
    PremiumPaid(Purpose),
    /// What a solidarity fund paid in place of buyers.
    SubsidyPaid,
    /// What a fund gave away.
    GrantsGiven,
}

/// One row of the chart.
struct Row(
    Account,
    &'static str,
    AccountType,
    &'static str,
    &'static str,
);

/// The chart: account, its key, its type, the code it has until an organisation gives it another, its name.
const CHART: [Row; 32] = {
    use Account as A;
    use AccountType::{Asset, Expense, Income, Liability};
    use Purpose as P;
    [
        Row(A::Bank, "bank", Asset, "1010", "Bank"),
        Row(A::Receivables, "receivables", Asset, "1100", "Receivables"),
        Row(
            A::AdvancesPaid,
            "advances_paid",
            Asset,
            "1200",
            "Advances paid",
        ),
        Row(
            A::FundAdvancesLent,
            "fund_advances_lent",
            Asset,
            "1250",
            "Advances lent by the fund",
        ),
        Row(
            A::TaxRecoverable,
            "tax_recoverable",
            Asset,
            "1300",
            "Tax recoverable",
        ),
        Row(A::Payables, "payables", Liability, "2100", "Payables"),
        Row(
            A::AdvancesReceived,
            "advances_received",
            Liability,
            "2200",
            "Advances received",
        ),
        Row(
            A::FundAdvancesOwed,
            "fund_advances_owed",
            Liability,
            "2250",
            "Advances owed to a fund",
        ),
        Row(
            A::TaxPayable,
            "tax_payable",
            Liability,
            "2300",
            "Tax payable",
        ),
        Row(A::GoodsSold, "goods_sold", Income, "4010", "Goods sold"),
        Row(
            A::FreightSold,
            "freight_sold",
            Income,
            "4020",
            "Freight sold",
        ),
        Row(
            A::WorkSold,
            "work_sold",
            Income,
            "4030",
            "Work done for cancelled orders",
        ),
        Row(
            A::PremiumReceived(P::MaterialsAndOverhead),
            "premium_received_materials_and_overhead",
            Income,
            "4110",
            "Premium received: materials and overhead",
        ),
        Row(
            A::PremiumReceived(P::Wages),
            "premium_received_wages",
            Income,
            "4120",
            "Premium received: wages",
        ),
        Row(
            A::PremiumReceived(P::Hours),
            "premium_received_hours",
            Income,
            "4130",
            "Premium received: hours",
        ),
        Row(
            A::PremiumReceived(P::Democracy),
            "premium_received_democracy",
            Income,
            "4140",
            "Premium received: democracy",
        ),
        Row(
            A::PremiumReceived(P::Jobs),
            "premium_received_jobs",
            Income,
            "4150",
            "Premium received: jobs",
        ),
        Row(
            A::PremiumReceived(P::Reserve),
            "premium_received_reserve",
            Income,
            "4160",
            "Premium received: reserve",
        ),
        Row(
            A::PremiumReceived(P::Community),
            "premium_received_community",
            Income,
            "4170",
            "Premium received: community",
        ),
        Row(
            A::GrantsReceived,
            "grants_received",
            Income,
            "4900",
            "Grants received",
        ),
        Row(
            A::GoodsBought,
            "goods_bought",
            Expense,
            "5010",
            "Goods bought",
        ),
        Row(
            A::FreightBought,
            "freight_bought",
            Expense,
            "5020",
            "Freight bought",
        ),
        Row(
            A::WorkBought,
            "work_bought",
            Expense,
            "5030",
            "Work paid for cancelled orders",
        ),
        Row(
            A::PremiumPaid(P::MaterialsAndOverhead),
            "premium_paid_materials_and_overhead",
            Expense,
            "5110",
            "Premium paid: materials and overhead",
        ),
        Row(
            A::PremiumPaid(P::Wages),
            "premium_paid_wages",
            Expense,
            "5120",
            "Premium paid: wages",
        ),
        Row(
            A::PremiumPaid(P::Hours),
            "premium_paid_hours",
            Expense,
            "5130",
            "Premium paid: hours",
        ),
        Row(
            A::PremiumPaid(P::Democracy),
            "premium_paid_democracy",
            Expense,
            "5140",
            "Premium paid: democracy",
        ),
        Row(
            A::PremiumPaid(P::Jobs),
            "premium_paid_jobs",
            Expense,
            "5150",
            "Premium paid: jobs",
        ),
        Row(
            A::PremiumPaid(P::Reserve),
            "premium_paid_reserve",
            Expense,
            "5160",
            "Premium paid: reserve",
        ),
        Row(
            A::PremiumPaid(P::Community),
            "premium_paid_community",
            Expense,
            "5170",
            "Premium paid: community",
        ),
        Row(
            A::SubsidyPaid,
            "subsidy_paid",
            Expense,
            "5200",
            "Solidarity fund subsidy paid",
        ),
        Row(
            A::GrantsGiven,
            "grants_given",
            Expense,
            "5900",
            "Grants given",
        ),
    ]
};

impl Account {
    /// All accounts, in the order of the chart.
    pub fn all() -> impl Iterator<Item = Self> {
        CHART.iter().map(|row| row.0)
    }

    /// The account of this key.
    ///
    /// # Errors
    /// [`AccountingError::UnknownAccount`].
    pub fn parse(key: &str) -> Result<Self, AccountingError> {
        CHART
            .iter()
            .find(|row| row.1 == key)
            .map(|row| row.0)
            .ok_or_else(|| AccountingError::UnknownAccount(key.to_owned()))
    }

    /// Its key in the database and in JSON.
    pub fn key(self) -> &'static str {
        self.row().map_or("", |row| row.1)
    }

    /// What it shows.
    pub fn account_type(self) -> AccountType {
        self.row().map_or(AccountType::Asset, |row| row.2)
    }

    /// The code that it has until an organisation gives it another.
    pub fn default_code(self) -> &'static str {
        self.row().map_or("", |row| row.3)
    }

    /// Its name in English.
    pub fn name(self) -> &'static str {
        self.row().map_or("", |row| row.4)
    }

    // Every account has a row: a test goes through them.
    fn row(self) -> Option<&'static Row> {
        CHART.iter().find(|row| row.0 == self)
    }
}
