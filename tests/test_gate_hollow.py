"""What emptied code is, and which tests have to notice it."""

from pathlib import Path

import pytest
from support_crates import LIB, TINY, phase_of
from support_gate import new_world, said

from phasewright.gate.rust.surgery import Emptying, hollow
from phasewright.result import PhaseStatus

CONSTANTS = b"""/// How many.
pub const MOST: usize = 5;
const OLD: u8 = 1;
pub static WAIT: Duration = Duration::from_secs(3);
const TEXT: &str = "text";
const MADE: u8 = count();
impl Shop {
    pub const OPEN: Option<bool> = Some(true);
}
#[cfg(test)]
mod tests {
    const MINE: u8 = 3;
}
"""


def test_new_constants_have_other_values_where_code_is_emptied() -> None:
    emptied, count = hollow(b"const OLD: u8 = 1;\n", CONSTANTS, Emptying(plain=True, consts=True))
    assert count == 3
    other = CONSTANTS.replace(b"= 5", b"= 4").replace(b"secs(3)", b"secs(2)").replace(b"(true)", b"(false)")
    assert emptied == other
    assert hollow(b"", CONSTANTS, Emptying(plain=True)) == (CONSTANTS, 0)


def test_code_without_a_plain_value_panics_or_never_answers() -> None:
    code = b"const fn at(n: usize) -> bool { n > 3 }\nfn name() -> String { x() }\n"
    panicking, count = hollow(b"", code, Emptying(plain=True, consts=True))
    assert count == 2
    assert b"-> bool { ::core::unimplemented!() }" in panicking
    waiting, _ = hollow(b"", code, Emptying(plain=True, consts=True, panics=False))
    assert waiting == panicking.replace(b"{ ::core::unimplemented!() }", b"{ loop {} }")


CHECKED = """
/// Refuses large numbers.
///
/// # Panics
///
/// Above three.
pub const fn is_small(n: usize) -> bool {
    assert!(n <= 3);
    true
}

#[cfg(test)]
mod more {
    #[test]
    #[should_panic]
    fn refuses() {
        BODY
    }
}
"""


@pytest.mark.cargo
@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("super::is_small(4);", PhaseStatus.COMPLETE),
        ('let _ = super::is_small;\n        if cfg!(unix) {\n            panic!("3");\n        }', PhaseStatus.PARTIAL),
    ],
)
async def test_a_test_that_expects_a_panic_has_to_notice_too(tmp_path: Path, body: str, status: PhaseStatus) -> None:
    files = {"src/lib.rs": LIB + CHECKED.replace("BODY", body)}
    judgement = await new_world(tmp_path, TINY).judge(files, phase_of(modify=("src/lib.rs",)))
    assert said(judgement)[0] == status, judgement.verdict.errors()
