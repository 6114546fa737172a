//! A purchase order with its order, and who may do what with it.
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, OrNotFound, Refusal, Result};
use crate::ids::{OrganisationId, PurchaseOrderId};
use crate::orders::Order;
use crate::orders::purchase_orders::{self, PurchaseOrder};
use crate::orders::{rows, seen};
use crate::schema::{
    delivery_stages, despatch_parts, despatches, purchase_orders as table, stage_parts,
};
use diesel::prelude::*;
use governance::Role;
use ordering::PurchaseOrderState;

/// A purchase order and the order that it is a part of.
#[derive(Clone, Debug)]
pub(super) struct Trade {
    /// The co-operative's part.
    pub issued: PurchaseOrder,
    /// The whole.
    pub order: Order,
}

impl Trade {
    /// Both, locked until the commit: whatever happens to one purchase order happens in turn. SQLite has
    /// one writer.
    ///
    /// # Errors
    /// [`Code::NotFound`] for anybody who has no part in it.
    pub(super) fn locked(conn: &mut Conn, by: &Actor, id: PurchaseOrderId) -> Result<Self> {
        lock(conn, id)?;
        Self::seen(conn, by, id)
    }

    /// Both, for its co-operative, the payers of its order, and the branches that it is delivered to.
    ///
    /// # Errors
    /// [`Code::NotFound`] for anybody else.
    pub(super) fn seen(conn: &mut Conn, by: &Actor, id: PurchaseOrderId) -> Result<Self> {
        let trade = Self::load(conn, id)?;
        if trade.issued.cooperative == by.organisation || is_branch(conn, by.organisation, id)? {
            return Ok(trade);
        }
        seen::payer(conn, by, trade.order.id)?;
        Ok(trade)
    }

    /// Both, locked, for what the server does by itself.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) fn of_server(conn: &mut Conn, id: PurchaseOrderId) -> Result<Self> {
        lock(conn, id)?;
        Self::load(conn, id)
    }

    fn load(conn: &mut Conn, id: PurchaseOrderId) -> Result<Self> {
        let issued = purchase_orders::whichever(conn, id)?;
        let order = rows::order(conn, issued.order)?;
        Ok(Self { issued, order })
    }

    /// The actor must act for the co-operative, in one of `roles`.
    ///
    /// # Errors
    /// [`Code::Forbidden`].
    pub(super) fn require_cooperative(&self, by: &Actor, roles: &[Role]) -> Result<()> {
        if self.issued.cooperative == by.organisation {
            return by.require(roles);
        }
        Err(Refusal::new(Code::Forbidden, "Only the co-operative can do this.").into())
    }

    /// The actor must act for the organisation that placed the order, in one of `roles`.
    ///
    /// # Errors
    /// [`Code::Forbidden`].
    pub(super) fn require_buyer(&self, by: &Actor, roles: &[Role]) -> Result<()> {
        if self.issued.buyer == by.organisation {
            return by.require(roles);
        }
        let detail = "Only the organisation that placed the order can do this.";
        Err(Refusal::new(Code::Forbidden, detail).into())
    }

    /// The purchase order must be in one of `states`.
    ///
    /// # Errors
    /// [`Code::WrongState`], naming the state it is in.
    pub(super) fn require_state(&self, states: &[PurchaseOrderState]) -> Result<()> {
        if states.contains(&self.issued.state) {
            return Ok(());
        }
        let allowed: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
        let detail = format!(
            "{} is {}; this needs one that is {}.",
            self.issued.reference,
            self.issued.state,
            allowed.join(" or ")
        );
        Err(Refusal::new(Code::WrongState, detail).into())
    }

    /// Whether several buyers pool the order.
    pub(super) fn is_pooled(&self) -> bool {
        self.order.pool.is_some()
    }
}

fn lock(conn: &mut Conn, id: PurchaseOrderId) -> Result<()> {
    if let Conn::Postgres(conn) = conn {
        table::table
            .find(id)
            .select(table::id)
            .for_update()
            .first::<PurchaseOrderId>(conn)
            .optional()?
            .or_not_found()?;
    }
    Ok(())
}

/// Whether something of the purchase order is, or was, to be delivered to the organisation.
fn is_branch(conn: &mut Conn, organisation: OrganisationId, id: PurchaseOrderId) -> Result<bool> {
    let scheduled = stage_parts::table
        .inner_join(delivery_stages::table)
        .filter(stage_parts::branch_id.eq(organisation))
        .filter(delivery_stages::purchase_order_id.eq(id));
    let sent = despatch_parts::table
        .inner_join(despatches::table)
        .filter(despatch_parts::branch_id.eq(organisation))
        .filter(despatches::purchase_order_id.eq(id));
    let of_schedule: bool = diesel::select(diesel::dsl::exists(scheduled)).get_result(conn)?;
    if of_schedule {
        return Ok(true);
    }
    Ok(diesel::select(diesel::dsl::exists(sent)).get_result(conn)?)
}
