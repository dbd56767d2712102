"""What a function would answer that merely gives back what it is given."""

import pytest

from phasewright.gate.python.surgery import hollow_python
from phasewright.gate.rust.echo import echoed
from phasewright.gate.rust.surgery import Emptying, hollow


@pytest.mark.parametrize(
    ("parameters", "returns", "answer"),
    [
        ("(name:&str)", "String", "name.to_owned()"),
        ("(mut name:String)", "String", "name"),
        ("(name:impl Into<String>)", "String", "name.into()"),
        ("(name:impl AsRef<str>)", "Result<String,Error>", "Ok(name.as_ref().to_owned())"),
        ("(name:&str)", "Cow<'_,str>", "name.into()"),
        ("(name:&str)", "&str", "name"),
        ("(&self,name:&str)", "&str", None),
        ("(a:&str,b:&str)", "&str", None),
        ("(a:&'a str,b:&str)", "&'a str", "a"),
        ("(count:usize,price:u64)", "Option<u64>", "Some(price)"),
        ("(price:&u64)", "u64", "*price"),
        ("(rows:&[u8])", "Vec<u8>", "rows.to_vec()"),
        ("(rows:&[Row])", "Vec<Row>", None),
        ("(rows:Vec<Row>,)", "Vec<Row>", "rows"),
        ("(mut self,name:&str)", "Self", "self"),
        ("((a,b):(u8,u8))", "(u8,u8)", None),
        ("(apply:impl Fn(u8)->u8,start:u8)", "u8", "start"),
        ("(name:&str)", "usize", None),
        ("()", "String", None),
    ],
)
def test_the_parameter_that_fits_is_given_back(parameters: str, returns: str, answer: str | None) -> None:
    assert echoed(parameters, returns) == answer


def test_what_gives_nothing_back_answers_plainly() -> None:
    code = b"fn a(x: &str) -> String { b(x) }\nfn b(x: &str) -> usize { x.len() }\n"

    assert (
        b"fn a(x: &str) -> String { x.to_owned() }\nfn b(x: &str) -> usize { 0 }\n"
        == (hollow(b"", code, Emptying(plain=True, echo=True))[0])
    )


def test_python_gives_back_its_first_parameter() -> None:
    code = b"class A:\n    def a(self, x, y):\n        return y\n\n    def b(self):\n        return 1\n"

    assert (
        b"class A:\n    def a(self, x, y):\n        return x\n\n    def b(self):\n        return None\n"
        == (hollow_python(b"", code, plain=True, echo=True)[0])
    )
