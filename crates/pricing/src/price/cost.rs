//! The cost floor: every component per unit, over one common denominator.
//!
//! With S, s the standard and setup minutes, e the efficiency, q the quantity, t the contributions
//! on pay, W and w the standard and the agreed week, A the assembly hours and Z = 13w − 3A, the
//! formulas of labour simplify to ratios of products:
//!
//! ```text
//! V            = (1 + t)(S q + s e)
//! labour       = V · pay          · w       · Z / (260 e q W w Z)
//! wage_gap     = V · (fair − pay) · w       · Z / (260 e q W w Z)
//! shorter_week = V · fair         · (W − w) · Z / (260 e q W w Z)
//! democracy    = V · fair         · 3A      · W / (260 e q W w Z)
//! ```
//!
//! since 60 minutes × 52 weeks / 12 months = 260, and w·52/12 − A = Z/3. Z is above zero exactly
//! where productive hours are left. Everything else divides by q, by 30 (finance) or by 2 (the
//! median), so all figures fit over 1560 e q W w Z and a power of ten.

use num_bigint::BigUint;
use ruint::aliases::U256;
use rust_decimal::Decimal;

use crate::PricingError;
use crate::natural::{Figure, Natural, Ratio, Stop, TooWide};
use crate::price::answer::CommunityDestination;
use crate::price::offer_reaches_floor;
use crate::price::request::PriceRequest;

/// How many components make the cost floor.
pub(crate) const COST_COUNT: usize = 8;

impl PriceRequest {
    /// The cost floor F of this order, money per unit with 10 decimals: what [`price`](crate::price)
    /// never goes below. It does not depend on the market, so quotes and exchange rates may be missing.
    ///
    /// # Errors
    ///
    /// In this order: `invalid_input` and `amount_out_of_range` for values outside their ranges,
    /// `no_productive_hours`, `below_floor` for an offer under the floor, and `amount_out_of_range`
    /// for a floor that cannot be written.
    pub fn floor(&self) -> Result<Decimal, PricingError> {
        self.check()?;
        match self.floor_in::<U256>() {
            Err(Stop::TooWide) => self.floor_in::<BigUint>(),
            done => done,
        }
        .map_err(Stop::refusal)
    }

    /// Where the community premium of this order goes: by the pay alone, without any market.
    ///
    /// # Errors
    ///
    /// As [`PriceRequest::floor`].
    pub fn community_destination(&self) -> Result<CommunityDestination, PricingError> {
        self.check()?;
        let work = Work::<BigUint>::of(self).map_err(Stop::refusal)?;
        Ok(work.community_destination())
    }

    /// The floor in one kind of numbers.
    fn floor_in<N: Natural>(&self) -> Result<Decimal, Stop> {
        let no_market = Ratio {
            numerator: N::default(),
            denominator: N::of(1),
            places: 0,
        };
        let per_unit = PerUnit::of(self, &no_market, &Work::<N>::of(self)?)?;
        offer_reaches_floor(self, &per_unit)?;
        per_unit.floor_decimal()
    }
}

/// Every figure of the price per unit, as numerators over `denominator`.
pub(crate) struct PerUnit<N> {
    pub denominator: N,
    /// The market reference M.
    pub market: N,
    /// Components 1 to 8.
    pub costs: [N; COST_COUNT],
    /// Their sum F.
    pub floor: N,
    /// Component 10.
    pub community: N,
    /// The network's minimum; zero where there is none.
    pub minimum: N,
    /// What both sides agreed on before the community premium.
    pub agreed: Option<N>,
}

/// Time, pay and hours as whole numbers.
pub(crate) struct Work<N> {
    /// S q + s e, with `minutes_places` decimal places.
    minutes: N,
    minutes_places: u32,
    /// Pay of today up to the cap, and fair pay, with `pay_places` decimal places.
    pay: N,
    fair: N,
    pay_places: u32,
    /// W, w, A and Z, with `hours_places` decimal places.
    standard_week: N,
    agreed_week: N,
    assembly: N,
    productive: N,
    hours_places: u32,
    efficiency: Figure,
    quantity: Figure,
    /// 1 + t.
    on_cost: Figure,
    /// Whether pay has reached the cap, so that the community premium goes to the common fund.
    pay_reached_cap: bool,
}

impl<N: Natural> Work<N> {
    /// Above the cap on pay the community premium is for younger co-operatives.
    pub(crate) fn community_destination(&self) -> CommunityDestination {
        if self.pay_reached_cap {
            CommunityDestination::CommonFund
        } else {
            CommunityDestination::CooperativePlan
        }
    }

