//! Products: the goods and services that several co-operatives may make, and their VAT rates.
use super::fold::fold;
use super::require_trade;
use super::units::{Gtin, Unit, is_service};
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, OrNotFound, Refusal, Result, corrupt};
use crate::ids::{OrganisationId, ProductId};
use crate::on_each;
use crate::operations::audit::{self, Act};
use crate::schema::{products, vat_rates};
use crate::sql::Time;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use money::Micro;
use ordering::VatRate;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Words of a search that are looked for: bounds the query.
const WORDS_MAX: usize = 8;

/// A rate of value-added tax where the product is delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountryRate {
    /// ISO 3166 alpha-2.
    pub country: String,
    /// A fraction of one.
    pub rate: Micro,
}

/// A new product, read and valid but for its VAT rates.
#[derive(Clone, Debug)]
pub struct NewProduct {
    /// What it is called.
    pub name: String,
    /// For people.
    pub description: String,
    /// A word that groups products.
    pub category: String,
    /// In what it is counted.
    pub unit: Unit,
    /// Decimal places of its quantities, 0 to 6.
    pub quantity_decimals: u32,
    /// Its number in trade.
    pub gtin: Option<Gtin>,
    /// VAT by country of delivery.
    pub vat_rates: Vec<CountryRate>,
}

/// A product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// The id.
    pub id: ProductId,
    /// What it is called.
    pub name: String,
    /// For people.
    pub description: String,
    /// A word that groups products.
    pub category: String,
    /// A code of UN/ECE Recommendation 20.
    pub unit: String,
    /// Decimal places of its quantities, 0 to 6.
    pub quantity_decimals: u32,
    /// Its number in trade.
    pub gtin: Option<String>,
    /// VAT by country of delivery, in the countries' order.
    pub vat_rates: Vec<CountryRate>,
    /// Who described it.
    pub created_by: OrganisationId,
    /// When.
    pub created_at: Time,
    /// Counts changes.
    pub version: i64,
}

impl Product {
    /// Whether it is a service: counted in time, or as a whole such as a visit.
    pub fn is_service(&self) -> bool {
        is_service(&self.unit)
    }

    /// Whether the product is counted as finely as `quantity` is stated.
    pub fn counts(&self, quantity: Micro) -> bool {
        let finest = 10_i64.pow(6_u32.saturating_sub(self.quantity_decimals));
        quantity.get().checked_rem(finest) == Some(0)
    }
}

#[derive(Queryable)]
struct Row {
    id: ProductId,
    name: String,
    _name_folded: String,
    description: String,
    category: String,
    unit: String,
    quantity_decimals: i32,
    gtin: Option<String>,
    created_by: OrganisationId,
    created_at: Time,
    version: i64,
}

/// The rows with their VAT rates, in the rows' order.
fn complete(conn: &mut Conn, rows: Vec<Row>) -> Result<Vec<Product>> {
    let ids: Vec<ProductId> = rows.iter().map(|row| row.id).collect();
    let rates: Vec<(ProductId, String, i64)> = vat_rates::table
        .filter(vat_rates::product_id.eq_any(ids))
        .order((vat_rates::product_id, vat_rates::country))
        .load(conn)?;
    rows.into_iter()
        .map(|row| {
            let of_row = rates.iter().filter(|(product, ..)| *product == row.id);
            Ok(Product {
                id: row.id,
                name: row.name,
                description: row.description,
                category: row.category,
                unit: row.unit,
                quantity_decimals: u32::try_from(row.quantity_decimals)
                    .map_err(|_| corrupt("products.quantity_decimals"))?,
                gtin: row.gtin,
                vat_rates: of_row
                    .map(|(_, country, rate)| CountryRate {
                        country: country.clone(),
                        rate: Micro::new(*rate),
                    })
                    .collect(),
                created_by: row.created_by,
                created_at: row.created_at,
                version: row.version,
            })
        })
        .collect()
}

/// Describes a product: a co-operative, a network or a buyer does, never the operator.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotAdmitted`], [`Code::Duplicate`] where another product has the GTIN,
/// [`Code::VatRateNotAllowed`] and [`Code::CountryNotSupported`].
pub fn create(conn: &mut Conn, by: &Actor, new: &NewProduct) -> Result<Product> {
    require_trade(by)?;
    check_rates(&new.vat_rates)?;
    let id = ProductId::fresh();
    let inserted = diesel::insert_into(products::table)
        .values((
            products::id.eq(id),
            products::name.eq(&new.name),
            products::name_folded.eq(fold(&new.name)),
            products::description.eq(&new.description),
            products::category.eq(&new.category),
            products::unit.eq(new.unit.code()),
            products::quantity_decimals.eq(i32::try_from(new.quantity_decimals)
                .map_err(|_| corrupt("products.quantity_decimals"))?),
            products::gtin.eq(new.gtin.as_ref().map(Gtin::as_str)),
            products::created_by.eq(by.organisation),
            products::created_at.eq(by.now),
            products::version.eq(1),
        ))
        .execute(conn);
    match inserted {
        Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {
            let detail = "There is a product with this GTIN: use that one.";
            return Err(Refusal::new(Code::Duplicate, detail).at("/gtin").into());
        }
        other => other?,
    };
    write_rates(conn, id, &new.vat_rates)?;
    let product = get(conn, id)?;
    record(conn, by, "product.create", None, &product)?;
    Ok(product)
}

