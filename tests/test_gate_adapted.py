"""A test that follows the code is told from one that says less."""

from dataclasses import dataclass

import pytest

from phasewright.gate.rust.adapted import is_adapted
from phasewright.gate.rust.definitions import Moves, moves
from phasewright.gate.rust.without import is_without

_BEFORE = b"""
pub struct Parcel { pub grams: u32 }
pub trait Store { fn load(&self); }
pub fn conv(text: &str) -> String { text.into() }
pub fn price(parcel: &Parcel) -> u32 { 1 }
pub fn parse(text: &str) -> u32 { 1 }
pub fn area(r: &Rect) -> u32 { 1 }
pub fn widen(r: &Rect, by: u32) -> Rect { Rect }
#[cfg(test)]
mod tests { fn only_here() {} }
"""
_AFTER = b"""
pub struct Parcel { pub grams: u32, pub insured: Option<u32> }
pub trait Store { fn load(&self); fn save(&self); }
pub fn to_snake(text: &str) -> String { text.into() }
pub fn parse(text: &str) -> Result<u32, ()> { Ok(1) }
pub fn price(parcel: &Parcel, rate: Option<u32>) -> u32 { 1 }
impl Rect { pub fn area(&self) -> u32 { 1 } pub fn widen(self, by: u32) -> Rect { Rect } }
pub fn holds(a: u32) -> bool { true }
"""
_MOVED = moves([_BEFORE], [_AFTER])


def test_what_a_change_does_to_names() -> None:
    assert _MOVED._replace(names=frozenset()) == Moves(
        gone=frozenset({"conv"}),
        new=frozenset({"to_snake", "insured", "save", "holds"}),
        new_fields=frozenset({"insured"}),
        new_methods=frozenset({"save"}),
        longer=frozenset({"price"}),
        has_new_functions=True,
        bound=frozenset({"area", "widen"}),
    )


@dataclass(frozen=True)
class Case:
    before: str
    after: str
    follows: bool


