//! What people are told about, as typed data.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Amount, Link};

/// Something that a person is told about.
///
/// Its JSON form is the payload of an outbox row and outlives the program that wrote it: an
/// object with `kind` and the fields below. An invitation's payload holds the token of its link,
/// so whoever keeps payloads blanks them once they are delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Notice {
    /// To a person: an organisation asks them to join.
    Invitation {
        /// The organisation's name.
        organisation: String,
        /// The name of the person who invites.
        inviter: String,
        /// Where the invitation is accepted; holds its token.
        accept_url: Link,
        /// The last day on which it can be accepted.
        expires_on: NaiveDate,
    },
    /// To an approver: an order waits for a decision.
    ApprovalAsked {
        /// The buyer that the order is for.
        organisation: String,
        /// The order's reference.
        order: String,
        /// What would be approved: freight and VAT included.
        total: Amount,
        /// Approvals that the order needs in all.
        needed: u32,
        /// The order.
        url: Link,
    },
    /// To the buyer: the price is locked and purchase orders have gone out.
    OrderConfirmed {
        /// The order's reference.
        order: String,
        /// What the buyer pays: freight and VAT included.
        total: Amount,
        /// The part of the total that is paid in advance.
        advance: Amount,
        /// The names of the co-operatives that make it.
        cooperatives: Vec<String>,
        /// The order.
        url: Link,
    },
    /// To a co-operative: a purchase order waits for its answer.
    PurchaseOrderIssued {
        /// The co-operative's name.
        cooperative: String,
        /// The purchase order's reference.
        reference: String,
        /// The buyer's name.
        buyer: String,
        /// The purchase order's total, freight and VAT included.
        total: Amount,
        /// When the capacity is freed if there is no answer.
        answer_by: DateTime<Utc>,
        /// The purchase order.
        url: Link,
    },
    /// To the buyer: a co-operative will not make its part; there is a new match to look at.
    NewMatchOffered {
        /// The order's reference.
        order: String,
        /// What happened to the purchase order.
        refusal: Refusal,
        /// The new match.
        url: Link,
    },
    /// To the buyer: what was agreed with one co-operative will not be made; the order is cancelled.
    OrderCameBack {
        /// The order's reference.
        order: String,
        /// The co-operative's name.
        cooperative: String,
        /// What happened to the purchase order.
        refusal: Refusal,
        /// The order.
        url: Link,
    },
    /// To one side of a framework agreement: the other has written terms to be read and signed.
    AgreementOffered {
        /// The name of who wrote them.
        organisation: String,
        /// The agreement's reference.
        agreement: String,
        /// The agreement.
        url: Link,
    },
    /// To both sides: the last signature is given.
    AgreementInForce {
        /// The other side's name.
        organisation: String,
        /// The agreement's reference.
        agreement: String,
        /// The last day of its term.
        ends_on: NaiveDate,
        /// The agreement.
        url: Link,
    },
    /// To the other side: the agreement was ended before its term.
    AgreementEnded {
        /// The name of who ended it.
        organisation: String,
        /// The agreement's reference.
        agreement: String,
        /// The agreement.
        url: Link,
    },
    /// To the other side: a review of the agreement's prices waits for an answer.
    PriceReviewAsked {
        /// The name of who asks.
        organisation: String,
        /// The agreement's reference.
        agreement: String,
        /// The agreement.
        url: Link,
    },
    /// To both sides and the verifiers: a clause is to be measured.
    ClauseDue {
        /// The agreement's reference.
        agreement: String,
        /// What the clause says.
        clause: String,
        /// The day on which it is measured.
        review_on: NaiveDate,
        /// The agreement.
        url: Link,
    },
    /// To a co-operative: a buyer asks for a quotation.
    QuotationAsked {
        /// The buyer's name.
        organisation: String,
        /// The request's reference.
        request: String,
        /// Until when an answer counts.
        answer_by: DateTime<Utc>,
        /// The quotation.
        url: Link,
    },
    /// To the other side of a quotation: something happened in the talk.
    QuotationMoved {
        /// The name of who acted.
        organisation: String,
        /// The request's reference.
        request: String,
        /// What they did.
        step: QuotationStep,
        /// The quotation.
        url: Link,
    },
    /// To a co-operative or a buyer: capacity has come up for a need that had none.
    CapacityForNeed {
        /// Who reads it.
        audience: Audience,
        /// The product's name.
        product: String,
        /// The need's reference or title.
        need: String,
        /// The need.
        url: Link,
    },
    /// To either side of a purchase order, or a branch: something happened to its delivery.
    Delivery {
        /// What happened.
        event: DeliveryEvent,
        /// The purchase order's reference.
        reference: String,
        /// The buyer's name.
        buyer: String,
        /// The co-operative's name.
        cooperative: String,
        /// Where it can be read.
        url: Link,
    },
    /// To the admins of who pays: an order asks for their assembly's decision.
    AssemblyAsked {
        /// The buyer that the order is for.
        organisation: String,
        /// The order's reference.
        order: String,
        /// What would be decided about: freight and VAT included.
        total: Amount,
        /// The order.
        url: Link,
    },
    /// To everybody in the buyer's organisation: an order was submitted as an emergency.
    EmergencySubmitted {
        /// The buyer.
        organisation: String,
        /// The order's reference.
        order: String,
        /// The order's total: freight and VAT included.
        total: Amount,
        /// Why it cannot wait.
        reason: String,
        /// The order.
        url: Link,
    },
    /// To who may spend a part of a budget now.
    BudgetDelegated {
        /// Who gives it.
        giver: String,
        /// What it is for.
        line: String,
        /// How much; `None` where it is without limit.
        amount: Option<Amount>,
        /// The budget line.
        url: Link,
    },
    /// To a pool's members, shortly before its date: it would not buy all that they ask for.
    PoolNearMiss {
        /// The pool's title.
        pool: String,
        /// Units that its buyers ask for.
        asked: String,
        /// Units that it would buy.
        taken: String,
        /// The smallest order of its listing.
        minimum: String,
        /// Until when parts can be changed.
        closes_at: DateTime<Utc>,
        /// The pool as it stands.
        url: Link,
    },
    /// To a pool's members: it fell short, and they vote on what becomes of it.
    PoolVote {
        /// The pool's title.
        pool: String,
        /// Why it fell short.
        reason: PoolReason,
        /// Until when they vote.
        vote_by: DateTime<Utc>,
        /// The decision.
        url: Link,
    },
    /// To a pool's members: what became of it.
    PoolNews {
        /// The pool's title.
        pool: String,
        /// What.
        news: PoolNews,
        /// Until when that lasts, where it lasts until a date.
        until: Option<DateTime<Utc>>,
        /// The pool.
        url: Link,
    },
    /// To the sellers of a co-operative: another one of its networks needs something, and asks it first.
    InputNeedOffered {
        /// The name of the co-operative that needs it.
        cooperative: String,
        /// The need's title and reference.
        need: String,
        /// Until when nobody else is asked.
        until: DateTime<Utc>,
        /// The need, as it is offered.
        url: Link,
    },
    /// To those whom a complaint concerns: what happened to it.
    ComplaintChanged {
        /// Its reference.
        reference: String,
        /// What happened.
        event: ComplaintEvent,
        /// By when the next answer is due: the other side's, then the inspector's.
        answer_by: Option<DateTime<Utc>>,
        /// The complaint.
        url: Link,
    },
    /// To the other side of an affiliation: where it stands now.
    AffiliationChanged {
        /// Who belongs, or asks to.
        child: String,
        /// To whom.
        parent: String,
        /// Where it stands.
        status: AffiliationStatus,
        /// The affiliation.
        url: Link,
    },
}

