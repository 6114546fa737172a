//! What the columns of a table are: the reader, the published schema and the documentation say the same,
//! because they read it here.
use serde_json::{Map, Value, json};
use store::imports::Table;

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Text of at most so many characters.
    Text(u32),
    /// Text of a form: a regular expression.
    Form(&'static str),
    /// A decimal number with a point, zero or above.
    Decimal,
    /// A whole number, zero or above.
    Whole,
    /// A day: `2027-01-31`.
    Day,
    /// `true` or `false`.
    YesNo,
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name in the header.
    pub name: &'static str,
    /// What its cells hold.
    pub holds: Holds,
    /// Whether each cell is filled.
    pub needed: bool,
    /// What it means.
    pub says: &'static str,
    /// A cell, as it may be.
    pub example: &'static str,
}

const fn needed(
    name: &'static str,
    holds: Holds,
    says: &'static str,
    example: &'static str,
) -> Column {
    Column {
        name,
        holds,
        needed: true,
        says,
        example,
    }
}

const fn may(
    name: &'static str,
    holds: Holds,
    says: &'static str,
    example: &'static str,
) -> Column {
    Column {
        needed: false,
        ..needed(name, holds, says, example)
    }
}

const CURRENCY: Holds = Holds::Form("^[A-Z]{3}$");
const REGION: Holds = Holds::Form("^[A-Z]{2}-[A-Z0-9]{1,3}$");
const GTIN: Column = may(
    "gtin",
    Holds::Form("^([0-9]{8}|[0-9]{12,14})$"),
    "The product's GTIN, as text: its check digit is verified. It decides before the name.",
    "7791234567898",
);
const PRODUCT: Column = may(
    "product",
    Holds::Text(200),
    "The product's name; accents and case do not matter.",
    "Glazed ceramic tile 20 x 20",
);

const CATALOGUE: &[Column] = &[
    needed(
        "sku",
        Holds::Text(64),
        "Your own number: a listing with it is changed, otherwise a draft is written.",
        "TILE-20",
    ),
    GTIN,
    PRODUCT,
    needed(
        "title",
        Holds::Text(200),
        "What the listing is called.",
        "Glazed tile",
    ),
    needed(
        "currency",
        CURRENCY,
        "ISO 4217: the currency of the row's money.",
        "ARS",
    ),
    needed(
        "lead_days",
        Holds::Whole,
        "Days from an order to the first goods.",
        "14",
    ),
    may(
        "minimum",
        Holds::Decimal,
        "The smallest order, in units.",
        "100",
    ),
    may(
        "lot",
        Holds::Decimal,
        "Quantities are multiples of it.",
        "10",
    ),
    needed("materials", Holds::Decimal, "Money per unit.", "5200"),
    needed(
        "overhead",
        Holds::Decimal,
        "Rent, energy, maintenance: money per unit.",
        "1900",
    ),
    may("setup_cost", Holds::Decimal, "Money per batch.", "90000"),
    needed(
        "standard_minutes",
        Holds::Decimal,
        "Standard allowed minutes per unit.",
        "38",
    ),
    may("setup_minutes", Holds::Decimal, "Minutes per batch.", "240"),
    may(
        "line_efficiency",
        Holds::Decimal,
        "Standard minutes made per minute worked, up to 1.",
        "0.85",
    ),
    may(
        "offered_unit_price",
        Holds::Decimal,
        "What you ask, where it is above the floor.",
        "16500",
    ),
    may(
        "steps",
        Holds::Text(4_000),
        "Quantities from which the price table states another price.",
        "1000;5000",
    ),
    may(
        "freight",
        Holds::Text(4_000),
        "Regions with money per unit and days on the way.",
        "AR-B=350/3;AR-C=120/1",
    ),
    may(
        "capacity",
        Holds::Text(16_000),
        "First day, last day and units of each period; empty leaves the calendar as it is.",
        "2027-01-04/2027-01-31=5000",
    ),
];

const NEEDS: &[Column] = &[
    needed(
        "need",
        Holds::Text(64),
        "Your own number of the need: rows with the same one are its lines, and a draft with it is rewritten.",
        "MAYDAY-2027",
    ),
    needed(
        "title",
        Holds::Text(200),
        "What the need is called; the same in all its rows.",
        "Shirts for the May Day march",
    ),
    needed(
        "currency",
        CURRENCY,
        "ISO 4217; the same in all its rows.",
        "ARS",
    ),
    may(
        "max_premium_rate",
        Holds::Decimal,
        "The highest premium over the market, as a fraction; the same in all its rows.",
        "0.35",
    ),
    may(
        "networks",
        Holds::Text(2_000),
        "Ids of the networks whose verifications count; the same in all its rows.",
        "019340b2-7b5e-7c4e-9a51-0c9c3f7a1d2e",
    ),
    GTIN,
    PRODUCT,
    may(
        "specification",
        Holds::Text(2_000),
        "Use, sizes, colours: for people.",
        "Cotton, print on the back",
    ),
    needed(
        "quantity",
        Holds::Decimal,
        "In the product's unit and decimals.",
        "3000",
    ),
    may(
        "priority",
        Holds::Whole,
        "The line's weight against the others, 1 to 1,000.",
        "1",
    ),
    needed(
        "region",
        REGION,
        "Where it is delivered: ISO 3166-2.",
        "AR-B",
    ),
    needed(
        "due_on",
        Holds::Day,
        "By when it has to be there.",
        "2027-04-15",
    ),
    may(
        "max_unit_price",
        Holds::Decimal,
        "The most that a unit with its freight may cost.",
        "18000",
    ),
    may(
        "budget",
        Holds::Decimal,
        "The most that the line with its freight may cost, before VAT.",
        "50000000.00",
    ),
    may(
        "max_suppliers",
        Holds::Whole,
        "The most listings that may serve it.",
        "3",
    ),
];