CASES = {
    "a function that is a method now": Case("assert_eq!(area(&r), 6)", "assert_eq!(r.area(), 6)", True),
    "a method, with more to say": Case(
        "area(&mut Rect { w: 1 }, widen(&r, 2))", "Rect { w: 1 }.area(r.widen(2))", True
    ),
    "a method, and another answer": Case("assert_eq!(area(&r), 6)", "assert_eq!(r.area(), 7)", False),
    "a method of something else": Case("assert_eq!(area(&r), 6)", "assert_eq!(s.area(), 6)", False),
    "a method that is not it": Case("assert_eq!(area(&r), 6)", "assert_eq!(r.widen(), 6)", False),
    "a maker of the type": Case("conv(1)", "Parcel::to_snake(1)", True),
    "a list that is an iterator": Case(
        "assert!(x.is_empty()); y.len()", "assert!(x.next().is_none()); y.count()", True
    ),
    "letters for bytes": Case("assert_eq!(x.len(), 2)", "assert_eq!(x.chars().count(), 2)", False),
    "a new name": Case('assert_eq!(conv("a b"),"a b");', 'assert_eq!(to_snake("a b"),"a b");', True),
    "a new name and another answer": Case('assert_eq!(conv("a"),"a");', 'assert_eq!(to_snake("a"),"b");', False),
    "another function that was there": Case("assert!(parse(1));", "assert!(price(1));", False),
    "another function that is new": Case("assert!(parse(1));", "assert!(holds(1));", False),
    "one new name for two": Case("conv(conv(1))", "to_snake(holds(1))", False),
    "a field": Case("price(&Parcel { grams: 200 })", "price(&Parcel { grams: 200, insured: None })", True),
    "a field that says something": Case(
        "price(&Parcel { grams: 200 })", "price(&Parcel { grams: 200, insured: Some(7) })", False
    ),
    "a field, the rest as usual": Case("Parcel { grams: 2 }", "Parcel { grams: 2, ..Parcel::default() }", True),
    "a parameter": Case("assert_eq!(price(&p), 3)", "assert_eq!(price(&p, None), 3)", True),
    "a parameter that says something": Case("assert_eq!(price(&p), 3)", "assert_eq!(price(&p, Some(1)), 3)", False),
    "an element": Case("assert_eq!(sum(&[1, 2]), 3)", "assert_eq!(sum(&[1, 2, 0]), 3)", False),
    "an argument of another function": Case("assert_eq!(parse(x), 3)", "assert_eq!(parse(x, None), 3)", False),
    "a parameter inside another call": Case("check(price(&p), [1, 2])", "check(price(&p, None), [1, 2])", True),
    "a method that a trait asks for": Case(
        "impl Store for Fake { fn load(&self) {} }",
        "impl Store for Fake { fn load(&self) {} fn save(&self) { self.saved(); } }",
        True,
    ),
    "another method": Case(
        "impl Store for Fake { fn load(&self) {} }",
        "impl Store for Fake { fn load(&self) {} fn eq(&self) -> bool { true } }",
        False,
    ),
    "an error is unwrapped": Case("assert_eq!(parse(x), 3);", "assert_eq!(parse(x).unwrap(), 3);", True),
    "an answer is Ok": Case("assert_eq!(parse(x), 3);", "assert_eq!(parse(x), Ok(3));", True),
    "an answer only has to be there": Case("assert_eq!(parse(x), 3);", "assert!(parse(x).is_ok());", False),
    "an error is not looked at any more": Case("parse(x).unwrap();", "parse(x);", False),
    "unsafe around it": Case(
        'set_var("A B", "1"); assert!(x());', 'unsafe { set_var("A B", "1") }; assert!(x());', True
    ),
    "an assertion is gone": Case("assert!(a()); assert!(b());", "assert!(b());", False),
    "an early end": Case("assert!(a());", "return; assert!(a());", False),
    "a way around": Case("assert!(a());", "if false { assert!(a()); }", False),
    "a negation": Case("assert!(a());", "assert!(!a());", False),
    "an alternative": Case("assert!(a());", "assert!(a() || true);", False),
    "a text with a space": Case('assert_eq!(conv("a b"), 1);', 'assert_eq!(to_snake("a  b"), 1);', False),
    "an iterator is collected": Case("assert_eq!(words(x), y);", "assert_eq!(words(x).collect::<Vec<_>>(), y);", True),
    "an iterator is a set": Case("assert_eq!(words(x), y);", "assert_eq!(words(x).collect::<HashSet<_>>(), y);", False),
    "an error is a type": Case(
        'assert_eq!(parse(x).unwrap_err(), "no");', 'assert_eq!(parse(x).unwrap_err().to_string(), "no");', True
    ),
    "a value is a text": Case("assert_eq!(parse(x), y);", "assert_eq!(parse(x).to_string(), y.to_string());", False),
    "a text is borrowed": Case('assert_eq!(parse(String::from("a")), 1);', 'assert_eq!(parse("a"), 1);', True),
    "another text is borrowed": Case('assert_eq!(parse(String::from("a")), 1);', 'assert_eq!(parse("b"), 1);', False),
    "waiting": Case("assert_eq!(parse(x), 3);", "assert_eq!(parse(x).await, 3);", True),
}


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_a_test_may_follow_the_code(case: Case) -> None:
    assert is_adapted(case.before, case.after, _MOVED) is case.follows


@pytest.mark.parametrize(
    ("after", "is_fine"),
    [
        ("{assert_eq!(total(1),1);}", True),
        ("{assert_eq!(total(1),2);}", False),
        ("{let due=fee(1);assert_eq!(due,2);}", False),
        ("{let due=fee(1);assert_eq!(due,2);assert_eq!(total(1),1);}", False),
        ("{}", False),
    ],
)
def test_what_was_removed_is_not_asked_for_any_more(after: str, is_fine: bool) -> None:
    assert is_without("{let due=fee(1);assert_eq!(due,2);assert_eq!(total(1),1);}", after, {"fee"}) is is_fine


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{assert_eq!((fee(1),total(1)),(2,1));}", "{}"),
        ("{let due=fee(1);let due=total(1);assert_eq!(due,1);}", "{}"),
        ("{let due=fee(1);assert_eq!(due,2);let due=total(1);assert_eq!(due,1);}", "{let due=total(1);}"),
    ],
)
def test_what_stays_is_asked_still(before: str, after: str) -> None:
    assert not is_without(before, after, {"fee"}, {"total"})


def test_what_the_removed_was_given_may_go_with_it() -> None:
    assert is_without("{assert_eq!(fee(total(1)),2);assert!(ok());}", "{assert!(ok());}", {"fee"}, {"total"})


def test_a_name_becomes_what_the_plan_says() -> None:
    moved = Moves(gone=frozenset({"total"}), new=frozenset({"grand_total", "plain_total"}))
    told = moved._replace(told={"total": "grand_total"})

    assert is_adapted("assert_eq!(total(1), 1)", "assert_eq!(plain_total(1), 1)", moved)
    assert not is_adapted("assert_eq!(total(1), 1)", "assert_eq!(plain_total(1), 1)", told)
    assert is_adapted("assert_eq!(total(1), 1)", "assert_eq!(grand_total(1), 1)", told)
