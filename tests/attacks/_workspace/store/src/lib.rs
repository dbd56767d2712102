//! Prices and totals.
pub mod price;

/// Adds up.
///
/// ```
/// assert_eq!(store::total(&[1, 2]), 3);
/// ```
pub fn total(items: &[u32]) -> u32 {
    items.iter().sum()
}

#[cfg(test)]
mod tests {
    #[test]
    fn adds_up() {
        assert_eq!(super::total(&[2, 3, 4]), 9);
    }
}
