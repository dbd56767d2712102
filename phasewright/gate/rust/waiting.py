"""Tests that wait: the attribute that starts a runtime for them starts one for a plain function too. Text in, text out.

`#[tokio::main]` stands before any `async fn`, takes the words of `#[tokio::test]`, and blocks the thread that calls it,
as a program's own `main` would. Source: docs.rs, tokio 1, "main" and "test" in tokio-macros, read 2026-11.
"""

import re

_MAKES_A_TEST = re.compile(r"#\[(?P<path>(?:::)?tokio::)test(?:\((?P<words>.*?),?\))?\]")


def blocking_attribute(attribute: str) -> str | None:
    """Return what makes a plain function of the `async` one that *attribute* makes a test of; None for any other.

    A test has a runtime of one thread where it does not say otherwise, a `main` one of many.

    >>> blocking_attribute("#[tokio::test(start_paused=true)]")
    '#[tokio::main(flavor = "current_thread", start_paused=true)]'
    >>> blocking_attribute('#[tokio::test(flavor="multi_thread",worker_threads=2)]')
    '#[tokio::main(flavor="multi_thread",worker_threads=2)]'
    """
    made = _MAKES_A_TEST.fullmatch(attribute)
    if made is None:
        return None
    words = made["words"] or ""
    if not re.search(r"\bflavor\b", words):
        words = 'flavor = "current_thread"' + (f", {words}" if words else "")
    return f"#[{made['path']}main({words})]"
