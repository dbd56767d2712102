//! Letters.

/// Lower case.
pub fn lower(c: char) -> char {
    c.to_ascii_lowercase()
}
