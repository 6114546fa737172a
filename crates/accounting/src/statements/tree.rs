//! XML as elements, of whatever namespace, one part of a file at a time.
use super::{MOST_DEPTH, StatementError};
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use std::cell::Cell;

/// Elements in one part: a batch of some 10,000 payments.
const MOST_ELEMENTS: usize = 400_000;

/// An element by its name without namespace.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    /// The value of the attribute `Ccy`, the only one that says something.
    pub(super) currency: Option<String>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    /// The first child of this name.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All children of this name.
    pub(super) fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The element at the end of these names.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter()
            .try_fold(self, |element, name| element.child(name))
    }

    /// The text at the end of these names, where there is any.
    pub(super) fn text_at(&self, path: &[&str]) -> Option<&str> {
        self.at(path)
            .map(Self::text)
            .filter(|text| !text.is_empty())
    }

    /// What stands in it, without blanks around.
    pub(super) fn text(&self) -> &str {
        self.text.trim()
    }
}

/// Reads elements one after another, and takes the parts that are asked for.
pub(super) struct Parts<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    open: Vec<String>,
    /// How far lines were counted, and how many there were.
    counted: Cell<(usize, usize)>,
}

/// What comes next.
pub(super) enum Part {
    /// An element that was asked for, whole.
    Whole(Element),
    /// An element that was not asked for began.
    Began,
    /// The element of this name ended.
    Ended(String),
    /// Everything was read.
    End,
}

impl<'a> Parts<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            reader: Reader::from_str(text),
            open: Vec::new(),
            counted: Cell::new((0, 1)),
        }
    }

    /// The names of the elements that are open, the outermost first.
    pub(super) fn open(&self) -> &[String] {
        &self.open
    }

    /// The line that was read last.
    pub(super) fn place(&self) -> String {
        let read = usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX);
        let (from, line) = self.counted.get();
        let read = read.clamp(from, self.text.len());
        let new = self.text.as_bytes().get(from..read).unwrap_or_default();
        let line = line + new.iter().filter(|&&byte| byte == b'\n').count();
        self.counted.set((read, line));
        format!("line {line}")
    }

    /// Goes on to the next element, and reads it whole where `wanted` says so of the names around it and its own.
    pub(super) fn next(
        &mut self,
        wanted: impl Fn(&[String], &str) -> bool,
    ) -> Result<Part, StatementError> {
        loop {
            match self.event()? {
                Event::Start(start) => {
                    let element = self.begun(&start)?;
                    if wanted(&self.open, &element.name) {
                        return self.whole(element).map(Part::Whole);
                    }
                    self.enter(element.name)?;
                    return Ok(Part::Began);
                }
                Event::Empty(start) => {
                    let element = self.begun(&start)?;
                    if wanted(&self.open, &element.name) {
                        return Ok(Part::Whole(element));
                    }
                }
                Event::End(_) => return Ok(Part::Ended(self.open.pop().unwrap_or_default())),
                Event::Eof if self.open.is_empty() => return Ok(Part::End),
                Event::Eof => return Err(self.refused("The file breaks off here.")),
                _ => {}
            }
        }
    }

    /// The rest of an element that began, with all that is in it.
    fn whole(&mut self, root: Element) -> Result<Element, StatementError> {
        let mut stack = vec![root];
        let mut count = 1_usize;
        while let Some(element) = stack.last_mut() {
            match self.event()? {
                Event::Start(start) => {
                    stack.push(self.begun(&start)?);
                    count += 1;
                }
                Event::Empty(start) => {
                    element.children.push(self.begun(&start)?);
                    count += 1;
                }
                Event::Text(text) => element.text.push_str(&text.xml10_content()),
                Event::CData(text) => element.text.push_str(&text.xml10_content()),
                Event::GeneralRef(name) => element.text.push(self.referred(&name)?),
                Event::End(_) => {
                    let ended = stack.pop().unwrap_or_default();
                    match stack.last_mut() {
                        Some(parent) => parent.children.push(ended),
                        None => return Ok(ended),
                    }
                }
                Event::Eof => break,
                _ => {}
            }
            if stack.len() + self.open.len() > MOST_DEPTH {
                return Err(self.too_deep());
            }
            if count > MOST_ELEMENTS {
                return Err(self.refused("One entry has more elements than are read."));
            }
        }
        Err(self.refused("The file breaks off here."))
    }

    fn enter(&mut self, name: String) -> Result<(), StatementError> {
        self.open.push(name);
        if self.open.len() > MOST_DEPTH {
            return Err(self.too_deep());
        }
        Ok(())
    }

    fn begun(&self, start: &BytesStart<'_>) -> Result<Element, StatementError> {
        let mut element = Element {
            name: start.local_name().into_inner().to_owned(),
            ..Element::default()
        };
        for attribute in start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| self.refused(&format!("{error}.")))?;
            if attribute.key.local_name().into_inner() == "Ccy" {
                element.currency = Some(attribute.value.trim().to_owned());
            }
        }
        Ok(element)
    }

    fn event(&mut self) -> Result<Event<'a>, StatementError> {
        let event = self.reader.read_event();
        event.map_err(|error| self.refused(&format!("This is not XML: {error}.")))
    }

    /// A numbered character, or one of the five names of XML. Others would come from elsewhere.
    fn referred(&self, name: &BytesRef<'_>) -> Result<char, StatementError> {
        let numbered = name.resolve_char_ref().ok().flatten();
        numbered
            .or(match &**name {
                "amp" => Some('&'),
                "lt" => Some('<'),
                "gt" => Some('>'),
                "quot" => Some('"'),
                "apos" => Some('\''),
                _ => None,
            })
            .ok_or_else(|| self.refused("An entity is used that the file does not explain."))
    }

    fn too_deep(&self) -> StatementError {
        self.refused(&format!(
            "More than {MOST_DEPTH} elements stand inside one another."
        ))
    }

    fn refused(&self, why: &str) -> StatementError {
        StatementError::at(self.place(), why)
    }
}
