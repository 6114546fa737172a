//! Who pays what of a pooled order, so that the parts are the whole.

use money::{Micro, Money, apportion};

use crate::error::{OrderingError, require};
use crate::totals::Totals;

/// What a buyer takes and pays for goods, as pricing shared it by ability.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PayerGoods {
    /// Units, above zero.
    pub quantity: Micro,
    /// Amount for goods, not below zero.
    pub goods: Money,
}

/// The shares of an order. Their totals and the fund's amount add up to the order's total.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayerShares {
    /// One for each buyer, in the order given.
    pub buyers: Vec<Totals>,
    /// What the solidarity fund pays, all of it for goods.
    pub fund: Money,
}

/// Divides `order` among its payers. Freight follows the quantity, tax the amount for goods (the quantity
/// where no buyer pays for goods), by largest remainder. The fund pays its part of the goods and no
/// more: it was asked whether it holds that much, and neither freight nor tax may overdraw it.
///
/// # Errors
/// [`OrderingError::Invalid`] naming `buyers`, `quantity`, `goods` or `fund`; [`OrderingError::Money`] for
/// two currencies; [`OrderingError::GoodsDoNotAddUp`] where buyers and fund do not pay the order's goods.
pub fn payer_shares(
    order: Totals,
    buyers: &[PayerGoods],
    fund: Money,
) -> Result<PayerShares, OrderingError> {
    require(
        !buyers.is_empty(),
        "buyers",
        "an order has at least one buyer",
    )?;
    require(fund.minor() >= 0, "fund", "the fund pays, it does not take")?;
    let mut payers = fund;
    for buyer in buyers {
        payers = payers.checked_add(buyer.goods)?;
    }
    // In the order's currency, or refused.
    let missing = order.goods().checked_sub(payers)?;
    if missing.minor() != 0 {
        return Err(OrderingError::GoodsDoNotAddUp {
            payers,
            order: order.goods(),
        });
    }

    let quantities = weights(buyers.iter().map(|b| b.quantity.get()), "quantity")?;
    require(
        !quantities.contains(&0),
        "quantity",
        "a buyer takes more than nothing",
    )?;
    let goods = weights(buyers.iter().map(|b| b.goods.minor()), "goods")?;
    let all_free = goods.iter().all(|weight| *weight == 0);
    let freight = divided(order.freight(), &quantities)?;
    let vat = divided(order.vat(), if all_free { &quantities } else { &goods })?;

    let parts = buyers.iter().zip(freight).zip(vat);
    let shares = parts.map(|((buyer, freight), vat)| Totals::new(buyer.goods, freight, vat));
    Ok(PayerShares {
        buyers: shares.collect::<Result<_, _>>()?,
        fund,
    })
}

fn weights(
    values: impl Iterator<Item = i64>,
    field: &'static str,
) -> Result<Vec<u128>, OrderingError> {
    values
        .map(|value| {
            u128::try_from(value).map_err(|_| OrderingError::Invalid {
                field,
                reason: "a buyer's part is not below zero",
            })
        })
        .collect()
}

/// Callers pass at least one weight above zero, so there is always a division.
fn divided(total: Money, weights: &[u128]) -> Result<Vec<Money>, OrderingError> {
    let parts = apportion(total.minor(), weights).ok_or(OrderingError::Invalid {
        field: "buyers",
        reason: "there is nobody to pay",
    })?;
    Ok(parts
        .into_iter()
        .map(|minor| Money::new(minor, total.currency()))
        .collect())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "shares that are refused fail the test")]
mod tests {
    use money::Currency;
    use proptest::prelude::*;

    use super::*;

    fn ars(minor: i64) -> Money {
        Money::new(minor, Currency::parse("ARS").unwrap())
    }

    fn buyer(units: i64, goods: i64) -> PayerGoods {
        PayerGoods {
            quantity: Micro::new(units * 1_000_000),
            goods: ars(goods),
        }
    }

    fn order(goods: i64, freight: i64, vat: i64) -> Totals {
        Totals::new(ars(goods), ars(freight), ars(vat)).unwrap()
    }

