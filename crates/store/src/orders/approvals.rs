//! Approvals: each paying organisation approves what it pays, by people who did not place the order.
use super::demands::{self, Asked, Submission};
use super::offices::{InForce, in_force, offices, roles};
use super::payers::{Payer, Share};
use super::reprice::{self, Rise};
use super::rows::{self, Order};
use super::{decisions, fund, journal, lapse, seen, shares};
use crate::actor::Actor;
use crate::budgets::commitments;
use crate::db::Conn;
use crate::error::{Code, Refusal, Result, corrupt};
use crate::governance::ladders;
use crate::identity::clients;
use crate::identity::memberships::emails_with_role;
use crate::identity::organisations;
use crate::ids::{ApprovalId, OrderId, OrganisationId, PersonId};
use crate::operations::notices;
use crate::schema::{approvals, people};
use crate::sql::Time;
use diesel::prelude::*;
use governance::Role;
use ordering::{ORDER, Office, OrderAct, Outstanding};
use serde_json::json;
use std::collections::BTreeSet;

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
    /// On whose account.
    pub payer: Payer,
    /// Its name.
    pub name: String,
    /// Who has still to sign, and whether an assembly has still to decide.
    pub outstanding: Outstanding,
    /// Whether the payer has adopted another ladder since: then nothing counts until it is submitted anew.
    pub ladder_changed: bool,
}

impl Missing {
    /// `2 approver and 1 president of the union, and its assembly's decision`.
    fn words(&self) -> String {
        let mut parts: Vec<String> = self.outstanding.signers.iter().map(signers_words).collect();
        if self.outstanding.assembly_record {
            parts.push("the assembly's decision".to_owned());
        }
        format!("{} of {}", parts.join(" and "), self.name)
    }
}

fn signers_words(signers: &ordering::Signers) -> String {
    format!("{} {}", signers.persons, signers.office)
}

/// The buyer asks for approvals, at the prices of the day. The buyer's share is promised from the budget
/// line that the submission names.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`], [`Code::Stale`], those of pricing,
/// [`Code::NoLadderSteps`], [`Code::AboveEmergency`], [`Code::OverBudget`], [`Code::BudgetLineNotOpen`].
pub fn submit(
    conn: &mut Conn,
    by: &Actor,
    id: OrderId,
    version: i64,
    submission: &Submission,
) -> Result<Order> {
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
    ask(conn, by, &order, &repriced.shares, submission)?;
    journal::record(conn, by, "order.submit", Some(&before), &order)?;
    Ok(order)
}

/// Decides what each payer has to approve by, and tells everybody who can that the order waits.
///
/// # Errors
/// Those of [`demands::ask`].
pub(super) fn ask(
    conn: &mut Conn,
    by: &Actor,
    order: &Order,
    shares: &[Share],
    submission: &Submission,
) -> Result<()> {
    demands::ask(conn, by, order, shares, submission)?;
    let asked = demands::of_revision(conn, order.id, order.revision)?;
    let buyer = journal::name_of(conn, order.buyer)?;
    for share in shares {
        let demand = &of_share(&asked, share)?.demand;
        let (total, url) = (
            journal::amount(share.total),
            format!("/orders/{}", order.id),
        );
        let notice = json!({
            "kind": "approval_asked",
            "organisation": buyer,
            "order": order.reference,
            "total": total,
            "needed": demand.persons(),
            "url": url,
        });
        let mut emails = BTreeSet::new();
        for role in roles(demand)? {
            emails.extend(emails_with_role(conn, share.organisation, role, by.now)?);
        }
        for email in emails {
            notices::tell_address(conn, share.organisation, &email, &notice, by.now)?;
        }
        if demand.assembly_record {
            let notice = json!({
                "kind": "assembly_asked",
                "organisation": buyer,
                "order": order.reference,
                "total": total,
                "url": url,
            });
            notices::tell(conn, share.organisation, Role::Admin, &notice, by.now)?;
        }
    }
    Ok(())
}

/// What was asked of the share's payer.
fn of_share<'a>(asked: &'a [Asked], share: &Share) -> Result<&'a Asked> {
    asked
        .iter()
        .find(|asked| (asked.organisation, asked.payer) == (share.organisation, share.payer))
        .ok_or_else(|| corrupt("approval_demands"))
}

/// Approves the share of the actor's organisation. What was outstanding last makes the order approved.
///
/// # Errors
/// [`Code::NotFound`] for anybody who does not pay, [`Code::Forbidden`] without an office that is lacking,
/// [`Code::DistinctPersonRequired`] for who placed it, [`Code::Duplicate`] for who has approved it
/// already, for whichever payer or office, [`Code::WrongState`], [`Code::Stale`],
/// [`Code::LadderChanged`].
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
    let asked = demands::of_revision(conn, id, order.revision)?;
    let asked = asked
        .iter()
        .find(|asked| (asked.organisation, asked.payer) == (own.organisation, own.payer));
    let mandate = require_office(by, asked)?;
    seen::current(&order, version)?;
    let approved = ORDER.next(order.state, OrderAct::Approve)?;
    let asked = asked.ok_or_else(|| corrupt("approval_demands"))?;
    require_present_ladder(conn, asked)?;
    let given = given(conn, id)?;
    let in_force = in_force(conn, &shares, &given, by.now)?;
    let approval = ordering::Approval {
        approver: by.person,
        revision: revision(&order)?,
        offices: offices(by.roles.iter().copied()),
    };
    let beside = to_domain(&given, &in_force, own.organisation)?;
    // Whoever has seen the secret of the machine that placed it could have placed it.
    let placed_by = match clients::behind(conn, order.placed_by)?.contains(&by.person) {
        true => by.person,
        false => order.placed_by,
    };
    ordering::approve(&asked.demand, &beside, &placed_by, &approval)?;
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

