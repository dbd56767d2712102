"""What linter and formatter say of the candidate when nothing in it keeps them quiet: asked beside the first answer.

Only where the change brings words that silence them, or where their plain answers grew. Clippy is asked with
`--force-warn`, which no attribute and no manifest overrides; rustfmt, of the files without `rustfmt::skip`.
"""

import posixpath
from collections import Counter
from collections.abc import Mapping

from phasewright.cargo.cargo import Cargo
from phasewright.cargo.messages import is_lint, read_messages
from phasewright.cargo.metadata import what_to_build
from phasewright.gate.evidence import GateFacts, Unsilenced
from phasewright.gate.measure import Measurer
from phasewright.gate.objects import Entry
from phasewright.gate.rust.attributes import without_rustfmt_skips
from phasewright.gate.silenced import silenced_lints
from phasewright.result import CommandRecord
from phasewright.toolchain.reports import CompilerMessage

_TARGET = "unsilenced"


async def ask_unsilenced(measurer: Measurer, facts: GateFacts, tree: Mapping[str, Entry]) -> Unsilenced:
    """Return what is new against base, to the tools alone; nothing where there is no reason to ask."""
    lints, files = silenced_lints(facts), _files_to_format(facts)
    if measurer.toolchain.manifest != Cargo.manifest or not (lints or files):
        return Unsilenced()
    said, commands = await _ask_format(measurer, facts, tree, files) if files else ((), ())
    found, more = await _ask_lints(measurer, facts, tree, lints) if lints else ((), ())
    return Unsilenced(lints=found, unformatted=said, commands=(*commands, *more))


async def _ask_format(
    measurer: Measurer, facts: GateFacts, tree: Mapping[str, Entry], files: Mapping[str, bytes | None]
) -> tuple[tuple[str, ...], tuple[CommandRecord, ...]]:
    bench = await measurer.apart(tree, _TARGET, files)
    if bench is None:
        return (), ()
    report = await bench.format(deadline_seconds=measurer.settings.build_seconds)
    new = (path for path in report.unformatted if path in files and path not in facts.before.unformatted)
    return tuple(new), tuple(bench.commands)


async def _ask_lints(
    measurer: Measurer, facts: GateFacts, tree: Mapping[str, Entry], lints: frozenset[str]
) -> tuple[tuple[CompilerMessage, ...], tuple[CommandRecord, ...]]:
    argv = ["cargo", "clippy", *what_to_build(facts.after.workspace, None), "--message-format=json", "--"]
    argv += [f"--force-warn={lint}" for lint in sorted(lints)]
    told: list[list[CompilerMessage]] = []
    commands: list[CommandRecord] = []
    for one in (tree, facts.change.base):
        bench = await measurer.apart(one, _TARGET)
        done = None if bench is None else await bench.ask(argv, deadline_seconds=measurer.settings.build_seconds)
        if bench is None or done is None:
            return (), tuple(commands)
        commands += bench.commands
        told.append([_placed(one, bench.folder) for one in read_messages(done.text).messages if is_lint(one)])
        if not told[0]:
            return (), tuple(commands)
    after, before = (Counter((one.code, one.source) for one in messages) for messages in told)
    new = after - before
    return tuple(one for one in told[0] if new[one.code, one.source]), tuple(commands)


def _placed(message: CompilerMessage, folder: str) -> CompilerMessage:
    path = None if message.path is None else posixpath.normpath(posixpath.join(folder, message.path))
    return message.model_copy(update={"path": path})


def _files_to_format(facts: GateFacts) -> dict[str, bytes | None]:
    """Return the changed files to format, without what is new in them and keeps rustfmt out."""
    files: dict[str, bytes | None] = {}
    grew = len(facts.after.unformatted) > len(facts.before.unformatted)
    for path in facts.change.changed:
        after = facts.change.after(path)
        if path.endswith(".rs") and path in facts.after.compiled and after is not None:
            is_new = b"rustfmt" in after and b"rustfmt" not in (facts.change.before(path) or b"")
            bare = without_rustfmt_skips(after) if is_new else after
            if grew or bare != after:
                files[path] = bare
    return files
