//! What a refused request says.

use serde::{Deserialize, Serialize};
use std::fmt::Display;

/// Why a request was refused, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorCode {
    /// Not the JSON this crate reads: syntax, a missing or unknown field, a wrong type.
    InvalidInput,
    /// Two lines, two suppliers or two offers share an id.
    DuplicateId,
    /// An offer names a supplier that the request does not hold.
    DanglingReference,
    /// A number is negative, or below the least value its field may have.
    OutOfRange,
    /// A total that the plan needs might not fit 64 bits.
    Overflow,
}

/// A refused request. Serialises to `{"code", "field", "message"}`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{field}: {message}")]
pub struct MatchingError {
    /// The reason, for programs.
    pub code: ErrorCode,
    /// JSON pointer (RFC 6901) to the offending value; empty for the whole document.
    pub field: String,
    /// The reason, for people.
    pub message: String,
}

impl MatchingError {
    pub(crate) fn new(
        code: ErrorCode,
        field: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            code,
            field: field.into(),
            message: message.into(),
        }
    }

    /// A malformed document, with the pointer that the deserialiser had reached.
    pub(crate) fn malformed<E: Display>(error: &serde_path_to_error::Error<E>) -> Self {
        use serde_path_to_error::Segment;
        let mut pointer = String::new();
        for segment in error.path() {
            pointer.push('/');
            match segment {
                Segment::Seq { index } => pointer.push_str(&index.to_string()),
                Segment::Map { key } | Segment::Enum { variant: key } => {
                    pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
                }
                Segment::Unknown => {
                    pointer.pop();
                }
            }
        }
        Self::new(ErrorCode::InvalidInput, pointer, error.inner().to_string())
    }
}
