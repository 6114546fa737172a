//! Needs: what a buyer asks for, line by line, with its policy. No price is asked for.
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, OrNotFound, Refusal, Result, corrupt};
use crate::ids::{NeedId, OrganisationId, ProductId};
use crate::on_each;
use crate::operations::audit::{self, Act};
use crate::operations::counters;
use crate::schema::{need_lines, need_networks, needs, organisations, products};
use crate::sql::Time;
use chrono::{Months, NaiveDate};
use diesel::prelude::*;
use governance::{OrganisationKind, Role};
use money::{Currency, Micro, Money};
use ordering::NeedState;
use serde_json::{Value, json};

/// Lines a need has at most: a congress asks for some dozens of things.
pub const LINES_MAX: usize = 100;
/// Networks a policy names at most.
pub const NETWORKS_MAX: usize = 50;
/// How far ahead a need may be due: no co-operative plans its capacity beyond.
pub const DUE_WITHIN: Months = Months::new(36);
/// The references' prefix: `N-2026-000001`.
const PREFIX: &str = "N";
/// The counter behind the references.
const SERIES: &str = "needs";

/// One thing that is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeedLine {
    /// From 1, in the order given.
    pub position: i32,
    /// What.
    pub product: ProductId,
    /// What it is used for, sizes, colours; may be empty.
    pub specification: String,
    /// How much, above zero, in the product's decimals.
    pub quantity: Micro,
    /// The weight of this line against the others, from 1.
    pub priority: i32,
    /// Where it is delivered: ISO 3166-2.
    pub region: String,
    /// By when it has to be there.
    pub due_on: NaiveDate,
    /// The most that a unit with its freight may cost.
    pub max_unit_price: Option<Micro>,
    /// The most that the line with its freight may cost.
    pub budget: Option<Money>,
    /// The most listings that may serve it.
    pub max_suppliers: Option<i32>,
}

/// What a buyer says of a need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// A few words for people.
    pub title: String,
    /// The currency of all its prices.
    pub currency: Currency,
    /// Policy: the highest premium over the market that it pays, as a fraction.
    pub max_premium_rate: Option<Micro>,
    /// Policy: whose verifications count; empty: any network's.
    pub networks: Vec<OrganisationId>,
    /// What is needed.
    pub lines: Vec<NeedLine>,
}

/// A need.
#[derive(Clone, Debug)]
pub struct Need {
    /// The id.
    pub id: NeedId,
    /// Whose.
    pub buyer: OrganisationId,
    /// For people: `N-2026-000001`, unique for the buyer.
    pub reference: String,
    /// Where it stands.
    pub state: NeedState,
    /// What was asked for.
    pub terms: Terms,
    /// When it was written.
    pub created_at: Time,
    /// Until when it is offered to its co-operative's networks first; none for who is no co-operative, and
    /// for a draft.
    pub first_until: Option<Time>,
    /// Counts changes.
    pub version: i64,
}

#[derive(Queryable)]
pub(super) struct Row {
    id: NeedId,
    buyer_id: OrganisationId,
    reference: String,
    title: String,
    currency: String,
    status: String,
    max_premium_rate_micro: Option<i64>,
    _created_by: crate::ids::PersonId,
    created_at: Time,
    first_until: Option<Time>,
    version: i64,
}

#[derive(Queryable)]
struct LineRow {
    need_id: NeedId,
    position: i32,
    product_id: ProductId,
    specification: String,
    quantity_micro: i64,
    priority: i32,
    region: String,
    due_on: NaiveDate,
    max_unit_price_micro: Option<i64>,
    budget_minor: Option<i64>,
    max_suppliers: Option<i32>,
}

impl LineRow {
    fn line(self, currency: Currency) -> NeedLine {
        NeedLine {
            position: self.position,
            product: self.product_id,
            specification: self.specification,
            quantity: Micro::new(self.quantity_micro),
            priority: self.priority,
            region: self.region,
            due_on: self.due_on,
            max_unit_price: self.max_unit_price_micro.map(Micro::new),
            budget: self.budget_minor.map(|minor| Money::new(minor, currency)),
            max_suppliers: self.max_suppliers,
        }
    }
}

