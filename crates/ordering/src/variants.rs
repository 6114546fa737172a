//! The size × colour matrix of a line: its cells add up to the line, and are such as the listing offers.
use money::Micro;
use std::collections::BTreeSet;
use std::fmt;

/// Cells that a line has at most.
pub const CELLS_MAX: usize = 400;

/// What a listing comes in; an empty axis: it has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Axes {
    /// In the order in which they are shown: S, M, L.
    pub sizes: Vec<String>,
    /// In the order in which they are shown.
    pub colours: Vec<String>,
}

impl Axes {
    /// Whether the listing comes in one kind only.
    pub fn is_empty(&self) -> bool {
        self.sizes.is_empty() && self.colours.is_empty()
    }
}

/// So many of one size and colour; an axis that the listing does not have is an empty text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// One of the listing's sizes.
    pub size: String,
    /// One of the listing's colours.
    pub colour: String,
    /// Units, above zero.
    pub quantity: Micro,
}

/// Why a matrix is not one of its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MatrixError {
    /// More cells than [`CELLS_MAX`].
    TooMany,
    /// The cell at this place is of a size that the listing does not come in.
    Size(usize),
    /// The cell at this place is of a colour that the listing does not come in.
    Colour(usize),
    /// The cell at this place stands for the same size and colour as an earlier one.
    Twice(usize),
    /// The cell at this place has no units.
    Nothing(usize),
    /// The cells add up to the first, and the line has the second.
    Sum(Micro, Micro),
}

impl fmt::Display for MatrixError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooMany => write!(f, "A line has at most {CELLS_MAX} cells."),
            Self::Size(_) => f.write_str("The listing does not come in this size."),
            Self::Colour(_) => f.write_str("The listing does not come in this colour."),
            Self::Twice(_) => f.write_str("This size and colour stand here twice."),
            Self::Nothing(_) => f.write_str("A cell has more than zero units."),
            Self::Sum(sum, line) => {
                write!(
                    f,
                    "The cells add up to {sum} units, and the line has {line}."
                )
            }
        }
    }
}
impl std::error::Error for MatrixError {}

/// Checks a line's matrix: each cell is of the listing's axes, none stands twice, and they add up to the line.
///
/// # Errors
/// The first [`MatrixError`], in the cells' order.
pub fn check_matrix(axes: &Axes, line: Micro, cells: &[Cell]) -> Result<(), MatrixError> {
    if cells.len() > CELLS_MAX {
        return Err(MatrixError::TooMany);
    }
    let offered = |axis: &[String], word: &str| {
        if axis.is_empty() {
            word.is_empty()
        } else {
            axis.iter().any(|known| known == word)
        }
    };
    let mut seen = BTreeSet::new();
    let mut sum: i64 = 0;
    for (at, cell) in cells.iter().enumerate() {
        if !offered(&axes.sizes, &cell.size) {
            return Err(MatrixError::Size(at));
        }
        if !offered(&axes.colours, &cell.colour) {
            return Err(MatrixError::Colour(at));
        }
        if !seen.insert((&cell.size, &cell.colour)) {
            return Err(MatrixError::Twice(at));
        }
        if cell.quantity <= Micro::ZERO {
            return Err(MatrixError::Nothing(at));
        }
        sum = sum.saturating_add(cell.quantity.get());
    }
    if sum == line.get() {
        Ok(())
    } else {
        Err(MatrixError::Sum(Micro::new(sum), line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn axes(sizes: &[&str], colours: &[&str]) -> Axes {
        let texts = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Axes {
            sizes: texts(sizes),
            colours: texts(colours),
        }
    }

    fn cell(size: &str, colour: &str, units: i64) -> Cell {
        Cell {
            size: size.to_owned(),
            colour: colour.to_owned(),
            quantity: units_of(units),
        }
    }

    fn units_of(units: i64) -> Micro {
        Micro::new(units * 1_000_000)
    }

    #[test]
    fn cells_are_of_the_listing_and_add_up_to_the_line() {
        let shirts = axes(&["M", "L"], &["red", "black"]);
        let full = [
            cell("M", "red", 60),
            cell("L", "red", 39),
            cell("L", "black", 1),
        ];
        assert_eq!(check_matrix(&shirts, units_of(100), &full), Ok(()));
        let sum = |sum, line| Err(MatrixError::Sum(units_of(sum), units_of(line)));
        assert_eq!(check_matrix(&shirts, units_of(101), &full), sum(100, 101));
        assert_eq!(check_matrix(&shirts, units_of(99), &full), sum(100, 99));
        for (wrong, error) in [
            (cell("XL", "red", 1), MatrixError::Size(0)),
            (cell("", "red", 1), MatrixError::Size(0)),
            (cell("M", "green", 1), MatrixError::Colour(0)),
            (cell("M", "red", 0), MatrixError::Nothing(0)),
            (cell("M", "red", -1), MatrixError::Nothing(0)),
        ] {
            assert_eq!(check_matrix(&shirts, units_of(1), &[wrong]), Err(error));
        }
        let twice = [cell("M", "red", 1), cell("M", "red", 1)];
        assert_eq!(
            check_matrix(&shirts, units_of(2), &twice),
            Err(MatrixError::Twice(1))
        );
        let sized = axes(&["38", "40"], &[]);
        assert_eq!(
            check_matrix(&sized, units_of(2), &[cell("38", "", 2)]),
            Ok(())
        );
        assert_eq!(
            check_matrix(&sized, units_of(2), &[cell("38", "red", 2)]),
            Err(MatrixError::Colour(0))
        );
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_adds_up(
            cells in prop::collection::vec((0_usize..4, 0_usize..4, -2_i64..50), 0..12),
            line in 0_i64..200,
        ) {
            let shirts = axes(&["S", "M", "L"], &["red", "black", "white"]);
            let word = |axis: &[String], at: usize| axis.get(at).cloned().unwrap_or_default();
            let cells: Vec<Cell> = cells
                .iter()
                .map(|(size, colour, units)| {
                    cell(&word(&shirts.sizes, *size), &word(&shirts.colours, *colour), *units)
                })
                .collect();
            let sum: i64 = cells.iter().map(|cell| cell.quantity.get()).sum();
            match check_matrix(&shirts, units_of(line), &cells) {
                Ok(()) => prop_assert_eq!(sum, units_of(line).get()),
                Err(MatrixError::Sum(said, _)) => {
                    prop_assert_eq!(said.get(), sum);
                    prop_assert_ne!(sum, units_of(line).get());
                }
                Err(_) => {}
            }
        }
    }
}
