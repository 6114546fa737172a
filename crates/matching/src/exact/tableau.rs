//! Dual simplex on a small system of equations in integers: exact, for relaxations that are more
//! than a network.
//!
//! Each row is kept as an equation in whole numbers, divided by what its coefficients have in common,
//! so nothing is rounded; a number that grows too wide ends the solve. Every column has a lower and
//! an upper bound, so that any basis can be made dual feasible by moving columns to the bound that
//! their reduced cost wants.

use super::levels::Levels;
use super::row::{Row, Wide, eliminate, product};
use crate::table::Table;

/// Levels of the objective.
const LEVELS: usize = 4;
/// Pivots allowed for each row. Rounds of every size tried needed less than ten.
const PIVOTS_FOR_EACH: usize = 100;

/// No coefficient is wider than this, whatever the values.
const WIDEST: i128 = 1 << 100;

/// How a solve ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// The values are the best.
    Best,
    /// No values keep all bounds, or none that do are below the limit.
    Hopeless,
    /// A number grew too wide, or the limit on pivots came first.
    Stopped,
}

#[derive(Clone, Copy, Debug, Default)]
struct Column {
    low: i64,
    high: i64,
    at_high: bool,
    /// The row whose value it is.
    row: Option<usize>,
}

/// Equations, bounds, costs and a basis.
#[derive(Debug)]
pub(super) struct Tableau {
    columns: Table<Column>,
    rows: Table<Row>,
    /// The column of each row, with a positive coefficient there.
    basis: Table<usize>,
    /// Numerator of each row's value, over its basic coefficient.
    values: Table<i128>,
    cost: [Row; LEVELS],
    /// Reduced costs, each level times its scale.
    reduced: [Row; LEVELS],
    scale: [i128; LEVELS],
    stale: bool,
    /// Pivots of all solves, and rows taken in.
    pivots: usize,
    /// The largest coefficient whose products with values still add up.
    widest: i128,
}

impl Tableau {
    /// So many columns, all fixed at 0.
    pub(super) fn new(columns: usize) -> Self {
        let row = || Table::filled(0, columns + 1);
        Self {
            columns: Table::filled(Column::default(), columns),
            rows: Table::new(),
            basis: Table::new(),
            values: Table::new(),
            cost: [row(), row(), row(), row()],
            reduced: [row(), row(), row(), row()],
            scale: [1; LEVELS],
            stale: true,
            pivots: 0,
            widest: 0,
        }
    }

    /// A new equation `basic + Σ coefficient × column = sum`, where `basic` stands in no other. False
    /// where numbers are too wide.
    pub(super) fn row(&mut self, basic: usize, terms: &[(usize, i64)], sum: i64) -> bool {
        let mut row = Table::filled(0, self.columns.len() + 1);
        row[basic] = 1;
        for (column, coefficient) in terms {
            row[*column] += i128::from(*coefficient);
        }
        row[self.columns.len()] = i128::from(sum);
        for (other, at) in self.rows.iter().zip(self.basis.iter()) {
            if row[*at] != 0 && eliminate(&mut row, other, *at, None, WIDEST).is_err() {
                return false;
            }
        }
        self.columns[basic].row = Some(self.rows.push(row));
        self.basis.push(basic);
        self.values.push(0);
        self.pivots += 1;
        true
    }

    /// Pivots of all solves, and rows taken in: each changes all rows.
    pub(super) fn pivots(&self) -> usize {
        self.pivots
    }

    /// Counts those of a tableau before this one too.
    pub(super) fn count(&mut self, pivots: usize) {
        self.pivots += pivots;
    }

    pub(super) fn coefficients(&self) -> usize {
        self.columns.len().saturating_mul(self.rows.len())
    }

    pub(super) fn bound(&mut self, column: usize, low: i64, high: i64) {
        let column = &mut self.columns[column];
        (column.low, column.high) = (low, high);
    }

    pub(super) fn price(&mut self, column: usize, levels: [i64; LEVELS]) {
        for (row, level) in self.cost.iter_mut().zip(levels) {
            let level = i128::from(level);
            self.stale |= row[column] != level;
            row[column] = level;
        }
    }

    /// The value of a column, rounded down, and whether that was needed.
    pub(super) fn value(&self, column: usize) -> (i64, bool) {
        let at = &self.columns[column];
        match at.row {
            Some(row) => {
                let divisor = self.rows[row][column];
                let whole = self.values[row].div_euclid(divisor);
                // Within the column's bounds.
                let rest = self.values[row].rem_euclid(divisor) != 0;
                (i64::try_from(whole).unwrap_or(at.low), rest)
            }
            None if at.at_high => (at.high, false),
            None => (at.low, false),
        }
    }

