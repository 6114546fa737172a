//! How far an organisation lets an invoice be off before it says that it differs. Nothing, until it says otherwise.
use crate::actor::Actor;
use crate::books::{require_keeper, require_reader};
use crate::db::Conn;
use crate::error::{Refusal, Result, corrupt};
use crate::ids::OrganisationId;
use crate::on_each;
use crate::operations::audit::{self, Act};
use crate::schema::invoice_tolerances as table;
use accounting::three_way::Tolerances;
use diesel::prelude::*;
use money::{Currency, Micro, Money};
use serde_json::{Value, json};

/// What an organisation set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Of a quantity, as a fraction of the one expected.
    pub quantity: Micro,
    /// Of a unit price, as a fraction of the one ordered.
    pub price: Micro,
    /// What a difference may come to in invoices of its currency; in others, nothing.
    pub amount: Option<Money>,
}

impl Setting {
    fn in_currency(self, currency: Currency) -> Tolerances {
        let amount = self.amount.filter(|amount| amount.currency() == currency);
        Tolerances {
            quantity: self.quantity,
            price: self.price,
            amount: amount.unwrap_or(Money::zero(currency)),
        }
    }
}

/// The tolerances of an organisation for invoices of a currency.
///
/// # Errors
/// Those of the database.
pub(super) fn of(
    conn: &mut Conn,
    organisation: OrganisationId,
    currency: Currency,
) -> Result<Tolerances> {
    Ok(find(conn, organisation)?.0.in_currency(currency))
}

/// No difference at all.
pub(super) fn none(currency: Currency) -> Tolerances {
    Tolerances {
        quantity: Micro::ZERO,
        price: Micro::ZERO,
        amount: Money::zero(currency),
    }
}

fn find(conn: &mut Conn, organisation: OrganisationId) -> Result<(Setting, i64)> {
    let row: Option<(i64, i64, Option<String>, i64, i64)> = table::table
        .find(organisation)
        .select((
            table::quantity_micro,
            table::price_micro,
            table::currency,
            table::amount_minor,
            table::version,
        ))
        .first(conn)
        .optional()?;
    let (quantity, price, currency, amount, version) = row.unwrap_or_default();
    let currency = currency.as_deref().map(Currency::parse).transpose();
    let currency = currency.map_err(|_| corrupt("invoice_tolerances.currency"))?;
    let setting = Setting {
        quantity: Micro::new(quantity),
        price: Micro::new(price),
        amount: currency.map(|currency| Money::new(amount, currency)),
    };
    Ok((setting, version))
}

/// What the actor's organisation set, and how often.
///
/// # Errors
/// [`crate::Code::Forbidden`] for those who may not look into its books.
pub fn see(conn: &mut Conn, by: &Actor) -> Result<(Setting, i64)> {
    require_reader(by)?;
    find(conn, by.organisation)
}

/// Sets the tolerances of the actor's organisation. What was decided stays as it is.
///
/// # Errors
/// [`crate::Code::Forbidden`] for anybody but those who keep its books, [`crate::Code::Stale`].
pub fn set(conn: &mut Conn, by: &Actor, version: i64, setting: &Setting) -> Result<(Setting, i64)> {
    require_keeper(by)?;
    let (before, _) = find(conn, by.organisation)?;
    let currency = setting.amount.map(|amount| amount.currency().code());
    let row = (
        table::quantity_micro.eq(setting.quantity.get()),
        table::price_micro.eq(setting.price.get()),
        table::currency.eq(currency),
        table::amount_minor.eq(setting.amount.map_or(0, Money::minor)),
        table::version.eq(version.saturating_add(1)),
    );
    let changed = if version == 0 {
        let new = (table::organisation_id.eq(by.organisation), row);
        on_each!(conn => diesel::insert_into(table::table)
            .values(new)
            .on_conflict_do_nothing()
            .execute(conn))?
    } else {
        diesel::update(table::table.find(by.organisation))
            .filter(table::version.eq(version))
            .set(row)
            .execute(conn)?
    };
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    let act = Act {
        act: "invoice_tolerances.set",
        kind: "invoice_tolerances",
        id: by.organisation.uuid(),
        before: Some(&figures(&before)),
        after: Some(&figures(setting)),
    };
    audit::record(conn, by, &act)?;
    find(conn, by.organisation)
}

fn figures(setting: &Setting) -> Value {
    json!({
        "quantity": setting.quantity.to_string(),
        "price": setting.price.to_string(),
        "amount": setting.amount.map(|amount| amount.to_string()),
    })
}
