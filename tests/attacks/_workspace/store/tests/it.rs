use store::price::price;

#[test]
fn nothing_is_free() {
    assert!(price("0").is_err());
}

#[test]
fn golden() {
    let got = format!("{:?} {:?}\n", price("0"), price("7"));
    assert_eq!(got, include_str!("data/golden.txt"));
}

macro_rules! refused {
    ($($name:ident: $text:expr,)*) => { $(#[test] fn $name() { assert!(price($text).is_err()); })* };
}
refused! {
    nought: "0",
    letters: "abc",
}
