//! Seeded rounds, the same on any machine: `SplitMix64` and integers only.

use matching::{Break, Line, Offer, Request, Rules, Supplier};
use std::collections::BTreeSet;

const PERIODS: i64 = 4;
const REGIONS: i64 = 12;
/// From so many steps on, goods are a period on the way.
const FAR: i64 = 4;

/// Which part of a round counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Factories over all their products; no minimums; holding costs 1.
    Coupled,
    /// Every offer a factory of its own; no minimums.
    Decoupled,
    /// The same with each offer's minimum.
    Minimums,
    /// Coupled, with minimums, lots, breaks, a budget on every tenth line and at most three suppliers
    /// on every third.
    Everything,
}

impl Mode {
    const fn coupled(self) -> bool {
        matches!(self, Self::Coupled | Self::Everything)
    }
}

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: i64) -> i64 {
        i64::try_from(self.next() % u64::try_from(end).unwrap()).unwrap()
    }

    fn range(&mut self, from: i64, to: i64) -> i64 {
        from + self.below(to - from + 1)
    }

    fn pick(&mut self, choices: &[i64]) -> i64 {
        let at = self.below(i64::try_from(choices.len()).unwrap());
        *choices.get(usize::try_from(at).unwrap()).unwrap()
    }
}

struct Product {
    base: i64,
    shipping: i64,
    lot: i64,
    needed: i64,
}

struct Factory {
    region: i64,
    need_percent: i64,
    verified: bool,
    capacity: i64,
}

struct Made {
    factory: usize,
    product: usize,
    capacity: Vec<i64>,
    minimum: i64,
    lead: i64,
    price: i64,
    step: Break,
}

/// A round before it is a request.
pub struct Round {
    products: Vec<Product>,
    factories: Vec<Factory>,
    lines: Vec<Line>,
    offers: Vec<Made>,
}

/// Draws a round. Some draws are made for the sake of those that follow.
pub fn generate(seed: i64, lines: i64, factories: i64, products: i64, offers: i64) -> Round {
    let mut random = Random(u64::try_from(seed).unwrap());
    let products: Vec<Product> = (0..products)
        .map(|_| {
            let base = random.range(1, 9) * random.pick(&[100, 1000]) + random.range(0, 99);
            let (shipping, lot) = (random.range(1, 5), random.pick(&[1, 2, 5, 10]));
            Product {
                base,
                shipping,
                lot,
                needed: 0,
            }
        })
        .collect();
    let factories = (0..factories)
        .map(|_| {
            let region = random.range(0, REGIONS - 1);
            let _jobs = random.range(5, 200);
            let need_percent = random.pick(&[40, 50, 60, 80, 100]);
            Factory {
                region,
                need_percent,
                verified: random.range(0, 99) < 95,
                capacity: 0,
            }
        })
        .collect();
    let mut round = Round {
        products,
        factories,
        lines: Vec::new(),
        offers: Vec::new(),
    };
    draw_lines(&mut round, &mut random, lines);
    for product in 0..round.products.len() {
        draw_offers(&mut round, &mut random, product, offers);
    }
    for factory in &mut round.factories {
        factory.capacity = (factory.capacity * 80 / 100).max(10);
    }
    round
}

fn draw_lines(round: &mut Round, random: &mut Random, lines: i64) {
    let products = i64::try_from(round.products.len()).unwrap();
    for at in 0..lines {
        let number = if at < products {
            at
        } else {
            random.range(0, products - 1)
        };
        let product = round
            .products
            .get_mut(usize::try_from(number).unwrap())
            .unwrap();
        let quantity = 10 * random.range(1, 20) * random.pick(&[1, 1, 2, 5, 10]);
        let region = random.range(0, REGIONS - 1).to_string();
        let due = random.range(1, PERIODS - 1);
        let most = product.base * random.range(105, 150) / 100;
        let priority = random.pick(&[1, 1, 1, 2, 2, 3, 4]);
        let buyer = random.range(0, (lines / 10).max(1) - 1);
        product.needed += quantity;
        round.lines.push(Line {
            priority,
            max_unit_price: Some(most),
            ..Line::new(
                format!("l{at:06}"),
                format!("u{buyer}"),
                format!("p{number}"),
                quantity,
                region,
                due,
            )
        });
    }
}

