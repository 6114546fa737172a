//! Why a document cannot be printed.

/// Why a document cannot be printed. None of it is the reader's doing.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    /// The fonts or the template cannot be read.
    #[error("the press cannot be set up: {0}")]
    Press(&'static str),
    /// The page cannot be set, or is no PDF/A-3.
    #[error("the document cannot be set: {0}")]
    Setting(String),
    /// An explanation that is not in the form in which prices are kept.
    #[error("the kept price cannot be read: {0}")]
    Kept(#[from] serde_json::Error),
    /// More than a QR code can hold.
    #[error("the QR code cannot be drawn: {0}")]
    Code(#[from] qrcode::types::QrError),
    /// A sum leaves 64 bits, or mixes currencies.
    #[error("the sums of the document cannot be printed: {0}")]
    Money(#[from] money::MoneyError),
}
