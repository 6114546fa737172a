//! Requests for quotation and the talks about them as rows and as values.
mod requests;
mod talks;

pub use requests::{Request, RequestLine};
pub(super) use requests::{asked, lock, request, requests, save_request};
pub use talks::{Filter, Message, Quotation, QuotedLine};
pub(super) use talks::{LIVE, lapsed, messages, of_request, quotation, quotations, quoted, save};
