//! Assembly records: what an organisation's assembly decided. They are written once, and never
//! changed or removed.
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, Error, OrNotFound, Refusal, Result, corrupt, sentence};
use crate::identity::organisations;
use crate::ids::{AssemblyRecordId, OrderId, OrganisationId, PersonId};
use crate::operations::audit;
use crate::schema::{assembly_records, dossiers, rule_set_adoptions};
use crate::sql::Time;
use chrono::NaiveDate;
use diesel::prelude::*;
use governance::{
    AssemblyFacts, AssemblyRecord, AssemblyRules, Decision, Irregularity, OrganisationKind,
    Outcome, Role, TextHash, Turnout, decide,
};
use money::{Currency, Micro, Money};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What a vote was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Asking a network for verification.
    Verification,
    /// Adopting a rule set.
    RuleSet,
    /// Sending a delegate.
    Mandate,
    /// Lowering a price floor.
    PriceFloor,
    /// What the premium is spent on.
    PremiumPlan,
    /// Adopting an approval ladder.
    ApprovalLadder,
    /// An order above the top of the ladder.
    Order,
    /// Anything else.
    Other,
}

impl Subject {
    /// Every subject.
    pub const ALL: [Self; 8] = [
        Self::Verification,
        Self::RuleSet,
        Self::Mandate,
        Self::PriceFloor,
        Self::PremiumPlan,
        Self::ApprovalLadder,
        Self::Order,
        Self::Other,
    ];
    /// The word in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Verification => "verification",
            Self::RuleSet => "rule_set",
            Self::Mandate => "mandate",
            Self::PriceFloor => "price_floor",
            Self::PremiumPlan => "premium_plan",
            Self::ApprovalLadder => "approval_ladder",
            Self::Order => "order",
            Self::Other => "other",
        }
    }
    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

/// A record on file, with what was decided by the rules of its day.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The id.
    pub id: AssemblyRecordId,
    /// Whose assembly.
    pub organisation: OrganisationId,
    /// What the vote was about.
    pub subject: Subject,
    /// Dates, counts, title, text.
    pub record: AssemblyRecord,
    /// SHA-256 of the minutes, where they are named.
    pub minutes_hash: Option<TextHash>,
    /// The order that was decided about.
    pub order: Option<DecidedOrder>,
    /// What the vote came to.
    pub outcome: Outcome,
    /// When it was recorded.
    pub created_at: Time,
}

/// An order that an assembly decided about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecidedOrder {
    /// Which.
    pub order: OrderId,
    /// Up to this amount the decision holds.
    pub up_to: Money,
}

impl Recorded {
    /// The decision, as the rules of verification and adoption read it.
    pub fn decision(&self) -> Decision {
        Decision {
            text_hash: self.record.facts().text_hash.clone(),
            held_on: self.record.facts().held_on,
            turnout: self.record.turnout(),
            outcome: self.outcome.clone(),
        }
    }
}

#[derive(Queryable)]
pub(super) struct Row {
    id: AssemblyRecordId,
    organisation_id: OrganisationId,
    subject: String,
    title: String,
    notice_on: NaiveDate,
    held_on: NaiveDate,
    eligible: i32,
    present: i32,
    votes_for: i32,
    votes_against: i32,
    abstentions: i32,
    text_hash: String,
    minutes_hash: Option<String>,
    order_id: Option<OrderId>,
    amount_minor: Option<i64>,
    currency: Option<String>,
    outcome: String,
    reasons: String,
    _recorded_by: PersonId,
    created_at: Time,
}

