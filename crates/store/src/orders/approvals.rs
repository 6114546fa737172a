//! Approvals: each paying organisation approves what it pays, by people who did not place the order.
use super::payers::{Payer, Share};
use super::reprice::{self, Rise};
use super::rows::{self, Order};
use super::{fund, journal, lapse, seen, shares};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Error, Refusal, Result, corrupt};
use crate::identity::memberships::parse_roles;
use crate::ids::{ApprovalId, OrderId, OrganisationId, PersonId};
use crate::operations::notices;
use crate::schema::{approvals, mandates, memberships, organisations, people};
use crate::sql::Time;
use diesel::prelude::*;
use governance::Role;
use money::{Currency, Money};
use ordering::{ApprovalRule, ApprovalStanding, ORDER, OrderAct};
use serde_json::json;

/// An approval, as payers see it.
#[derive(Clone, Debug)]
pub struct Approval {
    /// For whom.
    pub organisation: OrganisationId,
    /// By whom.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Of which revision; those of earlier ones are void.
    pub revision: i64,
    /// When.
    pub at: Time,
}

/// What a payer's approvals still lack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Whose.
    pub organisation: OrganisationId,
    /// Its name.
    pub name: String,
    /// Persons, above zero.
    pub persons: usize,
}

/// The role that approves a share.
fn role_of(payer: Payer) -> Role {
    match payer {
        Payer::Buyer => Role::Approver,
        Payer::Fund => Role::FundSteward,
    }
}

/// The buyer asks for approvals, at the prices of the day.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`], [`Code::Stale`], those of pricing.
pub fn submit(conn: &mut Conn, by: &Actor, id: OrderId, version: i64) -> Result<Order> {
    let mut order = seen::own(conn, by, id, version)?;
    let before = journal::entry(&order);
    order.state = ORDER.next(order.state, OrderAct::Submit)?;
    let held = order.fund_amount;
    let repriced = reprice::reprice(conn, &mut order, by.now, Rise::Allowed)?;
    if repriced.changed {
        order.revision += 1;
    }
    if order.fund_amount != held {
        fund::renew(conn, by, &order)?;
    }
    let order = rows::save(conn, order)?;
    ask(conn, &order, &repriced.shares, by.now)?;
    journal::record(conn, by, "order.submit", Some(&before), &order)?;
    Ok(order)
}

/// Tells everybody who can approve a share that the order waits for them.
///
/// # Errors
/// Those of the database.
pub(super) fn ask(conn: &mut Conn, order: &Order, shares: &[Share], now: Time) -> Result<()> {
    let payers = payers(conn, shares)?;
    let buyer = journal::name_of(conn, order.buyer)?;
    for (share, payer) in shares.iter().zip(&payers) {
        let notice = json!({
            "kind": "approval_asked",
            "organisation": buyer,
            "order": order.reference,
            "total": journal::amount(share.total),
            "needed": payer.rule.persons_needed(share.total),
            "url": format!("/orders/{}", order.id),
        });
        notices::tell(conn, share.organisation, role_of(share.payer), &notice, now)?;
    }
    Ok(())
}

