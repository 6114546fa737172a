//! Other people's XML as a tree, within limits, and how values are found in it.
use chrono::NaiveDate;
use money::{Currency, Micro, Money, parse_decimal};
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;
use rust_decimal::Decimal;

/// The largest document that is read, in bytes.
const BYTES_MAX: usize = 32 * 1024 * 1024;
/// The deepest element.
const DEPTH_MAX: usize = 32;
/// The most elements.
const ELEMENTS_MAX: usize = 500_000;
/// The most attributes of an element.
const ATTRIBUTES_MAX: usize = 64;
/// What the names of UBL's document namespaces begin with.
const UBL: &str = "urn:oasis:names:specification:ubl:schema:xsd:";

/// Why a document cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {why}")]
pub struct ReadError {
    /// The path of the element: `/Invoice/InvoiceLine[2]/Price/PriceAmount`.
    pub path: String,
    /// What is wrong, a sentence.
    pub why: String,
}

impl ReadError {
    pub(super) fn new(path: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            why: why.into(),
        }
    }
}

/// An element without its namespace: its attributes, its own text and its elements in order.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Element>,
}

/// Reads the root of a UBL document. Comments and instructions are passed over; a document type, which could
/// make a few bytes expand to many, is refused, and so is an entity of its own.
///
/// # Errors
/// [`ReadError`] where it is not well-formed, not UTF-8, not UBL, or past a limit.
pub(super) fn parse(xml: &[u8]) -> Result<Element, ReadError> {
    let refuse = |why: &str| ReadError::new("/", why);
    if xml.len() > BYTES_MAX {
        return Err(refuse("The document is larger than 32 MiB."));
    }
    let xml = xml.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(xml);
    let text = std::str::from_utf8(xml).map_err(|_| refuse("The document is not UTF-8."))?;
    let mut reader = NsReader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut elements = 0_usize;
    loop {
        let (namespace, event) = reader
            .read_resolved_event()
            .map_err(|error| refuse(&format!("This is not well-formed XML: {error}.")))?;
        match event {
            Event::Start(start) | Event::Empty(start) if open.is_empty() && !is_ubl(&namespace) => {
                let name = start.local_name().as_ref().to_owned();
                return Err(refuse(&format!("{name} is not an element of UBL.")));
            }
            Event::Start(start) => {
                elements = elements.saturating_add(1);
                if open.len() >= DEPTH_MAX || elements > ELEMENTS_MAX {
                    return Err(refuse(
                        "The document has more elements, or deeper ones, than any order or invoice.",
                    ));
                }
                open.push(element(&start)?);
            }
            Event::Empty(start) => {
                elements = elements.saturating_add(1);
                let empty = element(&start)?;
                match open.last_mut() {
                    Some(parent) => parent.children.push(empty),
                    None => return Ok(empty),
                }
            }
            Event::End(_) => {
                let Some(closed) = open.pop() else {
                    return Err(refuse("An element ends that never began."));
                };
                match open.last_mut() {
                    Some(parent) => parent.children.push(closed),
                    None => return Ok(closed),
                }
            }
            Event::Text(content) => append(&mut open, &content.xml10_content()),
            Event::CData(content) => append(&mut open, &content.xml10_content()),
            Event::GeneralRef(reference) => {
                let one = reference
                    .resolve_char_ref()
                    .map_err(|error| refuse(&format!("{error}.")))?;
                let letter = one.or(match &*reference {
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "amp" => Some('&'),
                    "apos" => Some('\''),
                    "quot" => Some('"'),
                    _ => None,
                });
                let letter = letter.ok_or_else(|| refuse("Entities are not expanded."))?;
                append(&mut open, letter.encode_utf8(&mut [0; 4]));
            }
            Event::DocType(_) => return Err(refuse("A document type is not accepted.")),
            Event::Eof => return Err(refuse("The document ends too early.")),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

fn is_ubl(namespace: &ResolveResult<'_>) -> bool {
    matches!(namespace, ResolveResult::Bound(name) if name.as_ref().starts_with(UBL))
}

fn append(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn element(start: &BytesStart<'_>) -> Result<Element, ReadError> {
    let name = start.local_name().as_ref().to_owned();
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let broken = |why: String| ReadError::new(&name, format!("{why}."));
        if attributes.len() >= ATTRIBUTES_MAX {
            return Err(broken(
                "The element has more attributes than any of UBL's".to_owned(),
            ));
        }
        let attribute = attribute.map_err(|error| broken(error.to_string()))?;
        let value = attribute
            .normalized_value(XmlVersion::Explicit1_0)
            .map_err(|error| broken(error.to_string()))?;
        let key = attribute.key.local_name().as_ref().to_owned();
        attributes.push((key, value.into_owned()));
    }
    Ok(Element {
        name,
        attributes,
        ..Element::default()
    })
}

/// An element and the way to it.
#[derive(Clone, Debug)]
pub(super) struct At<'a> {
    element: &'a Element,
    path: String,
}

impl<'a> At<'a> {
    pub(super) fn root(element: &'a Element) -> Self {
        Self {
            element,
            path: format!("/{}", element.name),
        }
    }

    pub(super) fn error(&self, path: &str, why: impl Into<String>) -> ReadError {
        ReadError::new(format!("{}/{path}", self.path), why)
    }

    /// All elements of that name, numbered from 1.
    pub(super) fn each(&self, name: &str) -> Vec<At<'a>> {
        let named = self.element.children.iter().filter(|one| one.name == name);
        named
            .zip(1_usize..)
            .map(|(element, number)| At {
                element,
                path: format!("{}/{name}[{number}]", self.path),
            })
            .collect()
    }

    /// The places of the elements in it that have none of these names.
    pub(super) fn others(&self, known: &[&str]) -> Vec<String> {
        let children = self.element.children.iter();
        children
            .filter(|one| !known.contains(&one.name.as_str()))
            .map(|one| format!("{}/{}", self.path, one.name))
            .collect()
    }

    /// The first element at the end of that path.
    pub(super) fn find(&self, path: &str) -> Option<At<'a>> {
        let element = path.split('/').try_fold(self.element, |element, name| {
            element.children.iter().find(|one| one.name == name)
        })?;
        Some(At {
            element,
            path: format!("{}/{path}", self.path),
        })
    }

    /// The same, which has to be there.
    pub(super) fn need(&self, path: &str) -> Result<At<'a>, ReadError> {
        self.find(path)
            .ok_or_else(|| self.error(path, "This is missing."))
    }

    /// Its text without space around it, as it stands.
    pub(super) fn raw(&self) -> &'a str {
        self.element.text.trim()
    }

    /// An attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&'a str> {
        let found = self.element.attributes.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.trim())
    }

    /// The text at that path, in one line; none where there is nothing to read.
    pub(super) fn text(&self, path: &str) -> Option<String> {
        let raw = self.find(path)?.raw();
        if raw.contains(['\n', '\r', '\t']) {
            let words: Vec<&str> = raw.split_whitespace().collect();
            return Some(words.join(" ")).filter(|text| !text.is_empty());
        }
        Some(raw.to_owned()).filter(|text| !text.is_empty())
    }

    /// The same, which has to be there.
    pub(super) fn need_text(&self, path: &str) -> Result<String, ReadError> {
        self.text(path)
            .ok_or_else(|| self.error(path, "This is missing."))
    }

    /// A date, with or without a time zone.
    pub(super) fn date(&self, path: &str) -> Result<Option<NaiveDate>, ReadError> {
        let Some(text) = self.text(path) else {
            return Ok(None);
        };
        let (day, zone) = text.split_at_checked(10).unwrap_or((&text, ""));
        let good = zone.is_empty() || zone == "Z" || zone.starts_with(['+', '-']);
        let date = day.parse().ok().filter(|_| good);
        date.map(Some)
            .ok_or_else(|| self.error(path, "A date is written as 2026-11-22."))
    }

    /// A decimal; none where there is nothing to read.
    pub(super) fn decimal(&self, path: &str) -> Result<Option<Decimal>, ReadError> {
        let Some(text) = self.text(path) else {
            return Ok(None);
        };
        decimal(&text)
            .map(Some)
            .ok_or_else(|| self.error(path, "A number is written as 1774.44."))
    }

    /// A number of at most six decimal places.
    pub(super) fn micro(&self, path: &str) -> Result<Option<Micro>, ReadError> {
        let decimal = self.decimal(path)?.map(Micro::from_decimal).transpose();
        decimal.map_err(|error| self.error(path, format!("{error}.")))
    }

    /// An amount in the document's currency.
    pub(super) fn amount(&self, path: &str, of: Currency) -> Result<Option<Money>, ReadError> {
        let Some(decimal) = self.decimal(path)? else {
            return Ok(None);
        };
        let stated = self.find(path);
        let stated = stated.as_ref().and_then(|one| one.attribute("currencyID"));
        if stated.is_some_and(|code| code != of.code()) {
            let why = format!("The amount is not in the document's currency, {of}.");
            return Err(self.error(path, why));
        }
        let amount = Money::from_decimal(decimal, of);
        let amount = amount.map_err(|error| self.error(path, format!("{error}.")))?;
        Ok(Some(amount))
    }

    /// The same, which has to be there.
    pub(super) fn need_amount(&self, path: &str, of: Currency) -> Result<Money, ReadError> {
        self.amount(path, of)?
            .ok_or_else(|| self.error(path, "This amount is missing."))
    }
}

/// A decimal as XML Schema allows it: with a plus, or without a digit on one side of its point.
fn decimal(text: &str) -> Option<Decimal> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let digits = digits.strip_suffix('.').unwrap_or(digits);
    let zero = if digits.starts_with('.') { "0" } else { "" };
    parse_decimal(&format!("{sign}{zero}{digits}")).ok()
}