    /// Once all columns and rows are there: how wide numbers may grow. False if that is too little.
    pub(super) fn close(&mut self) -> bool {
        let columns = self.columns.iter().map(|column| column.high);
        let largest = i128::from(columns.max().unwrap_or(0)) + 1;
        let count = i128::try_from(self.columns.len() + 1).unwrap_or(i128::MAX);
        self.widest = largest
            .checked_mul(count)
            .map_or(0, |sum| (i128::MAX / 4) / sum)
            .min(WIDEST);
        let rows = self.rows.iter().chain(&self.cost);
        let mut entries = rows.flat_map(Table::iter);
        entries.all(|entry| entry.abs() <= self.widest)
    }

    /// The best values within the bounds, if they may come to less than a limit.
    pub(super) fn solve(&mut self, limit: Levels) -> Ended {
        if self.refresh().is_err() {
            return Ended::Stopped;
        }
        for _ in 0..self.rows.len().saturating_mul(PIVOTS_FOR_EACH) {
            if self.least() >= limit {
                return Ended::Hopeless;
            }
            let Some((row, over, amount)) = self.leaving() else {
                return Ended::Best;
            };
            let entering = match self.entering(row, over, amount) {
                Ok(Some(entering)) => entering,
                Ok(None) => return Ended::Hopeless,
                Err(Wide) => return Ended::Stopped,
            };
            self.pivots += 1;
            if self.pivot(row, over, entering).is_err() {
                return Ended::Stopped;
            }
            self.evaluate();
        }
        Ended::Stopped
    }

    /// What a level comes to, rounded up, and whether that was needed.
    pub(super) fn level(&self, level: usize) -> (i128, bool) {
        let (Some(reduced), Some(scale)) = (self.reduced.get(level), self.scale.get(level)) else {
            return (0, false);
        };
        let mut sum = 0;
        for (column, coefficient) in self.columns.iter().zip(reduced.iter()) {
            if *coefficient != 0 && column.row.is_none() {
                sum += *coefficient * i128::from(column.now());
            }
        }
        sum -= reduced.last().copied().unwrap_or(0);
        let rest = sum.rem_euclid(*scale) != 0;
        (sum.div_euclid(*scale) + i128::from(rest), rest)
    }

    /// What whole values come to at least: the first level that is a fraction is rounded up, and
    /// nothing is known of those below.
    pub(super) fn least(&self) -> Levels {
        let mut least = [0; LEVELS];
        for (number, least) in least.iter_mut().enumerate() {
            let (value, rounded) = self.level(number);
            *least = value;
            if rounded {
                break;
            }
        }
        Levels::from(least)
    }

    /// Reduced costs where costs have changed, the bounds they want, and the rows' values.
    fn refresh(&mut self) -> Result<(), Wide> {
        if self.stale {
            for level in 0..LEVELS {
                self.reduce(level)?;
            }
            self.stale = false;
        }
        for id in self.columns.ids() {
            let wanted = self.direction(id);
            let column = &mut self.columns[id];
            if wanted != 0 {
                column.at_high = wanted < 0;
            }
        }
        self.evaluate();
        Ok(())
    }

    fn reduce(&mut self, level: usize) -> Result<(), Wide> {
        let (Some(cost), Some(target), Some(scale)) = (
            self.cost.get(level),
            self.reduced.get_mut(level),
            self.scale.get_mut(level),
        ) else {
            return Ok(());
        };
        *target = cost.clone();
        *scale = 1;
        for (row, basic) in self.rows.iter().zip(self.basis.iter()) {
            if target[*basic] != 0 {
                eliminate(target, row, *basic, Some(scale), self.widest)?;
            }
        }
        Ok(())
    }

    /// The sign of a column's reduced cost.
    fn direction(&self, column: usize) -> i128 {
        let levels = self.reduced.iter().map(|row| row[column].signum());
        levels.into_iter().find(|sign| *sign != 0).unwrap_or(0)
    }

    fn evaluate(&mut self) {
        for (value, row) in self.values.iter_mut().zip(self.rows.iter()) {
            let mut sum = row.last().copied().unwrap_or(0);
            for (column, coefficient) in self.columns.iter().zip(row.iter()) {
                if *coefficient != 0 && column.row.is_none() {
                    sum -= *coefficient * i128::from(column.now());
                }
            }
            *value = sum;
        }
    }

