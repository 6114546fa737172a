//! Each buyer's contract: of the pool's one order, its own part.
use super::pool;
use super::seen;
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Error, Result};
use crate::ids::PoolId;
use crate::orders::{self, SeenOrder};

/// What the actor's organisation pays of the pool's order: its contract, where it pays anything. Nobody reads
/// another's.
///
/// # Errors
/// [`Code::NotFound`] for who neither opened the pool, nor is in it, nor pays of it.
pub fn mine(conn: &mut Conn, by: &Actor, id: PoolId) -> Result<Option<SeenOrder>> {
    let ordered = pool::get(conn, id)?.order;
    let order = match ordered {
        // Who keeps the fund pays, and is not in the pool.
        Some(order) => match orders::see(conn, by, order) {
            Ok(order) => Some(order),
            Err(Error::Refused(refusal)) if refusal.code == Code::NotFound => None,
            Err(error) => return Err(error),
        },
        None => None,
    };
    if order.is_none() {
        seen::of_insider(conn, by, id)?;
    }
    Ok(order.filter(|order| order.share.is_some()))
}
