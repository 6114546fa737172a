//! What documents say of an organisation besides its name: address, register, where it receives documents, and the
//! bank account that it is paid to.
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Error, FieldError, Refusal, Result, corrupt};
use crate::identity::organisations::{self, Organisation};
use crate::ids::OrganisationId;
use crate::on_each;
use crate::operations::audit::{self, Act};
use crate::schema::billing_details as table;
use accounting::payments::AccountId;
use accounting::ubl::{Country, ElectronicAddress, Gln, Party, PostalAddress, TaxId, Violation};
use diesel::prelude::*;
use governance::Role;
use serde_json::json;

/// How a premium stands on the invoices that an organisation receives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PremiumShown {
    /// As charges of the line, one for each purpose, with its reason.
    #[default]
    Charge,
    /// In the line's price.
    Price,
}

impl PremiumShown {
    /// The word in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Charge => "charge",
            Self::Price => "price",
        }
    }
    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Charge, Self::Price]
            .into_iter()
            .find(|known| known.as_str() == word)
    }
}

/// Billing details.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// Street and number.
    pub street: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Province or state.
    pub region: Option<String>,
    /// Number in a register of co-operatives, companies or unions.
    pub registration: Option<String>,
    /// Global location number: its address in the Peppol network.
    pub gln: Option<Gln>,
    /// Where it receives documents without one.
    pub email: Option<String>,
    /// Where it is paid.
    pub account: Option<AccountId>,
    /// How premiums stand on what it receives.
    pub premium_shown: PremiumShown,
}

#[derive(Queryable)]
struct Row {
    _organisation_id: OrganisationId,
    street: Option<String>,
    city: Option<String>,
    postal_code: Option<String>,
    region: Option<String>,
    registration: Option<String>,
    gln: Option<String>,
    email: Option<String>,
    account_kind: Option<String>,
    account_number: Option<String>,
    account_branch: Option<String>,
    premium_shown: String,
    version: i64,
}

/// The kind of account and its parts, as they are kept.
pub fn account_parts(account: &AccountId) -> (&'static str, &str, Option<&str>) {
    let kind = match account {
        AccountId::Iban(_) => "iban",
        AccountId::Cbu(_) => "cbu",
        AccountId::Domestic(_) => "domestic",
    };
    (kind, account.number(), account.branch())
}

/// The account of a kind and its parts.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn account_of(
    kind: &str,
    number: &str,
    branch: Option<&str>,
) -> std::result::Result<AccountId, String> {
    let account = match (kind, branch) {
        ("iban", None) => AccountId::iban(number),
        ("cbu", None) => AccountId::cbu(number),
        ("domestic", branch) => AccountId::domestic(number, branch),
        ("iban" | "cbu", Some(_)) => {
            return Err("Only a domestic account has a branch.".to_owned());
        }
        _ => return Err("An account is an iban, a cbu or domestic.".to_owned()),
    };
    account.map_err(|error| crate::error::sentence(&error.to_string()))
}

impl TryFrom<Row> for (Details, i64) {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        let account = match (row.account_kind, row.account_number) {
            (Some(kind), Some(number)) => {
                let account = account_of(&kind, &number, row.account_branch.as_deref());
                Some(account.map_err(|_| corrupt("billing_details.account_number"))?)
            }
            _ => None,
        };
        let gln = row.gln.as_deref().map(Gln::parse).transpose();
        let details = Details {
            street: row.street,
            city: row.city,
            postal_code: row.postal_code,
            region: row.region,
            registration: row.registration,
            gln: gln.map_err(|_| corrupt("billing_details.gln"))?,
            email: row.email,
            account,
            premium_shown: PremiumShown::parse(&row.premium_shown)
                .ok_or_else(|| corrupt("billing_details.premium_shown"))?,
        };
        Ok((details, row.version))
    }
}

/// The details of an organisation, and how often they were changed; empty where it gave none.
///
/// # Errors
/// Those of the database.
pub fn of(conn: &mut Conn, organisation: OrganisationId) -> Result<(Details, i64)> {
    let row: Option<Row> = table::table.find(organisation).first(conn).optional()?;
    row.map_or_else(|| Ok((Details::default(), 0)), TryInto::try_into)
}

