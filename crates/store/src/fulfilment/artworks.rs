//! Artwork files and the proofs that a buyer approves before anything is printed. The files lie outside the
//! database, named by their SHA-256.
use super::notice::{self, Event};
use super::trade::Trade;
use crate::actor::Actor;
use crate::db::Conn;
use crate::error::{Code, OrNotFound, Refusal, Result, corrupt};
use crate::ids::{ArtworkId, PersonId, ProofId, PurchaseOrderId};
use crate::operations::audit;
use crate::orders::lines;
use crate::orders::purchase_orders::PurchaseOrder;
use crate::schema::{artworks, proofs};
use crate::sql::Time;
use diesel::prelude::*;
use governance::Role;
use ordering::{ARTWORK, ArtworkAct, ArtworkState, PurchaseOrderState};
use serde_json::{Value, json};

/// Artworks that a purchase order has at most.
const ARTWORKS_MAX: i64 = 50;

/// A file that lies outside the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    /// SHA-256 of its bytes, in hexadecimal digits: its name in the store of files.
    pub sha256: String,
    /// What it is, as its first bytes say.
    pub media_type: String,
    /// How long it is.
    pub bytes: i64,
}

/// An artwork that is to be sent.
#[derive(Clone, Debug)]
pub struct NewArtwork {
    /// For which purchase order.
    pub purchase_order: PurchaseOrderId,
    /// For which line.
    pub line: i32,
    /// What it is, for people.
    pub title: String,
    /// The file.
    pub file: StoredFile,
}

/// A proof.
#[derive(Clone, Debug)]
pub struct Proof {
    /// From 1, the last one counts.
    pub number: i32,
    /// The file.
    pub file: StoredFile,
    /// What the co-operative says of it; may be empty.
    pub note: String,
    /// When it was offered.
    pub created_at: Time,
}

/// An artwork with its proofs.
#[derive(Clone, Debug)]
pub struct Artwork {
    /// Orders artworks in time.
    pub id: ArtworkId,
    /// For which purchase order.
    pub purchase_order: PurchaseOrderId,
    /// For which line.
    pub line: i32,
    /// What it is, for people.
    pub title: String,
    /// Where it stands.
    pub state: ArtworkState,
    /// The file.
    pub file: StoredFile,
    /// In the order in which they were offered.
    pub proofs: Vec<Proof>,
    /// Why the last proof was rejected.
    pub reason: Option<String>,
    /// When it was sent.
    pub created_at: Time,
    /// When the last proof was approved or rejected.
    pub decided_at: Option<Time>,
    /// Counts changes.
    pub version: i64,
}

#[derive(Queryable)]
struct Row {
    id: ArtworkId,
    purchase_order_id: PurchaseOrderId,
    line: i32,
    title: String,
    status: String,
    sha256: String,
    media_type: String,
    size_bytes: i64,
    _sent_by: PersonId,
    created_at: Time,
    _decided_by: Option<PersonId>,
    decided_at: Option<Time>,
    reason: Option<String>,
    version: i64,
}

type ProofRow = (ArtworkId, i32, String, String, i64, String, Time);

