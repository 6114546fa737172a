//! Who may see what happened to a thing: the sides of a trade, those who pay, the members of a pool. Whoever acted
//! sees it anyway; of what is not named here nobody else does.
use crate::db::Conn;
use crate::error::Result;
use crate::ids::OrganisationId;
use crate::schema::{
    affiliations, artworks, budget_lines, claims, clause_checks, complaints, consultations,
    despatches, dossiers, findings, framework_agreements, fund_advances, invoices, materials,
    needs, order_shares, orders, payments, pool_members, pools, purchase_order_payers,
    purchase_orders, quotation_requests, quotations, receipts, rounds,
};
use crate::sql::{Key, Time};
use diesel::prelude::*;
use uuid::Uuid;

/// Who sees it, and how people call it.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub organisations: Vec<OrganisationId>,
    pub reference: Option<String>,
}

impl Seen {
    fn by(organisations: impl IntoIterator<Item = OrganisationId>) -> Self {
        Self {
            organisations: organisations.into_iter().collect(),
            reference: None,
        }
    }
    fn called(self, reference: String) -> Self {
        Self {
            reference: Some(reference),
            ..self
        }
    }
}

/// Acts on a pool that its other members do not see: what one of them bids, votes, or is to pay.
const OF_ONE_MEMBER: [&str; 5] = [
    "pool.accept_ability",
    "pool.bid",
    "pool.change_part",
    "pool.propose_ability",
    "pool.vote",
];

type Pair = (OrganisationId, OrganisationId);

/// The purchase order that a row of the table belongs to.
macro_rules! of_purchase_order {
    ($conn:ident, $table:ident, $id:ident) => {{
        let issued: Option<Key> = $table::table
            .find($id)
            .select($table::purchase_order_id)
            .first($conn)
            .optional()?;
        match issued {
            Some(issued) => purchase_order($conn, issued)?,
            None => Seen::default(),
        }
    }};
}

/// Who sees an act on a thing of this kind.
pub(super) fn of(conn: &mut Conn, act: &str, kind: &str, id: Uuid) -> Result<Seen> {
    let id = Key(id);
    Ok(match kind {
        "order" => order(conn, id)?,
        "purchase_order" => {
            let reference: Option<String> = purchase_orders::table
                .find(id)
                .select(purchase_orders::reference)
                .first(conn)
                .optional()?;
            Seen {
                reference,
                ..purchase_order(conn, id)?
            }
        }
        "schedule" => purchase_order(conn, id)?,
        "despatch" => {
            let reference = despatches::table.find(id).select(despatches::reference);
            let reference: Option<String> = reference.first(conn).optional()?;
            Seen {
                reference,
                ..of_purchase_order!(conn, despatches, id)
            }
        }
        "receipt" => of_purchase_order!(conn, receipts, id),
        "claim" => of_purchase_order!(conn, claims, id),
        "artwork" => of_purchase_order!(conn, artworks, id),
        "material" => of_purchase_order!(conn, materials, id),
        "consultation" => of_purchase_order!(conn, consultations, id),
        "invoice" => {
            let row: Option<(OrganisationId, OrganisationId, String)> = invoices::table
                .find(id)
                .select((
                    invoices::cooperative_id,
                    invoices::payer_id,
                    invoices::reference,
                ))
                .first(conn)
                .optional()?;
            let seen = |(seller, payer, reference)| Seen::by([seller, payer]).called(reference);
            row.map_or_else(Seen::default, seen)
        }
        "payment" => {
            let row: Option<Pair> = payments::table
                .inner_join(purchase_orders::table)
                .filter(payments::id.eq(id))
                .select((purchase_orders::cooperative_id, payments::payer_id))
                .first(conn)
                .optional()?;
            Seen::by(row.into_iter().flat_map(<[OrganisationId; 2]>::from))
        }
        "framework_agreement" | "clause_check" => agreement(conn, kind, id)?,
        "quotation" => {
            let row: Option<Pair> = quotations::table
                .find(id)
                .select((quotations::buyer_id, quotations::cooperative_id))
                .first(conn)
                .optional()?;
            Seen::by(row.into_iter().flat_map(<[OrganisationId; 2]>::from))
        }
        "quotation_request" => request(conn, id)?,
        "pool" if OF_ONE_MEMBER.contains(&act) => Seen::default(),
        "pool" => pool(conn, id)?,
        _ => of_institutions(conn, kind, id)?,
    })
}

