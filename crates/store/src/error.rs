//! Every refusal, once: a stable code, the kind that decides how it leaves, and a sentence.
//!
//! [`Refusal`] is for what a caller may do something about. [`Error::Db`] is for what they cannot:
//! it is logged with its cause and leaves without detail.
use crate::db::DbError;

/// What sort of refusal a code is; the API turns each into one HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The request cannot be read.
    Malformed,
    /// Nobody, or nobody any more, stands behind the request.
    Unauthenticated,
    /// Known, but not allowed.
    Forbidden,
    /// Not there, or not the caller's to see.
    NotFound,
    /// In conflict with the present state.
    Conflict,
    /// The caller's version is not the present one.
    Stale,
    /// The caller must say which version it saw.
    VersionRequired,
    /// The method is not one of this resource's.
    MethodNotAllowed,
    /// The body is larger than allowed.
    TooLarge,
    /// The body is not of the media type that is asked for.
    UnsupportedMedia,
    /// Understood, but a rule forbids it.
    Rule,
    /// Too much in too short a time.
    TooMany,
    /// The server cannot now.
    Unavailable,
    /// The server's own fault.
    Internal,
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $kind:ident;)+) => {
        /// The stable codes of refusals. A code is never renamed and never changes its kind.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Code {
            /// Every code, for the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The code as it stands in a problem.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// Which sort of refusal it is.
            pub fn kind(self) -> Kind {
                match self { $(Self::$name => Kind::$kind,)+ }
            }

            /// What it means, for the documentation.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+),)+ }
            }

            /// Reads a code.
            pub fn parse(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.as_str() == code)
            }
        }
    };
}