/// Approves the share of the actor's organisation. The last approval that was outstanding makes the
/// order approved.
///
/// # Errors
/// [`Code::NotFound`] for anybody who does not pay, [`Code::Forbidden`] without the role,
/// [`Code::DistinctPersonRequired`] for who placed it, [`Code::Duplicate`] for who has approved it
/// already, for whichever payer, [`Code::WrongState`], [`Code::Stale`].
pub fn approve(conn: &mut Conn, by: &Actor, id: OrderId, version: i64) -> Result<Order> {
    let order = seen::payer(conn, by, id)?;
    by.require_admitted()?;
    let shares = shares::of_order(conn, &order)?;
    let own = shares
        .iter()
        .find(|share| share.organisation == by.organisation);
    let Some(own) = own else {
        return Err(Refusal::new(Code::Forbidden, "Your organisation pays no share of it.").into());
    };
    by.require(&[role_of(own.payer)])?;
    let mandate = by.mandate.ok_or_else(|| {
        Refusal::new(
            Code::Forbidden,
            "Approving needs a mandate of your organisation.",
        )
    })?;
    seen::current(&order, version)?;
    let approved = ORDER.next(order.state, OrderAct::Approve)?;
    let given = given(conn, id)?;
    let approval = ordering::approve(
        &to_domain(&given)?,
        &order.placed_by,
        by.person,
        revision(&order)?,
    )?;
    diesel::insert_into(approvals::table)
        .values((
            approvals::id.eq(ApprovalId::fresh()),
            approvals::order_id.eq(id),
            approvals::organisation_id.eq(by.organisation),
            approvals::person_id.eq(approval.approver),
            approvals::mandate_id.eq(mandate),
            approvals::revision.eq(order.revision),
            approvals::total_minor.eq(own.total.minor()),
            approvals::created_at.eq(by.now),
        ))
        .execute(conn)?;
    let before = journal::entry(&order);
    let missing = missing(conn, &order, &shares, by.now)?;
    if own.payer == Payer::Fund && missing.iter().all(|m| m.organisation != by.organisation) {
        fund::sign(conn, by, &order)?;
    }
    let state = if missing.is_empty() {
        approved
    } else {
        order.state
    };
    let order = rows::save(conn, Order { state, ..order })?;
    journal::record(conn, by, "order.approve", Some(&before), &order)?;
    Ok(order)
}

/// The buyer takes the order back to change it: approvals are void. Where a part of it is contracted
/// already, only the replacement of the rest is taken back, and what was confirmed stands.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`], [`Code::Stale`].
pub fn withdraw(conn: &mut Conn, by: &Actor, id: OrderId, version: i64) -> Result<Order> {
    let mut order = seen::own(conn, by, id, version)?;
    let before = journal::entry(&order);
    let next = ORDER.next(order.state, OrderAct::Withdraw)?;
    let order = if lapse::is_pending_replacement(conn, &order)? {
        lapse::lapse(conn, order)?
    } else {
        order.state = next;
        order.revision += 1;
        fund::renew(conn, by, &order)?;
        rows::save(conn, order)?
    };
    journal::record(conn, by, "order.withdraw", Some(&before), &order)?;
    Ok(order)
}

/// Refuses unless every payer has approved the present revision, by people whose mandates are in
/// force now.
///
/// # Errors
/// [`Code::ApprovalsMissing`], saying how many of whom.
pub(super) fn require_all(conn: &mut Conn, order: &Order, now: Time) -> Result<()> {
    let shares = shares::of_order(conn, order)?;
    let missing = missing(conn, order, &shares, now)?;
    if missing.is_empty() {
        return Ok(());
    }
    let of: Vec<String> = missing
        .iter()
        .map(|missing| format!("{} of {}", missing.persons, missing.name))
        .collect();
    let detail = format!(
        "Approvals by people with a mandate in force are missing: {}.",
        of.join(", ")
    );
    Err(Refusal::new(Code::ApprovalsMissing, detail).into())
}

/// What is missing until every payer has approved the present revision.
///
/// # Errors
/// Those of the database.
pub(super) fn missing(
    conn: &mut Conn,
    order: &Order,
    shares: &[Share],
    now: Time,
) -> Result<Vec<Missing>> {
    let given = given(conn, order.id)?;
    let payers = payers(conn, shares)?;
    let mut missing = Vec::new();
    for (share, payer) in shares.iter().zip(payers) {
        let mut own = given.clone();
        own.retain(|approval| approval.organisation == share.organisation);
        let in_force = in_force(conn, share, &own, now)?;
        own.retain(|approval| in_force.contains(&approval.person));
        let standing =
            ordering::standing(&to_domain(&own)?, revision(order)?, share.total, payer.rule);
        if let ApprovalStanding::Outstanding(persons) = standing {
            missing.push(Missing {
                organisation: share.organisation,
                name: payer.name,
                persons,
            });
        }
    }
    Ok(missing)
}