/// The mandate of an actor who holds an office that the order asks for: of one that was not submitted,
/// any office that signs.
fn require_office(by: &Actor, asked: Option<&Asked>) -> Result<crate::ids::MandateId> {
    let wanted: Vec<Role> = match asked {
        Some(asked) if !asked.demand.signers.is_empty() => roles(&asked.demand)?,
        Some(_) => {
            let detail = "The order asks for your assembly's decision, and nobody signs.";
            return Err(Refusal::new(Code::Forbidden, detail).into());
        }
        None => {
            let words = Office::ALL.iter().map(|office| office.as_str());
            let any = words.map(|word| Ok(Role::parse(word)?));
            any.collect::<Result<_>>()?
        }
    };
    by.require(&wanted)?;
    by.mandate.ok_or_else(|| {
        let detail = "Approving needs a mandate of your organisation.";
        Refusal::new(Code::Forbidden, detail).into()
    })
}

/// Refuses where the payer has adopted another ladder since the order was submitted: whoever changed the
/// rules did not mean the old ones to go on.
///
/// # Errors
/// [`Code::LadderChanged`].
pub(super) fn require_present_ladder(conn: &mut Conn, asked: &Asked) -> Result<()> {
    let present = ladders::present(conn, vec![asked.organisation])?;
    if asked.payer == Payer::Fund
        || present.get(&asked.organisation).map(|ladder| ladder.id) == asked.ladder
    {
        return Ok(());
    }
    let name = journal::name_of(conn, asked.organisation)?;
    Err(ladder_changed(&name).into())
}

fn ladder_changed(name: &str) -> Refusal {
    let detail = format!(
        "{name} has adopted another approval ladder since the order was submitted: withdraw it and \
         submit it again."
    );
    Refusal::new(Code::LadderChanged, detail)
}

/// The buyer takes the order back to change it: approvals are void, and what was promised from a budget
/// line is free. Where a part of it is contracted already, only the replacement of the rest is taken back,
/// and what was confirmed stands.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`], [`Code::Stale`].
pub fn withdraw(conn: &mut Conn, by: &Actor, id: OrderId, version: i64) -> Result<Order> {
    let mut order = seen::own(conn, by, id, version)?;
    let before = journal::entry(&order);
    let next = ORDER.next(order.state, OrderAct::Withdraw)?;
    let order = if lapse::is_pending_replacement(conn, &order)? {
        lapse::lapse(conn, order, by.now)?
    } else {
        order.state = next;
        order.revision += 1;
        fund::renew(conn, by, &order)?;
        let order = rows::save(conn, order)?;
        commitments::release(conn, order.id, by.now)?;
        order
    };
    journal::record(conn, by, "order.withdraw", Some(&before), &order)?;
    Ok(order)
}

/// Refuses unless every payer has approved the present revision, by people whose mandates are in
/// force now and by the ladders that hold now.
///
/// # Errors
/// [`Code::ApprovalsMissing`], saying how many of whom; [`Code::LadderChanged`].
pub(super) fn require_all(conn: &mut Conn, order: &Order, now: Time) -> Result<()> {
    let shares = shares::of_order(conn, order)?;
    let missing = missing(conn, order, &shares, now)?;
    if let Some(changed) = missing.iter().find(|missing| missing.ladder_changed) {
        return Err(ladder_changed(&changed.name).into());
    }
    if missing.is_empty() {
        return Ok(());
    }
    let of: Vec<String> = missing.iter().map(Missing::words).collect();
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
    let asked = demands::of_revision(conn, order.id, order.revision)?;
    let payers: Vec<OrganisationId> = shares.iter().map(|share| share.organisation).collect();
    let present = ladders::present(conn, payers.clone())?;
    let names = organisations::names(conn, payers)?;
    let decided = decisions::of_revision(conn, order.id, order.revision)?;
    let in_force = in_force(conn, shares, &given, now)?;
    let mut missing = Vec::new();
    for share in shares {
        let asked = of_share(&asked, share)?;
        let holds = present.get(&share.organisation).map(|ladder| ladder.id);
        let ladder_changed = share.payer == Payer::Buyer && holds != asked.ladder;
        let own = if ladder_changed {
            Vec::new()
        } else {
            to_domain(&given, &in_force, share.organisation)?
        };
        let decided = !ladder_changed && decided.contains(&share.organisation);
        let outstanding = ordering::outstanding(&asked.demand, &own, revision(order)?, decided);
        if ladder_changed || !outstanding.is_empty() {
            missing.push(Missing {
                organisation: share.organisation,
                payer: share.payer,
                name: names.get(&share.organisation).cloned().unwrap_or_default(),
                outstanding,
                ladder_changed,
            });
        }
    }
    Ok(missing)
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

/// The approvals as the rules read them. Those for another payer count for nothing here, but keep their
/// person from signing twice.
fn to_domain(
    given: &[Approval],
    in_force: &[InForce],
    payer: OrganisationId,
) -> Result<Vec<ordering::Approval<PersonId>>> {
    let approvals = given.iter().map(|approval| {
        let held = in_force.iter().filter(|held| {
            approval.organisation == payer
                && held.organisation == payer
                && held.person == approval.person
        });
        Ok(ordering::Approval {
            approver: approval.person,
            revision: u32::try_from(approval.revision)
                .map_err(|_| corrupt("approvals.revision"))?,
            offices: held.flat_map(|held| held.offices.iter().copied()).collect(),
        })
    });
    approvals.collect()
}

fn revision(order: &Order) -> Result<u32> {
    u32::try_from(order.revision).map_err(|_| corrupt("orders.revision"))
}
