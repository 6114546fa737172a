//! The baseline: what a buyer buys today, and from whom. Against it a report says what share of the
//! spend has moved to co-operatives.
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{OrNotFound, Result, corrupt};
use crate::ids::{BaselinePurchaseId, OrganisationId, ProductId};
use crate::on_each;
use crate::operations::audit;
use crate::schema::baseline_purchases;
use crate::sql::Time;
use chrono::NaiveDate;
use diesel::prelude::*;
use governance::{OrganisationKind, Role};
use money::{Currency, Micro, Money};
use serde_json::{Value, json};

/// Rows that one statement writes: SQLite takes 32,766 values at most.
const WRITTEN_AT_ONCE: usize = 500;

/// What was bought of one supplier in a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Who sold it.
    pub supplier: String,
    /// Where the supplier is taxed: ISO 3166 alpha-2.
    pub supplier_country: String,
    /// As that country writes it; an Argentine CUIT is its eleven digits.
    pub supplier_tax_id: Option<String>,
    /// Whether the supplier is a co-operative.
    pub cooperative: bool,
    /// The product, where it is one that is described here.
    pub product: Option<ProductId>,
    /// What it was, in words.
    pub description: String,
    /// A code of UN/ECE Recommendation 20.
    pub unit: String,
    /// Units, above zero.
    pub quantity: Micro,
    /// What was paid for them, before VAT.
    pub spend: Money,
    /// The first day of the period.
    pub starts_on: NaiveDate,
    /// The last day of the period.
    pub ends_on: NaiveDate,
}

/// A baseline purchase on file.
#[derive(Clone, Debug)]
pub struct Purchase {
    /// The id.
    pub id: BaselinePurchaseId,
    /// The buyer's own number of it.
    pub reference: String,
    /// What was bought.
    pub terms: Terms,
    /// When it was written.
    pub created_at: Time,
    /// Counts changes.
    pub version: i64,
}

#[derive(Queryable)]
struct Row {
    id: BaselinePurchaseId,
    _organisation_id: OrganisationId,
    reference: String,
    supplier: String,
    supplier_country: String,
    supplier_tax_id: Option<String>,
    cooperative: bool,
    product_id: Option<ProductId>,
    description: String,
    unit: String,
    quantity_micro: i64,
    currency: String,
    spend_minor: i64,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
    created_at: Time,
    version: i64,
}

impl TryFrom<Row> for Purchase {
    type Error = crate::Error;
    fn try_from(row: Row) -> Result<Self> {
        let currency =
            Currency::parse(&row.currency).map_err(|_| corrupt("baseline_purchases.currency"))?;
        Ok(Self {
            id: row.id,
            reference: row.reference,
            terms: Terms {
                supplier: row.supplier,
                supplier_country: row.supplier_country,
                supplier_tax_id: row.supplier_tax_id,
                cooperative: row.cooperative,
                product: row.product_id,
                description: row.description,
                unit: row.unit,
                quantity: Micro::new(row.quantity_micro),
                spend: Money::new(row.spend_minor, currency),
                starts_on: row.starts_on,
                ends_on: row.ends_on,
            },
            created_at: row.created_at,
            version: row.version,
        })
    }
}

/// A baseline is a buyer's, written by whoever buys or keeps its accounts.
pub(crate) fn require_buyer(by: &Actor) -> Result<()> {
    by.require_kind(&[OrganisationKind::Union, OrganisationKind::Community])?;
    by.require(&[Role::Buyer, Role::Accountant])
}

