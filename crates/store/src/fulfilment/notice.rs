//! Who is told of what happens to a delivery.
use super::trade::Trade;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::OrganisationId;
use crate::operations::notices;
use crate::orders::journal;
use crate::sql::Time;
use governance::Role;
use serde_json::json;

/// What happened; the words are those of `mail`'s notice.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    ScheduleProposed,
    ScheduleAgreed,
    ArtworkSent,
    ArtworkWithdrawn,
    ProofOffered,
    ProofApproved,
    ProofRejected,
    Despatched,
    Received,
    ClaimRaised,
    RemakePromised,
    Credited,
    Invoiced,
    ConsultationOpened,
    ConsultationAnswered,
    Cancelled,
    Late,
}

impl Event {
    fn as_str(self) -> &'static str {
        match self {
            Self::ScheduleProposed => "schedule_proposed",
            Self::ScheduleAgreed => "schedule_agreed",
            Self::ArtworkSent => "artwork_sent",
            Self::ArtworkWithdrawn => "artwork_withdrawn",
            Self::ProofOffered => "proof_offered",
            Self::ProofApproved => "proof_approved",
            Self::ProofRejected => "proof_rejected",
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

/// Tells those who hold `role` in `organisation`; `url` is where it can be read.
pub(super) fn tell(
    conn: &mut Conn,
    trade: &Trade,
    (organisation, role): (OrganisationId, Role),
    event: Event,
    url: String,
    now: Time,
) -> Result<()> {
    let notice = json!({
        "kind": "delivery",
        "event": event.as_str(),
        "reference": trade.issued.reference,
        "buyer": journal::name_of(conn, trade.issued.buyer)?,
        "cooperative": journal::name_of(conn, trade.issued.cooperative)?,
        "url": url,
    });
    notices::tell(conn, organisation, role, &notice, now)
}

/// Tells the side that did not act: the co-operative's sellers, or the buyer's buyers.
pub(super) fn tell_other(
    conn: &mut Conn,
    trade: &Trade,
    actor: OrganisationId,
    event: Event,
    url: String,
    now: Time,
) -> Result<()> {
    let other = if actor == trade.issued.cooperative {
        (trade.issued.buyer, Role::Buyer)
    } else {
        (trade.issued.cooperative, Role::Seller)
    };
    tell(conn, trade, other, event, url, now)
}
