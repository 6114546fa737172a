//! Price steps read from the pooled quantity (PR8, OR3): a step lowers the base, never the premium, and never
//! goes below the floor.
use super::{decimal, s_times_q, scene};
use crate::support::catalogue::ListingSpec;
use crate::support::on_each_database;
use crate::support::pools::Pool;
use rust_decimal::Decimal;
use serde_json::{Value, json};

#[test]
fn the_pooled_quantity_decides_the_step_and_a_step_lowers_the_base_only() {
    on_each_database(|world| {
        let scene = scene(world);
        let [paper, rural, unemployed] = &scene.buyers[..] else {
            panic!("three buyers")
        };
        // Costs above the market at any quantity: the floor makes the price.
        let mut spec = ListingSpec::of(&scene.market.product);
        spec.body["cost_sheet"]["materials_per_unit"] = json!("12000");
        let listing = world.open_listing(&scene.market.seller, &spec);
        let pool = Pool::open(&paper.client, &listing, None);
        let alone = |quantity: &str| -> Value {
            let path = format!("/api/v1/listings/{listing}/price");
            let priced = paper.client.get(&format!("{path}?quantity={quantity}"));
            priced.expect(200).body["price"].clone()
        };
        let unit = |price: &Value| decimal(&price["unit_price"]);
        pool.enter(paper, "60", "0");
        let few = pool.standing();
        assert_eq!(unit(&few["price"]), unit(&alone("60")));
        let step = &few["next_step"];
        assert_eq!(
            (&step["quantity"], &step["missing"]),
            (&json!("100"), &json!("40"))
        );
        assert_eq!(unit(step), unit(&alone("100")));
        assert!(unit(step) < unit(&few["price"]));

        // Neither of them reaches the step alone; together they do.
        pool.enter(rural, "39", "0");
        assert_eq!(pool.standing()["next_step"]["missing"], "1");
        pool.change(rural, "40", "0").expect(200);
        pool.accept(rural).expect(200);
        let many = pool.standing();
        assert_eq!(unit(&many["price"]), unit(step));
        assert_eq!(many["next_step"]["quantity"], "1000");
        pool.enter(unemployed, "900", "0");
        assert!(
            pool.standing()["next_step"].is_null(),
            "above the last step"
        );

        // What the step lowers is the batch's fixed cost; the premium for the community is the same, and
        // the price stays at its floor and above the market.
        let community =
            |price: &Value| decimal(&price["trace"]["components_per_unit"]["community"]);
        let (at_60, at_100, at_1000) = (alone("60"), alone("100"), alone("1000"));
        assert_eq!(community(&at_60), community(&at_100));
        assert_eq!(community(&at_100), community(&at_1000));
        for price in [&at_60, &at_100, &at_1000] {
            let rest = unit(price) - community(price);
            assert!((rest - decimal(&price["floor"])).abs() < Decimal::new(1, 3));
            assert!(unit(price) > decimal(&price["market_reference"]));
        }

        let order = pool.order();
        let seen = paper.client.get(&order).expect(200).body;
        let line = &seen["lines"][0];
        assert_eq!(unit(line), unit(&at_1000));
        // Fails if: co-op receipt differs from S x Q.
        assert_eq!(
            decimal(&seen["totals"]["goods"]),
            s_times_q(&line["unit_price"], &json!("1000"))
        );
    });
}
