//! Material that the buyer supplies: valued apart from the price of the work, and accounted for to the last
//! unit.
use super::closing;
use super::trade::Trade;
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Error, OrNotFound, Refusal, Result, corrupt};
use crate::ids::{MaterialId, MaterialMovementId, PersonId, PurchaseOrderId};
use crate::operations::audit;
use crate::schema::{material_movements as moves, materials};
use crate::sql::Time;
use chrono::NaiveDate;
use diesel::dsl::exists;
use diesel::prelude::*;
use governance::Role;
use money::{Currency, Micro};
use ordering::PurchaseOrderState;
use serde_json::json;

/// Which way material moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Movement {
    /// The buyer brings it.
    Supplied,
    /// The co-operative works it into goods.
    Consumed,
    /// It is lost in the work.
    Wasted,
    /// The buyer has it back.
    Returned,
}

impl Movement {
    /// The word in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Supplied => "supplied",
            Self::Consumed => "consumed",
            Self::Wasted => "wasted",
            Self::Returned => "returned",
        }
    }
    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Supplied, Self::Consumed, Self::Wasted, Self::Returned]
            .into_iter()
            .find(|known| known.as_str() == word)
    }
}

/// Material to be supplied.
#[derive(Clone, Debug)]
pub struct NewMaterial {
    /// For which purchase order.
    pub purchase_order: PurchaseOrderId,
    /// What it is.
    pub name: String,
    /// UN/ECE Rec 20.
    pub unit: String,
    /// What a unit is worth.
    pub unit_value: Micro,
}

/// Material with its balance.
#[derive(Clone, Debug)]
pub struct Material {
    /// Orders materials in time.
    pub id: MaterialId,
    /// For which purchase order.
    pub purchase_order: PurchaseOrderId,
    /// What it is.
    pub name: String,
    /// UN/ECE Rec 20.
    pub unit: String,
    /// The currency of its value.
    pub currency: Currency,
    /// What a unit is worth; no part of the goods' price.
    pub unit_value: Micro,
    /// What the buyer brought.
    pub supplied: Micro,
    /// What went into goods.
    pub consumed: Micro,
    /// What was lost.
    pub wasted: Micro,
    /// What the buyer has back.
    pub returned: Micro,
    /// Counts changes.
    pub version: i64,
}

impl Material {
    /// What is still at the co-operative.
    pub fn balance(&self) -> Micro {
        let gone = self.consumed.get() + self.wasted.get() + self.returned.get();
        Micro::new(self.supplied.get() - gone)
    }
}

/// A movement as it was recorded.
#[derive(Clone, Debug, Queryable)]
pub struct Moved {
    /// Orders movements in time.
    pub id: MaterialMovementId,
    _material: MaterialId,
    /// `supplied`, `consumed`, `wasted` or `returned`.
    pub kind: String,
    /// In millionths of the unit.
    pub quantity_micro: i64,
    /// When.
    pub on: NaiveDate,
    /// What for.
    pub note: String,
    _recorded_by: PersonId,
    _created_at: Time,
}

#[derive(Queryable)]
struct Row {
    id: MaterialId,
    purchase_order_id: PurchaseOrderId,
    name: String,
    unit: String,
    currency: String,
    unit_value_micro: i64,
    supplied_micro: i64,
    consumed_micro: i64,
    wasted_micro: i64,
    returned_micro: i64,
    _created_at: Time,
    version: i64,
}

impl TryFrom<Row> for Material {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            purchase_order: row.purchase_order_id,
            name: row.name,
            unit: row.unit,
            currency: Currency::parse(&row.currency).map_err(|_| corrupt("materials.currency"))?,
            unit_value: Micro::new(row.unit_value_micro),
            supplied: Micro::new(row.supplied_micro),
            consumed: Micro::new(row.consumed_micro),
            wasted: Micro::new(row.wasted_micro),
            returned: Micro::new(row.returned_micro),
            version: row.version,
        })
    }
}

/// The buyer names material that it will supply.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`] unless the purchase order is in production.
pub fn name(conn: &mut Conn, by: &Actor, new: &NewMaterial) -> Result<Material> {
    let trade = Trade::locked(conn, by, new.purchase_order)?;
    trade.require_buyer(by, &[Role::Buyer])?;
    trade.require_state(&[PurchaseOrderState::Accepted])?;
    let id = MaterialId::fresh();
    diesel::insert_into(materials::table)
        .values((
            materials::id.eq(id),
            materials::purchase_order_id.eq(new.purchase_order),
            materials::name.eq(&new.name),
            materials::unit.eq(&new.unit),
            materials::currency.eq(trade.issued.totals.currency().code()),
            materials::unit_value_micro.eq(new.unit_value.get()),
            materials::supplied_micro.eq(0_i64),
            materials::consumed_micro.eq(0_i64),
            materials::wasted_micro.eq(0_i64),
            materials::returned_micro.eq(0_i64),
            materials::created_at.eq(by.now),
            materials::version.eq(1_i64),
        ))
        .execute(conn)?;
    let after = json!({"name": new.name, "unit_value": new.unit_value.to_string()});
    audit::change(conn, by, "material.name", id.uuid(), None, &after)?;
    get(conn, by, id)
}