/// Replaces the details of the actor's organisation. Documents that were issued stay as they are.
///
/// # Errors
/// [`Code::Forbidden`] for anybody but its admins, accountants, treasurers and stewards, [`Code::Stale`].
pub fn replace(
    conn: &mut Conn,
    by: &Actor,
    version: i64,
    details: &Details,
) -> Result<(Details, i64)> {
    by.require(&[
        Role::Admin,
        Role::Accountant,
        Role::Treasurer,
        Role::FundSteward,
    ])?;
    let account = details.account.as_ref().map(account_parts);
    let row = (
        table::street.eq(&details.street),
        table::city.eq(&details.city),
        table::postal_code.eq(&details.postal_code),
        table::region.eq(&details.region),
        table::registration.eq(&details.registration),
        table::gln.eq(details.gln.as_ref().map(Gln::as_str)),
        table::email.eq(&details.email),
        table::account_kind.eq(account.map(|account| account.0)),
        table::account_number.eq(account.map(|account| account.1)),
        table::account_branch.eq(account.and_then(|account| account.2)),
        table::premium_shown.eq(details.premium_shown.as_str()),
        table::version.eq(version.saturating_add(1)),
    );
    let changed = if version == 0 {
        let new = (table::organisation_id.eq(by.organisation), row);
        on_each!(conn => diesel::insert_into(table::table)
            .values(new)
            .on_conflict_do_nothing()
            .execute(conn))?
    } else {
        diesel::update(table::table.find(by.organisation))
            .filter(table::version.eq(version))
            .set(row)
            .execute(conn)?
    };
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    // Whoever changes where money goes is on record; the number itself is in the row.
    let after = json!({
        "account": account.map(|(kind, number, _)| format!("{kind} …{}", tail(number))),
        "premium_shown": details.premium_shown.as_str(),
    });
    let act = Act {
        act: "billing_details.replace",
        kind: "billing_details",
        id: by.organisation.uuid(),
        before: None,
        after: Some(&after),
    };
    audit::record(conn, by, &act)?;
    of(conn, by.organisation)
}

fn tail(number: &str) -> String {
    let letters: Vec<char> = number.chars().collect();
    letters
        .iter()
        .skip(letters.len().saturating_sub(4))
        .collect()
}

/// The organisation as a document names it.
///
/// # Errors
/// [`Code::BillingDetailsMissing`] where its tax id or country cannot stand on one.
pub(crate) fn party(conn: &mut Conn, id: OrganisationId) -> Result<(Party, Details)> {
    let organisation = organisations::get(conn, id)?;
    let (details, _) = of(conn, id)?;
    let party = named(&organisation, &details).map_err(|violation| missing(&violation))?;
    Ok((party, details))
}

/// Refuses what would lead to invoices that the co-operative cannot put its name on.
///
/// # Errors
/// [`Code::BillingDetailsMissing`].
pub(crate) fn require_seller(conn: &mut Conn, cooperative: OrganisationId) -> Result<()> {
    if organisations::get(conn, cooperative)?.tax_id.is_some() {
        return Ok(());
    }
    let detail = "Invoices name the co-operative's tax id, and none is on file.";
    Err(Refusal::new(Code::BillingDetailsMissing, detail).into())
}

fn named(organisation: &Organisation, details: &Details) -> std::result::Result<Party, Violation> {
    let country = Country::parse(&organisation.country)?;
    let tax_id = organisation.tax_id.as_deref();
    let email = details.email.clone().map(ElectronicAddress::Email);
    Ok(Party {
        name: organisation.name.clone(),
        trading_name: None,
        address: PostalAddress {
            lines: details.street.iter().cloned().collect(),
            city: details.city.clone(),
            postal_code: details.postal_code.clone(),
            region: details.region.clone(),
            country,
        },
        tax_id: tax_id.map(|id| TaxId::parse(country, id)).transpose()?,
        registration: details.registration.clone(),
        electronic_address: details.gln.clone().map(ElectronicAddress::Gln).or(email),
    })
}

/// The refusal of a document that lacks something.
pub(crate) fn missing(violation: &Violation) -> Error {
    let detail = format!("The document cannot be issued: {violation}");
    let mut refusal = Refusal::new(Code::BillingDetailsMissing, detail);
    refusal.fields = vec![FieldError {
        pointer: String::new(),
        detail: violation.to_string(),
    }];
    refusal.into()
}