impl Row {
    fn need(self, networks: Vec<OrganisationId>, lines: Vec<LineRow>) -> Result<Need> {
        let currency = Currency::parse(&self.currency).map_err(|_| corrupt("needs.currency"))?;
        Ok(Need {
            id: self.id,
            buyer: self.buyer_id,
            reference: self.reference,
            state: NeedState::parse(&self.status).map_err(|_| corrupt("needs.status"))?,
            terms: Terms {
                title: self.title,
                currency,
                max_premium_rate: self.max_premium_rate_micro.map(Micro::new),
                networks,
                lines: lines.into_iter().map(|row| row.line(currency)).collect(),
            },
            created_at: self.created_at,
            first_until: self.first_until,
            version: self.version,
        })
    }
}

/// The actor must be a buyer of an admitted organisation that has needs: a union, a community organisation,
/// or a co-operative with inputs to buy.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotAdmitted`].
pub fn require_poster(by: &Actor) -> Result<()> {
    use OrganisationKind::{Community, Cooperative, Union};
    by.require_kind(&[Union, Community, Cooperative])?;
    by.require(&[Role::Buyer])?;
    by.require_admitted()
}

/// The actor must be a buyer of an admitted union or community organisation.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotAdmitted`].
pub fn require_buyer(by: &Actor) -> Result<()> {
    by.require_kind(&[OrganisationKind::Union, OrganisationKind::Community])?;
    by.require(&[Role::Buyer])?;
    by.require_admitted()
}

/// Writes a need, as a draft.
///
/// # Errors
/// [`Code::InvalidInput`] with pointers (unknown product or network, a quantity finer than the
/// product's, a due date out of reach), [`Code::Forbidden`], [`Code::NotAdmitted`].
pub fn create(conn: &mut Conn, by: &Actor, terms: &Terms) -> Result<Need> {
    require_poster(by)?;
    check(conn, by, terms)?;
    let id = NeedId::fresh();
    let reference = counters::reference(conn, by.organisation, (PREFIX, SERIES), by.now)?;
    diesel::insert_into(needs::table)
        .values((
            needs::id.eq(id),
            needs::buyer_id.eq(by.organisation),
            needs::reference.eq(reference),
            needs::title.eq(&terms.title),
            needs::currency.eq(terms.currency.code()),
            needs::status.eq(NeedState::Draft.as_str()),
            needs::max_premium_rate_micro.eq(terms.max_premium_rate.map(Micro::get)),
            needs::created_by.eq(by.person),
            needs::created_at.eq(by.now),
            needs::version.eq(1),
        ))
        .execute(conn)?;
    write_parts(conn, id, terms)?;
    let need = load(conn, id)?;
    audit::record(
        conn,
        by,
        &Act {
            act: "need.create",
            kind: "need",
            id: id.uuid(),
            before: None,
            after: Some(&terms_json(&need)),
        },
    )?;
    Ok(need)
}