const MARKET_QUOTES: &[Column] = &[
    GTIN,
    PRODUCT,
    needed(
        "source",
        Holds::Text(200),
        "Who quoted.",
        "Price list of a chain store",
    ),
    may(
        "source_url",
        Holds::Text(2_000),
        "Where it can be seen: http or https.",
        "https://prices.example/tiles",
    ),
    needed(
        "unit_price",
        Holds::Decimal,
        "Price of a unit, before VAT.",
        "14850",
    ),
    needed("currency", CURRENCY, "ISO 4217.", "ARS"),
    needed(
        "observed_on",
        Holds::Day,
        "The day on which the price held: today or before.",
        "2026-11-02",
    ),
    may(
        "min_quantity",
        Holds::Decimal,
        "The smallest order, in units, at that price.",
        "100",
    ),
];

const BASELINE: &[Column] = &[
    needed(
        "reference",
        Holds::Text(64),
        "Your own number: a purchase with it is changed, otherwise one is written.",
        "2025-TSHIRTS-1",
    ),
    needed(
        "supplier",
        Holds::Text(200),
        "Who sold it.",
        "Textiles del Centro SA",
    ),
    needed(
        "supplier_country",
        Holds::Form("^[A-Z]{2}$"),
        "Where the supplier is taxed: ISO 3166 alpha-2.",
        "AR",
    ),
    may(
        "supplier_tax_id",
        Holds::Text(32),
        "As that country writes it; the check digit of a CUIT is verified.",
        "30-50001091-2",
    ),
    may(
        "cooperative",
        Holds::YesNo,
        "Whether the supplier is a co-operative; empty: it is not.",
        "false",
    ),
    GTIN,
    PRODUCT,
    needed(
        "description",
        Holds::Text(200),
        "What was bought, in words.",
        "White T-shirts, printed",
    ),
    needed(
        "unit",
        Holds::Form("^[A-Z0-9]{2,3}$"),
        "A code of UN/ECE Recommendation 20.",
        "H87",
    ),
    needed("quantity", Holds::Decimal, "Units, above zero.", "2500"),
    needed(
        "spend",
        Holds::Decimal,
        "What was paid for them, before VAT.",
        "31250000.00",
    ),
    needed("currency", CURRENCY, "ISO 4217.", "ARS"),
    needed(
        "starts_on",
        Holds::Day,
        "The first day of the period.",
        "2025-01-01",
    ),
    needed(
        "ends_on",
        Holds::Day,
        "The last day of the period.",
        "2025-12-31",
    ),
];

/// The columns of a table, in the order in which they are written.
pub const fn columns(table: Table) -> &'static [Column] {
    match table {
        Table::Catalogue => CATALOGUE,
        Table::Needs => NEEDS,
        Table::MarketQuotes => MARKET_QUOTES,
        Table::Baseline => BASELINE,
    }
}

/// Whether a column `gtin` or `product` has to be there.
pub const fn names_products(table: Table) -> bool {
    !matches!(table, Table::Baseline)
}

/// The column whose cells are all different, where there is one.
const fn key(table: Table) -> Option<&'static str> {
    match table {
        Table::Catalogue => Some("sku"),
        Table::Baseline => Some("reference"),
        Table::Needs | Table::MarketQuotes => None,
    }
}

const fn title(table: Table) -> &'static str {
    match table {
        Table::Catalogue => "A co-operative's listings, with their cost sheet and capacity",
        Table::Needs => "A buyer's needs, a line a row",
        Table::MarketQuotes => "Prices seen on the market",
        Table::Baseline => "What a buyer buys today, and from whom",
    }
}

/// The table's schema as Frictionless Table Schema, with what a row looks like.
pub fn schema(table: Table) -> Value {
    let fields: Vec<Value> = columns(table).iter().map(field).collect();
    let mut schema = json!({
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "name": table.as_str(),
        "title": title(table),
        "fields": fields,
        "missingValues": [""],
    });
    if let (Some(key), Some(schema)) = (key(table), schema.as_object_mut()) {
        schema.insert("primaryKey".to_owned(), json!([key]));
    }
    schema
}

fn field(column: &Column) -> Value {
    let mut constraints = Map::new();
    if column.needed {
        constraints.insert("required".to_owned(), json!(true));
    }
    let kind = match column.holds {
        Holds::Text(most) => {
            constraints.insert("maxLength".to_owned(), json!(most));
            "string"
        }
        Holds::Form(pattern) => {
            constraints.insert("pattern".to_owned(), json!(pattern));
            "string"
        }
        Holds::Decimal => {
            constraints.insert("minimum".to_owned(), json!("0"));
            "number"
        }
        Holds::Whole => {
            constraints.insert("minimum".to_owned(), json!("0"));
            "integer"
        }
        Holds::Day => "date",
        Holds::YesNo => "boolean",
    };
    json!({
        "name": column.name,
        "type": kind,
        "description": column.says,
        "example": column.example,
        "constraints": constraints,
    })
}