    fn minors(shares: &PayerShares) -> Vec<[i64; 4]> {
        let parts = |t: &Totals| [t.goods(), t.freight(), t.vat(), t.total()].map(Money::minor);
        shares.buyers.iter().map(parts).collect()
    }

    #[test]
    fn freight_follows_quantity_and_tax_follows_the_goods() {
        let shares = payer_shares(
            order(1000, 10, 212),
            &[buyer(1, 500), buyer(2, 300)],
            ars(200),
        )
        .unwrap();
        assert_eq!(minors(&shares), [[500, 3, 133, 636], [300, 7, 79, 386]]);
        assert_eq!(shares.fund, ars(200));
    }

    #[test]
    fn a_buyer_whose_goods_the_fund_pays_bears_its_freight_and_no_tax() {
        let shares = payer_shares(
            order(1000, 10, 210),
            &[buyer(1, 900), buyer(1, 0)],
            ars(100),
        )
        .unwrap();
        assert_eq!(minors(&shares), [[900, 5, 210, 1115], [0, 5, 0, 5]]);
    }

    #[test]
    fn where_the_fund_pays_all_goods_tax_follows_the_quantity() {
        let shares =
            payer_shares(order(1000, 9, 210), &[buyer(1, 0), buyer(2, 0)], ars(1000)).unwrap();
        assert_eq!(minors(&shares), [[0, 3, 70, 73], [0, 6, 140, 146]]);
    }

    #[test]
    fn parts_that_are_not_the_whole_are_refused() {
        let code = |buyers: &[PayerGoods], fund| {
            payer_shares(order(1000, 10, 210), buyers, fund)
                .unwrap_err()
                .code()
        };
        assert_eq!(code(&[buyer(1, 999)], ars(0)), "goods_do_not_add_up");
        assert_eq!(code(&[buyer(1, 1000)], ars(1)), "goods_do_not_add_up");
        assert_eq!(code(&[], ars(1000)), "invalid_input");
        assert_eq!(code(&[buyer(0, 1000)], ars(0)), "invalid_input");
        assert_eq!(code(&[buyer(-1, 1000)], ars(0)), "invalid_input");
        assert_eq!(
            code(&[buyer(1, 1001), buyer(1, -1)], ars(0)),
            "invalid_input"
        );
        assert_eq!(code(&[buyer(1, 1001)], ars(-1)), "invalid_input");
        assert_eq!(code(&[buyer(1, i64::MAX)], ars(1)), "amount_out_of_range");
        let rand = Money::new(0, Currency::parse("ZAR").unwrap());
        assert_eq!(code(&[buyer(1, 1000)], rand), "currency_mismatch");
    }

    proptest! {
        #[test]
        fn shares_and_fund_are_exactly_the_order(
            buyers in prop::collection::vec((1..1_000_000_i64, 0..1_000_000_000_i64), 1..12),
            fund in 0..1_000_000_000_i64, freight in 0..1_000_000_000_i64, vat in 0..1_000_000_000_i64,
        ) {
            let buyers: Vec<_> = buyers.into_iter().map(|(units, goods)| buyer(units, goods)).collect();
            let goods = fund + buyers.iter().map(|b| b.goods.minor()).sum::<i64>();
            let order = order(goods, freight, vat);
            let shares = payer_shares(order, &buyers, ars(fund)).unwrap();
            let sum = |part: fn(Totals) -> Money| {
                shares.buyers.iter().map(|t| part(*t).minor()).sum::<i64>()
            };
            prop_assert_eq!(sum(Totals::total) + shares.fund.minor(), order.total().minor());
            prop_assert_eq!(sum(Totals::freight), freight);
            prop_assert_eq!(sum(Totals::vat), vat);
            for (share, buyer) in shares.buyers.iter().zip(&buyers) {
                prop_assert_eq!(share.goods(), buyer.goods);
                prop_assert!(share.freight().minor() >= 0 && share.vat().minor() >= 0);
            }
        }
    }
}