fn draw_offers(round: &mut Round, random: &mut Random, number: usize, offers: i64) {
    let product = round.products.get(number).unwrap();
    let factories = i64::try_from(round.factories.len()).unwrap();
    let tight = random.pick(&[70, 120, 180, 250, 320, 400]);
    let count = offers.min(factories);
    let (mut seen, mut chosen) = (BTreeSet::new(), Vec::new());
    while i64::try_from(chosen.len()).unwrap() < count {
        let factory = usize::try_from(random.range(0, factories - 1)).unwrap();
        if seen.insert(factory) {
            chosen.push(factory);
        }
    }
    let weights: Vec<i64> = (0..count).map(|_| random.range(1, 10)).collect();
    let sum: i64 = weights.iter().sum();
    for (factory, weight) in chosen.into_iter().zip(weights) {
        let lead = random.pick(&[0, 0, 0, 1, 1, 2]);
        let wanted = (product.needed * tight / 100 * weight / sum).max(10 * PERIODS);
        let each = (wanted / (PERIODS - lead)).max(1);
        let total = each * (PERIODS - lead);
        let minimum = total * random.pick(&[0, 0, 10, 20, 30, 40, 60]) / 100;
        let price = product.base * random.range(85, 120) / 100;
        let (from, percent) = (random.pick(&[40, 60, 80]), random.range(88, 97));
        let step = Break::from((total * from / 100, price * percent / 100));
        round.factories.get_mut(factory).unwrap().capacity += total;
        round.offers.push(Made {
            factory,
            product: number,
            capacity: (0..PERIODS)
                .map(|period| if period < lead { 0 } else { each })
                .collect(),
            minimum: minimum - minimum % product.lot,
            lead,
            price,
            step,
        });
    }
}

/// The round as a request.
pub fn request(round: &Round, mode: Mode) -> Request {
    let need = |capacity: i64, percent: i64| (capacity * percent / 100).max(1).min(capacity);
    let mut suppliers = Vec::new();
    if mode.coupled() {
        suppliers.extend(
            round
                .factories
                .iter()
                .enumerate()
                .map(|(at, factory)| Supplier {
                    capacity: Some(factory.capacity),
                    verified: factory.verified,
                    ..Supplier::new(
                        format!("f{at}"),
                        need(factory.capacity, factory.need_percent),
                    )
                }),
        );
    }
    let mut offers = Vec::new();
    for (at, made) in round.offers.iter().enumerate() {
        let factory = round.factories.get(made.factory).unwrap();
        let product = round.products.get(made.product).unwrap();
        let mut supplier = format!("f{}", made.factory);
        if !mode.coupled() {
            supplier = format!("o{at:06}");
            let capacity = made.capacity.iter().sum();
            suppliers.push(Supplier {
                verified: factory.verified,
                ..Supplier::new(supplier.clone(), need(capacity, factory.need_percent))
            });
        }
        let mut offer = Offer::new(
            format!("o{at:06}"),
            supplier,
            format!("p{}", made.product),
            made.capacity.clone(),
            made.price,
        );
        for region in 0..REGIONS {
            let steps = steps(factory, region);
            offer
                .freight
                .insert(region.to_string(), freight(product, steps));
            offer
                .transit
                .insert(region.to_string(), i64::from(steps >= FAR));
        }
        offer.lead = made.lead;
        if matches!(mode, Mode::Minimums | Mode::Everything) {
            offer.minimum = made.minimum;
        }
        if mode == Mode::Everything {
            offer.lot = product.lot;
            offer.breaks = vec![made.step];
        }
        offers.push(offer);
    }
    let rules = Rules {
        holding: 1,
        ..Rules::default()
    };
    let mut lines = round.lines.clone();
    if mode == Mode::Everything {
        limit(round, &mut lines);
    }
    Request {
        lines,
        suppliers,
        offers,
        rules,
    }
}

/// Steps between a factory and a region, on the ring that the regions form.
fn steps(factory: &Factory, region: i64) -> i64 {
    let apart = (factory.region - region).abs();
    apart.min(REGIONS - apart)
}

fn freight(product: &Product, steps: i64) -> i64 {
    product.base * product.shipping * steps / 100
}

/// Budgets of 1.05 times the list price of the median eligible offer, and supplier limits.
fn limit(round: &Round, lines: &mut [Line]) {
    for (at, line) in lines.iter_mut().enumerate() {
        if at % 3 == 0 {
            line.max_suppliers = Some(3);
        }
        let mut prices: Vec<i64> = round
            .offers
            .iter()
            .filter(|made| at % 10 == 0 && format!("p{}", made.product) == line.product)
            .filter(|made| {
                let factory = round.factories.get(made.factory).unwrap();
                let product = round.products.get(made.product).unwrap();
                let steps = steps(factory, line.region.parse().unwrap());
                let landed = made.price + freight(product, steps);
                factory.verified
                    && line.max_unit_price.is_none_or(|most| landed <= most)
                    && made.lead + i64::from(steps >= FAR) <= line.due
            })
            .map(|made| made.price)
            .collect();
        prices.sort_unstable();
        if let Some(median) = prices.get(prices.len() / 2) {
            line.budget = Some(line.quantity * median * 105 / 100);
        }
    }
}