/// What happens to the delivery of a purchase order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryEvent {
    /// The other side proposes a schedule.
    ScheduleProposed,
    /// The other side agreed to the schedule.
    ScheduleAgreed,
    /// Goods are on their way.
    Despatched,
    /// A branch recorded what it received.
    Received,
    /// Goods were rejected, missing or defective.
    ClaimRaised,
    /// The co-operative makes goods again.
    RemakePromised,
    /// Goods that are not made again were credited.
    Credited,
    /// An invoice was issued.
    Invoiced,
    /// The other side asks to end the purchase order.
    ConsultationOpened,
    /// The consultation can go on.
    ConsultationAnswered,
    /// The purchase order was cancelled.
    Cancelled,
    /// A stage is late.
    Late,
}

impl DeliveryEvent {
    /// Every event.
    pub const ALL: [Self; 12] = [
        Self::ScheduleProposed,
        Self::ScheduleAgreed,
        Self::Despatched,
        Self::Received,
        Self::ClaimRaised,
        Self::RemakePromised,
        Self::Credited,
        Self::Invoiced,
        Self::ConsultationOpened,
        Self::ConsultationAnswered,
        Self::Cancelled,
        Self::Late,
    ];

    /// The word in a payload and in the templates.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ScheduleProposed => "schedule_proposed",
            Self::ScheduleAgreed => "schedule_agreed",
            Self::Despatched => "despatched",
            Self::Received => "received",
            Self::ClaimRaised => "claim_raised",
            Self::RemakePromised => "remake_promised",
            Self::Credited => "credited",
            Self::Invoiced => "invoiced",
            Self::ConsultationOpened => "consultation_opened",
            Self::ConsultationAnswered => "consultation_answered",
            Self::Cancelled => "cancelled",
            Self::Late => "late",
        }
    }
}

