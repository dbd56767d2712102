//! Prices as people write them.

/// Reads a price in cents; nothing is free.
pub fn price(text: &str) -> Result<u32, String> {
    match text.trim().parse::<u32>() {
        Ok(0) => Err("free".to_string()),
        Ok(cents) => Ok(cents),
        Err(problem) => Err(problem.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::price;

    #[test]
    fn reads() {
        assert_eq!(price(" 250 "), Ok(250));
    }

    #[test]
    fn refuses_free() {
        assert!(price("0").is_err());
    }

    #[test]
    fn table() {
        for (text, good) in [("1", true), ("0", false), ("x", false)] {
            assert_eq!(price(text).is_ok(), good);
        }
    }
}