fn of_institutions(conn: &mut Conn, kind: &str, id: Key) -> Result<Seen> {
    Ok(match kind {
        "fund_advance" => {
            let row: Option<(OrganisationId, OrganisationId, String)> = fund_advances::table
                .inner_join(purchase_orders::table)
                .filter(fund_advances::id.eq(id))
                .select((
                    fund_advances::payer_id,
                    purchase_orders::cooperative_id,
                    fund_advances::reference,
                ))
                .first(conn)
                .optional()?;
            let seen = |(payer, seller, reference)| Seen::by([payer, seller]).called(reference);
            row.map_or_else(Seen::default, seen)
        }
        "affiliation" => {
            let row: Option<Pair> = affiliations::table
                .find(id)
                .select((affiliations::child_id, affiliations::parent_id))
                .first(conn)
                .optional()?;
            Seen::by(row.into_iter().flat_map(<[OrganisationId; 2]>::from))
        }
        "complaint" => {
            let row: Option<(OrganisationId, OrganisationId, OrganisationId, String)> =
                complaints::table
                    .find(id)
                    .select((
                        complaints::complainant_id,
                        complaints::respondent_id,
                        complaints::network_id,
                        complaints::reference,
                    ))
                    .first(conn)
                    .optional()?;
            let seen = |(filed, against, network, reference)| {
                Seen::by([filed, against, network]).called(reference)
            };
            row.map_or_else(Seen::default, seen)
        }
        "dossier" => dossier(conn, id)?,
        "finding" => {
            let of: Option<Key> = findings::table
                .find(id)
                .select(findings::dossier_id)
                .first(conn)
                .optional()?;
            of.map_or_else(|| Ok(Seen::default()), |of| dossier(conn, of))?
        }
        "budget_line" => {
            let whose: Option<OrganisationId> = budget_lines::table
                .find(id)
                .select(budget_lines::organisation_id)
                .first(conn)
                .optional()?;
            Seen::by(whose)
        }
        "need" => {
            let reference = needs::table.find(id).select(needs::reference);
            Seen {
                organisations: Vec::new(),
                reference: reference.first(conn).optional()?,
            }
        }
        "round" => {
            let reference = rounds::table.find(id).select(rounds::reference);
            Seen {
                organisations: Vec::new(),
                reference: reference.first(conn).optional()?,
            }
        }
        "organisation" => Seen::by([OrganisationId::from(id.0)]),
        _ => Seen::default(),
    })
}

/// Who placed the order, and those who pay a share of it.
fn order(conn: &mut Conn, id: Key) -> Result<Seen> {
    let row: Option<(OrganisationId, String)> = orders::table
        .find(id)
        .select((orders::buyer_id, orders::reference))
        .first(conn)
        .optional()?;
    let Some((buyer, reference)) = row else {
        return Ok(Seen::default());
    };
    let payers: Vec<OrganisationId> = order_shares::table
        .filter(order_shares::order_id.eq(id))
        .select(order_shares::organisation_id)
        .load(conn)?;
    let whose = std::iter::once(buyer).chain(payers);
    Ok(Seen::by(whose).called(reference))
}

/// Both sides of the purchase order, and those who pay it.
fn purchase_order(conn: &mut Conn, id: Key) -> Result<Seen> {
    let sides: Option<Pair> = purchase_orders::table
        .find(id)
        .select((purchase_orders::buyer_id, purchase_orders::cooperative_id))
        .first(conn)
        .optional()?;
    let payers: Vec<OrganisationId> = purchase_order_payers::table
        .filter(purchase_order_payers::purchase_order_id.eq(id))
        .select(purchase_order_payers::organisation_id)
        .load(conn)?;
    let sides = sides.into_iter().flat_map(<[OrganisationId; 2]>::from);
    Ok(Seen::by(sides.chain(payers)))
}

/// The buyer, and the co-operative once it was offered.
fn agreement(conn: &mut Conn, kind: &str, id: Key) -> Result<Seen> {
    let id = match kind {
        "clause_check" => clause_checks::table
            .find(id)
            .select(clause_checks::agreement_id)
            .first(conn)
            .optional()?,
        _ => Some(id),
    };
    let Some(id) = id else {
        return Ok(Seen::default());
    };
    let row: Option<(OrganisationId, OrganisationId, Option<Time>, String)> =
        framework_agreements::table
            .find(id)
            .select((
                framework_agreements::buyer_id,
                framework_agreements::cooperative_id,
                framework_agreements::offered_at,
                framework_agreements::reference,
            ))
            .first(conn)
            .optional()?;
    let seen = |(buyer, seller, offered, reference): (_, _, Option<Time>, String)| {
        let seller = offered.map(|_| seller);
        Seen::by(std::iter::once(buyer).chain(seller)).called(reference)
    };
    Ok(row.map_or_else(Seen::default, seen))
}

/// Who asked, and each co-operative that was asked.
fn request(conn: &mut Conn, id: Key) -> Result<Seen> {
    let reference = quotation_requests::table
        .find(id)
        .select(quotation_requests::reference);
    let reference: Option<String> = reference.first(conn).optional()?;
    let asked: Vec<OrganisationId> = quotations::table
        .filter(quotations::request_id.eq(id))
        .select(quotations::cooperative_id)
        .load(conn)?;
    Ok(Seen {
        organisations: asked,
        reference,
    })
}

/// Who opened the pool, and its members.
fn pool(conn: &mut Conn, id: Key) -> Result<Seen> {
    let opener: Option<OrganisationId> = pools::table
        .find(id)
        .select(pools::opened_by)
        .first(conn)
        .optional()?;
    let members: Vec<OrganisationId> = pool_members::table
        .filter(pool_members::pool_id.eq(id))
        .select(pool_members::organisation_id)
        .load(conn)?;
    Ok(Seen::by(opener.into_iter().chain(members)))
}

/// The co-operative, and the network once it was submitted.
fn dossier(conn: &mut Conn, id: Key) -> Result<Seen> {
    let row: Option<(OrganisationId, OrganisationId, Option<Time>)> = dossiers::table
        .find(id)
        .select((
            dossiers::cooperative_id,
            dossiers::network_id,
            dossiers::submitted_at,
        ))
        .first(conn)
        .optional()?;
    let seen = |(cooperative, network, submitted): (_, _, Option<Time>)| {
        let network = submitted.map(|_| network);
        Seen::by(std::iter::once(cooperative).chain(network))
    };
    Ok(row.map_or_else(Seen::default, seen))
}
