//! Orders and invoices as UBL 2.1, the form in which other people's programs send and read them.
//!
//! | what | out | in |
//! | --- | --- | --- |
//! | invoice, credit note | [`BillingDocument`] | [`read`] gives [`Received`] |
//! | order | [`Order`] | [`read_order`] gives [`ReceivedOrder`] |
//! | answer to an order | [`OrderResponse`] | |
//! | despatch advice | [`DespatchAdvice`] | |
//!
//! A [`BillingDocument`] can only be made of a [`Draft`] that keeps the rules of EN 16931: its totals are
//! computed, exactly, and what breaks a rule is a [`Violation`] that names it. The same draft gives the same
//! bytes. Where both sides have an address in the Peppol network the document is one of Peppol BIS Billing 3.0;
//! where one has none it is an EN 16931 invoice, and says so ([`Profile`]).
//!
//! [`verify`] looks at the bytes again, with code that shares nothing with the writer.

mod billing;
mod checks;
mod codes;
mod despatch;
mod differences;
mod fiscal;
mod line;
mod order;
mod party;
mod read;
mod read_order;
mod read_parts;
mod totals;
mod tree;
mod verify;
mod violation;
mod write;
mod write_billing;
mod write_order;

pub use billing::{
    BillingDocument, BillingReference, DocumentType, Draft, Due, PayeeAccount, Profile,
};
pub use checks::one_line;
pub use codes::{Country, UnitCode, Vat};
pub use despatch::{DespatchAdvice, DespatchDraft, DespatchLine};
pub use differences::Difference;
pub use fiscal::{Authorisation, ClearanceAuthority, Voucher, VoucherClass, VoucherRate};
pub use line::{AdjustmentKind, Base, Line, LineAdjustment, Price};
pub use order::{
    LineStatus, Order, OrderDraft, OrderHeader, OrderResponse, Period, ResponseCode, ResponseDraft,
    ResponseLine,
};
pub use party::{ElectronicAddress, Gln, Party, PostalAddress, TaxId};
pub use read::{Received, read};
pub use read_order::{OrderParty, OrderedLine, ReceivedOrder, read_order};
pub use totals::{DocumentAdjustment, TaxSubtotal, Totals};
pub use tree::ReadError;
pub use verify::{Finding, keeps_rules, verify};
pub use violation::Violation;