codes! {
    // The request itself.
    /// The request could not be read, or a field has a value it cannot have.
    InvalidInput = "invalid_input", Malformed;
    /// A query parameter that this operation does not have.
    UnknownParameter = "unknown_parameter", Malformed;
    /// This operation needs an Idempotency-Key header.
    IdempotencyKeyRequired = "idempotency_key_required", Malformed;
    /// The cursor was not made by this list.
    InvalidCursor = "invalid_cursor", Malformed;
    /// There is nothing here, or it is not yours to see.
    NotFound = "not_found", NotFound;
    /// The resource has no such method; Allow names those it has.
    MethodNotAllowed = "method_not_allowed", MethodNotAllowed;
    /// The body is larger than this operation takes.
    BodyTooLarge = "body_too_large", TooLarge;
    /// The body must be of the media type that the operation names.
    UnsupportedMediaType = "unsupported_media_type", UnsupportedMedia;
    /// State the version you saw in If-Match.
    IfMatchRequired = "if_match_required", VersionRequired;
    /// Somebody changed it meanwhile: read it again.
    Stale = "stale", Stale;
    /// The Idempotency-Key was used with another request.
    IdempotencyKeyReused = "idempotency_key_reused", Rule;
    /// The first request with this Idempotency-Key is still being answered.
    IdempotencyKeyInFlight = "idempotency_key_in_flight", Conflict;
    /// Too many requests: wait as long as Retry-After says.
    RateLimited = "rate_limited", TooMany;
    /// The server is busy: try again after Retry-After.
    Busy = "busy", Unavailable;
    /// Something went wrong on the server; the trace id finds it in the log.
    Internal = "internal", Internal;

    // Who acts.
    /// No valid token.
    Unauthenticated = "unauthenticated", Unauthenticated;
    /// E-mail or password is wrong.
    InvalidCredentials = "invalid_credentials", Unauthenticated;
    /// The refresh token is unknown, expired or was used before; its session is over.
    InvalidRefreshToken = "invalid_refresh_token", Unauthenticated;
    /// The mandate behind the token has ended or was recalled.
    MandateEnded = "mandate_ended", Unauthenticated;
    /// Too many wrong passwords: the account is locked for a while.
    AccountLocked = "account_locked", TooMany;
    /// Your roles do not allow this.
    Forbidden = "forbidden", Forbidden;
    /// The token does not have the scope that the operation needs; WWW-Authenticate names it.
    InsufficientScope = "insufficient_scope", Forbidden;
    /// This is for people: no machine may do it, whatever its scopes.
    PeopleOnly = "people_only", Forbidden;
    /// The organisation has not been admitted yet, or was suspended.
    NotAdmitted = "not_admitted", Forbidden;
    /// Whoever placed, proposed or approved something cannot approve it.
    DistinctPersonRequired = "distinct_person_required", Forbidden;
    /// The person has an interest in the other side.
    ConflictOfInterest = "conflict_of_interest", Forbidden;
    /// You act for several organisations: name one.
    OrganisationRequired = "organisation_required", Rule;
    /// The organisation does not stand where the act needs it in the tree of its federation.
    NotInTree = "not_in_tree", Rule;
    /// There is an account with this e-mail already.
    EmailTaken = "email_taken", Conflict;
    /// The invitation was used, withdrawn or has expired.
    InvitationEnded = "invitation_ended", Conflict;
    /// The person is a member already.
    AlreadyMember = "already_member", Conflict;

    // States.
    /// The present state does not allow this act; the detail names what it allows.
    WrongState = "wrong_state", Conflict;
    /// Something with this name or key exists already.
    Duplicate = "duplicate", Conflict;

    // Governance.
    /// The assembly's decision is not valid or was not carried.
    AssemblyNotValid = "assembly_not_valid", Rule;
    /// The same text was voted on too short a time ago.
    RevoteTooSoon = "revote_too_soon", Conflict;
    /// The co-operative does not meet the conditions of verification.
    NotVerifiable = "not_verifiable", Rule;
    /// This kind of organisation does not adopt rule sets.
    CannotAdopt = "cannot_adopt", Forbidden;
    /// The assembly voted on another text.
    OtherText = "other_text", Rule;
    /// The assembly did not carry the text by a valid vote.
    NotCarried = "not_carried", Rule;
    /// The operator holds no pricing power.
    OperatorCannotPublish = "operator_cannot_publish", Forbidden;
    /// The assemblies of both sides have to adopt a rule set before it is published.
    NotAdoptedByBothSides = "not_adopted_by_both_sides", Rule;
    /// This finding is on file already.
    FindingOnFile = "finding_on_file", Conflict;
    /// The finding to amend is not on file.
    OriginalNotOnFile = "original_not_on_file", Rule;
    /// The finding was amended already: amend the latest of its amendments.
    AlreadyAmended = "already_amended", Conflict;

    // Pricing.
    /// Too few market quotes are recent enough.
    InsufficientMarketEvidence = "insufficient_market_evidence", Rule;
    /// No recent exchange rate for a quote's currency.
    MissingExchangeRate = "missing_exchange_rate", Rule;
    /// Assemblies would take all paid hours.
    NoProductiveHours = "no_productive_hours", Rule;
    /// The rounded price is not above the market.
    NotAboveMarket = "not_above_market", Rule;
    /// The price is below the cost floor.
    BelowFloor = "below_floor", Rule;
    /// An amount is too large to be exact.
    AmountOutOfRange = "amount_out_of_range", Rule;
    /// The review's weights do not sum to one.
    WeightsDoNotSumToOne = "weights_do_not_sum_to_one", Rule;
    /// The price was reviewed too short a time ago.
    TooSoon = "too_soon", Rule;
    /// Buyer and supplier have adopted no common rule set.
    NoCommonRuleSet = "no_common_rule_set", Rule;
    /// The co-operative has not described its workplace.
    WorkplaceMissing = "workplace_missing", Rule;
    /// The product has no VAT rate in the country of delivery.
    VatRateMissing = "vat_rate_missing", Rule;
    /// The country does not have this VAT rate.
    VatRateNotAllowed = "vat_rate_not_allowed", Rule;
    /// The VAT of this country is not supported yet.
    CountryNotSupported = "country_not_supported", Rule;
    /// Amounts of two currencies cannot be put together.
    CurrencyMismatch = "currency_mismatch", Rule;

    // Catalogue.
    /// A listing needs at least one capacity period that has not ended.
    CapacityMissing = "capacity_missing", Rule;
    /// The co-operative has no valid verification.
    NotVerified = "not_verified", Rule;
    /// A capacity period holds reservations that the change would cut.
    CapacityReserved = "capacity_reserved", Conflict;
    /// A row of the import is wrong; nothing was imported.
    ImportRefused = "import_refused", Rule;
    /// The sizes and colours of a line are not stated.
    VariantsMissing = "variants_missing", Rule;
    /// A proof waits for the buyer's word.
    ProofNotApproved = "proof_not_approved", Conflict;
    /// The check digit is wrong.
    CheckDigit = "check_digit", Rule;

    // Matching.
    /// Two lines, two suppliers or two offers share an id.
    DuplicateId = "duplicate_id", Rule;
    /// A number is below the least, or above the most, that its field may have.
    OutOfRange = "out_of_range", Rule;
    /// A total that the plan needs might not fit 64 bits.
    Overflow = "overflow", Rule;

    // Ordering.
    /// Too little capacity is left.
    SoldOut = "sold_out", Conflict;
    /// The price rose after the proposal: ask for a new match.
    ProposalStale = "proposal_stale", Conflict;
    /// The quantity is below the listing's minimum, or not in whole lots.
    QuantityNotOffered = "quantity_not_offered", Rule;
    /// The proposal has nothing to order.
    NothingMatched = "nothing_matched", Rule;
    /// The matching request has a value the matching cannot take.
    DanglingReference = "dangling_reference", Rule;
    /// The approval ladder has no steps in the order's currency.
    NoLadderSteps = "no_ladder_steps", Rule;
    /// The ladder's emergency steps do not hold so much.
    AboveEmergency = "above_emergency", Rule;
    /// The approval ladder has changed since the order was submitted: submit it anew.
    LadderChanged = "ladder_changed", Conflict;
    /// The budget line has too little left.
    OverBudget = "over_budget", Conflict;
    /// The budget line is closed, of another currency or of another time.
    BudgetLineNotOpen = "budget_line_not_open", Rule;
    /// The need is offered to the networks' co-operatives first; the detail says until when.
    UpstreamFirst = "upstream_first", Conflict;
    /// More is called off than the agreement has left; the detail says how much that is.
    OverCall = "over_call", Conflict;
    /// Not everybody who pays has approved.
    ApprovalsMissing = "approvals_missing", Conflict;
    /// The extra is over what the buyers' limits and the fund can carry.
    Shortfall = "shortfall", Rule;
    /// The fund holds too little.
    FundTooLow = "fund_too_low", Conflict;
    /// Every member of the pool has to accept its ability first.
    AbilityNotAccepted = "ability_not_accepted", Conflict;
    /// Everything that was accepted has been billed.
    NothingToBill = "nothing_to_bill", Conflict;
    /// The amount is more than is owed.
    OverPaid = "over_paid", Conflict;
    /// A side's billing details lack what an invoice has to say.
    BillingDetailsMissing = "billing_details_missing", Rule;
    /// A document breaks a rule of its kind, or says something that does not hold or cannot be taken over.
    DocumentRefused = "document_refused", Rule;
    /// The invoice differs from what was ordered and accepted by more than the tolerances.
    InvoiceDiffers = "invoice_differs", Conflict;
    /// No payment file can say this: a reference, a name or an amount that banks do not take.
    NotPayable = "not_payable", Rule;
    /// Money cannot be taken from this bank statement safely.
    StatementRefused = "statement_refused", Rule;
    /// The accounting period is locked: it takes no posting.
    PeriodLocked = "period_locked", Conflict;
    /// The accounting period has not ended yet, or an earlier one is open.
    PeriodNotOver = "period_not_over", Conflict;
    /// The co-operative holds less of the buyer's material.
    MaterialShort = "material_short", Conflict;
    /// More would be spent of a line than the assembly planned.
    OverPlanLine = "over_plan_line", Conflict;
    /// More premium would be spent for a purpose than was received for it.
    PremiumTooLow = "premium_too_low", Conflict;
    /// The price is over the premium that the buyer's policy allows.
    PremiumOverPolicy = "premium_over_policy", Rule;
}