/// Rewrites a draft.
///
/// # Errors
/// As [`create`]; [`Code::NotFound`], [`Code::WrongState`] where it is published (withdraw it first),
/// [`Code::Stale`].
pub fn change(
    conn: &mut Conn,
    by: &Actor,
    id: NeedId,
    version: i64,
    terms: &Terms,
) -> Result<Need> {
    let before = get(conn, by, id)?;
    require_poster(by)?;
    if before.state != NeedState::Draft {
        return Err(Refusal::new(
            Code::WrongState,
            format!(
                "The need is {}; only a draft changes. Withdraw it first.",
                before.state
            ),
        )
        .into());
    }
    check(conn, by, terms)?;
    let changed = diesel::update(needs::table.find(id))
        .filter(needs::version.eq(version))
        .set((
            needs::title.eq(&terms.title),
            needs::currency.eq(terms.currency.code()),
            needs::max_premium_rate_micro.eq(terms.max_premium_rate.map(Micro::get)),
            needs::version.eq(version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    diesel::delete(need_networks::table.filter(need_networks::need_id.eq(id))).execute(conn)?;
    diesel::delete(need_lines::table.filter(need_lines::need_id.eq(id))).execute(conn)?;
    write_parts(conn, id, terms)?;
    let after = load(conn, id)?;
    audit::record(
        conn,
        by,
        &Act {
            act: "need.change",
            kind: "need",
            id: id.uuid(),
            before: Some(&terms_json(&before)),
            after: Some(&terms_json(&after)),
        },
    )?;
    Ok(after)
}

fn write_parts(conn: &mut Conn, id: NeedId, terms: &Terms) -> Result<()> {
    let networks: Vec<_> = terms
        .networks
        .iter()
        .map(|network| {
            (
                need_networks::need_id.eq(id),
                need_networks::network_id.eq(*network),
            )
        })
        .collect();
    on_each!(conn => diesel::insert_into(need_networks::table).values(networks).execute(conn))?;
    let lines: Vec<_> = terms
        .lines
        .iter()
        .map(|line| {
            (
                need_lines::need_id.eq(id),
                need_lines::position.eq(line.position),
                need_lines::product_id.eq(line.product),
                need_lines::specification.eq(&line.specification),
                need_lines::quantity_micro.eq(line.quantity.get()),
                need_lines::priority.eq(line.priority),
                need_lines::region.eq(&line.region),
                need_lines::due_on.eq(line.due_on),
                need_lines::max_unit_price_micro.eq(line.max_unit_price.map(Micro::get)),
                need_lines::budget_minor.eq(line.budget.map(Money::minor)),
                need_lines::max_suppliers.eq(line.max_suppliers),
            )
        })
        .collect();
    on_each!(conn => diesel::insert_into(need_lines::table).values(lines).execute(conn))?;
    Ok(())
}

/// What only the database and the clock know: that products and networks exist, that quantities are
/// in the products' decimals and due dates within reach.
fn check(conn: &mut Conn, by: &Actor, terms: &Terms) -> Result<()> {
    let mut refusal = Refusal::new(Code::InvalidInput, "The need cannot be what it says.");
    let ids: Vec<ProductId> = terms.lines.iter().map(|line| line.product).collect();
    let decimals: Vec<(ProductId, i32)> = products::table
        .filter(products::id.eq_any(ids))
        .select((products::id, products::quantity_decimals))
        .load(conn)?;
    let last_day = by.now.date() + DUE_WITHIN;
    for (at, line) in terms.lines.iter().enumerate() {
        let mut refuse = |field: &str, detail: String| {
            refusal.fields.push(crate::error::FieldError {
                pointer: format!("/lines/{at}/{field}"),
                detail,
            });
        };
        match decimals
            .iter()
            .find(|(product, _)| *product == line.product)
        {
            None => refuse("product_id", "There is no such product.".to_owned()),
            Some((_, places)) if !in_decimals(line.quantity, *places) => refuse(
                "quantity",
                format!("This product is counted to {places} decimal places."),
            ),
            Some(_) => {}
        }
        if !(by.now.date()..=last_day).contains(&line.due_on) {
            refuse("due_on", format!("This is a day from today to {last_day}."));
        }
    }
    let known: Vec<OrganisationId> = organisations::table
        .filter(organisations::id.eq_any(terms.networks.clone()))
        .filter(organisations::kind.eq(OrganisationKind::Network.as_str()))
        .filter(organisations::status.eq("admitted"))
        .select(organisations::id)
        .load(conn)?;
    if by.kind == OrganisationKind::Cooperative && !terms.networks.is_empty() {
        refusal.fields.push(crate::error::FieldError {
            pointer: "/accepted_networks".to_owned(),
            detail: "A co-operative's need is its own networks' first, and then everybody's."
                .to_owned(),
        });
    }
    for (at, network) in terms.networks.iter().enumerate() {
        if !known.contains(network) {
            refusal = refusal_at(refusal, format!("/accepted_networks/{at}"));
        }
    }
    match refusal.fields.as_slice() {
        [] => Ok(()),
        [only] => {
            refusal.detail.clone_from(&only.detail);
            Err(refusal.into())
        }
        _ => Err(refusal.into()),
    }
}

fn refusal_at(mut refusal: Refusal, pointer: String) -> Refusal {
    refusal.fields.push(crate::error::FieldError {
        pointer,
        detail: "There is no such network.".to_owned(),
    });
    refusal
}

/// Whether a quantity is a whole number of the product's smallest tradable units.
pub(crate) fn in_decimals(quantity: Micro, places: i32) -> bool {
    let unit = u32::try_from(6 - places)
        .ok()
        .and_then(|exponent| 10_i64.checked_pow(exponent));
    unit.is_some_and(|unit| quantity.get() % unit == 0)
}

/// The need, whoever asks: callers decide what is shown.
///
/// # Errors
/// [`Code::NotFound`].
pub fn load(conn: &mut Conn, id: NeedId) -> Result<Need> {
    let row: Option<Row> = needs::table.find(id).first(conn).optional()?;
    with_parts(conn, vec![row.or_not_found()?])?
        .pop()
        .or_not_found()
}

/// A need of the actor's organisation.
///
/// # Errors
/// [`Code::NotFound`], for another organisation's too.
pub fn get(conn: &mut Conn, by: &Actor, id: NeedId) -> Result<Need> {
    let need = load(conn, id)?;
    (need.buyer == by.organisation)
        .then_some(need)
        .or_not_found()
}

/// The organisation's needs after `after`, oldest first.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    state: Option<NeedState>,
    after: Option<NeedId>,
    limit: i64,
) -> Result<Vec<Need>> {
    let mut query = needs::table
        .filter(needs::buyer_id.eq(by.organisation))
        .order(needs::id)
        .limit(limit)
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(needs::status.eq(state.as_str()));
    }
    if let Some(after) = after {
        query = query.filter(needs::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    with_parts(conn, rows)
}

pub(super) fn with_parts(conn: &mut Conn, rows: Vec<Row>) -> Result<Vec<Need>> {
    let ids: Vec<NeedId> = rows.iter().map(|row| row.id).collect();
    let networks: Vec<(NeedId, OrganisationId)> = need_networks::table
        .filter(need_networks::need_id.eq_any(ids.clone()))
        .order((need_networks::need_id, need_networks::network_id))
        .load(conn)?;
    let mut lines: Vec<LineRow> = need_lines::table
        .filter(need_lines::need_id.eq_any(ids))
        .order((need_lines::need_id, need_lines::position))
        .load(conn)?;
    rows.into_iter()
        .map(|row| {
            let own = networks
                .iter()
                .filter(|(need, _)| *need == row.id)
                .map(|(_, network)| *network)
                .collect();
            let (mine, rest) = lines.drain(..).partition(|line| line.need_id == row.id);
            lines = rest;
            row.need(own, mine)
        })
        .collect()
}

fn terms_json(need: &Need) -> Value {
    let terms = &need.terms;
    let lines: Vec<Value> = terms
        .lines
        .iter()
        .map(|line| {
            json!({
                "product": line.product.to_string(), "specification": line.specification,
                "quantity": line.quantity.to_string(), "priority": line.priority,
                "region": line.region, "due_on": line.due_on,
                "max_unit_price": line.max_unit_price.map(|price| price.to_string()),
                "budget": line.budget.map(|money| money.to_string()),
                "max_suppliers": line.max_suppliers,
            })
        })
        .collect();
    let networks: Vec<String> = terms.networks.iter().map(ToString::to_string).collect();
    json!({
        "reference": need.reference, "title": terms.title, "currency": terms.currency.code(),
        "max_premium_rate": terms.max_premium_rate.map(|rate| rate.to_string()),
        "accepted_networks": networks, "lines": lines,
    })
}
