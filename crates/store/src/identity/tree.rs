//! Who belongs to whom: confederation, union, branch. At most [`LEVELS_MAX`] levels, so that every walk
//! below is a handful of queries.
use crate::db::Conn;
use crate::error::Result;
use crate::ids::OrganisationId;
use crate::schema::affiliations;
use diesel::prelude::*;
use ordering::AffiliationState;

/// Levels of a tree, its root included: confederation, federation, union, regional branch, local branch.
pub const LEVELS_MAX: usize = 5;

/// The organisation that this one belongs to.
///
/// # Errors
/// Those of the database.
pub fn parent(conn: &mut Conn, of: OrganisationId) -> Result<Option<OrganisationId>> {
    Ok(affiliations::table
        .filter(affiliations::child_id.eq(of))
        .filter(affiliations::status.eq(AffiliationState::Accepted.as_str()))
        .select(affiliations::parent_id)
        .first(conn)
        .optional()?)
}

/// All that this organisation belongs to, the nearest first.
///
/// # Errors
/// Those of the database.
pub fn ancestors(conn: &mut Conn, of: OrganisationId) -> Result<Vec<OrganisationId>> {
    let mut above = Vec::new();
    let mut at = of;
    // The bound holds even for rows that somebody tied into a ring by hand.
    while above.len() < LEVELS_MAX {
        let Some(next) = parent(conn, at)? else { break };
        above.push(next);
        at = next;
    }
    Ok(above)
}

/// The organisations below this one, level by level: its own affiliates first.
///
/// # Errors
/// Those of the database.
fn levels_below(conn: &mut Conn, of: OrganisationId) -> Result<Vec<Vec<OrganisationId>>> {
    let mut levels = Vec::new();
    let mut at = vec![of];
    while levels.len() < LEVELS_MAX {
        let next: Vec<OrganisationId> = affiliations::table
            .filter(affiliations::parent_id.eq_any(at))
            .filter(affiliations::status.eq(AffiliationState::Accepted.as_str()))
            .order(affiliations::id)
            .select(affiliations::child_id)
            .load(conn)?;
        if next.is_empty() {
            break;
        }
        levels.push(next.clone());
        at = next;
    }
    Ok(levels)
}

/// All that belong to this organisation, the nearest first, in the order in which they asked.
///
/// # Errors
/// Those of the database.
pub fn descendants(conn: &mut Conn, of: OrganisationId) -> Result<Vec<OrganisationId>> {
    Ok(levels_below(conn, of)?.concat())
}

/// How many levels the tree under this organisation has, itself included.
///
/// # Errors
/// Those of the database.
pub(super) fn height(conn: &mut Conn, of: OrganisationId) -> Result<usize> {
    Ok(levels_below(conn, of)?.len() + 1)
}

/// Whether `member` is `root` or belongs to it, at whatever distance.
///
/// # Errors
/// Those of the database.
pub fn is_in_tree(conn: &mut Conn, root: OrganisationId, member: OrganisationId) -> Result<bool> {
    Ok(member == root || ancestors(conn, member)?.contains(&root))
}

/// The top of the tree that the organisation stands in: itself, where it belongs to nobody.
///
/// # Errors
/// Those of the database.
pub fn root(conn: &mut Conn, of: OrganisationId) -> Result<OrganisationId> {
    Ok(ancestors(conn, of)?.last().copied().unwrap_or(of))
}
