//! What is wrong with a table, by row and column.
use crate::error::{Code, FieldError, Refusal, Result};

/// Faults that a refused import names at most; its sentence counts all of them.
pub const FAULTS_MAX: usize = 10_000;

/// What is wrong with a table, by row and column.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    named: Vec<FieldError>,
    all: usize,
}

impl Faults {
    /// Notes a fault of the row at `at` (from 0).
    pub fn add(&mut self, at: usize, column: &str, detail: impl Into<String>) {
        self.add_at(format!("/rows/{}/{column}", at + 1), detail);
    }

    /// Notes a fault anywhere in the table.
    pub fn add_at(&mut self, pointer: impl Into<String>, detail: impl Into<String>) {
        self.all += 1;
        if self.named.len() < FAULTS_MAX {
            self.named.push(FieldError {
                pointer: pointer.into(),
                detail: detail.into(),
            });
        }
    }

    /// Notes a refusal of the row at `at`; `column` names the column of a field of the body.
    pub(super) fn add_refusal(
        &mut self,
        at: usize,
        refusal: &Refusal,
        column: impl Fn(&str) -> Option<String>,
    ) {
        if refusal.fields.is_empty() {
            self.add_at(format!("/rows/{}", at + 1), &refusal.detail);
        }
        for field in &refusal.fields {
            match column(&field.pointer) {
                Some(column) => self.add(at, &column, &field.detail),
                None => self.add_at(format!("/rows/{}", at + 1), &field.detail),
            }
        }
    }

    /// Whether nothing is wrong so far.
    pub fn is_empty(&self) -> bool {
        self.all == 0
    }

    /// `value` where nothing was wrong.
    ///
    /// # Errors
    /// [`Code::ImportRefused`] with the faults that are named.
    pub fn finish<T>(self, value: T) -> Result<T> {
        if self.is_empty() {
            return Ok(value);
        }
        let detail = match self.all {
            1 => "The file has one fault; nothing was imported.".to_owned(),
            all => format!("The file has {all} faults; nothing was imported."),
        };
        let mut refusal = Refusal::new(Code::ImportRefused, detail);
        refusal.fields = self.named;
        Err(refusal.into())
    }
}
