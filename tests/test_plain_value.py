"""What an emptied function answers."""

import pytest

from phasewright.gate.rust.plain_value import plain_value
from phasewright.gate.rust.surgery import Emptying, hollow


@pytest.mark.parametrize(
    ("returns", "value"),
    [
        ("", "()"),
        ("()", "()"),
        ("u32", "0"),
        ("f64", "0.0"),
        ("String", "::std::string::String::new()"),
        ("&'static str", '""'),
        ("&[u8]", "&[]"),
        ("Option<Box<Shape>>", "None"),
        ("Vec<Shape>", "::core::default::Default::default()"),
        ("Result<Vec<(u8,u8)>,Error>", "Ok(::core::default::Default::default())"),
        ("io::Result<()>", "Ok(())"),
        ("Result<Shape,Error>", None),
        ("bool", None),
        ("Shape", None),
        ("Self", None),
    ],
)
def test_the_plainest_value_of_a_type(returns: str, value: str | None) -> None:
    assert value == plain_value(returns)


def test_an_emptied_function_answers_plainly_where_it_can() -> None:
    code = b"fn a() -> String { b().name }\nfn b() -> Shape { Shape::new() }\n"

    assert (
        b"fn a() -> String { ::std::string::String::new() }\nfn b() -> Shape { ::core::unimplemented!() }\n",
        2,
    ) == (hollow(b"", code, Emptying(plain=True)))
