"""Tests that ask cargo at run time for their package's folder are told it at compile time: a program has no cargo."""

import re

from phasewright.gate.rust.edits import edited
from phasewright.gate.rust.items_of_tests import item_ranges

_ASKS = re.compile(rb"(?:\bstd::)?\benv::(var|var_os)\(\s*\"CARGO_MANIFEST_DIR\"\s*\)")
_FOLDER = b'::core::env!("CARGO_MANIFEST_DIR")'
_TOLD = {
    b"var": b"::std::result::Result::Ok::<::std::string::String, ::std::env::VarError>(" + _FOLDER + b".to_string())",
    b"var_os": b"::std::option::Option::Some(::std::ffi::OsString::from(" + _FOLDER + b"))",
}


def with_own_folder(source: bytes, *, is_test_code: bool) -> bytes:
    """Return *source* with the questions of its tests answered; those of other code stay questions.

    Args:
        is_test_code: True where the whole file is.
    """
    ranges = [(0, len(source))] if is_test_code else list(item_ranges(source).values())
    return edited(source, [(a, b, _ASKS.sub(lambda hit: _TOLD[hit[1]], source[a:b])) for a, b in ranges])