    pub(crate) fn of(request: &PriceRequest) -> Result<Self, Stop> {
        let sheet = &request.cost_sheet;
        let workplace = &request.workplace;
        let quantity = Figure::of(request.quantity);
        let efficiency = Figure::of(sheet.line_efficiency);

        let run = product::<N>(Figure::of(sheet.standard_minutes_per_unit), quantity)?;
        let setup = product::<N>(Figure::of(sheet.setup_minutes), efficiency)?;
        let (minutes, minutes_places) = sum(&run, &setup)?;

        let living = Figure::of(request.benchmark.living_wage_monthly);
        let multiple = Figure::of(request.rule_set.pay_cap_multiple);
        let monthly = Figure::of(workplace.monthly_pay);
        let pay_places = monthly.places.max(living.places + multiple.places);
        let cap = living
            .at::<N>(pay_places - multiple.places)?
            .times_small(multiple.digits)?;
        let living = living.at::<N>(pay_places)?;
        let monthly = monthly.at::<N>(pay_places)?;
        let pay_reached_cap = monthly >= cap;
        let pay = monthly.min(cap.clone());
        let fair = living.min(cap).max(pay.clone());

        let standard = Figure::of(request.benchmark.standard_weekly_hours);
        let agreed = Figure::of(workplace.weekly_hours);
        let assembly = Figure::of(workplace.assembly_hours_per_month);
        let hours_places = standard.places.max(agreed.places).max(assembly.places);
        let agreed_week = agreed.at::<N>(hours_places)?;
        let assembly = assembly.at::<N>(hours_places)?;
        let productive = agreed_week.times_small(13)?.less(&assembly.times_small(3)?);
        if productive == N::default() {
            return Err(PriceRequest::no_productive_hours().into());
        }
        let contributions = Figure::of(workplace.on_cost_rate);
        Ok(Self {
            minutes,
            minutes_places,
            pay,
            fair,
            pay_places,
            standard_week: standard.at(hours_places)?,
            agreed_week,
            assembly,
            productive,
            hours_places,
            efficiency,
            quantity,
            on_cost: Figure {
                digits: contributions.digits + 10_u128.pow(contributions.places),
                places: contributions.places,
            },
            pay_reached_cap,
        })
    }

    /// Hours per unit, h = (S q + s e) / (60 e q).
    pub(crate) fn hours_per_unit(&self) -> Result<Ratio<N>, TooWide> {
        let divisor = N::of(60)
            .times_small(self.efficiency.digits)?
            .times_small(self.quantity.digits)?;
        Ok(Ratio {
            numerator: self.minutes.clone(),
            denominator: divisor,
            places: i64::from(self.minutes_places)
                - i64::from(self.efficiency.places + self.quantity.places),
        })
    }

    /// The hourly costs r(pay, W), r(fair, W) and r(fair, w), with r(m, v) = 3m(1 + t) / 13v.
    pub(crate) fn hourly_costs(&self) -> Result<[Ratio<N>; 3], TooWide> {
        let cost = |pay: &N, week: &N| {
            Ok(Ratio {
                numerator: pay.times_small(3)?.times_small(self.on_cost.digits)?,
                denominator: week.times_small(13)?,
                places: i64::from(self.pay_places + self.on_cost.places)
                    - i64::from(self.hours_places),
            })
        };
        Ok([
            cost(&self.pay, &self.standard_week)?,
            cost(&self.fair, &self.standard_week)?,
            cost(&self.fair, &self.agreed_week)?,
        ])
    }

    /// e W w Z.
    fn workload(&self) -> Result<N, TooWide> {
        self.standard_week
            .times(&self.agreed_week)?
            .times(&self.productive)?
            .times_small(self.efficiency.digits)
    }

    /// Components 4 to 7, over 1560 e q W w Z.
    fn labour_terms(&self) -> Result<[Term<N>; 4], TooWide> {
        let value = self.minutes.times_small(self.on_cost.digits)?;
        let value = value.times_small(6)?;
        let (agreed, standard) = (&self.agreed_week, &self.standard_week);
        let for_pay = value.times(agreed)?.times(&self.productive)?;
        let for_fair = value.times(&self.fair)?;
        let numerators = [
            for_pay.times(&self.pay)?,
            for_pay.times(&self.fair.less(&self.pay))?,
            for_fair
                .times(&standard.less(agreed))?
                .times(&self.productive)?,
            for_fair
                .times(&self.assembly)?
                .times_small(3)?
                .times(standard)?,
        ];
        let places = i64::from(self.minutes_places + self.on_cost.places + self.pay_places)
            - i64::from(self.efficiency.places + self.quantity.places + self.hours_places);
        Ok(numerators.map(|digits| Term { digits, places }))
    }
}