impl TryFrom<Row> for Recorded {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self> {
        let count = |n: i32| u32::try_from(n).map_err(|_| corrupt("assembly_records counts"));
        let hash =
            |text: &str| TextHash::parse(text).map_err(|_| corrupt("assembly_records.text_hash"));
        let facts = AssemblyFacts {
            notice_on: row.notice_on,
            held_on: row.held_on,
            eligible: count(row.eligible)?,
            present: count(row.present)?,
            votes_for: count(row.votes_for)?,
            votes_against: count(row.votes_against)?,
            abstentions: count(row.abstentions)?,
            title: row.title,
            text_hash: hash(&row.text_hash)?,
        };
        let record = AssemblyRecord::parse(facts, row.created_at.date())
            .map_err(|_| corrupt("assembly_records"))?;
        Ok(Self {
            id: row.id,
            organisation: row.organisation_id,
            subject: Subject::parse(&row.subject)
                .ok_or_else(|| corrupt("assembly_records.subject"))?,
            order: read_order(row.order_id, row.amount_minor, row.currency.as_deref())?,
            outcome: read_outcome(&row.outcome, &row.reasons, record.turnout())?,
            record,
            minutes_hash: row.minutes_hash.as_deref().map(hash).transpose()?,
            created_at: row.created_at,
        })
    }
}

fn read_order(
    order: Option<OrderId>,
    minor: Option<i64>,
    currency: Option<&str>,
) -> Result<Option<DecidedOrder>> {
    let (Some(order), Some(minor), Some(code)) = (order, minor, currency) else {
        return Ok(None);
    };
    let currency = Currency::parse(code).map_err(|_| corrupt("assembly_records.currency"))?;
    let up_to = Money::new(minor, currency);
    Ok(Some(DecidedOrder { order, up_to }))
}

/// An [`Irregularity`] as it is kept, with the figures of the rules that held then. A repeated vote is
/// refused, so it is never on file.
#[derive(Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case", deny_unknown_fields)]
enum Reason {
    ShortNotice { days: i64, minimum: u16 },
    BelowQuorum { quorum_rate_micro: i64 },
}

/// The reasons why a vote does not count.
///
/// # Errors
/// [`Code::RevoteTooSoon`].
fn reasons_text(outcome: &Outcome) -> Result<String> {
    let irregularities = match outcome {
        Outcome::NotValid(irregularities) => irregularities.as_slice(),
        Outcome::Carried | Outcome::NotCarried => &[],
    };
    let reasons = irregularities
        .iter()
        .map(|irregularity| match *irregularity {
            Irregularity::ShortNotice { days, minimum } => {
                Ok(Reason::ShortNotice { days, minimum })
            }
            Irregularity::BelowQuorum { quorum_rate, .. } => Ok(Reason::BelowQuorum {
                quorum_rate_micro: quorum_rate.get(),
            }),
            Irregularity::RepeatVote { .. } => {
                let detail = sentence(&irregularity.to_string());
                Err(Refusal::new(Code::RevoteTooSoon, detail)
                    .at("/text_hash")
                    .into())
            }
        })
        .collect::<Result<Vec<_>>>()?;
    serde_json::to_string(&reasons).map_err(|_| corrupt("assembly_records.reasons"))
}

fn read_outcome(word: &str, reasons: &str, turnout: Turnout) -> Result<Outcome> {
    let reasons: Vec<Reason> =
        serde_json::from_str(reasons).map_err(|_| corrupt("assembly_records.reasons"))?;
    match word {
        "carried" => Ok(Outcome::Carried),
        "not_carried" => Ok(Outcome::NotCarried),
        "not_valid" => Ok(Outcome::NotValid(
            reasons
                .into_iter()
                .map(|reason| match reason {
                    Reason::ShortNotice { days, minimum } => {
                        Irregularity::ShortNotice { days, minimum }
                    }
                    Reason::BelowQuorum { quorum_rate_micro } => Irregularity::BelowQuorum {
                        turnout,
                        quorum_rate: Micro::new(quorum_rate_micro),
                    },
                })
                .collect(),
        )),
        _ => Err(corrupt("assembly_records.outcome")),
    }
}

/// A record to be put on file.
#[derive(Clone, Debug)]
pub struct NewRecord {
    /// What the vote was about.
    pub subject: Subject,
    /// Dates, counts, title, text.
    pub facts: AssemblyFacts,
    /// SHA-256 of the minutes.
    pub minutes_hash: Option<TextHash>,
    /// The order that was decided about; with the subject order and no other.
    pub order: Option<DecidedOrder>,
}

