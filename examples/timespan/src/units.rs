//! The units that a span is written in.

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Day,
    Hour,
    Minute,
    Second,
}

impl Unit {
    /// All units, the longest first.
    pub const ALL: [Unit; 4] = [Unit::Day, Unit::Hour, Unit::Minute, Unit::Second];

    /// How many seconds one of this unit has.
    pub fn seconds(self) -> u64 {
        match self {
            Unit::Day => 86_400,
            Unit::Hour => 3_600,
            Unit::Minute => 60,
            Unit::Second => 1,
        }
    }

    /// The letter that follows a number of this unit.
    pub fn symbol(self) -> char {
        match self {
            Unit::Day => 'd',
            Unit::Hour => 'h',
            Unit::Minute => 'm',
            Unit::Second => 's',
        }
    }

    /// The unit with this letter.
    pub fn from_symbol(symbol: char) -> Option<Unit> {
        Unit::ALL.into_iter().find(|unit| unit.symbol() == symbol)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_symbol_names_its_unit() {
        for unit in Unit::ALL {
            assert_eq!(Some(unit), Unit::from_symbol(unit.symbol()));
        }
    }

    #[test]
    fn the_longest_unit_comes_first() {
        assert!(Unit::ALL
            .windows(2)
            .all(|pair| pair[0].seconds() > pair[1].seconds()));
    }
}
