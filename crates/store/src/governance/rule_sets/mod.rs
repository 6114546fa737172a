//! Rule sets: proposed by those who trade, adopted by their assemblies, published by one of those who
//! adopted, and never changed.
mod acts;

pub use acts::{adopt, propose, publish, withdraw};

use crate::db::Conn;
use crate::error::{Error, OrNotFound, Result, corrupt};
use crate::governance::assembly::{self, Recorded};
use crate::ids::{OrganisationId, RuleSetId};
use crate::schema::{assembly_records, rule_set_adoptions, rule_sets};
use crate::sql::{Json, Time};
use chrono::NaiveDate;
use diesel::prelude::*;
use governance::{PublishedRuleSet, Side, TextHash, common_rule_set};
use pricing::RuleSet;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Where a rule set stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Proposed: assemblies vote on it.
    Draft,
    /// It holds from its first day on, between those whose assemblies adopted it.
    Published,
    /// Taken back by who proposed it.
    Withdrawn,
}

impl Status {
    /// The word in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Withdrawn => "withdrawn",
        }
    }
    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Draft, Self::Published, Self::Withdrawn]
            .into_iter()
            .find(|known| known.as_str() == word)
    }
}

/// A rule set.
#[derive(Clone, Debug)]
pub struct Proposed {
    /// The id.
    pub id: RuleSetId,
    /// The rules, with their version's name.
    pub rules: RuleSet,
    /// SHA-256 of [`text`]: what the assemblies vote on.
    pub text_hash: TextHash,
    /// Where it stands.
    pub status: Status,
    /// Which organisation proposed it.
    pub proposed_by: OrganisationId,
    /// When.
    pub proposed_at: Time,
    /// Its first day, where it is published.
    pub starts_on: Option<NaiveDate>,
    /// Which organisation published it.
    pub published_by: Option<OrganisationId>,
    /// When.
    pub published_at: Option<Time>,
    /// Counts changes, adoptions included.
    pub version: i64,
}

#[derive(Queryable)]
struct Row {
    id: RuleSetId,
    name: String,
    parameters: Json,
    text_hash: String,
    status: String,
    proposed_by: OrganisationId,
    proposed_at: Time,
    starts_on: Option<NaiveDate>,
    published_by: Option<OrganisationId>,
    published_at: Option<Time>,
    version: i64,
}

impl TryFrom<Row> for Proposed {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        let rules = read_rules(&row.name, row.parameters, &row.text_hash)?;
        Ok(Self {
            id: row.id,
            text_hash: text_hash(&rules)?,
            rules,
            status: Status::parse(&row.status).ok_or_else(|| corrupt("rule_sets.status"))?,
            proposed_by: row.proposed_by,
            proposed_at: row.proposed_at,
            starts_on: row.starts_on,
            published_by: row.published_by,
            published_at: row.published_at,
            version: row.version,
        })
    }
}

/// The stored rules, held to the hash that the assemblies voted on.
fn read_rules(name: &str, parameters: Json, hash: &str) -> Result<RuleSet> {
    let rules: RuleSet =
        serde_json::from_value(parameters.0).map_err(|_| corrupt("rule_sets.parameters"))?;
    if rules.version != name || text_hash(&rules)?.as_str() != hash {
        return Err(corrupt("rule_sets.text_hash"));
    }
    Ok(rules)
}

/// The rules with each number in its shortest form, so that equal rules have one text.
fn canonical(rules: &RuleSet) -> RuleSet {
    RuleSet {
        version: rules.version.clone(),
        min_quotes: rules.min_quotes,
        quote_max_age_days: rules.quote_max_age_days,
        pay_cap_multiple: rules.pay_cap_multiple.normalize(),
        job_reserve_rate: rules.job_reserve_rate.normalize(),
        community_rate: rules.community_rate.normalize(),
        monthly_finance_rate: rules.monthly_finance_rate.normalize(),
        payment_days: rules.payment_days.normalize(),
        advance_rate: rules.advance_rate.normalize(),
        unit_price_decimals: rules.unit_price_decimals,
    }
}

/// The text that assemblies vote on: every parameter as JSON, names in alphabetical order, no spaces,
/// numbers in their shortest form.
///
/// # Errors
/// None for rules that were read: serde's signature asks.
pub fn text(rules: &RuleSet) -> Result<String> {
    let unwritable = |_| corrupt("rule_sets.parameters");
    let value = serde_json::to_value(canonical(rules)).map_err(unwritable)?;
    let parameters: BTreeMap<String, Value> = serde_json::from_value(value).map_err(unwritable)?;
    serde_json::to_string(&parameters).map_err(unwritable)
}

fn text_hash(rules: &RuleSet) -> Result<TextHash> {
    let digest: String = Sha256::digest(text(rules)?)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(TextHash::parse(&digest)?)
}

