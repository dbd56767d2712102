//! Reading spans.

use crate::units::Unit;

/// Reads one part of a span, such as `90m`. None: not a number followed by the letter of a unit.
pub fn parse_part(text: &str) -> Option<(u64, Unit)> {
    let symbol = text.chars().next_back()?;
    let unit = Unit::from_symbol(symbol)?;
    let digits = &text[..text.len() - symbol.len_utf8()];
    let count = digits.parse().ok()?;
    digits
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then_some((count, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_a_unit_are_a_part() {
        assert_eq!(Some((90, Unit::Minute)), parse_part("90m"));
    }

    #[test]
    fn a_number_alone_is_no_part() {
        assert_eq!(None, parse_part("90"));
    }

    #[test]
    fn a_sign_is_no_digit() {
        assert_eq!(None, parse_part("+9m"));
    }
}