/// Puts an assembly of the actor's organisation on file, with what it decided: in a co-operative its
/// assembly secretary does, elsewhere an admin.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::InvalidInput`] for counts or dates that cannot be, and for an order without
/// the subject order or the other way round, [`Code::RevoteTooSoon`] for a text voted on within the window.
pub fn record(conn: &mut Conn, by: &Actor, new: &NewRecord) -> Result<Recorded> {
    by.require(&[match by.kind {
        OrganisationKind::Cooperative => Role::AssemblySecretary,
        _ => Role::Admin,
    }])?;
    if (new.subject == Subject::Order) != new.order.is_some() {
        let detail = "An assembly that decides about an order names it, and no other does.";
        return Err(Refusal::new(Code::InvalidInput, detail).at("/order").into());
    }
    let record = AssemblyRecord::parse(new.facts.clone(), by.now.date())?;
    let facts = record.facts();
    organisations::lock(conn, by.organisation)?;
    let earlier = on_text(conn, by.organisation, &facts.text_hash)?;
    let earlier = earlier.iter().map(|recorded| &recorded.record);
    let decision = decide(&record, earlier, AssemblyRules::default());
    let count = |pointer: &str, n: u32| {
        i32::try_from(n).map_err(|_| {
            Refusal::new(Code::InvalidInput, "No assembly has that many members.").at(pointer)
        })
    };
    let id = AssemblyRecordId::fresh();
    diesel::insert_into(assembly_records::table)
        .values((
            assembly_records::id.eq(id),
            assembly_records::organisation_id.eq(by.organisation),
            assembly_records::subject.eq(new.subject.as_str()),
            assembly_records::title.eq(&facts.title),
            assembly_records::notice_on.eq(facts.notice_on),
            assembly_records::held_on.eq(facts.held_on),
            assembly_records::eligible.eq(count("/eligible", facts.eligible)?),
            assembly_records::present.eq(count("/present", facts.present)?),
            assembly_records::votes_for.eq(count("/votes_for", facts.votes_for)?),
            assembly_records::votes_against.eq(count("/votes_against", facts.votes_against)?),
            assembly_records::abstentions.eq(count("/abstentions", facts.abstentions)?),
            assembly_records::text_hash.eq(facts.text_hash.as_str()),
            assembly_records::minutes_hash.eq(new.minutes_hash.as_ref().map(TextHash::as_str)),
            assembly_records::order_id.eq(new.order.map(|named| named.order)),
            assembly_records::amount_minor.eq(new.order.map(|named| named.up_to.minor())),
            assembly_records::currency.eq(new.order.map(|named| named.up_to.currency().code())),
            assembly_records::outcome.eq(decision.outcome.as_str()),
            assembly_records::reasons.eq(reasons_text(&decision.outcome)?),
            assembly_records::recorded_by.eq(by.person),
            assembly_records::created_at.eq(by.now),
        ))
        .execute(conn)?;
    audit::change(
        conn,
        by,
        "assembly_record.record",
        id.uuid(),
        None,
        &json!({
            "title": facts.title,
            "text_hash": facts.text_hash.as_str(),
            "outcome": decision.outcome.as_str(),
            "turnout": decision.turnout.to_string(),
        }),
    )?;
    get(conn, id)
}

/// The organisation's records of votes on one text.
fn on_text(
    conn: &mut Conn,
    organisation: OrganisationId,
    text_hash: &TextHash,
) -> Result<Vec<Recorded>> {
    let rows: Vec<Row> = assembly_records::table
        .filter(assembly_records::organisation_id.eq(organisation))
        .filter(assembly_records::text_hash.eq(text_hash.as_str()))
        .order(assembly_records::id)
        .load(conn)?;
    rows.into_iter().map(Recorded::try_from).collect()
}

/// The record, whoever asks: callers decide what is shown.
///
/// # Errors
/// [`Code::NotFound`].
pub fn get(conn: &mut Conn, id: AssemblyRecordId) -> Result<Recorded> {
    let row: Option<Row> = assembly_records::table.find(id).first(conn).optional()?;
    row.or_not_found()?.try_into()
}

