//! Small rounds with everything on: every plan holds, and no other order of the input changes it.

#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use matching::{
    Break, Line, MatchingError, Offer, Plan, Request, Rules, Search, Supplier, check, plan_by,
};

const REGIONS: [&str; 3] = ["north", "south", "coast"];
const PRODUCTS: [&str; 2] = ["bricks", "tiles"];
/// Lines, suppliers and offers at most.
const MOST: usize = 5;

#[derive(Arbitrary, Debug)]
struct Round {
    lines: Vec<Needed>,
    suppliers: Vec<(u8, Option<u8>)>,
    offers: Vec<Offered>,
    tiers: u8,
    holding: u8,
    seed: u8,
}

#[derive(Arbitrary, Debug)]
struct Needed {
    product: bool,
    region: u8,
    quantity: u8,
    priority: u8,
    due: u8,
    max_unit_price: Option<u8>,
    budget: Option<u16>,
    max_suppliers: Option<u8>,
}

#[derive(Arbitrary, Debug)]
struct Offered {
    supplier: u8,
    product: bool,
    capacity: [u8; 3],
    minimum: u8,
    lot: u8,
    lead: bool,
    unit_price: u8,
    breaks: [(u8, u8); 2],
    freight: [Option<u8>; 3],
    transit: [bool; 3],
    work: u8,
}

fn request(round: Round) -> Option<Request> {
    let mut suppliers: Vec<Supplier> = Vec::new();
    for (at, (need, capacity)) in round.suppliers.into_iter().take(MOST).enumerate() {
        suppliers.push(Supplier {
            capacity: capacity.map(i64::from),
            ..Supplier::new(format!("f{at}"), i64::from(need) + 1)
        });
    }
    let mut lines = Vec::new();
    for (at, line) in round.lines.into_iter().take(MOST).enumerate() {
        let (product, region) = (PRODUCTS[usize::from(line.product)], line.region % 3);
        let (quantity, due) = (i64::from(line.quantity) + 1, i64::from(line.due % 4));
        lines.push(Line {
            priority: i64::from(line.priority % 4) + 1,
            max_unit_price: line.max_unit_price.map(i64::from),
            budget: line.budget.map(i64::from),
            max_suppliers: line.max_suppliers.map(|most| i64::from(most % 4)),
            ..Line::new(
                format!("n{at}"),
                "u",
                product,
                quantity,
                REGIONS[usize::from(region)],
                due,
            )
        });
    }
    let mut offers = Vec::new();
    for (at, offer) in round.offers.into_iter().take(MOST).enumerate() {
        let supplier = usize::from(offer.supplier).checked_rem(suppliers.len())?;
        let capacity = offer.capacity.map(i64::from).to_vec();
        let product = PRODUCTS[usize::from(offer.product)];
        let mut new = Offer::new(
            format!("o{at}"),
            format!("f{supplier}"),
            product,
            capacity,
            i64::from(offer.unit_price),
        );
        (new.minimum, new.lot) = (i64::from(offer.minimum), i64::from(offer.lot % 8) + 1);
        (new.lead, new.work) = (i64::from(offer.lead), i64::from(offer.work % 4) + 1);
        let steps = offer
            .breaks
            .map(|(from, price)| Break::from((from.into(), price.into())));
        new.breaks = steps.to_vec();
        for (at, region) in REGIONS.iter().enumerate() {
            if let Some(freight) = offer.freight[at] {
                new.freight.insert((*region).to_owned(), freight.into());
            }
            new.transit
                .insert((*region).to_owned(), offer.transit[at].into());
        }
        offers.push(new);
    }
    let rules = Rules {
        tiers: i64::from(round.tiers % 12) + 1,
        holding: i64::from(round.holding % 3),
        seed: round.seed.into(),
    };
    Some(Request {
        lines,
        suppliers,
        offers,
        rules,
    })
}

/// Watched step by step, a thorough search of what cannot be proven takes minutes.
fn plan(request: &Request) -> Result<Plan, MatchingError> {
    plan_by(request, Search::Prompt)
}

fuzz_target!(|round: Round| {
    let Some(mut request) = request(round) else {
        return;
    };
    let first = plan(&request).expect("small numbers are never refused");
    assert_eq!(check(&request, &first), Ok(()));
    request.lines.reverse();
    request.suppliers.reverse();
    request.offers.reverse();
    assert_eq!(plan(&request), Ok(first));
});