    /// The row furthest outside its column's bounds, whether it is over, and by how much times its
    /// basic coefficient.
    fn leaving(&self) -> Option<(usize, bool, i128)> {
        let mut worst: Option<(usize, bool, i128)> = None;
        let mut most = 0;
        for row in self.rows.ids() {
            let basic = self.basis[row];
            let divisor = self.rows[row][basic];
            let Column { low, high, .. } = self.columns[basic];
            let over = self.values[row] - i128::from(high) * divisor;
            let under = i128::from(low) * divisor - self.values[row];
            let amount = over.max(under);
            // Rounded up, so that no part is missed.
            let whole = (amount + divisor - 1).div_euclid(divisor);
            if amount > 0 && whole > most {
                most = whole;
                worst = Some((row, over > 0, amount));
            }
        }
        worst
    }

    /// The column that can bring a row back to its bound at the least cost; columns that are too
    /// narrow for that change sides. None if nothing can.
    fn entering(
        &mut self,
        row: usize,
        over: bool,
        mut amount: i128,
    ) -> Result<Option<usize>, Wide> {
        let mut candidates: Vec<usize> = Vec::new();
        for (id, (column, coefficient)) in
            self.columns.iter().zip(self.rows[row].iter()).enumerate()
        {
            let free = column.row.is_none() && column.low < column.high;
            // Raising the column lowers the row where the coefficient is positive.
            let lowers = (*coefficient > 0) != column.at_high;
            if *coefficient != 0 && free && lowers == over {
                candidates.push(id);
            }
        }
        loop {
            let Some(at) = self.cheapest(row, &candidates)? else {
                return Ok(None);
            };
            let id = candidates.swap_remove(at);
            let column = &mut self.columns[id];
            let width = i128::from(column.high) - i128::from(column.low);
            let room = width * self.rows[row][id].abs();
            if room >= amount {
                return Ok(Some(id));
            }
            column.at_high = !column.at_high;
            amount -= room;
        }
    }

    fn cheapest(&self, row: usize, candidates: &[usize]) -> Result<Option<usize>, Wide> {
        let row = &self.rows[row];
        let mut best: Option<(usize, usize)> = None;
        for (at, &id) in candidates.iter().enumerate() {
            let better = match best {
                None => true,
                Some((_, least)) => self.is_cheaper(row, id, least)?,
            };
            if better {
                best = Some((at, id));
            }
        }
        Ok(best.map(|(at, _)| at))
    }

    /// Whether a column brings a row back at less cost than another.
    fn is_cheaper(&self, row: &Row, id: usize, other: usize) -> Result<bool, Wide> {
        let (width, other_width) = (row[id].abs(), row[other].abs());
        for reduced in &self.reduced {
            let cost = product(self.away(id, reduced), other_width)?;
            let other_cost = product(self.away(other, reduced), width)?;
            if cost != other_cost {
                return Ok(cost < other_cost);
            }
        }
        Ok(id < other)
    }

    /// What moving a column off its bound costs.
    fn away(&self, column: usize, reduced: &Row) -> i128 {
        if self.columns[column].at_high {
            -reduced[column]
        } else {
            reduced[column]
        }
    }

    fn pivot(&mut self, row: usize, over: bool, entering: usize) -> Result<(), Wide> {
        let leaving = std::mem::replace(&mut self.basis[row], entering);
        let column = &mut self.columns[leaving];
        (column.at_high, column.row) = (over, None);
        self.columns[entering].row = Some(row);
        let mut pivot = std::mem::take(&mut self.rows[row]);
        if pivot[entering] < 0 {
            for coefficient in pivot.iter_mut() {
                *coefficient = -*coefficient;
            }
        }
        for other in self.rows.ids().filter(|other| *other != row) {
            if self.rows[other][entering] != 0 {
                eliminate(&mut self.rows[other], &pivot, entering, None, self.widest)?;
            }
        }
        for (reduced, scale) in self.reduced.iter_mut().zip(&mut self.scale) {
            if reduced[entering] != 0 {
                eliminate(reduced, &pivot, entering, Some(scale), self.widest)?;
            }
        }
        self.rows[row] = pivot;
        Ok(())
    }
}

impl Column {
    fn now(&self) -> i64 {
        if self.at_high { self.high } else { self.low }
    }
}
