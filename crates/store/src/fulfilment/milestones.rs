//! When an order is paid: its milestones, kept with it, or the usual ones of its rules.
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Refusal, Result, corrupt};
use crate::ids::OrderId;
use crate::operations::audit;
use crate::orders::Order;
use crate::orders::{rows, seen};
use crate::schema::payment_milestones as table;
use diesel::prelude::*;
use money::Micro;
use ordering::{Milestone, MilestoneDue, Milestones, OrderState};
use serde_json::json;

/// The order's milestones, for whoever placed it or pays a share.
///
/// # Errors
/// [`Code::NotFound`].
pub fn see(conn: &mut Conn, by: &Actor, id: OrderId) -> Result<(Milestones, i64)> {
    let order = seen::payer(conn, by, id)?;
    Ok((of(conn, &order)?, order.version))
}

/// The order's milestones, or the usual ones: the advance of its rules, the rest when they say.
///
/// # Errors
/// Those of the database.
pub(super) fn of(conn: &mut Conn, order: &Order) -> Result<Milestones> {
    let kept: Vec<(i32, i64, String, i32)> = table::table
        .filter(table::order_id.eq(order.id))
        .order(table::position)
        .select((table::position, table::share_micro, table::due, table::days))
        .load(conn)?;
    if kept.is_empty() {
        return Ok(Milestones::usual(order.advance_rate, order.payment_days)?);
    }
    let numbered = kept
        .into_iter()
        .map(|(position, share, due, days)| {
            let due = MilestoneDue::parse(&due).map_err(|_| corrupt("payment_milestones.due"))?;
            Ok((
                position,
                Milestone {
                    share: Micro::new(share),
                    due,
                    days,
                },
            ))
        })
        .collect::<Result<Vec<_>>>()?;
    Milestones::parse(&numbered).map_err(|_| corrupt("payment_milestones"))
}

/// Sets a draft's milestones. The advance stays what its rules make it, because the price counts on it.
///
/// # Errors
/// [`Code::WrongState`] unless it is a draft, [`Code::InvalidInput`] for another advance, [`Code::NotFound`],
/// [`Code::Forbidden`], [`Code::Stale`].
pub fn set(
    conn: &mut Conn,
    by: &Actor,
    id: OrderId,
    version: i64,
    milestones: &Milestones,
) -> Result<(Milestones, i64)> {
    let mut order = seen::own(conn, by, id, version)?;
    if order.state != OrderState::Draft {
        let detail = format!(
            "The order is {}; its milestones are set while it is a draft: withdraw it first.",
            order.state
        );
        return Err(Refusal::new(Code::WrongState, detail).into());
    }
    if milestones.advance_share() != order.advance_rate {
        let detail = format!(
            "The advance of this order is {} of its total, and its price counts on that; the \
             milestones have {}.",
            order.advance_rate,
            milestones.advance_share()
        );
        return Err(Refusal::new(Code::InvalidInput, detail)
            .at("/milestones/0/share")
            .into());
    }
    diesel::delete(table::table.filter(table::order_id.eq(id))).execute(conn)?;
    for (position, one) in (1_i32..).zip(milestones.iter()) {
        diesel::insert_into(table::table)
            .values((
                table::order_id.eq(id),
                table::position.eq(position),
                table::share_micro.eq(one.share.get()),
                table::due.eq(one.due.as_str()),
                table::days.eq(one.days),
            ))
            .execute(conn)?;
    }
    order.revision += 1;
    let order = rows::save(conn, order)?;
    let after = json!({"milestones": milestones.iter().count()});
    audit::change(conn, by, "order.set_milestones", id.uuid(), None, &after)?;
    Ok((milestones.clone(), order.version))
}
