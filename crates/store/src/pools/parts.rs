//! What each member of a pool takes as it stands: whole cases, by [`ordering::pool::bought`].
use super::members::Member;
use super::pool::Pool;
use crate::catalogue::listings;
use crate::db::Conn;
use crate::error::Result;
use money::Micro;
use ordering::pool::{Asked, bought};

/// What the members take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parts {
    /// Units of each member, in the members' order.
    pub bought: Vec<Micro>,
    /// All of them.
    pub sum: Micro,
    /// The least that the listing is sold in.
    pub least: Micro,
}

impl Parts {
    /// How many take anything.
    pub(super) fn buyers(&self) -> usize {
        self.bought.iter().filter(|units| units.get() > 0).count()
    }
}

/// What the members take: as it was fixed, or by their quantities and tolerances while those change.
///
/// # Errors
/// [`crate::Code::AmountOutOfRange`], those of the database.
pub(super) fn taken(conn: &mut Conn, pool: &Pool, members: &[Member]) -> Result<Parts> {
    let terms = listings::get(conn, pool.offer.listing)?.terms;
    let lot = terms.lot.max(Micro::new(1));
    let fixed: Option<Vec<Micro>> = members.iter().map(|member| member.bought).collect();
    let bought = match fixed.filter(|fixed| !fixed.is_empty()) {
        Some(fixed) => fixed,
        None => {
            let parts = members.iter().map(|member| Asked {
                quantity: member.quantity,
                tolerance: member.tolerance,
            });
            bought(lot, terms.minimum, &parts.collect::<Vec<_>>())?
        }
    };
    let sum = sum(bought.iter().copied())?;
    Ok(Parts {
        sum,
        least: terms.minimum.max(lot),
        bought,
    })
}

/// All the members' quantities, and all their tolerances.
///
/// # Errors
/// [`crate::Code::AmountOutOfRange`].
pub(super) fn asked(members: &[Member]) -> Result<(Micro, Micro)> {
    let quantity = sum(members.iter().map(|member| member.quantity))?;
    Ok((
        quantity,
        sum(members.iter().map(|member| member.tolerance))?,
    ))
}

fn sum(units: impl Iterator<Item = Micro>) -> Result<Micro> {
    let mut sum = Micro::ZERO;
    for units in units {
        sum = sum.checked_add(units)?;
    }
    Ok(sum)
}