/// A refusal: a caller can do something about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The stable code.
    pub code: Code,
    /// The fields at fault, each a JSON pointer into the body with its own sentence.
    pub fields: Vec<FieldError>,
    /// A sentence a person understands.
    pub detail: String,
    /// In how many seconds to try again, where waiting helps.
    pub retry_after: Option<u32>,
}

/// One field at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// JSON pointer into the body, or `?name` for a query parameter, or `#name` for a header.
    pub pointer: String,
    /// What is wrong with it.
    pub detail: String,
}

impl Refusal {
    /// A refusal that concerns no single field.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            fields: Vec::new(),
            detail: detail.into(),
            retry_after: None,
        }
    }

    /// The same refusal, pointing at a field.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        let detail = self.detail.clone();
        self.fields.push(FieldError {
            pointer: pointer.into(),
            detail,
        });
        self
    }

    /// The thing is not there, or not the caller's to see: the two are not told apart.
    pub fn not_found() -> Self {
        Self::new(Code::NotFound, "There is nothing here that you can see.")
    }

    /// Somebody changed the thing since the caller read it.
    pub fn stale() -> Self {
        Self::new(
            Code::Stale,
            "It was changed since you read it: read it again and repeat what you want.",
        )
    }
}

/// Why a unit of work failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A rule said no.
    #[error("{}: {}", .0.code.as_str(), .0.detail)]
    Refused(Refusal),
    /// The database said no.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Error {
    /// The same refusal, pointing at a field; what the database says points at nothing.
    #[must_use]
    pub fn at(self, pointer: impl Into<String>) -> Self {
        match self {
            Self::Refused(refusal) => refusal.at(pointer).into(),
            Self::Db(error) => Self::Db(error),
        }
    }

    /// The same without fields: a refusal of pricing points into pricing's own request, which the caller
    /// has not written.
    #[must_use]
    pub fn without_fields(self) -> Self {
        match self {
            Self::Refused(refusal) => Self::Refused(Refusal {
                fields: Vec::new(),
                ..refusal
            }),
            other => other,
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

impl From<governance::GovernanceError> for Error {
    fn from(error: governance::GovernanceError) -> Self {
        let code = Code::parse(error.code()).unwrap_or(Code::InvalidInput);
        let mut refusal = Refusal::new(code, sentence(&error.to_string()));
        refusal.fields = match &error {
            governance::GovernanceError::Invalid(fields) => fields
                .iter()
                .map(|field| FieldError {
                    pointer: format!("/{}", field.field),
                    detail: sentence(&field.reason),
                })
                .collect(),
            governance::GovernanceError::NotVerifiable(unmet) => unmet
                .iter()
                .map(|&condition| unmet_field(condition))
                .collect(),
            governance::GovernanceError::ConflictOfInterest(conflicts) => conflicts
                .iter()
                .map(|conflict| FieldError {
                    pointer: String::new(),
                    detail: conflict.to_string(),
                })
                .collect(),
            _ => Vec::new(),
        };
        refusal.into()
    }
}

impl From<ordering::Refused> for Error {
    fn from(refused: ordering::Refused) -> Self {
        Refusal::new(Code::WrongState, sentence(&refused.to_string())).into()
    }
}

impl From<ordering::OrderingError> for Error {
    fn from(error: ordering::OrderingError) -> Self {
        use ordering::OrderingError::{AlreadyApproved, ApproverPlacedOrder, NotAsked};
        let code = match &error {
            ApproverPlacedOrder => Code::DistinctPersonRequired,
            AlreadyApproved => Code::Duplicate,
            NotAsked(_) => Code::Forbidden,
            other => Code::parse(other.code()).unwrap_or(Code::InvalidInput),
        };
        Refusal::new(code, sentence(&error.to_string())).into()
    }
}

impl From<accounting::AccountingError> for Error {
    /// The documents behind an entry were checked before: an entry that cannot be is the server's own fault.
    fn from(error: accounting::AccountingError) -> Self {
        match error {
            accounting::AccountingError::Money(error) => error.into(),
            other => {
                tracing::error!(%other, "an entry of the journal cannot be");
                corrupt("journal_entries")
            }
        }
    }
}

impl From<money::MoneyError> for Error {
    fn from(error: money::MoneyError) -> Self {
        ordering::OrderingError::from(error).into()
    }
}

/// Points at the field of the dossier that does not meet the condition; the detail is its stable code.
fn unmet_field(condition: governance::UnmetCondition) -> FieldError {
    use governance::UnmetCondition as Unmet;
    let pointer = match condition {
        Unmet::MembersNotMajority => "/members",
        Unmet::NotOnePersonOneVote => "/one_person_one_vote",
        Unmet::NoRecentAssembly => "/last_assembly_on",
        Unmet::NoValidAssemblyRecord => "/assembly_record_id",
        Unmet::OpenMajorFinding => "/findings",
    };
    FieldError {
        pointer: pointer.to_owned(),
        detail: condition.to_string(),
    }
}

impl From<pricing::PricingError> for Refusal {
    /// The field is a pointer into the pricing request.
    fn from(error: pricing::PricingError) -> Self {
        let code = Code::parse(error.code().as_str()).unwrap_or(Code::InvalidInput);
        Self::new(code, sentence(error.message())).at(error.field())
    }
}
impl From<pricing::PricingError> for Error {
    fn from(error: pricing::PricingError) -> Self {
        Self::Refused(error.into())
    }
}

/// `refusal` where a unique key was taken (by a twin that was faster), else the database's own error.
pub fn taken(error: diesel::result::Error, refusal: Refusal) -> Error {
    use diesel::result::{DatabaseErrorKind, Error as DieselError};
    match error {
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => refusal.into(),
        other => other.into(),
    }
}

/// Errors are written as clauses; people read sentences.
pub(crate) fn sentence(clause: &str) -> String {
    let mut letters = clause.chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}

/// What queries answer with.
pub type Result<T> = std::result::Result<T, Error>;

/// For rows: a stored value that its domain type refuses means that the database was tampered with.
pub fn corrupt(what: &str) -> Error {
    Error::Db(DbError::Corrupt(what.to_owned()))
}

/// What was found, or `None` where a rule says that it is not there for the caller; what the database says stays
/// an error.
///
/// # Errors
/// Those of the database.
pub fn if_found<T>(found: Result<T>) -> Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Error::Refused(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Turns `None` into "there is nothing here".
pub trait OrNotFound<T> {
    /// The value, or [`Code::NotFound`].
    ///
    /// # Errors
    /// [`Code::NotFound`] where there is none.
    fn or_not_found(self) -> Result<T>;
}
impl<T> OrNotFound<T> for Option<T> {
    fn or_not_found(self) -> Result<T> {
        self.ok_or_else(|| Refusal::not_found().into())
    }
}
