"""Parsed TOML, read without surprises."""

from collections.abc import Mapping

Toml = Mapping[str, object]


def table_of(toml: Toml, key: str) -> Toml:
    """Return the table under *key*; empty when there is none."""
    value = toml.get(key)
    return value if isinstance(value, Mapping) else {}
