//! Decisions of assemblies on an order: above the top of a ladder the membership decides, by a valid vote
//! that names the order and an amount, recorded after the submission and used once.
use super::rows::{self, Order};
use super::{approvals, demands, journal, seen, shares};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Refusal, Result, taken};
use crate::governance::assembly::{self, Recorded, Subject};
use crate::ids::{AssemblyRecordId, OrderId, OrganisationId};
use crate::schema::assembly_decisions;
use diesel::prelude::*;
use governance::Role;
use money::Money;
use ordering::{ORDER, OrderAct};

const POINTER: &str = "/assembly_record_id";

/// Lodges the assembly's decision on what the actor's organisation pays. What it was that was outstanding
/// last makes the order approved.
///
/// # Errors
/// [`Code::NotFound`] for anybody who does not pay and for a record of another organisation,
/// [`Code::Forbidden`] without the role admin, [`Code::Stale`], [`Code::WrongState`] where no assembly is
/// asked, [`Code::LadderChanged`], [`Code::AssemblyNotValid`] with its reason, [`Code::Duplicate`] for a
/// record that was used.
pub fn decide(
    conn: &mut Conn,
    by: &Actor,
    id: OrderId,
    version: i64,
    record: AssemblyRecordId,
) -> Result<Order> {
    let order = seen::payer(conn, by, id)?;
    by.require_admitted()?;
    by.require(&[Role::Admin])?;
    seen::current(&order, version)?;
    let approved = ORDER.next(order.state, OrderAct::Approve)?;
    let shares = shares::of_order(conn, &order)?;
    let own = shares.iter().find(|s| s.organisation == by.organisation);
    let asked = demands::of_revision(conn, id, order.revision)?;
    let asked = asked
        .iter()
        .find(|asked| asked.organisation == by.organisation && asked.demand.assembly_record);
    let (Some(own), Some(asked)) = (own, asked) else {
        let detail = "The order asks your assembly for nothing.";
        return Err(Refusal::new(Code::WrongState, detail).into());
    };
    approvals::require_present_ladder(conn, asked)?;
    let recorded = assembly::own_carried(conn, by, record, Subject::Order, POINTER)?;
    check(&recorded, &order, own.total, asked)?;
    let before = journal::entry(&order);
    let used = Refusal::new(Code::Duplicate, "The assembly's decision was used already.");
    diesel::insert_into(assembly_decisions::table)
        .values((
            assembly_decisions::order_id.eq(id),
            assembly_decisions::revision.eq(order.revision),
            assembly_decisions::organisation_id.eq(by.organisation),
            assembly_decisions::assembly_record_id.eq(record),
            assembly_decisions::lodged_by.eq(by.person),
            assembly_decisions::lodged_at.eq(by.now),
        ))
        .execute(conn)
        .map_err(|error| taken(error, used.at(POINTER)))?;
    let missing = approvals::missing(conn, &order, &shares, by.now)?;
    let state = if missing.is_empty() {
        approved
    } else {
        order.state
    };
    let order = rows::save(conn, Order { state, ..order })?;
    journal::record(conn, by, "order.assembly_decision", Some(&before), &order)?;
    Ok(order)
}

/// The record names this order, at least what is paid, and was put on file after the order was submitted.
fn check(recorded: &Recorded, order: &Order, total: Money, asked: &demands::Asked) -> Result<()> {
    let refuse = |detail: String| -> Result<()> {
        Err(Refusal::new(Code::AssemblyNotValid, detail)
            .at(POINTER)
            .into())
    };
    let named = recorded.order.filter(|named| named.order == order.id);
    let Some(named) = named else {
        return refuse(format!(
            "The assembly did not decide about {}.",
            order.reference
        ));
    };
    if named.up_to.currency() != total.currency() || named.up_to.minor() < total.minor() {
        let up_to = named.up_to;
        return refuse(format!(
            "The assembly decided about up to {up_to}, and {total} is paid."
        ));
    }
    if recorded.created_at < asked.at {
        return refuse("It was put on file before the order was submitted.".to_owned());
    }
    Ok(())
}

/// The organisations whose assemblies have decided about this revision.
///
/// # Errors
/// Those of the database.
pub(super) fn of_revision(
    conn: &mut Conn,
    order: OrderId,
    revision: i64,
) -> Result<Vec<OrganisationId>> {
    Ok(assembly_decisions::table
        .filter(assembly_decisions::order_id.eq(order))
        .filter(assembly_decisions::revision.eq(revision))
        .select(assembly_decisions::organisation_id)
        .load(conn)?)
}