/// The organisation's baseline after `after`, in the order in which it was written.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    after: Option<BaselinePurchaseId>,
    limit: i64,
) -> Result<Vec<Purchase>> {
    let mut query = baseline_purchases::table
        .filter(baseline_purchases::organisation_id.eq(by.organisation))
        .order(baseline_purchases::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(baseline_purchases::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(Purchase::try_from).collect()
}

/// Those with one of these references.
pub(crate) fn with_references(
    conn: &mut Conn,
    by: &Actor,
    references: &[&str],
) -> Result<Vec<Purchase>> {
    let rows: Vec<Row> = baseline_purchases::table
        .filter(baseline_purchases::organisation_id.eq(by.organisation))
        .filter(baseline_purchases::reference.eq_any(references))
        .load(conn)?;
    rows.into_iter().map(Purchase::try_from).collect()
}

/// Writes new purchases, many in a statement.
pub(crate) fn insert_all(conn: &mut Conn, by: &Actor, new: &[(&str, &Terms)]) -> Result<()> {
    for some in new.chunks(WRITTEN_AT_ONCE) {
        let mut rows = Vec::with_capacity(some.len());
        let mut acts = Vec::with_capacity(some.len());
        for (reference, terms) in some {
            let id = BaselinePurchaseId::fresh();
            rows.push((
                baseline_purchases::id.eq(id),
                baseline_purchases::organisation_id.eq(by.organisation),
                baseline_purchases::reference.eq(*reference),
                baseline_purchases::created_at.eq(by.now),
                baseline_purchases::version.eq(1_i64),
                columns(terms),
            ));
            acts.push((id.uuid(), terms_json(reference, terms)));
        }
        on_each!(conn => diesel::insert_into(baseline_purchases::table).values(rows).execute(conn))?;
        audit::record_new(conn, by, "baseline_purchase.enter", &acts)?;
    }
    Ok(())
}

/// Changes a purchase on file.
pub(crate) fn update(conn: &mut Conn, by: &Actor, before: &Purchase, terms: &Terms) -> Result<()> {
    diesel::update(baseline_purchases::table.find(before.id))
        .set((
            columns(terms),
            baseline_purchases::version.eq(baseline_purchases::version + 1),
        ))
        .execute(conn)?;
    audit::change(
        conn,
        by,
        "baseline_purchase.change",
        before.id.uuid(),
        Some(&terms_json(&before.reference, &before.terms)),
        &terms_json(&before.reference, terms),
    )
}

/// Strikes a purchase that does not belong to the baseline; the audit log keeps what it was.
///
/// # Errors
/// [`Code::Forbidden`](crate::Code::Forbidden), [`Code::NotFound`](crate::Code::NotFound).
pub fn remove(conn: &mut Conn, by: &Actor, id: BaselinePurchaseId) -> Result<()> {
    require_buyer(by)?;
    let row: Option<Row> = baseline_purchases::table
        .find(id)
        .filter(baseline_purchases::organisation_id.eq(by.organisation))
        .first(conn)
        .optional()?;
    let before = Purchase::try_from(row.or_not_found()?)?;
    diesel::delete(baseline_purchases::table.find(id)).execute(conn)?;
    audit::change(
        conn,
        by,
        "baseline_purchase.strike",
        id.uuid(),
        Some(&terms_json(&before.reference, &before.terms)),
        &Value::Null,
    )
}

/// The columns that [`Terms`] fill.
type Columns<'a> = (
    diesel::dsl::Eq<baseline_purchases::supplier, &'a str>,
    diesel::dsl::Eq<baseline_purchases::supplier_country, &'a str>,
    diesel::dsl::Eq<baseline_purchases::supplier_tax_id, Option<&'a str>>,
    diesel::dsl::Eq<baseline_purchases::cooperative, bool>,
    diesel::dsl::Eq<baseline_purchases::product_id, Option<ProductId>>,
    diesel::dsl::Eq<baseline_purchases::description, &'a str>,
    diesel::dsl::Eq<baseline_purchases::unit, &'a str>,
    diesel::dsl::Eq<baseline_purchases::quantity_micro, i64>,
    diesel::dsl::Eq<baseline_purchases::currency, &'static str>,
    diesel::dsl::Eq<baseline_purchases::spend_minor, i64>,
    diesel::dsl::Eq<baseline_purchases::starts_on, NaiveDate>,
    diesel::dsl::Eq<baseline_purchases::ends_on, NaiveDate>,
);

fn columns(terms: &Terms) -> Columns<'_> {
    (
        baseline_purchases::supplier.eq(terms.supplier.as_str()),
        baseline_purchases::supplier_country.eq(terms.supplier_country.as_str()),
        baseline_purchases::supplier_tax_id.eq(terms.supplier_tax_id.as_deref()),
        baseline_purchases::cooperative.eq(terms.cooperative),
        baseline_purchases::product_id.eq(terms.product),
        baseline_purchases::description.eq(terms.description.as_str()),
        baseline_purchases::unit.eq(terms.unit.as_str()),
        baseline_purchases::quantity_micro.eq(terms.quantity.get()),
        baseline_purchases::currency.eq(terms.spend.currency().code()),
        baseline_purchases::spend_minor.eq(terms.spend.minor()),
        baseline_purchases::starts_on.eq(terms.starts_on),
        baseline_purchases::ends_on.eq(terms.ends_on),
    )
}

fn terms_json(reference: &str, terms: &Terms) -> Value {
    json!({
        "reference": reference,
        "supplier": terms.supplier,
        "supplier_country": terms.supplier_country,
        "supplier_tax_id": terms.supplier_tax_id,
        "cooperative": terms.cooperative,
        "product": terms.product.map(|id| id.to_string()),
        "description": terms.description,
        "unit": terms.unit,
        "quantity": terms.quantity.to_string(),
        "spend": terms.spend.to_string(),
        "starts_on": terms.starts_on,
        "ends_on": terms.ends_on,
    })
}
