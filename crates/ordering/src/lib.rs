//! Listings, needs, orders, purchase orders and pools: states, totals, approvals.
//!
//! The crate is pure: no clock, no database; dates and ids are arguments. What holds here:
//!
//! - a state changes only by an act that its [`Machine`] names, and the tables are the only place where
//!   the acts are written down (the diagrams in the documentation are drawn from them);
//! - an amount is rounded once per line, and what is divided among payers adds up to the whole;
//! - nobody approves what they placed, a person signs for one office, and a change voids every approval;
//! - what is committed, spent and delegated of a budget line is never more than the line;
//! - a reservation never asks a factory for more than a period has free, nor for goods before they are
//!   needed.

mod approval;
mod budget;
mod calendar;
mod call_off;
mod clause;
mod delivered;
mod document_tax;
mod error;
mod ladder;
mod machine;
mod milestones;
pub mod pool;
mod reference;
mod reservation;
mod shares;
mod shortage;
mod states;
mod totals;
mod variants;
mod vat;
mod work_sought;

pub use approval::{Approval, Outstanding, approve, outstanding};
pub use budget::Budget;
pub use calendar::PeriodCalendar;
pub use call_off::{Commitment, OverCall};
pub use clause::{ClauseBound, ClauseKind, Measure};
pub use delivered::{value_between, value_of};
pub use document_tax::document_tax;
pub use error::OrderingError;
pub use ladder::{
    ApprovalPath, Bound, CurrencySteps, Demand, Ladder, LadderFault, Office, PERSONS_MAX,
    STEPS_MAX, Signers, Step,
};
pub use machine::{Machine, Refused};
pub use milestones::{
    AdvanceAccount, MILESTONE_DAYS_MAX, MILESTONES_MAX, Milestone, MilestoneDue, Milestones,
    instalments, proportion,
};
pub use reference::Reference;
pub use reservation::{FreePeriod, Reserved, ShortLine, WorkLine, reserve};
pub use shares::{PayerGoods, PayerShares, payer_shares};
pub use shortage::{ShortageRule, Waiting, share_shortage};
pub use states::agreements::{
    AGREEMENT, AgreementAct, AgreementState, REVIEW, ReviewAct, ReviewReason, ReviewState,
};
pub use states::fulfilment::{
    CLAIM, CONSULTATION, ClaimAct, ClaimState, ConsultationAct, ConsultationState, FUND_ADVANCE,
    FundAdvanceAct, FundAdvanceState, FundUse,
};
pub use states::quotations::{
    QUOTATION, QUOTATION_REQUEST, QuotationAct, QuotationRequestAct, QuotationRequestState,
    QuotationState,
};
pub use states::{
    AFFILIATION, ARTWORK, AffiliationAct, AffiliationState, ArtworkAct, ArtworkState, BUDGET_LINE,
    BudgetLineAct, BudgetLineState, COMPLAINT, ComplaintAct, ComplaintFinding, ComplaintState,
    LISTING, ListingAct, ListingState, NEED, NeedAct, NeedState, ORDER, OrderAct, OrderState, POOL,
    PURCHASE_ORDER, PoolAct, PoolState, PurchaseOrderAct, PurchaseOrderState, ROUND, RoundAct,
    RoundState,
};
pub use totals::{Line, OrderTotals, Totals};
pub use variants::{Axes, CELLS_MAX, Cell, MatrixError, check_matrix};
pub use vat::VatRate;
pub use work_sought::{QUARTER_WEEKS, units_sought};