/// Records a movement: what comes and goes back is the buyer's to record, what is used the co-operative's.
///
/// # Errors
/// [`Code::MaterialShort`] where more would go than is there, [`Code::Forbidden`], [`Code::NotFound`],
/// [`Code::Stale`], [`Code::WrongState`] for a supply after production, or a closed purchase order.
pub fn record(
    conn: &mut Conn,
    by: &Actor,
    id: MaterialId,
    version: i64,
    movement: (Movement, Micro),
    (on, note): (NaiveDate, &str),
) -> Result<Material> {
    let (kind, quantity) = movement;
    let found = get(conn, by, id)?;
    let trade = Trade::locked(conn, by, found.purchase_order)?;
    let production = PurchaseOrderState::Accepted;
    let open = [
        production,
        PurchaseOrderState::Delivered,
        PurchaseOrderState::Cancelled,
    ];
    match kind {
        Movement::Supplied | Movement::Returned => trade.require_buyer(by, &[Role::Buyer])?,
        Movement::Consumed | Movement::Wasted => {
            trade.require_cooperative(by, &[Role::Seller])?;
        }
    }
    match kind {
        Movement::Supplied => trade.require_state(&[production])?,
        _ => trade.require_state(&open)?,
    }
    if kind != Movement::Supplied && quantity > found.balance() {
        let detail = format!(
            "{} {} of “{}” are at the co-operative, and {quantity} were to be {}.",
            found.balance(),
            found.unit,
            found.name,
            kind.as_str()
        );
        return Err(Refusal::new(Code::MaterialShort, detail)
            .at("/quantity")
            .into());
    }
    let count = |of: Movement, present: Micro| -> Result<i64> {
        let add = if of == kind { quantity } else { Micro::ZERO };
        Ok(present.checked_add(add)?.get())
    };
    let changed = diesel::update(materials::table.find(id))
        .filter(materials::version.eq(version))
        .set((
            materials::supplied_micro.eq(count(Movement::Supplied, found.supplied)?),
            materials::consumed_micro.eq(count(Movement::Consumed, found.consumed)?),
            materials::wasted_micro.eq(count(Movement::Wasted, found.wasted)?),
            materials::returned_micro.eq(count(Movement::Returned, found.returned)?),
            materials::version.eq(version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    diesel::insert_into(moves::table)
        .values((
            moves::id.eq(MaterialMovementId::fresh()),
            moves::material_id.eq(id),
            moves::kind.eq(kind.as_str()),
            moves::quantity_micro.eq(quantity.get()),
            moves::moved_on.eq(on),
            moves::note.eq(note),
            moves::recorded_by.eq(by.person),
            moves::created_at.eq(by.now),
        ))
        .execute(conn)?;
    let after = json!({"kind": kind.as_str(), "quantity": quantity.to_string()});
    audit::change(conn, by, "material.move", id.uuid(), None, &after)?;
    closing::settle(conn, &trade, by.now)?;
    get(conn, by, id)
}

/// One material, for both sides of its purchase order.
///
/// # Errors
/// [`Code::NotFound`] for anybody else.
pub fn get(conn: &mut Conn, by: &Actor, id: MaterialId) -> Result<Material> {
    let row: Option<Row> = materials::table.find(id).first(conn).optional()?;
    let found: Material = row.or_not_found()?.try_into()?;
    of_side(conn, by, found.purchase_order)?;
    Ok(found)
}

/// The materials of a purchase order, for both sides of it, in time.
///
/// # Errors
/// [`Code::NotFound`] for anybody else.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    id: PurchaseOrderId,
    after: Option<MaterialId>,
    limit: i64,
) -> Result<Vec<Material>> {
    of_side(conn, by, id)?;
    let mut query = materials::table
        .filter(materials::purchase_order_id.eq(id))
        .order(materials::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(materials::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(Material::try_from).collect()
}

/// The movements of a material, in time.
///
/// # Errors
/// [`Code::NotFound`].
pub fn movements(
    conn: &mut Conn,
    by: &Actor,
    id: MaterialId,
    after: Option<MaterialMovementId>,
    limit: i64,
) -> Result<Vec<Moved>> {
    get(conn, by, id)?;
    let mut query = moves::table
        .filter(moves::material_id.eq(id))
        .order(moves::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(moves::id.gt(after));
    }
    Ok(query.load(conn)?)
}

fn of_side(conn: &mut Conn, by: &Actor, id: PurchaseOrderId) -> Result<()> {
    let trade = Trade::seen(conn, by, id)?;
    if [trade.issued.buyer, trade.issued.cooperative].contains(&by.organisation) {
        return Ok(());
    }
    Err(Refusal::not_found().into())
}

/// Whether the co-operative still has material of the buyer's.
///
/// # Errors
/// Those of the database.
pub(super) fn any_out(conn: &mut Conn, id: PurchaseOrderId) -> Result<bool> {
    let gone = materials::consumed_micro + materials::wasted_micro + materials::returned_micro;
    let out = materials::table
        .filter(materials::purchase_order_id.eq(id))
        .filter(gone.lt(materials::supplied_micro));
    Ok(diesel::select(exists(out)).get_result(conn)?)
}
