//! Random sequences of acts on one listing's goods, by everybody who trades them, over HTTP: orders, changes,
//! approvals, call-offs, pools, deliveries, claims, bills, payments, cancellations, a tax authority's codes, and what
//! is done with the premium. After each act the books must keep their laws, and an act that was refused must have
//! changed nothing.
//!
//! MODEL_SEQUENCES  how many sequences run on each database (default 16)
//! MODEL_SEED       another seed than the one of every build
mod acts;
mod books;

use crate::premium;
use crate::support::agreements::Deal;
use crate::support::{World, on_each_database};
use acts::{Act, PURPOSES, Scene, Trading};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use rust_decimal::Decimal;
use std::cell::Cell;

/// Acts of a sequence.
const ACTS: std::ops::RangeInclusive<usize> = 10..=28;
/// A world is left behind after so many sequences: the laws are asked of everything in it.
const IN_A_WORLD: usize = 25;

fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

#[test]
fn the_books_keep_their_laws_whatever_people_do() {
    let sequences = number("MODEL_SEQUENCES", 16);
    let seed = number("MODEL_SEED", 0);
    let worlds = sequences.div_ceil(IN_A_WORLD);
    let (done, refused) = (Cell::new(0), Cell::new(0));
    for number in 0..worlds {
        let within = (sequences - number * IN_A_WORLD).min(IN_A_WORLD);
        on_each_database(|world| {
            let deal = world.deal();
            let scene = Scene::of(&deal);
            let of_world = u64::try_from(seed * worlds + number).unwrap().to_le_bytes();
            let mut bytes = [0; 32];
            bytes[..8].copy_from_slice(&of_world);
            let config = Config {
                cases: u32::try_from(within).unwrap(),
                max_shrink_iters: 60,
                failure_persistence: None,
                ..Config::default()
            };
            let random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
            let mut runner = TestRunner::new_with_rng(config, random);
            let sequence = vec((any::<Act>(), any::<u16>(), 1_u32..=120), ACTS);
            let outcome = runner.run(&sequence, |sequence| {
                let (acted, not) = run(world, &scene, &sequence)?;
                done.set(done.get() + acted);
                refused.set(refused.get() + not);
                Ok(())
            });
            if let Err(error) = outcome {
                panic!("{error}");
            }
        });
    }
    println!(
        "{sequences} sequences on each database, {} acts, {} of them refused",
        done.get(),
        refused.get()
    );
    assert!(
        done.get() > 2 * refused.get() / 3,
        "too much is refused to try anything"
    );
}

/// Carries a sequence out; how many acts there were, and how many of them were refused.
fn run(
    world: &World,
    scene: &Scene<'_>,
    sequence: &[(Act, u16, u32)],
) -> Result<(usize, usize), TestCaseError> {
    let mut conn = world.conn();
    let mut trading = Trading::begin(scene);
    let (mut acted, mut refused) = (0, 0);
    for (at, (act, which, amount)) in sequence.iter().enumerate() {
        let mut before = String::new();
        let look = |conn: &mut store::Conn| books::print(conn);
        let answer = trading.carry_out(*act, usize::from(*which), *amount, &mut || {
            before = look(&mut conn);
        });
        let Some(answer) = answer else { continue };
        acted += 1;
        let said = format!(
            "{act:?} after {:?}: {} {}",
            &sequence[..at],
            answer.status,
            answer.body
        );
        prop_assert!(answer.status < 500, "{}", said);
        if answer.status >= 400 {
            refused += 1;
            prop_assert_eq!(&before, &books::print(&mut conn), "{}", said);
        }
        let broken = books::broken(&mut conn);
        prop_assert!(broken.is_empty(), "{:#?} by {}", broken, said);
    }
    trading.end();
    Ok((acted, refused))
}

impl Scene<'_> {
    fn of<'d>(deal: &'d Deal<'d>) -> Scene<'d> {
        let market = &deal.trade.market;
        let other = deal.trade.world.pool_buyer(
            market,
            "community",
            "Movimiento de Trabajadores Desocupados",
        );
        let lines = PURPOSES.map(|purpose| (purpose, Decimal::from(100_000)));
        Scene {
            plan: premium::planned(&market.cooperative, &deal.treasurer, &lines),
            accountant: market.union.member(&["accountant"]),
            deal,
            other,
        }
    }
}
