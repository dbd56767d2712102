"""Questions to a person at the terminal."""

import asyncio
import sys

from rich.console import Console

from tasks.run import Asker


def is_attended() -> bool:
    """True when standard input and standard output are terminals: somebody is there to answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def ask_in_terminal(console: Console) -> Asker:
    """Return an asker that prints the question and reads one of the choices, or their number."""

    async def ask(question: str, choices: list[str], default: str) -> str:
        console.print(f"\n{question}", markup=False)
        for number, choice in enumerate(choices, 1):
            console.print(f"  {number}. {choice}" + (" (default)" if choice == default else ""), markup=False)
        while True:
            given = (await asyncio.to_thread(_read, "> ")).strip().lower()
            if not given:
                return default
            if given.isdigit() and 1 <= int(given) <= len(choices):
                return choices[int(given) - 1]
            if match := [c for c in choices if c.startswith(given)]:
                return match[0]
            console.print(f"one of: {', '.join(choices)}", markup=False)

    return ask


def _read(prompt: str) -> str:
    try:
        return input(prompt)
    except EOFError:
        return ""
