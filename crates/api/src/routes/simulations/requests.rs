//! Pricing's requests as they are documented; `pricing` itself reads them, and refuses by its own rules.
use crate::http::wire::DecimalText;
use crate::routes::simulations::answers::ComponentsView;
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

macro_rules! documented {
    ($($(#[$doc:meta])* $name:ident {
        $($(#[$field_doc:meta])* $field:ident: $kind:ty,)+
    })+) => {$(
        $(#[$doc])*
        #[derive(Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        #[expect(dead_code, reason = "describes a body; `pricing` reads it")]
        pub struct $name {
            $($(#[$field_doc])* $field: $kind,)+
        }
    )+};
}

documented! {
    /// Everything that decides a price; money is in `currency` unless a field says otherwise.
    PriceRequestText {
        /// ISO 4217: the currency of the contract.
        #[schema(example = "USD", pattern = "^[A-Z]{3}$")]
        currency: String,
        /// Units ordered, above zero; pooled units where buyers pool.
        #[schema(example = "100")]
        quantity: DecimalText,
        /// The day of signature: decides which quotes and rates hold.
        #[schema(example = "2026-06-01")]
        as_of: NaiveDate,
        /// What the same good costs elsewhere.
        market_quotes: Option<Vec<QuoteText>>,
        /// Rates for the quotes in other currencies.
        exchange_rates: Option<Vec<RateText>>,
        cost_sheet: SheetText,
        workplace: PayText,
        benchmark: LivingWageText,
        /// A minimum price set by the co-operative's network.
        network_minimum: Option<DecimalText>,
        /// What a listing or a quotation asks, before the community premium.
        offered_unit_price: Option<DecimalText>,
        /// What both sides agreed on, before the community premium; not under the price without it.
        agreed_unit_price: Option<DecimalText>,
        rule_set: RulesText,
    }

    /// A price seen on the market.
    QuoteText {
        /// Who quoted; each source counts once.
        #[schema(example = "chain store")]
        source: String,
        /// Price of a unit, above zero.
        #[schema(example = "4.10")]
        unit_price: DecimalText,
        /// ISO 4217; absent: the contract's.
        #[schema(example = "USD")]
        currency: Option<String>,
        #[schema(example = "2026-05-02")]
        observed_on: NaiveDate,
        /// The smallest order at that price; absent: any.
        #[schema(example = "50")]
        min_quantity: Option<DecimalText>,
    }

    /// 1 `from` = `rate` `to`.
    RateText {
        #[schema(example = "ARS")]
        from: String,
        #[schema(example = "USD")]
        to: String,
        /// Above zero.
        #[schema(example = "0.0007")]
        rate: DecimalText,
        #[schema(example = "2026-05-20")]
        on: NaiveDate,
        #[schema(example = "central bank")]
        source: String,
    }

    /// What one unit, and one batch, take to make.
    SheetText {
        #[schema(example = "1.90")]
        materials_per_unit: DecimalText,
        #[schema(example = "0.40")]
        overhead_per_unit: DecimalText,
        /// Money per batch; absent: none.
        #[schema(example = "120")]
        setup_cost: Option<DecimalText>,
        /// Standard allowed minutes.
        #[schema(example = "13")]
        standard_minutes_per_unit: DecimalText,
        /// Minutes per batch; absent: none.
        #[schema(example = "60")]
        setup_minutes: Option<DecimalText>,
        /// Above 0 and up to 1; absent: 1.
        #[schema(example = "0.85")]
        line_efficiency: Option<DecimalText>,
    }

    /// Pay and hours.
    PayText {
        /// Pay per member for standard hours.
        #[schema(example = "1040")]
        monthly_pay: DecimalText,
        /// Social contributions, a fraction of pay; absent: none.
        #[schema(example = "0.24")]
        on_cost_rate: Option<DecimalText>,
        /// At most the standard week.
        #[schema(example = "40")]
        weekly_hours: DecimalText,
        /// Per member; absent: none.
        #[schema(example = "6")]
        assembly_hours_per_month: Option<DecimalText>,
    }

    /// A published living wage.
    LivingWageText {
        #[schema(example = "1560")]
        living_wage_monthly: DecimalText,
        /// The legal full-time week: above 0 and up to 48.
        #[schema(example = "48")]
        standard_weekly_hours: DecimalText,
        /// Who publishes it.
        source: Option<String>,
        /// The day of the figure.
        date: Option<NaiveDate>,
    }

    /// The rules of a price; what is absent has its default.
    RulesText {
        #[schema(example = "2026.1")]
        version: String,
        /// Quotes that a market reference needs; absent: 3.
        #[schema(example = 3, minimum = 1)]
        min_quotes: Option<u32>,
        /// The age up to which quotes and rates count; absent: 90.
        #[schema(example = 90)]
        quote_max_age_days: Option<u32>,
        /// Pay above this multiple of the living wage is not costed; absent: 2.
        #[schema(example = "2")]
        pay_cap_multiple: Option<DecimalText>,
        /// Absent: 0.05.
        #[schema(example = "0.05")]
        job_reserve_rate: Option<DecimalText>,
        /// Above zero; absent: 0.03.
        #[schema(example = "0.03")]
        community_rate: Option<DecimalText>,
        /// Absent: none.
        #[schema(example = "0.02")]
        monthly_finance_rate: Option<DecimalText>,
        /// Absent: none.
        #[schema(example = "30")]
        payment_days: Option<DecimalText>,
        /// Absent: 0.5.
        #[schema(example = "0.5")]
        advance_rate: Option<DecimalText>,
        /// Decimal places of a unit price; absent: the currency's minor digits and two.
        #[schema(example = 4, minimum = 0, maximum = 6)]
        unit_price_decimals: Option<u32>,
    }

    /// A pool, its price and its buyers.
    ShareRequestText {
        #[schema(example = "USD", pattern = "^[A-Z]{3}$")]
        currency: String,
        /// The market reference of a unit.
        #[schema(example = "4.30")]
        market_unit_price: DecimalText,
        /// The solidarity price of a unit, not under the market.
        #[schema(example = "4.90")]
        unit_price: DecimalText,
        /// What the solidarity fund can pay: whole minor units.
        #[schema(example = "0")]
        fund_available: DecimalText,
        /// Decimal places of a unit price; absent: the currency's minor digits and two.
        #[schema(example = 4, minimum = 0, maximum = 6)]
        unit_price_decimals: Option<u32>,
        /// At least one.
        buyers: Vec<PoolBuyerText>,
    }

    /// A buyer of a pool.
    PoolBuyerText {
        /// Distinct within the pool.
        #[schema(example = "union")]
        id: String,
        /// Units, above zero.
        #[schema(example = "800")]
        quantity: DecimalText,
        /// Zero or above; only the proportions count.
        #[schema(example = "0.75")]
        ability: DecimalText,
        /// The most that it pays over the market, as a fraction; absent: no cap.
        #[schema(example = "0.2")]
        max_premium_rate: Option<DecimalText>,
    }

    /// A price in force and the indices that move it.
    ReviewRequestText {
        #[schema(example = "USD", pattern = "^[A-Z]{3}$")]
        currency: String,
        /// Decimal places of a unit price; absent: the currency's minor digits and two.
        #[schema(example = 4, minimum = 0, maximum = 6)]
        unit_price_decimals: Option<u32>,
        /// The unit price at signature: the total guard counts from it.
        #[schema(example = "10")]
        initial_unit_price: DecimalText,
        /// The components per unit in force.
        current: ComponentsView,
        #[schema(example = "2026-01-01")]
        current_since: NaiveDate,
        #[schema(example = "2026-06-01")]
        as_of: NaiveDate,
        /// The share of the price that no index moves; with the weights exactly 1.
        #[schema(example = "0.15")]
        fixed: DecimalText,
        indices: Option<Vec<IndexText>>,
        /// Days that a price stays in force at least; absent: 90.
        #[schema(example = 90)]
        min_days_between: Option<u32>,
        /// The most that one review adds; absent: 0.10.
        #[schema(example = "0.10")]
        max_step_rate: Option<DecimalText>,
        /// The most that all reviews add; absent: 0.50.
        #[schema(example = "0.50")]
        max_total_rate: Option<DecimalText>,
    }

    /// A published index.
    IndexText {
        #[schema(example = "labour")]
        name: String,
        /// Its share of the price.
        #[schema(example = "0.85")]
        weight: DecimalText,
        /// Its value when the price in force was set, above zero.
        #[schema(example = "495.97")]
        base: DecimalText,
        /// Its value now, above zero.
        #[schema(example = "514.53")]
        now: DecimalText,
    }
}
