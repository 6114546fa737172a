//! Tiers: a factory's need cut into equal parts, so that filling levels load ÷ need.

/// A factory's need in a round with so many tiers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tiers {
    need: i64,
    tiers: i64,
}

/// So many steps in a row that cost the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) steps: i64,
    pub(crate) cost: i64,
}

impl Tiers {
    pub(crate) const fn new(need: i64, tiers: i64) -> Self {
        Self { need, tiers }
    }

    /// The last unit of a tier, `⌊need·(tier+1)/tiers⌋`; the last tier has no end.
    pub(crate) fn end(self, tier: i64) -> Option<i64> {
        if tier >= self.tiers {
            return None;
        }
        // Nearly always short numbers, which divide several times as fast.
        if let Some(product) = self.need.checked_mul(tier + 1) {
            return Some(product / self.tiers);
        }
        let end = i128::from(self.need) * (i128::from(tier) + 1) / i128::from(self.tiers);
        i64::try_from(end).ok()
    }

    /// The tier of unit number `unit`, counted from 1.
    pub(crate) fn tier(self, unit: i64) -> i64 {
        if unit > self.need {
            return self.tiers;
        }
        if let Some(product) = unit.checked_mul(self.tiers) {
            return (product - 1).div_euclid(self.need);
        }
        let above = i128::from(unit) * i128::from(self.tiers) - 1;
        i64::try_from(above.div_euclid(i128::from(self.need))).unwrap_or(self.tiers)
    }

    /// The tiers of the units `1..=load`, summed.
    pub(crate) fn cost(self, load: i64) -> i64 {
        // Every tier that ends before the load is passed by each unit after its end. The ends rise by the same
        // whole and the same part, so that one division finds them all.
        let (whole, part) = (self.need / self.tiers, self.need % self.tiers);
        let (mut sum, mut end, mut parts) = (0, 0, 0);
        for _ in 0..self.tiers {
            end += whole;
            parts += part;
            if parts >= self.tiers {
                parts -= self.tiers;
                end += 1;
            }
            if end >= load {
                break;
            }
            sum += load - end;
        }
        sum
    }

    /// The first of `steps` steps of `weight` units each that cost the same, from a load on.
    pub(crate) fn segment_from(self, load: i64, weight: i64, steps: i64) -> Segment {
        let tier = self.tier(load + 1);
        let whole = self.end(tier).map_or(steps, |end| (end - load) / weight);
        if whole > 0 {
            return Segment {
                steps: whole.min(steps),
                cost: tier * weight,
            };
        }
        // One step that ends in a later tier.
        Segment {
            steps: 1,
            cost: self.cost(load + weight) - self.cost(load),
        }
    }

    /// The cost of `steps` steps of `weight` units each, from a load on: convex, so never falling.
    pub(crate) fn segments_from(self, from: i64, weight: i64, steps: i64) -> Vec<Segment> {
        let mut segments = Vec::new();
        let mut taken = 0;
        while taken < steps {
            let load = from + taken * weight;
            let segment = self.segment_from(load, weight, steps - taken);
            segments.push(segment);
            taken += segment.steps;
        }
        segments
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, unit by unit.
    fn defined_tier(need: i64, tiers: i64, unit: i64) -> i64 {
        (0..tiers)
            .find(|k| need * k / tiers < unit && unit <= need * (k + 1) / tiers)
            .unwrap_or(tiers)
    }

    #[test]
    fn tiers_follow_their_definition_for_every_small_need() {
        for need in 1..30 {
            for count in 1..15 {
                let tiers = Tiers::new(need, count);
                let mut sum = 0;
                for unit in 1..40 {
                    assert_eq!(tiers.tier(unit), defined_tier(need, count, unit));
                    sum += defined_tier(need, count, unit);
                    assert_eq!(
                        tiers.cost(unit),
                        sum,
                        "need {need}, {count} tiers, load {unit}"
                    );
                }
            }
        }
    }

    #[test]
    fn segments_add_up_to_the_cost_and_never_fall() {
        for need in 1..25 {
            for weight in 1..8 {
                let tiers = Tiers::new(need, 10);
                let (mut taken, mut sum, mut last) = (0, 0, 0);
                for segment in tiers.segments_from(0, weight, 20) {
                    assert!(segment.steps > 0 && segment.cost >= last);
                    last = segment.cost;
                    for _ in 0..segment.steps {
                        taken += 1;
                        sum += segment.cost;
                        assert_eq!(tiers.cost(taken * weight), sum);
                    }
                }
                assert_eq!(taken, 20);
            }
        }
    }
}
