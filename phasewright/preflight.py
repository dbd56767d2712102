"""Is everything here that a run needs? Asked before any agent runs; every problem is told, not the first one only."""

import asyncio
import contextlib
import os
import posixpath
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from phasewright.budget import Budget
from phasewright.cargo.toolchain import prefetch
from phasewright.errors import InfrastructureError, PhasewrightError, PreflightFailed
from phasewright.gate.facts import GateSettings
from phasewright.gate.health import Health, base_health
from phasewright.gate.installed import installed_for
from phasewright.gate.objects import read_tree
from phasewright.gate.roots import other_roots, topmost
from phasewright.gate.slot import GatePlace
from phasewright.git.repository import Repository
from phasewright.git.workspace import close_workspace, open_workspace
from phasewright.model import Model, RetryPolicy
from phasewright.options import OnFailure, RunOptions
from phasewright.plan import PhaseKind, Plan
from phasewright.sandbox.check import check_sandbox
from phasewright.sandbox.without import why_without
from phasewright.toolchain.protocol import Installed

DEFAULT_BASE_URL = "https://api.anthropic.com"
_ANSWER_SECONDS = 10
Found = TypeVar("Found")


class Ready:
    """What pre-flight found: everything is there."""

    def __init__(self, toolchain: Installed, model: Model, warnings: tuple[str, ...]) -> None:
        self.toolchain = toolchain
        self.model = model
        self.warnings = warnings


async def prepare(
    repository: Repository,
    plan: Plan,
    base: str,
    options: RunOptions,
    *,
    place: GatePlace,
    settings: GateSettings,
    proceed: Callable[[str], Awaitable[bool]] | None = None,
) -> Ready:
    """Return what agents and gate need.

    Red tests, clippy or fmt of the base stop an implementation plan, unless failures are to be continued: then they
    become the baseline. A plan that begins with a design phase is not asked for green tests.

    Args:
        proceed: asks a person whether to go on although the base has these failures; None where nobody is there.

    Raises:
        PreflightFailed: with every problem, one sentence each.
    """
    problems: list[str] = []
    toolchain = await _caught(problems, _installed(repository, base, place))
    await _caught(problems, check_sandbox())
    model = await _caught(problems, _connect(options))
    warnings = _without_sandbox()
    if toolchain is not None and not problems:
        await _caught(warnings, _fetch_crates(repository, base, place))
        health = await _caught(problems, base_health(repository, base, place=place, settings=settings))
        if health is not None:
            is_tolerated = await _is_tolerated(health, plan, options, proceed)
            (warnings if is_tolerated else problems).extend(health.problems)
        if problems:
            problems += warnings  # why a build fails may be that its crates could not be fetched
    if problems or toolchain is None or model is None:
        if model is not None:
            await model.close()
        raise PreflightFailed(problems)
    return Ready(toolchain, model, tuple(warnings))


async def _is_tolerated(
    health: Health, plan: Plan, options: RunOptions, proceed: Callable[[str], Awaitable[bool]] | None
) -> bool:
    """Return True where the run goes on whatever is wrong with its base."""
    if plan.phases[0].kind == PhaseKind.DESIGN or (health.builds and options.on_failure == OnFailure.CONTINUE):
        return True
    return health.builds and bool(health.problems) and proceed is not None and await proceed("; ".join(health.problems))


def _without_sandbox() -> list[str]:
    why = why_without()
    return [f"NO SANDBOX: what the agents wrote ran with your own rights on this machine ({why})"] if why else []


async def _installed(repository: Repository, base: str, place: GatePlace) -> Installed:
    return await installed_for(repository, await read_tree(repository, base), place)


async def _fetch_crates(repository: Repository, base: str, place: GatePlace) -> None:
    """Bring what the base depends on to this machine: agents and gate build without a network.

    In a checkout of our own: `cargo fetch` may write a lock file.
    """
    checkout = place.folder / "fetch"
    await open_workspace(repository, checkout, base)
    try:
        top, others = _roots(checkout)
        if top is not None:
            await prefetch(checkout / top)
        for folder in others:
            # A root that cannot be had does not build, before and after: the gate says so.
            with contextlib.suppress(InfrastructureError):
                await prefetch(checkout / folder)
    finally:
        await close_workspace(repository, checkout)


def _roots(checkout: Path) -> tuple[str | None, tuple[str, ...]]:
    """Return the folder of the topmost Cargo root in *checkout*, and those of the others."""
    found = {str(path.relative_to(checkout)): path for path in checkout.rglob("Cargo.toml") if path.is_file()}
    manifests = {name: path.read_text(errors="replace") for name, path in found.items()}
    return topmost(posixpath.dirname(name) for name in manifests), other_roots(manifests)


async def _connect(options: RunOptions) -> Model:
    """Return the model's client once its service answers at all; nothing is paid for."""
    url = os.environ.get("ANTHROPIC_BASE_URL") or DEFAULT_BASE_URL
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise PreflightFailed([f"ANTHROPIC_BASE_URL {url!r} is no address; give it as https://HOST"])
    model = Model.connect(
        max_parallel=options.max_parallel,
        budget=Budget("run", usd=options.budget_usd, tokens=options.budget_tokens),
        retry=RetryPolicy(
            tries=options.model_tries,
            first_seconds=options.model_retry_seconds,
            silence_seconds=options.model_silence_seconds,
        ),
        wait_for_quota=options.wait_for_quota,
    )
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            _, writer = await asyncio.open_connection(parts.hostname, port)
        writer.close()
    except (OSError, TimeoutError) as problem:
        await model.close()
        why = getattr(problem, "strerror", None) or "no answer"
        message = f"the model's service at {url!r} cannot be reached: {why}; check ANTHROPIC_BASE_URL"
        raise PreflightFailed([message]) from problem
    return model


async def _caught(problems: list[str], check: Awaitable[Found]) -> Found | None:
    """Return what *check* finds; its failure becomes problems."""
    try:
        return await check
    except PreflightFailed as failed:
        problems += failed.problems
    except PhasewrightError as failed:
        problems.append(str(failed))
    return None
