//! Upstream: what a co-operative needs itself is offered to the co-operatives of its networks first.
//!
//! For [`FIRST_FOR`] from its publication a co-operative's need is matched with nobody but co-operatives whose
//! verification its networks accept, and those are told of it. From then on it is like any other need, and
//! what nobody in the movement makes can be recorded with its reason: [`records`].
pub mod records;

use super::need::{self, Need};
use crate::actor::Actor;
use crate::db::{AnyBackend, Conn};
use crate::error::{Code, OrNotFound, Refusal, Result, corrupt};
use crate::governance::verification::signatures;
use crate::identity::memberships::sellers_of;
use crate::identity::organisations::{self, networks_of};
use crate::ids::{NeedId, OrganisationId, ProductId};
use crate::operations::notices;
use crate::schema::recognitions;
use crate::schema::{dossiers, needs, network_members, organisations as parties, products};
use crate::sql::Time;
use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use governance::OrganisationKind;
use ordering::NeedState;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// How long a need of a co-operative is its networks' first. The same for everybody, and stated with the
/// need as a moment.
pub const FIRST_FOR: TimeDelta = TimeDelta::days(10);

/// Until when the need that the actor publishes now is its networks' first; none for whoever is no
/// co-operative.
///
/// # Errors
/// [`Code::WrongState`] for a co-operative that no network has as a member.
pub(super) fn first_until(conn: &mut Conn, by: &Actor) -> Result<Option<Time>> {
    if by.kind != OrganisationKind::Cooperative {
        return Ok(None);
    }
    if networks_of(conn, by.organisation)?.is_empty() {
        let detail =
            "Your co-operative belongs to no network whose co-operatives could be asked first.";
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    Ok(Some(by.now.plus(FIRST_FOR)))
}

/// Whose verifications count for the need at `now`: those of the co-operative's networks as long as it is
/// theirs first, then those of its own policy (none: any network's).
///
/// # Errors
/// Those of the database.
pub(crate) fn networks(conn: &mut Conn, need: &Need, now: Time) -> Result<Vec<OrganisationId>> {
    if need.first_until.is_none_or(|until| until <= now) {
        return Ok(need.terms.networks.clone());
    }
    let own = networks_of(conn, need.buyer)?;
    if own.is_empty() {
        return Err(corrupt("network_members"));
    }
    Ok(own)
}

/// The recognitions between networks that hold on `date`.
fn in_force(date: NaiveDate) -> recognitions::BoxedQuery<'static, AnyBackend> {
    let lasting = recognitions::ended_on
        .is_null()
        .or(recognitions::ended_on.gt(Some(date)));
    recognitions::table
        .filter(recognitions::since.le(date))
        .filter(lasting)
        .into_boxed()
}

/// The networks that these recognise on `date`.
fn recognised(
    conn: &mut Conn,
    by: &[OrganisationId],
    date: NaiveDate,
) -> Result<Vec<OrganisationId>> {
    Ok(in_force(date)
        .filter(recognitions::network_id.eq_any(by.to_vec()))
        .select(recognitions::recognised_id)
        .load(conn)?)
}

/// The networks that recognise these on `date`.
fn recognising(
    conn: &mut Conn,
    these: &[OrganisationId],
    date: NaiveDate,
) -> Result<Vec<OrganisationId>> {
    Ok(in_force(date)
        .filter(recognitions::recognised_id.eq_any(these.to_vec()))
        .select(recognitions::network_id)
        .load(conn)?)
}