/// Replaces the VAT rates of a product that the actor's organisation described.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`] for anybody else, [`Code::Stale`],
/// [`Code::VatRateNotAllowed`] and [`Code::CountryNotSupported`].
pub fn set_vat_rates(
    conn: &mut Conn,
    by: &Actor,
    id: ProductId,
    version: i64,
    rates: &[CountryRate],
) -> Result<Product> {
    require_trade(by)?;
    let before = get(conn, id)?;
    if before.created_by != by.organisation {
        let detail = "Only the organisation that described a product changes its VAT rates.";
        return Err(Refusal::new(Code::Forbidden, detail).into());
    }
    check_rates(rates)?;
    let changed = diesel::update(products::table.find(id))
        .filter(products::version.eq(version))
        .set(products::version.eq(version + 1))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    diesel::delete(vat_rates::table.filter(vat_rates::product_id.eq(id))).execute(conn)?;
    write_rates(conn, id, rates)?;
    let after = get(conn, id)?;
    record(conn, by, "product.set_vat_rates", Some(&before), &after)?;
    Ok(after)
}

/// Each country once, and only with a rate that its law has.
fn check_rates(rates: &[CountryRate]) -> Result<()> {
    let mut seen = BTreeSet::new();
    for (at, entry) in rates.iter().enumerate() {
        if !seen.insert(&entry.country) {
            let detail = format!("{} stands here twice.", entry.country);
            let refusal = Refusal::new(Code::InvalidInput, detail);
            return Err(refusal.at(format!("/vat_rates/{at}/country")).into());
        }
        if let Err(error) = VatRate::parse(&entry.country, entry.rate) {
            let field = match &error {
                ordering::OrderingError::CountryNotSupported(_) => "country",
                _ => "rate",
            };
            return Err(crate::Error::from(error).at(format!("/vat_rates/{at}/{field}")));
        }
    }
    Ok(())
}

fn write_rates(conn: &mut Conn, id: ProductId, rates: &[CountryRate]) -> Result<()> {
    let rows: Vec<_> = rates
        .iter()
        .map(|entry| {
            (
                vat_rates::product_id.eq(id),
                vat_rates::country.eq(&entry.country),
                vat_rates::rate_micro.eq(entry.rate.get()),
            )
        })
        .collect();
    on_each!(conn => diesel::insert_into(vat_rates::table).values(rows).execute(conn))?;
    Ok(())
}

fn record(
    conn: &mut Conn,
    by: &Actor,
    act: &'static str,
    before: Option<&Product>,
    after: &Product,
) -> Result<()> {
    audit::record(
        conn,
        by,
        &Act {
            act,
            kind: "product",
            id: after.id.uuid(),
            before: before.map(product_json).as_ref(),
            after: Some(&product_json(after)),
        },
    )
}

fn product_json(product: &Product) -> Value {
    let rates = product.vat_rates.iter();
    let rates = rates.map(|entry| (entry.country.clone(), entry.rate.to_string().into()));
    json!({
        "name": product.name,
        "category": product.category,
        "unit": product.unit,
        "quantity_decimals": product.quantity_decimals,
        "gtin": product.gtin,
        "vat_rates": rates.collect::<serde_json::Map<_, _>>(),
    })
}

/// The product: products are public among organisations.
///
/// # Errors
/// [`Code::NotFound`].
pub fn get(conn: &mut Conn, id: ProductId) -> Result<Product> {
    let row: Option<Row> = products::table.find(id).first(conn).optional()?;
    let row = row.or_not_found()?;
    complete(conn, vec![row])?.pop().or_not_found()
}

/// What a list of products is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// In this category.
    pub category: Option<String>,
    /// With all of these words in the name, accents and case aside.
    pub words: Option<String>,
}

/// Products in the order in which they were described, after `after`.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    filter: &Filter,
    after: Option<ProductId>,
    limit: i64,
) -> Result<Vec<Product>> {
    let mut query = products::table
        .order(products::id)
        .limit(limit)
        .into_boxed();
    if let Some(category) = &filter.category {
        query = query.filter(products::category.eq(category.clone()));
    }
    let words = filter.words.as_deref().map(fold).unwrap_or_default();
    for word in words.split_whitespace().take(WORDS_MAX) {
        query = query.filter(products::name_folded.like(format!("%{word}%")));
    }
    if let Some(after) = after {
        query = query.filter(products::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    complete(conn, rows)
}

/// The products that have one of these GTINs, or one of these names when accents and case are set aside.
///
/// # Errors
/// Those of the database.
pub(super) fn named(conn: &mut Conn, gtins: &[&str], names: &[String]) -> Result<Vec<Product>> {
    let rows: Vec<Row> = products::table
        .filter(
            products::gtin
                .eq_any(
                    gtins
                        .iter()
                        .map(|gtin| Some((*gtin).to_owned()))
                        .collect::<Vec<_>>(),
                )
                .or(products::name_folded.eq_any(names)),
        )
        .order(products::id)
        .load(conn)?;
    complete(conn, rows)
}