impl<N: Natural> PerUnit<N> {
    /// Brings the market reference, the costs, the premium and the minimum over one denominator.
    pub(crate) fn of(
        request: &PriceRequest,
        market: &Ratio<N>,
        work: &Work<N>,
    ) -> Result<Self, TooWide> {
        let rules = &request.rule_set;
        let workload = work.workload()?;
        let half_base = workload
            .times_small(780)?
            .times_small(work.quantity.digits)?;
        let base = half_base.times_small(2)?;

        let [materials, finance] = material_terms(request, &workload)?;
        let labour = work.labour_terms()?;
        let job_rate = Figure::of(rules.job_reserve_rate);
        let mut all_labour = N::default();
        for term in &labour {
            all_labour = all_labour.plus(&term.digits)?;
        }
        let [pay, ..] = &labour;
        let job_reserve = Term {
            digits: all_labour,
            places: pay.places,
        }
        .times(job_rate)?;
        let market = Term {
            digits: market.numerator.times(&half_base)?,
            places: market.places,
        };
        let community = market.times(Figure::of(rules.community_rate))?;
        let whole = |figure: Figure| {
            Ok::<_, TooWide>(Term {
                digits: base.times_small(figure.digits)?,
                places: figure.places.into(),
            })
        };
        let overhead = whole(Figure::of(request.cost_sheet.overhead_per_unit))?;
        let minimum = whole(Figure::of(request.network_minimum.unwrap_or_default()))?;
        let agreed = request.agreed_unit_price.map(Figure::of);
        let agreed = agreed.map(whole).transpose()?;

        let [pay, gap, week, democracy] = labour;
        let costs = [
            materials,
            overhead,
            finance,
            pay,
            gap,
            week,
            democracy,
            job_reserve,
        ];
        let mut places = market
            .needed()
            .max(community.needed())
            .max(minimum.needed())
            .max(agreed.as_ref().map_or(0, Term::needed));
        for term in &costs {
            places = places.max(term.needed());
        }
        let mut numerators: [N; COST_COUNT] = Default::default();
        let mut floor = N::default();
        for (numerator, term) in numerators.iter_mut().zip(&costs) {
            *numerator = term.over(places)?;
            floor = floor.plus(numerator)?;
        }
        Ok(Self {
            denominator: base.shifted(u32::try_from(places).map_err(|_| TooWide)?)?,
            market: market.over(places)?,
            costs: numerators,
            floor,
            community: community.over(places)?,
            minimum: minimum.over(places)?,
            agreed: agreed.map(|agreed| agreed.over(places)).transpose()?,
        })
    }
}

/// Components 1 and 3, over 1560 e q W w Z.
fn material_terms<N: Natural>(
    request: &PriceRequest,
    workload: &N,
) -> Result<[Term<N>; 2], TooWide> {
    let sheet = &request.cost_sheet;
    let rules = &request.rule_set;
    let quantity = Figure::of(request.quantity);
    let run = product::<N>(Figure::of(sheet.materials_per_unit), quantity)?;
    let setup = Figure::of(sheet.setup_cost);
    let (batch, places) = sum(&run, &(N::of(setup.digits), setup.places))?;
    let batch = Term {
        digits: batch.times(workload)?,
        places: i64::from(places) - i64::from(quantity.places),
    };
    let advance = Figure::of(rules.advance_rate);
    let late = Figure {
        digits: 10_u128.pow(advance.places).saturating_sub(advance.digits),
        places: advance.places,
    };
    let finance = Term {
        digits: batch.digits.times_small(52)?,
        ..batch
    }
    .times(Figure::of(rules.monthly_finance_rate))?
    .times(Figure::of(rules.payment_days))?
    .times(late)?;
    let materials = Term {
        digits: batch.digits.times_small(1560)?,
        ..batch
    };
    Ok([materials, finance])
}

/// `digits / 10^places` over a denominator that all terms share.
struct Term<N> {
    digits: N,
    places: i64,
}

impl<N: Natural> Term<N> {
    fn times(&self, figure: Figure) -> Result<Self, TooWide> {
        Ok(Self {
            digits: self.digits.times_small(figure.digits)?,
            places: self.places + i64::from(figure.places),
        })
    }

    /// The decimal places that the common denominator must have for the term to be whole over it.
    fn needed(&self) -> i64 {
        if self.digits == N::default() {
            0
        } else {
            self.places.max(0)
        }
    }

    /// The numerator over the common denominator with so many places.
    fn over(&self, places: i64) -> Result<N, TooWide> {
        if self.digits == N::default() {
            return Ok(N::default());
        }
        let power = u32::try_from(places - self.places).map_err(|_| TooWide)?;
        self.digits.shifted(power)
    }
}

fn product<N: Natural>(left: Figure, right: Figure) -> Result<(N, u32), TooWide> {
    let digits = N::of(left.digits).times_small(right.digits)?;
    Ok((digits, left.places + right.places))
}

fn sum<N: Natural>(left: &(N, u32), right: &(N, u32)) -> Result<(N, u32), TooWide> {
    let places = left.1.max(right.1);
    let total = left
        .0
        .shifted(places - left.1)?
        .plus(&right.0.shifted(places - right.1)?)?;
    Ok((total, places))
}
