"""Questions to a person at the terminal."""

import asyncio
import sys

from rich.console import Console

from phasewright.asker import Asker


def is_attended() -> bool:
    """True when standard input and standard output are terminals: somebody is there to answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def ask_in_terminal(console: Console) -> Asker:
    """Return an asker that prints the question and reads one of the choices, or their number; a sentence without.

    The default is taken where the answer is an empty line or the input has ended.
    """

    async def ask(question: str, choices: list[str], default: str) -> str:
        console.print(f"\n{question}", markup=False)
        for number, choice in enumerate(choices, 1):
            console.print(f"  {number}. {choice}" + (" (default)" if choice == default else ""), markup=False)
        while True:
            console.print("> ", end="")
            words = (await _line()).strip()
            if not words or not choices:
                return words or default
            given = words.lower()
            if given.isdigit() and 1 <= int(given) <= len(choices):
                return choices[int(given) - 1]
            if match := [c for c in choices if c.startswith(given)]:
                return match[0]
            console.print(f"one of: {', '.join(choices)}", markup=False)

    return ask


async def _line() -> str:
    """Return the next line of standard input. Not read in a thread: nothing could end one that waits for a person."""
    loop = asyncio.get_running_loop()
    arrived: asyncio.Future[str] = loop.create_future()

    def take() -> None:
        if not arrived.done():
            arrived.set_result(sys.stdin.readline())

    loop.add_reader(sys.stdin.fileno(), take)
    try:
        return await arrived
    finally:
        loop.remove_reader(sys.stdin.fileno())
