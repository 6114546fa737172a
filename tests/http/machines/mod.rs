//! Every state machine through the API: every state, every act, everybody (see [`trial`]).
mod agreements;
mod cast;
mod complaints;
mod deliveries;
mod federation;
mod funds;
mod offers;
mod orders;
mod pools;
mod quotations;
mod trial;
mod way;

use crate::support::on_each_database;
use cast::Cast;
use std::path::Path;
use trial::{Report, run};

/// Each family is a test with a world of its own for its machines.
macro_rules! families {
    ($($family:ident { $($machine:ident => $trial:path),+ $(,)? })+) => {
        $(
            #[test]
            fn $family() {
                on_each_database(|world| {
                    let cast = Cast::of(world);
                    let mut report = Report::default();
                    $(run(&$trial(&cast), &::ordering::$machine, &mut report);)+
                    report.end(stringify!($family));
                });
            }
        )+
        /// The machines that are tried.
        const TRIED: &[&str] = &[$($(stringify!($machine)),+),+];
    };
}

families! {
    what_is_offered_needed_and_pooled {
        LISTING => offers::Listings,
        NEED => offers::Needs,
        ROUND => offers::Rounds,
        AFFILIATION => federation::Affiliations::new,
        BUDGET_LINE => federation::BudgetLines::new,
        POOL => pools::Pools::new,
    }
    what_is_quoted_and_agreed {
        QUOTATION_REQUEST => quotations::Requests,
        QUOTATION => quotations::Talks,
        AGREEMENT => agreements::Agreements,
        REVIEW => agreements::Reviews,
    }
    what_is_ordered {
        ORDER => orders::Orders::new,
        PURCHASE_ORDER => orders::PurchaseOrders,
        COMPLAINT => complaints::Complaints,
    }
    what_is_delivered {
        CLAIM => deliveries::Claims,
        CONSULTATION => deliveries::Consultations,
        ARTWORK => deliveries::Artworks::new,
        FUND_ADVANCE => funds::Advances::new,
    }
}

/// The names of the machines that the sources define.
fn defined(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            names.extend(defined(&path));
        } else {
            let text = std::fs::read_to_string(&path).unwrap();
            let lines = text
                .lines()
                .filter_map(|line| line.strip_prefix("pub static "));
            let machines = lines.filter_map(|line| line.split_once(": Machine<"));
            names.extend(machines.map(|(name, _)| name.to_owned()));
        }
    }
    names.sort_unstable();
    names
}

#[test]
fn every_machine_is_tried() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ordering/src");
    let mut tried = TRIED.to_vec();
    tried.sort_unstable();
    assert!(tried.len() > 15);
    assert_eq!(defined(&sources), tried);
}
