//! What a co-operative asks becomes a price with its explanation: by the rules, or more where it asks more.
use super::rows::{QuotedLine, Request, RequestLine};
use super::talk::Offer;
use crate::actor::Actor;
use crate::catalogue::listings;
use crate::catalogue::pricer::{PaymentTerms, Pricer, Quote};
use crate::db::Conn;
use crate::error::{Code, Error, Refusal, Result};
use crate::ids::{ListingId, OrganisationId};
use crate::orders::quoted;
use money::Micro;
use ordering::ListingState;
use std::collections::BTreeMap;

/// What one offer for one line costs.
pub(super) struct Costed {
    /// The price, with all that led to it.
    pub quote: Quote,
    /// Carriage, tax and the first day on which it can be there.
    pub cost: quoted::QuotedCost,
}

/// Prices the offers of a co-operative for the request's buyer.
///
/// # Errors
/// [`Code::InvalidInput`] for a listing that is not the co-operative's, open and of the product, or that has two
/// prices; [`Code::QuantityNotOffered`], [`Code::BelowFloor`], [`Code::NotAboveMarket`], [`Code::VatRateMissing`],
/// [`Code::ProposalStale`] where a region is not served, those of [`Pricer`].
pub(super) fn price(
    conn: &mut Conn,
    by: &Actor,
    request: &Request,
    asked: &[RequestLine],
    offers: &[Offer],
) -> Result<Vec<Costed>> {
    let mut pooled: BTreeMap<ListingId, Micro> = BTreeMap::new();
    for offer in offers {
        let sum = pooled.entry(offer.listing).or_default();
        *sum = sum.checked_add(offer.quantity)?;
    }
    let mut lines = Vec::new();
    for (at, offer) in offers.iter().enumerate() {
        let line = require_line(asked, at, offer)?;
        require_own(conn, by, request, (at, offer), line)?;
        let twice = offers
            .iter()
            .any(|other| other.listing == offer.listing && other.unit_price != offer.unit_price);
        if twice {
            let pointer = format!("/lines/{at}/offered_unit_price");
            return Err(invalid(
                pointer,
                "A listing has one price for all its lines.",
            ));
        }
        let total = pooled
            .get(&offer.listing)
            .copied()
            .unwrap_or(offer.quantity);
        let pricer = Pricer::load(conn, offer.listing, request.buyer, by.now.date())?;
        let quote = pricer.agreed(total, offer.unit_price).map_err(|error| {
            let pointer = format!("/lines/{at}/offered_unit_price");
            error.without_fields().at(pointer)
        })?;
        lines.push(quoted::QuotedLine {
            position: line.position,
            need_position: line.need_position,
            listing: offer.listing,
            region: line.region.clone(),
            due_on: line.due_on,
            quantity: offer.quantity,
            pooled: total,
            quote,
            unit_freight: None,
        });
    }
    let quotes: Vec<Quote> = lines.iter().map(|line| line.quote.clone()).collect();
    let costs = quoted::price(conn, request.buyer, by.now.date(), lines)?;
    let costed = |(quote, cost)| Costed { quote, cost };
    Ok(quotes.into_iter().zip(costs).map(costed).collect())
}

fn invalid(pointer: impl Into<String>, detail: impl Into<String>) -> Error {
    Refusal::new(Code::InvalidInput, detail).at(pointer).into()
}

fn require_line<'a>(asked: &'a [RequestLine], at: usize, offer: &Offer) -> Result<&'a RequestLine> {
    let line = asked.iter().find(|line| line.position == offer.line);
    let line = line.ok_or_else(|| {
        let detail = format!("The request has no line {}.", offer.line);
        invalid(format!("/lines/{at}/line"), detail)
    })?;
    if offer.quantity > line.quantity {
        let detail = format!("The request asks for {}.", line.quantity);
        return Err(invalid(format!("/lines/{at}/quantity"), detail));
    }
    Ok(line)
}

fn require_own(
    conn: &mut Conn,
    by: &Actor,
    request: &Request,
    (at, offer): (usize, &Offer),
    line: &RequestLine,
) -> Result<()> {
    let pointer = format!("/lines/{at}/listing_id");
    let listing = match listings::get(conn, offer.listing) {
        Ok(listing) => listing,
        Err(Error::Refused(refusal)) if refusal.code == Code::NotFound => {
            return Err(invalid(pointer, "There is no such listing."));
        }
        Err(error) => return Err(error),
    };
    let fits = listing.cooperative == by.organisation
        && listing.product == line.product
        && listing.status == ListingState::Open
        && listing.terms.currency == request.currency;
    if fits {
        return Ok(());
    }
    let detail = "This is not an open listing of yours, of the product and in the currency.";
    Err(invalid(pointer, detail))
}

/// The quoted lines as they are ordered: at their prices, with their carriage.
pub(super) fn restore(
    asked: &[RequestLine],
    lines: Vec<QuotedLine>,
    terms: PaymentTerms,
) -> Result<Vec<quoted::QuotedLine>> {
    let mut restored = Vec::new();
    for line in lines {
        let Some(of) = asked.iter().find(|one| one.position == line.position) else {
            continue;
        };
        let quote = Quote::restore(line.price_request, line.rule_set, terms)?;
        restored.push(quoted::QuotedLine {
            position: line.position,
            need_position: of.need_position,
            listing: line.listing,
            region: of.region.clone(),
            due_on: of.due_on,
            quantity: line.quantity,
            pooled: Micro::from_decimal(quote.request.quantity)?,
            quote,
            unit_freight: Some(line.unit_freight),
        });
    }
    Ok(restored)
}

/// Refuses where a quoted price, the community premium aside, is under the floor of the day.
///
/// # Errors
/// [`Code::BelowFloor`], naming the listing and both figures.
pub(super) fn require_floor(
    conn: &mut Conn,
    by: &Actor,
    buyer: OrganisationId,
    line: &quoted::QuotedLine,
) -> Result<()> {
    let pricer = Pricer::load(conn, line.listing, buyer, by.now.date())?;
    let (base, floor) = (line.quote.base(), pricer.floor(line.pooled)?);
    if base >= floor.round_dp(6) {
        return Ok(());
    }
    let detail = format!(
        "“{}” was quoted at {base} before the community premium, and its work costs {floor} today: ask for \
         another quotation.",
        pricer.listing().terms.title
    );
    Err(Refusal::new(Code::BelowFloor, detail).into())
}
