//! What a co-operative had to buy elsewhere, or went without, because nobody in the movement made it in time:
//! recorded with the reason, for the networks to see which inputs the movement does not make yet.
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Error, OrNotFound, Refusal, Result, corrupt};
use crate::ids::{NeedId, OrganisationId, ProductId, UpstreamRecordId};
use crate::needs::need::{self, Need, in_decimals, require_poster};
use crate::needs::proposals::{self, Origin};
use crate::needs::{propose, states, unmet};
use crate::operations::audit;
use crate::schema::{organisations, products, upstream_records};
use crate::sql::Time;
use diesel::prelude::*;
use governance::OrganisationKind;
use money::Micro;
use ordering::{NeedAct, NeedState};
use serde_json::json;
use std::collections::BTreeMap;

/// What became of an input that nobody in the movement made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was bought outside the movement.
    BoughtElsewhere,
    /// The co-operative did without.
    Unmet,
}

impl Outcome {
    /// The word in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BoughtElsewhere => "bought_elsewhere",
            Self::Unmet => "unmet",
        }
    }
    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::BoughtElsewhere, Self::Unmet]
            .into_iter()
            .find(|known| known.as_str() == word)
    }
}

/// A record.
#[derive(Clone, Debug)]
pub struct Record {
    /// The id.
    pub id: UpstreamRecordId,
    /// Of which need.
    pub need: NeedId,
    /// Of which of its lines.
    pub position: i32,
    /// Whose.
    pub cooperative: OrganisationId,
    /// Its name.
    pub cooperative_name: String,
    /// What.
    pub product: ProductId,
    /// Its name.
    pub product_name: String,
    /// Its unit, UN/ECE Rec 20.
    pub unit: String,
    /// How much.
    pub quantity: Micro,
    /// Where it was needed: ISO 3166-2.
    pub region: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Why.
    pub reason: String,
    /// When it was recorded.
    pub recorded_at: Time,
}

#[derive(Queryable)]
struct Row {
    id: UpstreamRecordId,
    need_id: NeedId,
    position: i32,
    cooperative_id: OrganisationId,
    cooperative_name: String,
    product_id: ProductId,
    product_name: String,
    unit: String,
    quantity_micro: i64,
    region: String,
    outcome: String,
    reason: String,
    recorded_at: Time,
}

impl TryFrom<Row> for Record {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            need: row.need_id,
            position: row.position,
            cooperative: row.cooperative_id,
            cooperative_name: row.cooperative_name,
            product: row.product_id,
            product_name: row.product_name,
            unit: row.unit,
            quantity: Micro::new(row.quantity_micro),
            region: row.region,
            outcome: Outcome::parse(&row.outcome)
                .ok_or_else(|| corrupt("upstream_records.outcome"))?,
            reason: row.reason,
            recorded_at: row.recorded_at,
        })
    }
}

/// What a co-operative records.
#[derive(Clone, Debug)]
pub struct NewRecord {
    /// The need's line.
    pub position: i32,
    /// How much of it.
    pub quantity: Micro,
    /// What became of it.
    pub outcome: Outcome,
    /// Why.
    pub reason: String,
}

/// Records that a part of a line of the actor's own need was bought elsewhere, or done without: it is needed
/// no more. A need of which nothing is left and nothing is on order is closed.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`], [`Code::NotAdmitted`], [`Code::Stale`]; [`Code::UpstreamFirst`] as
/// long as the need is its networks' first, with the end of that time; [`Code::WrongState`] for a draft and
/// for a closed need; [`Code::InvalidInput`] for more than is left of the line.
pub fn record(
    conn: &mut Conn,
    by: &Actor,
    id: NeedId,
    version: i64,
    new: &NewRecord,
) -> Result<Record> {
    let need = need::get(conn, by, id)?;
    require_poster(by)?;
    by.require_kind(&[OrganisationKind::Cooperative])?;
    if need.version != version {
        return Err(Refusal::stale().into());
    }
    require_over(&need, by.now)?;
    require_left(conn, &need, new)?;
    if !states::lock_at(conn, id, version)? {
        return Err(Refusal::stale().into());
    }
    let made = insert(conn, by, &need, new)?;
    proposals::supersede(conn, Origin::Need(id))?;
    let left = propose::outstanding(conn, &need)?;
    let of_line = left.iter().find(|line| line.position == new.position);
    unmet::lower(conn, id, new.position, of_line.map(|line| line.quantity))?;
    if left.is_empty() && unmet::on_order(conn, &need)?.is_empty() {
        states::advance(conn, Some(by), id, NeedAct::Close, by.now)?;
        unmet::clear(conn, id)?;
    }
    let entry = json!({
        "need": need.reference, "position": new.position, "quantity": new.quantity.to_string(),
        "outcome": new.outcome.as_str(), "reason": new.reason,
    });
    audit::change(conn, by, "upstream_record.make", made.uuid(), None, &entry)?;
    get(conn, by, made)
}

