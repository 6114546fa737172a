//! The story's figures. All of them are ILLUSTRATIVE: of the order of size of late 2026, made up for the
//! demo and not observed anywhere; the sources that the story enters say so too. The legal weeks (48 hours
//! in Argentina, Ley 11.544; 45 hours in South Africa, Basic Conditions of Employment Act s. 9) and the VAT
//! rates (21 % in Argentina, 15 % in South Africa) are the laws'.

/// Said with every figure that the story enters as a source.
pub const SOURCE: &str = "illustrative figure of the demo";

/// A product: name, category, unit, decimals, country, VAT rate, currency, three market prices.
pub struct Good {
    pub name: &'static str,
    pub category: &'static str,
    pub unit: &'static str,
    pub decimals: u32,
    pub country: &'static str,
    pub vat: &'static str,
    pub currency: &'static str,
    pub market: [&'static str; 3],
}

pub const GOODS: [Good; 5] = [
    Good {
        name: "Ceramic floor tile 33 × 33, first choice",
        category: "building",
        unit: "MTK",
        decimals: 2,
        country: "AR",
        vat: "0.21",
        currency: "ARS",
        market: ["9800.00", "10400.00", "11150.00"],
    },
    Good {
        name: "Common brick, fired",
        category: "building",
        unit: "MIL",
        decimals: 3,
        country: "AR",
        vat: "0.21",
        currency: "ARS",
        market: ["395000.00", "420000.00", "448000.00"],
    },
    Good {
        name: "Work clothes, shirt and trousers",
        category: "clothing",
        unit: "SET",
        decimals: 0,
        country: "AR",
        vat: "0.21",
        currency: "ARS",
        market: ["21900.00", "23500.00", "24900.00"],
    },
    Good {
        name: "Printed cotton shirt",
        category: "clothing",
        unit: "C62",
        decimals: 0,
        country: "AR",
        vat: "0.21",
        currency: "ARS",
        market: ["5600.00", "5900.00", "6350.00"],
    },
    Good {
        name: "Office paper A4 80 g, ream",
        category: "paper",
        unit: "RM",
        decimals: 0,
        country: "ZA",
        vat: "0.15",
        currency: "ZAR",
        market: ["78.00", "82.50", "86.00"],
    },
];

/// The catalogues, as the co-operatives send them (RFC 4180).
pub const CERAMICS: &str = include_str!("ceramics.csv");
pub const TEXTILES: &str = include_str!("textiles.csv");
pub const PAPER: &str = include_str!("paper.csv");
