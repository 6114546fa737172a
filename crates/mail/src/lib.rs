//! E-mail: what the marketplace tells people, in their language, and how it gets to them.
//!
//! A [`Notice`] is what happened, as typed data; it is stored as the payload of an outbox row
//! in the transaction of the event. Later a worker makes a [`Message`] of that row and hands it
//! to a [`Mailer`], which writes it from the templates of `locales/`, signs it when it has a
//! DKIM key, and delivers it by SMTP, into a folder or into memory. This crate knows neither
//! the database nor the clock: ids and times come with the message.

mod address;
mod amount;
mod language;
mod letter;
mod link;
mod mailer;
mod notice;
mod smtp;

pub use address::{AddressError, EmailAddress};
pub use amount::{Amount, AmountError};
pub use language::{Language, LanguageError};
pub use letter::{Letter, TemplateError};
pub use link::{Link, LinkError};
pub use mailer::{
    DkimAlgorithm, DkimKey, DkimKeyError, Mailer, MemoryInbox, Message, SendError, Sender,
};
pub use notice::{
    AffiliationStatus, Audience, ComplaintEvent, DeliveryEvent, Notice, PayloadError, PoolNews,
    PoolReason, QuotationStep, Refusal,
};
pub use smtp::{SmtpConfig, SmtpConfigError, SmtpCredentials, SmtpSecurity};