fn with_proofs(conn: &mut Conn, rows: Vec<Row>) -> Result<Vec<Artwork>> {
    let ids: Vec<ArtworkId> = rows.iter().map(|row| row.id).collect();
    let offered: Vec<ProofRow> = proofs::table
        .filter(proofs::artwork_id.eq_any(ids))
        .order((proofs::artwork_id, proofs::number))
        .select((
            proofs::artwork_id,
            proofs::number,
            proofs::sha256,
            proofs::media_type,
            proofs::size_bytes,
            proofs::note,
            proofs::created_at,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|row| {
            let own = offered.iter().filter(|(of, ..)| *of == row.id);
            let proofs = own.map(|(_, number, sha256, media_type, bytes, note, at)| Proof {
                number: *number,
                file: StoredFile {
                    sha256: sha256.clone(),
                    media_type: media_type.clone(),
                    bytes: *bytes,
                },
                note: note.clone(),
                created_at: *at,
            });
            Ok(Artwork {
                id: row.id,
                purchase_order: row.purchase_order_id,
                line: row.line,
                title: row.title,
                state: ArtworkState::parse(&row.status).map_err(|_| corrupt("artworks.status"))?,
                file: StoredFile {
                    sha256: row.sha256,
                    media_type: row.media_type,
                    bytes: row.size_bytes,
                },
                proofs: proofs.collect(),
                reason: row.reason,
                created_at: row.created_at,
                decided_at: row.decided_at,
                version: row.version,
            })
        })
        .collect()
}

fn load(conn: &mut Conn, id: ArtworkId) -> Result<Artwork> {
    let row: Option<Row> = artworks::table.find(id).first(conn).optional()?;
    with_proofs(conn, vec![row.or_not_found()?])?
        .pop()
        .or_not_found()
}

/// One artwork, for both sides of its purchase order and its branches.
///
/// # Errors
/// [`Code::NotFound`].
pub fn get(conn: &mut Conn, by: &Actor, id: ArtworkId) -> Result<Artwork> {
    let artwork = load(conn, id)?;
    Trade::seen(conn, by, artwork.purchase_order)?;
    Ok(artwork)
}

/// The purchase order's artworks after `after`, oldest first.
///
/// # Errors
/// [`Code::NotFound`].
pub fn list(
    conn: &mut Conn,
    by: &Actor,
    purchase_order: PurchaseOrderId,
    after: Option<ArtworkId>,
    limit: i64,
) -> Result<Vec<Artwork>> {
    Trade::seen(conn, by, purchase_order)?;
    let mut query = artworks::table
        .filter(artworks::purchase_order_id.eq(purchase_order))
        .order(artworks::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(artworks::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    with_proofs(conn, rows)
}

/// Whether the actor may send artwork for the purchase order: asked before its file is kept.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`].
pub fn require_sender(conn: &mut Conn, by: &Actor, id: PurchaseOrderId) -> Result<()> {
    Trade::seen(conn, by, id)?.require_buyer(by, &[Role::Buyer])
}

/// Whether the actor may offer a proof of the artwork: asked before its file is kept.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`].
pub fn require_printer(conn: &mut Conn, by: &Actor, id: ArtworkId) -> Result<()> {
    let artwork = load(conn, id)?;
    Trade::seen(conn, by, artwork.purchase_order)?.require_cooperative(by, &[Role::Seller])
}

/// The buyer sends an artwork for a line.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`] unless the purchase order is issued or in
/// production, [`Code::InvalidInput`] for a line that it does not have, or too many artworks.
pub fn send(conn: &mut Conn, by: &Actor, new: &NewArtwork) -> Result<Artwork> {
    let trade = Trade::locked(conn, by, new.purchase_order)?;
    trade.require_buyer(by, &[Role::Buyer])?;
    trade.require_state(&[PurchaseOrderState::Issued, PurchaseOrderState::Accepted])?;
    let open = lines::open_of(conn, &trade.order, new.purchase_order)?;
    if !open.iter().any(|line| line.position == new.line) {
        let detail = format!("The purchase order has no line {}.", new.line);
        return Err(Refusal::new(Code::InvalidInput, detail).at("?line").into());
    }
    let present: i64 = artworks::table
        .filter(artworks::purchase_order_id.eq(new.purchase_order))
        .count()
        .get_result(conn)?;
    if present >= ARTWORKS_MAX {
        let detail = format!("A purchase order has at most {ARTWORKS_MAX} artworks.");
        return Err(Refusal::new(Code::InvalidInput, detail).into());
    }
    let id = ArtworkId::fresh();
    diesel::insert_into(artworks::table)
        .values((
            artworks::id.eq(id),
            artworks::purchase_order_id.eq(new.purchase_order),
            artworks::line.eq(new.line),
            artworks::title.eq(&new.title),
            artworks::status.eq(ARTWORK.initial.as_str()),
            artworks::sha256.eq(&new.file.sha256),
            artworks::media_type.eq(&new.file.media_type),
            artworks::size_bytes.eq(new.file.bytes),
            artworks::sent_by.eq(by.person),
            artworks::created_at.eq(by.now),
            artworks::version.eq(1_i64),
        ))
        .execute(conn)?;
    let sent = load(conn, id)?;
    record(conn, by, "artwork.send", None, &sent)?;
    tell(conn, by, &trade, id, Event::ArtworkSent)?;
    Ok(sent)
}

/// What is done to an artwork.
#[derive(Clone, Debug)]
pub enum Deed {
    /// The co-operative offers a proof, with a note that may be empty.
    OfferProof(StoredFile, String),
    /// The buyer approves the last proof.
    Approve,
    /// The buyer rejects it, for this reason.
    Reject(String),
    /// The buyer takes the artwork back.
    Withdraw,
}

/// Does something to an artwork.
///
/// # Errors
/// [`Code::Forbidden`] for the other side, [`Code::NotFound`], [`Code::Stale`], [`Code::WrongState`].
pub fn act(
    conn: &mut Conn,
    by: &Actor,
    (id, version): (ArtworkId, i64),
    deed: &Deed,
) -> Result<Artwork> {
    let before = load(conn, id)?;
    let trade = Trade::locked(conn, by, before.purchase_order)?;
    match deed {
        Deed::OfferProof(..) => trade.require_cooperative(by, &[Role::Seller])?,
        Deed::Approve | Deed::Reject(_) | Deed::Withdraw => {
            trade.require_buyer(by, &[Role::Buyer])?;
        }
    }
    trade.require_state(&[PurchaseOrderState::Issued, PurchaseOrderState::Accepted])?;
    let (act, name, event) = match deed {
        Deed::OfferProof(..) => (
            ArtworkAct::OfferProof,
            "artwork.offer_proof",
            Event::ProofOffered,
        ),
        Deed::Approve => (ArtworkAct::Approve, "artwork.approve", Event::ProofApproved),
        Deed::Reject(_) => (ArtworkAct::Reject, "artwork.reject", Event::ProofRejected),
        Deed::Withdraw => (
            ArtworkAct::Withdraw,
            "artwork.withdraw",
            Event::ArtworkWithdrawn,
        ),
    };
    let state = ARTWORK.next(before.state, act)?;
    let decided = matches!(deed, Deed::Approve | Deed::Reject(_));
    let reason = match deed {
        Deed::Reject(reason) => Some(reason.as_str()),
        _ => None,
    };
    let changed = diesel::update(artworks::table.find(id))
        .filter(artworks::version.eq(version))
        .set((
            artworks::status.eq(state.as_str()),
            artworks::decided_by.eq(decided.then_some(by.person)),
            artworks::decided_at.eq(decided.then_some(by.now)),
            artworks::reason.eq(reason),
            artworks::version.eq(version + 1),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(Refusal::stale().into());
    }
    if let Deed::OfferProof(file, note) = deed {
        let last = before.proofs.last().map_or(0, |proof| proof.number);
        offer(conn, by, id, last + 1, (file, note))?;
    }
    let after = load(conn, id)?;
    record(conn, by, name, Some(&before), &after)?;
    tell(conn, by, &trade, id, event)?;
    Ok(after)
}

fn offer(
    conn: &mut Conn,
    by: &Actor,
    artwork: ArtworkId,
    number: i32,
    (file, note): (&StoredFile, &str),
) -> Result<()> {
    diesel::insert_into(proofs::table)
        .values((
            proofs::id.eq(ProofId::fresh()),
            proofs::artwork_id.eq(artwork),
            proofs::number.eq(number),
            proofs::sha256.eq(&file.sha256),
            proofs::media_type.eq(&file.media_type),
            proofs::size_bytes.eq(file.bytes),
            proofs::note.eq(note),
            proofs::offered_by.eq(by.person),
            proofs::created_at.eq(by.now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Goods with artwork leave only when each proof is approved.
///
/// # Errors
/// [`Code::ProofNotApproved`], naming the first artwork that waits.
pub(super) fn require_approved(conn: &mut Conn, issued: &PurchaseOrder) -> Result<()> {
    let settled = [ArtworkState::Approved, ArtworkState::Withdrawn].map(ArtworkState::as_str);
    let waiting: Option<String> = artworks::table
        .filter(artworks::purchase_order_id.eq(issued.id))
        .filter(artworks::status.ne_all(settled))
        .order(artworks::id)
        .select(artworks::title)
        .first(conn)
        .optional()?;
    let Some(title) = waiting else { return Ok(()) };
    let detail = format!("The buyer has not approved a proof of “{title}”.");
    Err(Refusal::new(Code::ProofNotApproved, detail).into())
}

fn tell(conn: &mut Conn, by: &Actor, trade: &Trade, id: ArtworkId, event: Event) -> Result<()> {
    let url = format!("/artworks/{id}");
    notice::tell_other(conn, trade, by.organisation, event, url, by.now)
}

fn record(
    conn: &mut Conn,
    by: &Actor,
    act: &'static str,
    before: Option<&Artwork>,
    after: &Artwork,
) -> Result<()> {
    let before = before.map(artwork_json);
    audit::change(
        conn,
        by,
        act,
        after.id.uuid(),
        before.as_ref(),
        &artwork_json(after),
    )
}

fn artwork_json(artwork: &Artwork) -> Value {
    json!({
        "line": artwork.line, "title": artwork.title, "status": artwork.state.as_str(),
        "sha256": artwork.file.sha256, "reason": artwork.reason,
        "proofs": artwork.proofs.iter().map(|proof| &proof.file.sha256).collect::<Vec<_>>(),
    })
}
