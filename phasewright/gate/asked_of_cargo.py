"""Criteria that ask cargo for more than the gate asks for itself: with a feature, in release. Cargo answers those.

Each runs in the sandbox, in a target of its own, so that what runs there can reach no other answer.
"""

import re

from phasewright.cargo.cargo import Cargo
from phasewright.gate.cargo_answers import (
    CargoAnswer,
    CargoAnswers,
    build_options,
    goes_beyond,
    runs_a_program,
    runs_tests,
)
from phasewright.gate.change import Change
from phasewright.gate.measure import Measurer
from phasewright.gate.objects import Tree
from phasewright.plan import Phase
from phasewright.process import Finished
from phasewright.result import CommandRecord

_NOT_THERE = re.compile(rb"contains? (this|these|the) feature|no [a-z]+ target named|did not match any packages")
"""Base has not yet what the command names: that it fails there excuses nobody."""
_WANTS_MORE = re.compile(
    r"\bnetwork\b|\bconnection (refused|reset|timed)|\bdns\b|failed to lookup|resolv\w+ (host|address)"
    r"|not a (tty|terminal)|\btimed out|unreachable (host|network)|no such device",
    re.IGNORECASE,
)
"""What a program says that asks for more than the sandbox has."""
_CLEAN = re.compile(r"\b(no|zero|without) (\w+ )?warnings?\b", re.IGNORECASE)
_NO_TEST = "no test is selected"
"""Of base, that excuses nobody: the phase was to bring one."""
_PROGRAM_SECONDS = 30.0
"""Of a program that is run: what has not ended by then is taken for one that never does."""
_TARGET = "asked"


async def ask_cargo(measurer: Measurer, change: Change, phase: Phase, tree: Tree) -> CargoAnswers:
    """Ask what the criteria of *phase* want to know; a failure is asked again of base."""
    manifests = change.manifests(after=True)
    checks = [one.check for one in phase.acceptance_criteria if one.check is not None]
    clean = frozenset(
        one.check.argv for one in phase.acceptance_criteria if one.check is not None and _CLEAN.search(one.text)
    )
    wanted = [check.argv for check in checks if check.kind in ("command", "all-tests") and check.expect == "succeeds"]
    asker = _Asker(measurer, change, tree, clean)
    for argv in dict.fromkeys(wanted):
        if goes_beyond(argv, manifests) and measurer.toolchain.manifest == Cargo.manifest:
            await asker.ask(argv)
    return CargoAnswers(answers=tuple(asker.answers), commands=tuple(asker.commands))


class _Asker:
    """Asks cargo of one candidate, and where it fails of its base."""

    def __init__(self, measurer: Measurer, change: Change, tree: Tree, clean: frozenset[tuple[str, ...]]) -> None:
        self.measurer = measurer
        self.change = change
        self.tree = tree
        self.clean = clean
        """Commands that the plan wants to end without a warning."""
        self.answers: list[CargoAnswer] = []
        self.commands: list[CommandRecord] = []

    async def ask(self, argv: tuple[str, ...]) -> None:
        """Note the answer to one command; none where cargo cannot give one."""
        done = await self._run(self.tree, argv)
        if done is None:
            return
        if runs_a_program(argv) and _says_nothing(done):
            return
        problem = self._problem(argv, done)
        if problem is None:
            output = _own_output(done) if runs_a_program(argv) else ""
            self.answers.append(CargoAnswer(argv=argv, outcome="ok", output=output))
            return
        then = await self._run(self.change.base, argv)
        if then is None or self._problem(argv, then) in (None, _NO_TEST):
            is_old = False
        elif runs_a_program(argv):
            # A program that is not there yet, or refused what is new to it, was right to.
            is_old = b"could not compile" in then.stderr
        else:
            is_old = not _NOT_THERE.search(then.stderr)
        self.answers.append(CargoAnswer(argv=argv, outcome="failed-before" if is_old else "failed", said=problem))

    def _problem(self, argv: tuple[str, ...], done: Finished) -> str | None:
        warned = re.search(rb"^warning: (?!.*generated \d)[^\n]*", done.stderr, re.MULTILINE)
        if done.exit_code == 0 and argv in self.clean and warned is not None:
            return warned.group().decode("utf-8", "replace")
        return _problem(argv, done)

    async def _run(self, tree: Tree, argv: tuple[str, ...]) -> Finished | None:
        bench = await self.measurer.apart(tree, _TARGET)
        if bench is None:
            return None
        limit = self.measurer.settings.build_seconds
        if runs_a_program(argv):
            await bench.ask(("cargo", "build", *build_options(argv)), deadline_seconds=limit)
            limit = _PROGRAM_SECONDS
        done = await bench.ask(argv, deadline_seconds=limit)
        self.commands += bench.commands
        return done


def _says_nothing(done: Finished) -> bool:
    """A server does not end, and what needs the network has none here."""
    return done.exit_code is None or (done.exit_code != 0 and _WANTS_MORE.search(_own_output(done)) is not None)


def _own_output(done: Finished) -> str:
    """Return the end of what a program said, without what cargo says before it runs."""
    _, _, own = done.stderr.partition(b"     Running `")
    return (own.partition(b"\n")[2] + done.stdout).decode("utf-8", "replace")[-4000:]


def _problem(argv: tuple[str, ...], done: Finished) -> str | None:
    """Return why a command did not succeed; None where it did."""
    if done.exit_code is None:
        return "no answer in time"
    said = (done.stdout + b"\n" + done.stderr).decode("utf-8", "replace")
    if done.exit_code != 0:
        return next(
            (one for one in said.splitlines() if re.match(r"error|test .* FAILED|.*panicked at", one)),
            f"exit code {done.exit_code}",
        )
    # What selects no test succeeds too; an executable that counts none is not libtest's.
    counts = [int(count) for count in re.findall(r"^running (\d+) tests?$", said, re.MULTILINE)]
    return _NO_TEST if runs_tests(argv) and counts and not sum(counts) else None
