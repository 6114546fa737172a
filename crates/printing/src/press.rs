//! Sets a sheet as PDF/A-3a. Fonts and template are read once for the whole process.
use crate::error::PrintError;
use crate::sheet::Sheet;
use serde_json::Value;
use std::sync::LazyLock;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, comemo};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

const FONTS: [&[u8]; 2] = [
    include_bytes!("../fonts/OpenSans-Regular.ttf"),
    include_bytes!("../fonts/OpenSans-Bold.ttf"),
];
const TEMPLATE: &str = include_str!("../templates/sheet.typ");
/// Stands for a letter that the fonts do not have: PDF/A allows no text without a shape.
const UNKNOWN: char = '\u{fffd}';
/// How many documents later what the engine remembers of one is forgotten.
const REMEMBERED: usize = 2;

/// What all documents share.
struct Press {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    template: Source,
    sheet: FileId,
    file: FileId,
}

static PRESS: LazyLock<Result<Press, &'static str>> = LazyLock::new(Press::new);

fn named(path: &'static str) -> Result<FileId, &'static str> {
    let path = VirtualPath::new(path).map_err(|_| path)?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

impl Press {
    fn new() -> Result<Self, &'static str> {
        let fonts: Vec<Font> = FONTS
            .into_iter()
            .flat_map(|data| Font::iter(Bytes::new(data)))
            .collect();
        if fonts.len() != FONTS.len() {
            return Err("a font cannot be read");
        }
        Ok(Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            template: Source::new(named("/sheet.typ")?, TEMPLATE.to_owned()),
            sheet: named("/sheet.json")?,
            file: named("/file")?,
        })
    }

    /// Whether every font has the letter.
    fn has(&self, letter: char) -> bool {
        let has = |font: &Font| font.info().coverage.contains(u32::from(letter));
        self.fonts.iter().all(has)
    }

    /// A text that can be set on a line.
    fn settable(&self, text: &str) -> String {
        let each = text.chars().map(|letter| match letter {
            letter if letter.is_control() => ' ',
            letter if self.has(letter) => letter,
            _ => UNKNOWN,
        });
        each.collect()
    }

    fn make_settable(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.settable(text),
            Value::Array(each) => each.iter_mut().for_each(|one| self.make_settable(one)),
            Value::Object(each) => each.values_mut().for_each(|one| self.make_settable(one)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// One document on the press.
struct Job<'p> {
    press: &'p Press,
    sheet: Bytes,
    file: Bytes,
}

impl World for Job<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.press.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.press.book
    }

    fn main(&self) -> FileId {
        self.press.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.press.template.id() {
            Ok(self.press.template.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.press.sheet {
            Ok(self.sheet.clone())
        } else if id == self.press.file {
            Ok(self.file.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.press.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// Sets a sheet, with the file that belongs to it inside.
pub(crate) fn print(sheet: &Sheet, file: Vec<u8>) -> Result<Vec<u8>, PrintError> {
    let press = PRESS.as_ref().map_err(|why| PrintError::Press(why))?;
    let mut texts = serde_json::to_value(sheet)?;
    press.make_settable(&mut texts);
    let job = Job {
        press,
        sheet: Bytes::new(serde_json::to_vec(&texts)?),
        file: Bytes::new(file),
    };
    let set = typst::compile::<PagedDocument>(&job).output;
    let pdf = set.and_then(|set| typst_pdf::pdf(&set, &options(sheet)?));
    comemo::evict(REMEMBERED);
    pdf.map_err(|found| PrintError::Setting(reasons(&found)))
}

fn options(sheet: &Sheet) -> Result<PdfOptions, typst::ecow::EcoVec<SourceDiagnostic>> {
    let standards = PdfStandards::new(&[PdfStandard::A_3a]);
    let standards = standards.map_err(|found| {
        let why = SourceDiagnostic::error(typst::syntax::Span::detached(), found.message().clone());
        typst::ecow::eco_vec![why]
    })?;
    Ok(PdfOptions {
        // Of which the document's id is made.
        ident: Smart::Custom(format!(
            "{}\n{}\n{}",
            sheet.author, sheet.number, sheet.language
        )),
        creator: Smart::Custom(Some("Minga".to_owned())),
        standards,
        ..PdfOptions::default()
    })
}

fn reasons(found: &[SourceDiagnostic]) -> String {
    let each: Vec<&str> = found.iter().map(|one| one.message.as_str()).collect();
    each.join("; ")
}