/// Who of the approvers holds, now, a mandate of the payer with the role that approves.
fn in_force(
    conn: &mut Conn,
    share: &Share,
    given: &[Approval],
    now: Time,
) -> Result<Vec<PersonId>> {
    if given.is_empty() {
        return Ok(Vec::new());
    }
    let persons: Vec<PersonId> = given.iter().map(|approval| approval.person).collect();
    let rows: Vec<(PersonId, String)> = mandates::table
        .inner_join(memberships::table)
        .filter(mandates::organisation_id.eq(share.organisation))
        .filter(memberships::person_id.eq_any(persons))
        .filter(memberships::ended_at.is_null())
        .filter(mandates::recalled_at.is_null())
        .filter(mandates::starts_on.le(now.date()))
        .filter(mandates::expires_on.ge(now.date()))
        .select((memberships::person_id, mandates::roles))
        .load(conn)?;
    let mut holders = Vec::new();
    for (person, roles) in rows {
        if parse_roles(&roles)?.contains(&role_of(share.payer)) {
            holders.push(person);
        }
    }
    Ok(holders)
}

/// A payer's name and rule.
struct PayerRule {
    name: String,
    rule: ApprovalRule,
}

/// The payers of the shares, in their order. Without a threshold of its own an organisation needs two
/// persons for everything.
fn payers(conn: &mut Conn, shares: &[Share]) -> Result<Vec<PayerRule>> {
    type Row = (OrganisationId, String, Option<i64>, Option<String>);
    let ids: Vec<OrganisationId> = shares.iter().map(|share| share.organisation).collect();
    let rows: Vec<Row> = organisations::table
        .filter(organisations::id.eq_any(ids))
        .select((
            organisations::id,
            organisations::name,
            organisations::approval_threshold_minor,
            organisations::approval_currency,
        ))
        .load(conn)?;
    let of_share = |share: &Share| {
        let row = rows.iter().find(|row| row.0 == share.organisation);
        let (_, name, minor, code) = row.ok_or_else(|| corrupt("order_shares.organisation_id"))?;
        let threshold = match (minor, code) {
            (Some(minor), Some(code)) => {
                let currency = Currency::parse(code);
                let currency = currency.map_err(|_| corrupt("organisations.approval_currency"))?;
                Money::new(*minor, currency)
            }
            _ => Money::zero(share.total.currency()),
        };
        Ok::<PayerRule, Error>(PayerRule {
            name: name.clone(),
            rule: ApprovalRule {
                threshold: Some(threshold),
            },
        })
    };
    shares.iter().map(of_share).collect()
}

/// How many distinct persons of the organisation approve this amount, whatever it is for.
///
/// # Errors
/// Those of the database.
pub(crate) fn persons_needed(
    conn: &mut Conn,
    organisation: OrganisationId,
    total: Money,
) -> Result<usize> {
    let (minor, code): (Option<i64>, Option<String>) = organisations::table
        .find(organisation)
        .select((
            organisations::approval_threshold_minor,
            organisations::approval_currency,
        ))
        .first(conn)?;
    let threshold = match (minor, code) {
        (Some(minor), Some(code)) => {
            let currency = Currency::parse(&code);
            let currency = currency.map_err(|_| corrupt("organisations.approval_currency"))?;
            Money::new(minor, currency)
        }
        _ => Money::zero(total.currency()),
    };
    let rule = ApprovalRule {
        threshold: Some(threshold),
    };
    Ok(rule.persons_needed(total))
}

/// All approvals that were ever given, oldest first.
///
/// # Errors
/// Those of the database.
pub(super) fn given(conn: &mut Conn, order: OrderId) -> Result<Vec<Approval>> {
    let rows: Vec<(OrganisationId, PersonId, String, i64, Time)> = approvals::table
        .inner_join(people::table.on(people::id.eq(approvals::person_id)))
        .filter(approvals::order_id.eq(order))
        .order(approvals::id)
        .select((
            approvals::organisation_id,
            approvals::person_id,
            people::name,
            approvals::revision,
            approvals::created_at,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(organisation, person, name, revision, at)| Approval {
            organisation,
            person,
            name,
            revision,
            at,
        })
        .collect())
}

fn to_domain(given: &[Approval]) -> Result<Vec<ordering::Approval<PersonId>>> {
    given
        .iter()
        .map(|approval| {
            Ok(ordering::Approval {
                approver: approval.person,
                revision: u32::try_from(approval.revision)
                    .map_err(|_| corrupt("approvals.revision"))?,
            })
        })
        .collect()
}

fn revision(order: &Order) -> Result<u32> {
    u32::try_from(order.revision).map_err(|_| corrupt("orders.revision"))
}