/// The rule set that binds a trade of these two on `date`: of those that the assemblies of both have
/// adopted, the published one that started last. `None`: they cannot trade yet
/// (`no_common_rule_set`).
///
/// # Errors
/// Those of the database.
pub fn common(
    conn: &mut Conn,
    buyer: OrganisationId,
    supplier: OrganisationId,
    date: NaiveDate,
) -> Result<Option<(RuleSetId, RuleSet)>> {
    let rows: Vec<(RuleSetId, OrganisationId, Option<NaiveDate>)> = rule_set_adoptions::table
        .inner_join(rule_sets::table)
        .filter(rule_set_adoptions::organisation_id.eq_any([buyer, supplier]))
        .filter(rule_sets::status.eq(Status::Published.as_str()))
        .select((
            rule_sets::id,
            rule_set_adoptions::organisation_id,
            rule_sets::starts_on,
        ))
        .load(conn)?;
    let adopted_by = |organisation: OrganisationId| -> Vec<RuleSetId> {
        rows.iter()
            .filter(|(_, by, _)| *by == organisation)
            .map(|(id, ..)| *id)
            .collect()
    };
    let published = rows
        .iter()
        .map(|&(version, _, starts_on)| {
            starts_on
                .map(|starts_on| PublishedRuleSet { version, starts_on })
                .ok_or_else(|| corrupt("rule_sets.starts_on"))
        })
        .collect::<Result<Vec<_>>>()?;
    let common = common_rule_set(&adopted_by(buyer), &adopted_by(supplier), &published, date);
    match common {
        Some(&PublishedRuleSet { version, .. }) => Ok(Some((version, get(conn, version)?.rules))),
        None => Ok(None),
    }
}

/// Whether the organisation's assembly adopted the rule set.
///
/// # Errors
/// Those of the database.
pub fn has_adopted(
    conn: &mut Conn,
    organisation: OrganisationId,
    rule_set: RuleSetId,
) -> Result<bool> {
    let adoption = rule_set_adoptions::table
        .filter(rule_set_adoptions::organisation_id.eq(organisation))
        .filter(rule_set_adoptions::rule_set_id.eq(rule_set));
    Ok(adoption.count().get_result::<i64>(conn)? > 0)
}

/// The rule set, whoever asks: they are public.
///
/// # Errors
/// [`Code::NotFound`].
pub fn get(conn: &mut Conn, id: RuleSetId) -> Result<Proposed> {
    let row: Option<Row> = rule_sets::table.find(id).first(conn).optional()?;
    row.or_not_found()?.try_into()
}

/// An organisation's adoption, with the assembly behind it.
#[derive(Clone, Debug)]
pub struct Adopted {
    /// Whose.
    pub organisation: OrganisationId,
    /// The side of the trade that it speaks for.
    pub side: Side,
    /// The assembly's decision.
    pub assembly_record: Recorded,
    /// When it was entered.
    pub adopted_at: Time,
}

/// Those who adopted the rule set, in the order of their ids, after `after`; all of them without a
/// `limit`.
///
/// # Errors
/// Those of the database.
pub fn adoptions(
    conn: &mut Conn,
    id: RuleSetId,
    after: Option<OrganisationId>,
    limit: Option<i64>,
) -> Result<Vec<Adopted>> {
    let mut query = rule_set_adoptions::table
        .inner_join(assembly_records::table)
        .filter(rule_set_adoptions::rule_set_id.eq(id))
        .order(rule_set_adoptions::organisation_id)
        .select((
            rule_set_adoptions::organisation_id,
            rule_set_adoptions::side,
            rule_set_adoptions::adopted_at,
            assembly_records::all_columns,
        ))
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(rule_set_adoptions::organisation_id.gt(after));
    }
    if let Some(limit) = limit {
        query = query.limit(limit);
    }
    let rows: Vec<(OrganisationId, String, Time, assembly::Row)> = query.load(conn)?;
    rows.into_iter()
        .map(|(organisation, side, adopted_at, record)| {
            Ok(Adopted {
                organisation,
                side: Side::parse(&side).map_err(|_| corrupt("rule_set_adoptions.side"))?,
                adopted_at,
                assembly_record: record.try_into()?,
            })
        })
        .collect()
}

/// How many organisations of each side have adopted a rule set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sides {
    /// Unions and community organisations.
    pub buyers: i64,
    /// Co-operatives.
    pub suppliers: i64,
}

/// The adoptions of these rule sets, counted; what nobody adopted is missing.
///
/// # Errors
/// Those of the database.
pub fn count_adoptions(conn: &mut Conn, ids: &[RuleSetId]) -> Result<BTreeMap<RuleSetId, Sides>> {
    let rows: Vec<(RuleSetId, String, i64)> = rule_set_adoptions::table
        .filter(rule_set_adoptions::rule_set_id.eq_any(ids))
        .group_by((rule_set_adoptions::rule_set_id, rule_set_adoptions::side))
        .select((
            rule_set_adoptions::rule_set_id,
            rule_set_adoptions::side,
            diesel::dsl::count_star(),
        ))
        .load(conn)?;
    let mut counted: BTreeMap<RuleSetId, Sides> = BTreeMap::new();
    for (id, side, count) in rows {
        let sides = counted.entry(id).or_default();
        match Side::parse(&side).map_err(|_| corrupt("rule_set_adoptions.side"))? {
            Side::Buyers => sides.buyers = count,
            Side::Suppliers => sides.suppliers = count,
        }
    }
    Ok(counted)
}

/// Rule sets in the order in which they were proposed, after `after`; of one state where it is named.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    status: Option<Status>,
    after: Option<RuleSetId>,
    limit: i64,
) -> Result<Vec<Proposed>> {
    let mut query = rule_sets::table
        .order(rule_sets::id)
        .limit(limit)
        .into_boxed();
    if let Some(status) = status {
        query = query.filter(rule_sets::status.eq(status.as_str()));
    }
    if let Some(after) = after {
        query = query.filter(rule_sets::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(Proposed::try_from).collect()
}