/// The networks had their time, and the need is open.
fn require_over(need: &Need, now: Time) -> Result<()> {
    let closed = [NeedState::Draft, NeedState::Closed];
    if closed.contains(&need.state) {
        let detail = format!("The need is {}.", need.state);
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    match need.first_until {
        Some(until) if now < until => {
            let detail = format!(
                "Until {} the need is offered to the co-operatives of your networks first.",
                until.utc().format("%Y-%m-%d %H:%M UTC")
            );
            Err(Refusal::new(Code::UpstreamFirst, detail).into())
        }
        _ => Ok(()),
    }
}

/// No more than is left of the line, in the product's decimals.
fn require_left(conn: &mut Conn, need: &Need, new: &NewRecord) -> Result<()> {
    let line = need
        .terms
        .lines
        .iter()
        .find(|line| line.position == new.position);
    let Some(line) = line else {
        let detail = format!("The need has {} lines.", need.terms.lines.len());
        return Err(Refusal::new(Code::InvalidInput, detail)
            .at("/position")
            .into());
    };
    let (places, product): (i32, String) = products::table
        .find(line.product)
        .select((products::quantity_decimals, products::name))
        .first(conn)?;
    if !in_decimals(new.quantity, places) {
        let detail = format!("This product is counted to {places} decimal places.");
        return Err(Refusal::new(Code::InvalidInput, detail)
            .at("/quantity")
            .into());
    }
    let left = propose::outstanding(conn, need)?;
    let left = left.iter().find(|left| left.position == new.position);
    let left = left.map_or(Micro::ZERO, |left| left.quantity);
    if new.quantity > left {
        let detail = format!("Of {product} {left} is neither on order nor recorded.");
        return Err(Refusal::new(Code::InvalidInput, detail)
            .at("/quantity")
            .into());
    }
    Ok(())
}

fn insert(conn: &mut Conn, by: &Actor, need: &Need, new: &NewRecord) -> Result<UpstreamRecordId> {
    let lines = &need.terms.lines;
    let line = lines.iter().find(|line| line.position == new.position);
    let line = line.or_not_found()?;
    let id = UpstreamRecordId::fresh();
    diesel::insert_into(upstream_records::table)
        .values((
            upstream_records::id.eq(id),
            upstream_records::need_id.eq(need.id),
            upstream_records::position.eq(new.position),
            upstream_records::cooperative_id.eq(need.buyer),
            upstream_records::product_id.eq(line.product),
            upstream_records::quantity_micro.eq(new.quantity.get()),
            upstream_records::region.eq(&line.region),
            upstream_records::outcome.eq(new.outcome.as_str()),
            upstream_records::reason.eq(&new.reason),
            upstream_records::recorded_by.eq(by.person),
            upstream_records::recorded_at.eq(by.now),
        ))
        .execute(conn)?;
    Ok(id)
}

/// What of each line of the need was recorded, by the line's position.
///
/// # Errors
/// Those of the database.
pub(in crate::needs) fn recorded(conn: &mut Conn, need: NeedId) -> Result<BTreeMap<i32, Micro>> {
    let rows: Vec<(i32, i64)> = upstream_records::table
        .filter(upstream_records::need_id.eq(need))
        .select((upstream_records::position, upstream_records::quantity_micro))
        .load(conn)?;
    let mut sums = BTreeMap::new();
    for (position, quantity) in rows {
        let sum = sums.entry(position).or_insert(Micro::ZERO);
        *sum = sum.checked_add(Micro::new(quantity))?;
    }
    Ok(sums)
}

/// Records, the first first, after `after`: all of them for a network, its own for a co-operative; of a
/// product where it is named.
///
/// # Errors
/// [`Code::Forbidden`] for anybody but co-operatives and networks, [`Code::NotAdmitted`].
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    product: Option<ProductId>,
    after: Option<UpstreamRecordId>,
    limit: i64,
) -> Result<Vec<Record>> {
    load(conn, by, (product, after, None), limit)
}

/// One of [`list`].
///
/// # Errors
/// Those of [`list`]; [`Code::NotFound`].
pub fn get(conn: &mut Conn, by: &Actor, id: UpstreamRecordId) -> Result<Record> {
    load(conn, by, (None, None, Some(id)), 1)?
        .pop()
        .or_not_found()
}

type Narrowed = (
    Option<ProductId>,
    Option<UpstreamRecordId>,
    Option<UpstreamRecordId>,
);

fn load(
    conn: &mut Conn,
    by: &Actor,
    (product, after, only): Narrowed,
    limit: i64,
) -> Result<Vec<Record>> {
    by.require_kind(&[OrganisationKind::Cooperative, OrganisationKind::Network])?;
    by.require_admitted()?;
    let mut query = upstream_records::table
        .inner_join(products::table)
        .inner_join(organisations::table)
        .order(upstream_records::id)
        .limit(limit)
        .select((
            upstream_records::id,
            upstream_records::need_id,
            upstream_records::position,
            upstream_records::cooperative_id,
            organisations::name,
            upstream_records::product_id,
            products::name,
            products::unit,
            upstream_records::quantity_micro,
            upstream_records::region,
            upstream_records::outcome,
            upstream_records::reason,
            upstream_records::recorded_at,
        ))
        .into_boxed();
    if by.kind == OrganisationKind::Cooperative {
        query = query.filter(upstream_records::cooperative_id.eq(by.organisation));
    }
    if let Some(product) = product {
        query = query.filter(upstream_records::product_id.eq(product));
    }
    if let Some(after) = after {
        query = query.filter(upstream_records::id.gt(after));
    }
    if let Some(only) = only {
        query = query.filter(upstream_records::id.eq(only));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(Record::try_from).collect()
}