/// A record as `by` may see it: its own organisation's; for a network those behind the dossiers that
/// were sent to it; for every admitted organisation those by which a rule set was adopted.
///
/// # Errors
/// [`Code::NotFound`].
pub fn seen_by(conn: &mut Conn, by: &Actor, id: AssemblyRecordId) -> Result<Recorded> {
    let recorded = get(conn, id)?;
    if recorded.organisation == by.organisation {
        return Ok(recorded);
    }
    let sent = dossiers::table
        .filter(dossiers::assembly_record_id.eq(id))
        .filter(dossiers::network_id.eq(by.organisation))
        .filter(dossiers::submitted_at.is_not_null());
    let adoption = rule_set_adoptions::table.filter(rule_set_adoptions::assembly_record_id.eq(id));
    let shown = diesel::select(diesel::dsl::exists(sent)).get_result(conn)?
        || (by.admitted && diesel::select(diesel::dsl::exists(adoption)).get_result(conn)?);
    shown.then_some(recorded).or_not_found()
}

/// A record that the actor's own organisation names as the reason of an act. `pointer` is the field
/// that names it.
///
/// # Errors
/// [`Code::NotFound`] for another organisation's.
pub fn own(conn: &mut Conn, by: &Actor, id: AssemblyRecordId, pointer: &str) -> Result<Recorded> {
    let row: Option<Row> = assembly_records::table
        .find(id)
        .filter(assembly_records::organisation_id.eq(by.organisation))
        .first(conn)
        .optional()?;
    row.ok_or_else(|| {
        Refusal::new(
            Code::NotFound,
            "Your organisation has no such assembly record.",
        )
        .at(pointer)
    })?
    .try_into()
}

/// A record of [`own`] by which the assembly carried something about `subject`, by a vote that counts.
///
/// # Errors
/// Those of [`own`], [`Code::AssemblyNotValid`].
pub fn own_carried(
    conn: &mut Conn,
    by: &Actor,
    id: AssemblyRecordId,
    subject: Subject,
    pointer: &str,
) -> Result<Recorded> {
    let recorded = own(conn, by, id, pointer)?;
    let refuse = |detail: String| {
        Err(Refusal::new(Code::AssemblyNotValid, detail)
            .at(pointer)
            .into())
    };
    if recorded.subject != subject {
        return refuse(format!(
            "The assembly decided about {}, not about {}.",
            recorded.subject.as_str(),
            subject.as_str()
        ));
    }
    if recorded.outcome != Outcome::Carried {
        return refuse(format!(
            "The assembly's vote is {}: {}.",
            recorded.outcome.as_str(),
            reason_of(&recorded)
        ));
    }
    Ok(recorded)
}

/// Why a vote carried nothing, in words.
fn reason_of(recorded: &Recorded) -> String {
    match &recorded.outcome {
        Outcome::NotValid(irregularities) => {
            let reasons: Vec<String> = irregularities.iter().map(ToString::to_string).collect();
            reasons.join("; ")
        }
        Outcome::Carried | Outcome::NotCarried => {
            format!("{} were present", recorded.record.turnout())
        }
    }
}

/// What a list of records is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// About this.
    pub subject: Option<Subject>,
    /// On this text.
    pub text_hash: Option<TextHash>,
}

/// The own organisation's records in the order in which they were put on file, after `after`.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    filter: &Filter,
    after: Option<AssemblyRecordId>,
    limit: i64,
) -> Result<Vec<Recorded>> {
    let mut query = assembly_records::table
        .filter(assembly_records::organisation_id.eq(by.organisation))
        .order(assembly_records::id)
        .limit(limit)
        .into_boxed();
    if let Some(subject) = filter.subject {
        query = query.filter(assembly_records::subject.eq(subject.as_str()));
    }
    if let Some(text_hash) = &filter.text_hash {
        query = query.filter(assembly_records::text_hash.eq(text_hash.as_str().to_owned()));
    }
    if let Some(after) = after {
        query = query.filter(assembly_records::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(Recorded::try_from).collect()
}
