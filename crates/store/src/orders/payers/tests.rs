//! Whatever the buyers bid or can pay, their shares and the fund's are the order.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "shares that are refused, and buyers without a bid, fail the test"
)]

use super::*;
use money::amount_of;
use proptest::prelude::*;

fn ars(minor: i64) -> Money {
    Money::new(minor, Currency::parse("ARS").unwrap())
}

fn payers(parts: &[(i64, i64)], bids: Option<&[i64]>, fund: i64) -> PoolPayers {
    let buyers = parts
        .iter()
        .enumerate()
        .map(|(position, (units, ability))| PoolPayer {
            organisation: OrganisationId::fresh(),
            quantity: Micro::new(units * 1_000_000),
            ability: Micro::new(ability * 100_000),
            max_premium_rate: (ability % 3 == 0).then(|| Micro::new(ability * 10_000)),
            bid: bids.map(|bids| ars(bids[position])),
        });
    PoolPayers {
        pool: PoolId::fresh(),
        buyers: buyers.collect(),
        fund: bids.is_none().then(|| PoolFund {
            fund: FundId::fresh(),
            keeper: OrganisationId::fresh(),
            available: ars(fund),
        }),
    }
}

/// The goods of `parts` at a price in millionths, with some freight and VAT.
fn goods(parts: &[(i64, i64)], market: i64, extra: i64) -> PooledGoods {
    let units: i64 = parts.iter().map(|(units, _)| units).sum();
    let unit_price = Micro::new(market + extra);
    let currency = Currency::parse("ARS").unwrap();
    let goods = amount_of(Micro::new(units * 1_000_000), unit_price, currency).unwrap();
    PooledGoods {
        market_unit_price: Micro::new(market).to_decimal(),
        unit_price,
        totals: Totals::new(goods, ars(12_345), ars(goods.minor() / 5)).unwrap(),
    }
}

fn check(goods: PooledGoods, shares: &[Share]) -> std::result::Result<(), TestCaseError> {
    let sum = |part: fn(&Share) -> Money| shares.iter().map(|s| part(s).minor()).sum::<i64>();
    let totals = goods.totals;
    prop_assert_eq!(sum(|s| s.market) + sum(|s| s.extra), totals.goods().minor());
    prop_assert_eq!(sum(|s| s.freight), totals.freight().minor());
    prop_assert_eq!(sum(|s| s.tax), totals.vat().minor());
    prop_assert_eq!(sum(|s| s.total), totals.total().minor());
    for share in shares {
        let parts = [share.market, share.extra, share.freight, share.tax];
        prop_assert!(parts.iter().all(|part| part.minor() >= 0), "{share:?}");
        prop_assert!(share.unit_price_paid.get() >= 0);
    }
    Ok(())
}

proptest! {
    #[test]
    fn by_bids_the_shares_are_the_order_and_nobody_pays_more_than_its_bid(
        parts in prop::collection::vec((1..5_000_i64, 0..10_i64), 3..20),
        bids in prop::collection::vec(0..10_000_000_i64, 20),
        market in 1..100_000_000_i64, extra in 0..50_000_000_i64, enough in 0..1_000_i64,
    ) {
        let goods = goods(&parts, market, extra);
        let mut bids = bids[..parts.len()].to_vec();
        // The first carries what is missing to the sum, and something above it.
        let others: i64 = bids[1..].iter().sum();
        bids[0] = (goods.totals.goods().minor() - others).max(0) + enough;
        let shares = pool_shares(goods, &payers(&parts, Some(&bids), 0)).unwrap();
        check(goods, &shares)?;
        for (share, bid) in shares.iter().zip(&bids) {
            prop_assert!(share.market.minor() + share.extra.minor() <= *bid);
        }
    }

    #[test]
    fn bids_under_the_sum_are_refused_without_a_figure(
        parts in prop::collection::vec((1..5_000_i64, 0..10_i64), 3..20),
        market in 1_000_000..100_000_000_i64, missing in 1..100_i64,
    ) {
        let goods = goods(&parts, market, 0);
        let mut bids = vec![0; parts.len()];
        bids[0] = goods.totals.goods().minor() - missing;
        let refused = pool_shares(goods, &payers(&parts, Some(&bids), 0)).unwrap_err();
        let crate::Error::Refused(refusal) = refused else { panic!("{refused}") };
        prop_assert_eq!(refusal.code, Code::Shortfall);
        prop_assert!(!refusal.detail.chars().any(|letter| letter.is_ascii_digit()));
    }

    #[test]
    fn by_ability_the_shares_and_the_fund_s_part_are_the_order(
        parts in prop::collection::vec((1..5_000_i64, 0..10_i64), 1..20),
        market in 1..100_000_000_i64, extra in 0..50_000_000_i64,
    ) {
        let goods = goods(&parts, market, extra);
        let whole = goods.totals.goods().minor();
        let shares = pool_shares(goods, &payers(&parts, None, whole)).unwrap();
        check(goods, &shares)?;
    }
}