/// Tells the sellers of every co-operative that the need is offered to: admitted, and verified by one of the
/// buyer's networks or by a network that one of those recognises.
///
/// # Errors
/// Those of the database.
pub(super) fn tell(conn: &mut Conn, need: &Need, now: Time) -> Result<()> {
    let Some(until) = need.first_until else {
        return Ok(());
    };
    let today = now.date();
    let mut accepted = networks_of(conn, need.buyer)?;
    accepted.extend(recognised(conn, &accepted, today)?);
    let verified: Vec<OrganisationId> = dossiers::table
        .inner_join(parties::table.on(parties::id.eq(dossiers::cooperative_id)))
        .filter(dossiers::status.eq("signed"))
        .filter(dossiers::network_id.eq_any(accepted))
        .filter(dossiers::expires_on.ge(Some(today)))
        .filter(dossiers::cooperative_id.ne(need.buyer))
        .filter(parties::status.eq("admitted"))
        .select(dossiers::cooperative_id)
        .distinct()
        .load(conn)?;
    let notice = json!({
        "kind": "input_need_offered",
        "cooperative": organisations::get(conn, need.buyer)?.name,
        "need": format!("{} ({})", need.terms.title, need.reference),
        "until": until.utc(),
        "url": format!("/upstream-needs/{}", need.id),
    });
    for (organisation, language, email) in sellers_of(conn, verified, now)? {
        notices::tell_in(conn, organisation, &language, &email, &notice, now)?;
    }
    Ok(())
}

/// The networks whose members' needs the actor is offered: those that accept a verification of its
/// co-operative, or the network itself.
fn reach(conn: &mut Conn, by: &Actor) -> Result<Vec<OrganisationId>> {
    by.require_kind(&[OrganisationKind::Cooperative, OrganisationKind::Network])?;
    by.require_admitted()?;
    if by.kind == OrganisationKind::Network {
        return Ok(vec![by.organisation]);
    }
    let today = by.now.date();
    let signed = signatures(conn, by.organisation)?;
    let own: BTreeSet<OrganisationId> = signed
        .iter()
        .filter(|verification| verification.in_force(today))
        .map(|verification| *verification.network())
        .collect();
    let mut networks: Vec<OrganisationId> = own.into_iter().collect();
    networks.extend(recognising(conn, &networks, today)?);
    Ok(networks)
}

/// The needs of co-operatives that are offered to the actor's co-operative now, or that members of its
/// network have, the first written first, after `after`.
///
/// # Errors
/// [`Code::Forbidden`] for anybody but co-operatives and networks, [`Code::NotAdmitted`].
pub fn list(conn: &mut Conn, by: &Actor, after: Option<NeedId>, limit: i64) -> Result<Vec<Need>> {
    offered(conn, by, after, None, limit)
}

/// One of [`list`].
///
/// # Errors
/// Those of [`list`]; [`Code::NotFound`], also once its time is over or it was met.
pub fn get(conn: &mut Conn, by: &Actor, id: NeedId) -> Result<Need> {
    offered(conn, by, None, Some(id), 1)?.pop().or_not_found()
}

fn offered(
    conn: &mut Conn,
    by: &Actor,
    after: Option<NeedId>,
    only: Option<NeedId>,
    limit: i64,
) -> Result<Vec<Need>> {
    let members = network_members::table
        .filter(network_members::network_id.eq_any(reach(conn, by)?))
        .select(network_members::cooperative_id);
    let open = [NeedState::Published, NeedState::Proposed, NeedState::Unmet];
    let mut query = needs::table
        .filter(needs::first_until.gt(Some(by.now)))
        .filter(needs::status.eq_any(open.map(NeedState::as_str)))
        .filter(needs::buyer_id.ne(by.organisation))
        .filter(needs::buyer_id.eq_any(members))
        .order(needs::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(needs::id.gt(after));
    }
    if let Some(only) = only {
        query = query.filter(needs::id.eq(only));
    }
    let rows: Vec<need::Row> = query.load(conn)?;
    need::with_parts(conn, rows)
}

/// What people call a product, and its unit.
pub type Named = (String, String);

/// The names of the buyers and of the products of these needs.
///
/// # Errors
/// Those of the database.
pub fn names(
    conn: &mut Conn,
    needs: &[Need],
) -> Result<(BTreeMap<OrganisationId, String>, BTreeMap<ProductId, Named>)> {
    let buyers = needs.iter().map(|need| need.buyer).collect();
    let lines = needs.iter().flat_map(|need| &need.terms.lines);
    let ids: Vec<ProductId> = lines.map(|line| line.product).collect();
    let rows: Vec<(ProductId, String, String)> = products::table
        .filter(products::id.eq_any(ids))
        .select((products::id, products::name, products::unit))
        .load(conn)?;
    let products = rows.into_iter().map(|(id, name, unit)| (id, (name, unit)));
    Ok((organisations::names(conn, buyers)?, products.collect()))
}
