//! Whom a complaint is about, and who may file it.
use super::Object;
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Refusal, Result};
use crate::ids::{OrganisationId, RoundId};
use crate::orders::purchase_orders;
use crate::rounds;
use crate::schema::{dossiers, listings, needs, round_needs};
use diesel::dsl::exists;
use diesel::prelude::*;
use ordering::RoundState;
use uuid::Uuid;

const POINTER: &str = "/object_id";

/// The other side of a complaint about the object by the actor's organisation, which the object concerns.
///
/// # Errors
/// [`Code::NotFound`] for an object that is not there or does not concern the organisation,
/// [`Code::WrongState`] for a round without a plan and a dossier without a decision.
pub(super) fn respondent(
    conn: &mut Conn,
    by: &Actor,
    (object, id): (Object, Uuid),
) -> Result<OrganisationId> {
    match object {
        Object::PurchaseOrder => {
            let issued = purchase_orders::get(conn, by, id.into());
            let issued = issued.map_err(|error| error.at(POINTER))?;
            Ok(if issued.cooperative == by.organisation {
                issued.buyer
            } else {
                issued.cooperative
            })
        }
        Object::Round => of_round(conn, by, id.into()),
        Object::Dossier => of_dossier(conn, by, id),
    }
}

/// The network that convened the round: the complaint of a buyer whose need was in it, or of a
/// co-operative with an open listing in its currency.
fn of_round(conn: &mut Conn, by: &Actor, id: RoundId) -> Result<OrganisationId> {
    let round = rounds::get(conn, id).map_err(|error| error.at(POINTER))?;
    let entered = round_needs::table
        .inner_join(needs::table)
        .filter(round_needs::round_id.eq(id))
        .filter(needs::buyer_id.eq(by.organisation));
    let offered = listings::table
        .filter(listings::cooperative_id.eq(by.organisation))
        .filter(listings::currency.eq(round.terms.currency.code()))
        .filter(listings::status.eq("open"));
    let concerned = diesel::select(exists(entered)).get_result(conn)?
        || diesel::select(exists(offered)).get_result(conn)?;
    if !concerned {
        return Err(Refusal::not_found().at(POINTER).into());
    }
    if round.state != RoundState::Planned {
        let detail = "The round has no plan to complain about.";
        return Err(Refusal::new(Code::WrongState, detail).at(POINTER).into());
    }
    Ok(round.network)
}

/// The network that decided on the co-operative's dossier.
fn of_dossier(conn: &mut Conn, by: &Actor, id: Uuid) -> Result<OrganisationId> {
    let row: Option<(OrganisationId, String)> = dossiers::table
        .find(crate::ids::DossierId::from(id))
        .filter(dossiers::cooperative_id.eq(by.organisation))
        .select((dossiers::network_id, dossiers::status))
        .first(conn)
        .optional()?;
    let Some((network, status)) = row else {
        return Err(Refusal::not_found().at(POINTER).into());
    };
    if !["signed", "refused"].contains(&status.as_str()) {
        let detail = "The network has not decided on the dossier.";
        return Err(Refusal::new(Code::WrongState, detail).at(POINTER).into());
    }
    Ok(network)
}