/// Why a pool fell short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PoolReason {
    /// Its buyers take less than the smallest order.
    BelowMinimum,
    /// Fewer than three would bid.
    TooFewBidders,
    /// The last round's bids were not enough.
    BidsInsufficient,
    /// It has no price at the moment.
    NoPrice,
}

/// What became of a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PoolNews {
    /// It is open again, for others to join too.
    Extended,
    /// Its members raise their parts.
    ToppingUp,
    /// It came to nothing.
    Cancelled,
    /// Its first round of bids is open.
    Bidding,
    /// A round was not enough; the next is open.
    NextRound,
    /// A round was enough.
    Covered,
}

/// What happened to a complaint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComplaintEvent {
    /// It was filed.
    Filed,
    /// The time to answer ends soon.
    DueSoon,
    /// The time to answer has passed.
    Unanswered,
    /// The other side has answered.
    Answered,
    /// The outcome is overdue.
    Overdue,
    /// It was decided.
    Decided,
    /// It was taken back.
    Withdrawn,
}

/// Where an affiliation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AffiliationStatus {
    /// The child asks.
    Proposed,
    /// The parent has taken it in.
    Accepted,
    /// The parent has not taken it in.
    Refused,
    /// The child has taken its question back.
    Withdrawn,
    /// One has left the other.
    Ended,
}

/// Why a purchase order came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The co-operative declined it.
    Declined,
    /// The deadline passed without an answer.
    Expired,
}

/// What happened in the talk about a quotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuotationStep {
    /// The co-operative has quoted.
    Quoted,
    /// The buyer asks for something else.
    Countered,
    /// One side has written to the other.
    Written,
    /// The buyer took the quote: there is an order.
    Accepted,
    /// It was ended without an order.
    Ended,
}

/// On which side of a need the reader stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// The one who needs the product.
    Buyer,
    /// The one who can make it.
    Cooperative,
}

/// A payload that is no notice, or a notice that could not be written as JSON.
#[derive(Debug, thiserror::Error)]
#[error("the payload of a notice: {0}")]
pub struct PayloadError(#[from] serde_json::Error);

impl Notice {
    /// The name of this kind of notice, as in the payload's `kind`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Invitation { .. } => "invitation",
            Self::ApprovalAsked { .. } => "approval_asked",
            Self::OrderConfirmed { .. } => "order_confirmed",
            Self::PurchaseOrderIssued { .. } => "purchase_order_issued",
            Self::NewMatchOffered { .. } => "new_match_offered",
            Self::OrderCameBack { .. } => "order_came_back",
            Self::AgreementOffered { .. } => "agreement_offered",
            Self::AgreementInForce { .. } => "agreement_in_force",
            Self::AgreementEnded { .. } => "agreement_ended",
            Self::PriceReviewAsked { .. } => "price_review_asked",
            Self::ClauseDue { .. } => "clause_due",
            Self::QuotationAsked { .. } => "quotation_asked",
            Self::QuotationMoved { .. } => "quotation_moved",
            Self::CapacityForNeed { .. } => "capacity_for_need",
            Self::Delivery { .. } => "delivery",
            Self::AssemblyAsked { .. } => "assembly_asked",
            Self::EmergencySubmitted { .. } => "emergency_submitted",
            Self::BudgetDelegated { .. } => "budget_delegated",
            Self::PoolNearMiss { .. } => "pool_near_miss",
            Self::PoolVote { .. } => "pool_vote",
            Self::PoolNews { .. } => "pool_news",
            Self::InputNeedOffered { .. } => "input_need_offered",
            Self::ComplaintChanged { .. } => "complaint_changed",
            Self::AffiliationChanged { .. } => "affiliation_changed",
        }
    }

    /// The JSON object that an outbox row keeps.
    ///
    /// # Errors
    /// [`PayloadError`] when a value cannot be written as JSON.
    pub fn to_payload(&self) -> Result<Value, PayloadError> {
        Ok(serde_json::to_value(self)?)
    }

    /// Reads an outbox row's payload and checks every value again.
    ///
    /// # Errors
    /// [`PayloadError`] when the kind is unknown, a field is missing or unknown, or a value does
    /// not hold (an amount that is no decimal, a link that is not `http` or `https`).
    pub fn from_payload(payload: Value) -> Result<Self, PayloadError> {
        Ok(serde_json::from_value(payload)?)
    }
}
