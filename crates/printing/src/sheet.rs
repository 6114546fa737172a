//! What a printed document says: finished texts, in the order in which they stand.
use chrono::{Datelike, NaiveDate};
use serde::Serialize;

/// A document, ready to be set.
#[derive(Debug, Serialize)]
pub(crate) struct Sheet {
    /// Its language, as a BCP 47 tag.
    pub language: &'static str,
    /// Whose document it is.
    pub author: String,
    /// What it is: "Invoice".
    pub kind: &'static str,
    /// Its number.
    pub number: String,
    /// Its day: the PDF's date too.
    pub date: Day,
    /// Both sides.
    pub parties: Vec<PartyText>,
    /// Dates and references: a word and what it is.
    pub facts: Vec<[String; 2]>,
    /// The rest, from top to bottom.
    pub parts: Vec<Part>,
    /// "Page 1 of 3": the words before each number.
    pub pages: [&'static str; 2],
    /// The document for programs.
    pub file: File,
}

/// A day as numbers.
#[derive(Debug, Serialize)]
pub(crate) struct Day {
    year: i32,
    month: u32,
    day: u32,
}

impl From<NaiveDate> for Day {
    fn from(day: NaiveDate) -> Self {
        Self {
            year: day.year(),
            month: day.month(),
            day: day.day(),
        }
    }
}

/// One of the sides.
#[derive(Debug, Serialize)]
pub(crate) struct PartyText {
    /// What it is to the document: "Seller".
    pub role: &'static str,
    /// Its name.
    pub name: String,
    /// Address and numbers, a line each.
    pub lines: Vec<String>,
}

/// A part of the document.
#[derive(Debug, Serialize)]
#[serde(tag = "part", rename_all = "snake_case")]
pub(crate) enum Part {
    /// The head of what follows.
    Heading {
        /// Its words.
        text: String,
    },
    /// A table.
    Table {
        /// Its columns.
        columns: Vec<Column>,
        /// Its rows.
        rows: Vec<Row>,
    },
    /// Words and what they are, as a list.
    Facts {
        /// The word and what it is.
        rows: Vec<[String; 2]>,
    },
    /// Sums, on the right.
    Sums {
        /// What it is and how much.
        rows: Vec<Sum>,
    },
    /// A QR code beside what it stands for.
    Code {
        /// Its picture: SVG.
        picture: String,
        /// What it says.
        says: String,
        /// The word and what it is.
        rows: Vec<[String; 2]>,
    },
    /// A remark.
    Text {
        /// Its words.
        text: String,
    },
}

/// A column of a table.
#[derive(Debug, Serialize)]
pub(crate) struct Column {
    /// Its head.
    pub title: String,
    /// Whether it takes the width that the others leave.
    pub wide: bool,
    /// Whether it holds figures, which stand on the right.
    pub figures: bool,
}

impl Column {
    /// Words, as wide as there is room.
    pub(crate) fn wide(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            wide: true,
            figures: false,
        }
    }

    /// Words that are short.
    pub(crate) fn short(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            wide: false,
            figures: false,
        }
    }

    /// Figures.
    pub(crate) fn figures(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            wide: false,
            figures: true,
        }
    }
}

/// A row of a table.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    /// How it stands.
    pub style: Style,
    /// A text for each column.
    pub cells: Vec<String>,
}

/// How a row stands.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Style {
    /// By itself.
    Plain,
    /// Below another, as a part of it.
    Detail,
    /// The sum of those above.
    Sum,
}

impl Style {
    /// A row of that style.
    pub(crate) fn row(self, cells: impl Into<Vec<String>>) -> Row {
        Row {
            style: self,
            cells: cells.into(),
        }
    }
}

/// A sum.
#[derive(Debug, Serialize)]
pub(crate) struct Sum {
    /// What it is.
    pub word: String,
    /// How much.
    pub amount: String,
    /// Whether it is the one that counts.
    pub last: bool,
}

/// A file in the document.
#[derive(Debug, Serialize)]
pub(crate) struct File {
    /// Its name: one of few, because the engine keeps every name that it has met.
    pub name: &'static str,
    /// Its media type.
    pub mime: &'static str,
    /// What it is to the page (AFRelationship): the same for programs, or what the page was made of.
    pub relationship: Relationship,
    /// What it is, in words.
    pub description: &'static str,
}

/// What a file is to the page that it lies in.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Relationship {
    /// The same document in another form.
    Alternative,
    /// What the page shows comes from it.
    Data,
}
