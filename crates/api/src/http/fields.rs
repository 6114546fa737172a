//! Reading a body's fields into domain values: all that is wrong is said at once.
use crate::http::Problem;
use store::error::FieldError;

/// Collects what is wrong, field by field.
#[derive(Debug, Default)]
pub struct Fields(Vec<FieldError>);

impl Fields {
    /// Nothing wrong yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes that the field at `pointer` is wrong.
    pub fn refuse(&mut self, pointer: impl Into<String>, detail: impl Into<String>) {
        self.0.push(FieldError {
            pointer: pointer.into(),
            detail: detail.into(),
        });
    }

    /// Notes it unless `holds`.
    pub fn require(&mut self, holds: bool, pointer: impl Into<String>, detail: impl Into<String>) {
        if !holds {
            self.refuse(pointer, detail);
        }
    }

    /// The value, or a note of why there is none.
    pub fn take<T, E: std::fmt::Display>(
        &mut self,
        pointer: impl Into<String>,
        value: Result<T, E>,
    ) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(error) => {
                self.refuse(pointer, error.to_string());
                None
            }
        }
    }

    /// Trimmed text of 1 to `max` characters, without control characters.
    pub fn text(&mut self, pointer: impl Into<String>, text: &str, max: usize) -> Option<String> {
        let text = text.trim();
        let good = !text.is_empty()
            && text.chars().count() <= max
            && !text
                .chars()
                .any(|letter| letter.is_control() && letter != '\n');
        if good {
            return Some(text.to_owned());
        }
        self.refuse(
            pointer,
            format!("This is a text of 1 to {max} characters, without control characters."),
        );
        None
    }

    /// The value of a body that was read by itself, or a note of what is wrong with it.
    pub fn of<T>(&mut self, read: Result<T, Problem>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(problem) => {
                self.0.extend(problem.into_fields());
                None
            }
        }
    }

    /// What is wrong so far.
    pub fn into_faults(self) -> Vec<FieldError> {
        self.0
    }

    /// `build` where nothing was wrong, else everything that was. `build` answers `None` only where a
    /// field was refused.
    ///
    /// # Errors
    /// `invalid_input` with a pointer for each field.
    pub fn finish<T>(self, build: impl FnOnce() -> Option<T>) -> Result<T, Problem> {
        if self.0.is_empty()
            && let Some(value) = build()
        {
            return Ok(value);
        }
        Err(Problem::invalid(self.0))
    }
}
