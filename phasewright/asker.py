"""How a person is asked: by whoever knows a way, a terminal or a form."""

from collections.abc import Callable, Coroutine
from typing import Any

Asker = Callable[[str, list[str], str], Coroutine[Any, Any, str]]
"""(question, choices, default) → the choice; "" when nobody answered in time. No choices: a sentence of their own."""
