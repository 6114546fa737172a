//! Typed ids: an order's id can never stand where a listing's is asked for.
//!
//! Each is a UUIDv7 made by the application, so that ids sort by the time they were made and no
//! sequence is needed.
use crate::db::AnyBackend;
use crate::sql::{Id, Key};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sqlite::Sqlite;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, AsExpression, FromSqlRow)]
        #[diesel(sql_type = Id)]
        pub struct $name(Key);

        impl $name {
            /// A new id, later than all made before it on this machine.
            pub fn fresh() -> Self {
                Self(Key(Uuid::now_v7()))
            }
            /// The UUID itself.
            pub fn uuid(self) -> Uuid {
                self.0.0
            }
        }
        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(Key(id))
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.0.fmt(f)
            }
        }
        impl ToSql<Id, Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                <Key as ToSql<Id, Pg>>::to_sql(&self.0, out)
            }
        }
        impl ToSql<Id, Sqlite> for $name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                <Key as ToSql<Id, Sqlite>>::to_sql(&self.0, out)
            }
        }
        impl ToSql<Id, AnyBackend> for $name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, AnyBackend>) -> serialize::Result {
                out.set_value((Id, &self.0));
                Ok(IsNull::No)
            }
        }
        impl<DB: Backend> FromSql<Id, DB> for $name
        where
            Key: FromSql<Id, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                <Key as FromSql<Id, DB>>::from_sql(bytes).map(Self)
            }
        }
    )+};
}

ids! {
    /// An organisation: union, co-operative, network, community or operator.
    OrganisationId;
    /// A person with an account.
    PersonId;
    /// A person's belonging to an organisation.
    MembershipId;
    /// The roles an organisation gave a member, from one date to another.
    MandateId;
    /// An invitation by e-mail to join an organisation.
    InvitationId;
    /// A login: the family of a refresh token.
    SessionId;
    /// A machine that acts for an organisation.
    ClientId;
    /// A secret of such a machine.
    ClientSecretId;
    /// A record of an assembly's decision.
    AssemblyRecordId;
    /// A network's verification dossier of a co-operative.
    DossierId;
    /// A finding in a dossier.
    FindingId;
    /// A network's word that it accepts another's verifications.
    RecognitionId;
    /// A version of the pricing rules.
    RuleSetId;
    /// A living-wage benchmark.
    BenchmarkId;
    /// An exchange rate.
    ExchangeRateId;
    /// A product that several co-operatives may make.
    ProductId;
    /// A dated market quote of a product.
    QuoteId;
    /// A co-operative's offer of a product.
    ListingId;
    /// A period of a listing's capacity calendar.
    PeriodId;
    /// A buyer's need.
    NeedId;
    /// A line of a need that nobody can make, in the unmet list.
    UnmetLineId;
    /// What became of an input that nobody in the movement made.
    UpstreamRecordId;
    /// A matching's proposal for a need.
    ProposalId;
    /// An order.
    OrderId;
    /// A purchase order to one co-operative.
    PurchaseOrderId;
    /// An approval of an order.
    ApprovalId;
    /// A solidarity fund.
    FundId;
    /// A movement of a fund.
    FundMovementId;
    /// A buying pool.
    PoolId;
    /// A framework agreement.
    AgreementId;
    /// A signature under a framework agreement.
    SignatureId;
    /// A measurement of a clause.
    ClauseCheckId;
    /// A review of an agreement's prices.
    ReviewId;
    /// A request for quotation.
    QuotationRequestId;
    /// The talk with one co-operative that was asked for a quotation.
    QuotationId;
    /// A message in that talk.
    QuotationMessageId;
    /// A procurement round.
    RoundId;
    /// Long work that a worker does.
    JobId;
    /// An import that a worker carries out.
    ImportId;
    /// An export of all that an organisation has on file.
    ExportId;
    /// What a buyer bought of one supplier before.
    BaselinePurchaseId;
    /// An artwork that a buyer sends for a line.
    ArtworkId;
    /// A proof of an artwork.
    ProofId;
    /// A stage of a purchase order's delivery schedule.
    StageId;
    /// A despatch advice: goods on their way.
    DespatchId;
    /// A branch's receipt of a despatch.
    ReceiptId;
    /// A claim about goods that were rejected, short or defective.
    ClaimId;
    /// An invoice or a credit note.
    InvoiceId;
    /// An entry of an organisation's journal.
    EntryId;
    /// A payment.
    PaymentId;
    /// Material that the buyer supplies.
    MaterialId;
    /// A movement of such material.
    MaterialMovementId;
    /// An advance that a fund pays for a buyer.
    FundAdvanceId;
    /// What came back of it.
    FundRepaymentId;
    /// A consultation about a purchase order.
    ConsultationId;
    /// An organisation's belonging to another in a federation.
    AffiliationId;
    /// A version of an organisation's approval ladder.
    LadderId;
    /// A budget line.
    BudgetLineId;
    /// A complaint.
    ComplaintId;
    /// An entry of the audit log.
    AuditId;
    /// Something that happened, as one organisation sees it.
    EventId;
    /// Where an organisation wants events sent to.
    WebhookId;
    /// An event on its way there.
    WebhookDeliveryId;
    /// A bank statement.
    BankStatementId;
    /// A movement of a bank account.
    BankEntryId;
    /// A payment run.
    PaymentRunId;
    /// An invoice or a credit note that was received.
    ReceivedInvoiceId;
    /// A plan of what the premium is spent on.
    PremiumPlanId;
    /// Premium that was spent.
    PremiumSpendingId;
    /// An entry of the outbox.
    OutboxId;
}
