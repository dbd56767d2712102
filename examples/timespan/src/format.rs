//! Writing spans.

use crate::units::Unit;

/// Writes one part of a span, such as `90m`.
pub fn format_part(count: u64, unit: Unit) -> String {
    format!("{count}{}", unit.symbol())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_a_number_and_a_unit() {
        assert_eq!("90m", format_part(90, Unit::Minute));
    }
}
