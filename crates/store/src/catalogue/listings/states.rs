//! Opening, pausing and closing listings.
use super::{Listing, get, own, touch};
use crate::actor::Actor;
use crate::catalogue::capacity;
use crate::catalogue::pricer::Pricer;
use crate::db::Conn;
use crate::error::{Code, Refusal, Result};
use crate::governance::verification::verified_by;
use crate::ids::ListingId;
use crate::operations::audit::{self, Act};
use crate::schema::listings;
use diesel::prelude::*;
use money::Micro;
use ordering::{LISTING, ListingAct, ListingState};
use serde_json::json;

/// Opens, pauses or closes a listing of the actor's co-operative. It opens only where its work can be
/// costed, its price is not under the floor, and there is capacity to come.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`], [`Code::Stale`]; to open also
/// [`Code::NotAdmitted`], [`Code::NotVerified`], [`Code::WorkplaceMissing`], [`Code::NoCommonRuleSet`],
/// [`Code::BelowFloor`] and what else pricing refuses, [`Code::CapacityMissing`].
pub fn act(
    conn: &mut Conn,
    by: &Actor,
    id: ListingId,
    version: i64,
    act: ListingAct,
) -> Result<Listing> {
    let before = own(conn, by, id)?;
    let status = LISTING.next(before.status, act)?;
    touch(conn, id, version)?;
    diesel::update(listings::table.find(id))
        .set(listings::status.eq(status.as_str()))
        .execute(conn)?;
    if act == ListingAct::Open {
        require_fit(conn, by, id)?;
        capacity::tell_the_unmet(conn, &before, by)?;
    }
    let name = match act {
        ListingAct::Open => "listing.open",
        ListingAct::Pause => "listing.pause",
        ListingAct::Close => "listing.close",
    };
    let after = get(conn, id)?;
    let text = |status: ListingState| json!({"status": status.as_str()});
    audit::record(
        conn,
        by,
        &Act {
            act: name,
            kind: "listing",
            id: id.uuid(),
            before: Some(&text(before.status)),
            after: Some(&text(status)),
        },
    )?;
    Ok(after)
}

/// What an open listing has to be.
pub(super) fn require_fit(conn: &mut Conn, by: &Actor, id: ListingId) -> Result<()> {
    by.require_admitted()?;
    let today = by.now.date();
    if verified_by(conn, by.organisation, &[], today)?.is_none() {
        let detail = "No network's verification of your co-operative is in force.";
        return Err(Refusal::new(Code::NotVerified, detail).into());
    }
    let pricer = Pricer::load(conn, id, by.organisation, today)?;
    if let Some(smallest_order) = pricer.steps().first() {
        // The floor is highest for the smallest order, which carries a batch's fixed costs alone.
        pricer.floor(*smallest_order)?;
    }
    let to_come = capacity::calendar(conn, id, today)?;
    if !to_come
        .iter()
        .any(|period| period.dates.capacity > Micro::ZERO)
    {
        let detail = "Enter at least one capacity period that has not ended.";
        return Err(Refusal::new(Code::CapacityMissing, detail).into());
    }
    Ok(())
}
