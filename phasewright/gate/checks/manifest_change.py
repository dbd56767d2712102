"""What a manifest takes away from the judging: tests switched off, lints lowered, members dropped, sources replaced."""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping

from phasewright.gate.change import Change, normal_paths
from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.gate.tables import Toml, table_of
from phasewright.result import Finding
from phasewright.toolchain.workspace import Member

_OFF = ("autotests", "autobins", "autoexamples", "autobenches")
_LEVELS = ["allow", "warn", "deny", "forbid"]
_STRICT_GROUPS = ("pedantic", "nursery", "restriction", "cargo")
_BROAD = ("all", "correctness", "suspicious", "style", "complexity", "perf", "warnings", "unused", *_STRICT_GROUPS)
_TAKES_OUT = re.compile(
    r"\b(?<!not )(remov|drop|delet|tak)\w*\b|\bopt-?in\b|\bno longer\b|\boff by\b|\bnot (in|by|a) ", re.IGNORECASE
)
_KEEPS = re.compile(r"\b(not|never|no|keep|without|don't)\b", re.IGNORECASE)
_CHECKED = ("overflow-checks", "debug-assertions")


def check_manifest_changes(facts: GateFacts) -> Iterator[Finding]:
    """Yield what changed manifests switch off. Additions are free."""
    for path in sorted(p for p in facts.change.changed if p.rpartition("/")[2] == "Cargo.toml"):
        before, after = _parsed(facts.change.text_before(path)), _parsed(facts.change.text_after(path))
        if before is None or after is None:
            continue
        folder = path.removesuffix("Cargo.toml")
        known = {one.removeprefix(folder) for one in facts.change.base if one.startswith(folder)}
        inherits = _inherits(facts.change, table_of(before, "package").get("name"))
        for code, said in compare_manifests(before, after, facts.phase.text, known, inherits=inherits):
            if not (said.startswith("auto") and _lists_all(facts.change, path, after)):
                yield finding(code, said, path=path)
    yield from _lost_members(facts)
    yield from _replaced_packages(facts)


def _inherits(change: Change, package: object) -> bool:
    """Return True where new packages, the one of this name if there is one, take the workspace's lints."""
    texts = (change.text_after(path) for path in change.manifests(after=True) if path not in change.base)
    new = [manifest for manifest in map(_parsed, texts) if manifest is not None and "package" in manifest]
    named = [manifest for manifest in new if table_of(manifest, "package").get("name") == package]
    return bool(new) and all(table_of(one, "lints").get("workspace") is True for one in named or new)


def _replaced_packages(facts: GateFacts) -> Iterator[Finding]:
    """Yield packages that the build took from elsewhere than at base, whatever made it do so."""
    listed = facts.phase.files.paths()
    for name, places in sorted(facts.after.origins.items()):
        was = facts.before.origins.get(name)
        new = [place for place in places if was is not None and place not in was]
        if new and name not in facts.phase.text and not any(path.startswith(f"{new[0]}/") for path in listed):
            said = f"{name} was built from {new[0]!r}, and from {was[0]!r} at base: name it in the plan" if was else ""
            yield finding("dependency-replaced", said)


def _lists_all(change: Change, path: str, manifest: Toml) -> bool:
    """Return True where a manifest that finds no targets by itself names every one that there is."""
    folder = path.removesuffix("Cargo.toml")
    for kind, place in (("test", "tests/"), ("bin", "src/bin/")):
        listed = {str(target.get("path") or f"{place}{target.get('name')}.rs") for target in _tables(manifest, kind)}
        there = {one.removeprefix(folder) for one in change.head if one.startswith(f"{folder}{place}")}
        targets = {one for one in there if one.count("/") == place.count("/") and one.endswith(".rs")}
        if targets - {one.removeprefix("./") for one in listed}:
            return False
    return True


def compare_manifests(
    before: Toml, after: Toml, plan_text: str = "", known: Collection[str] | None = None, *, inherits: bool = False
) -> Iterator[tuple[str, str]]:
    """Yield (code, what) for all that *after* switches off against *before*. Pure.

    Args:
        known: files of base, from the manifest's folder: what is new may be off. None: any may have been there.
        inherits: whether the package that stood here takes the workspace's lints now.
    """
    yield from _targets(before, after, known)
    yield from _profiles(before, after)
    # A package that became a workspace may have given it its lints.
    became_shared = inherits and "package" in before and "package" not in after
    for where in (("lints",), ("workspace", "lints")):
        to = ("workspace", "lints") if became_shared else where
        for name, was, now in _lowered(_inner(before, where), _inner(after, to)):
            yield "manifest-lints", f"[{'.'.join(where)}] sets {name} to {now!r}" + (f" (was {was!r})" if was else "")
    for table in ("patch", "replace"):
        if before.get(table) != after.get(table) and f"[{table}" not in plan_text:
            yield "manifest-patch", f"[{table}] changed: dependencies come from elsewhere"
    yield from _replaced(before, after, plan_text)
    lost = _strings(table_of(before, "features").get("default")) - _strings(table_of(after, "features").get("default"))
    features = table_of(after, "features")
    lost = {one for one in lost if not _is_dropped(one, plan_text, is_gone=one not in features)}
    if lost:
        yield "manifest-features", f"default features lost: {', '.join(sorted(lost))}"


def _is_dropped(feature: str, plan_text: str, *, is_gone: bool) -> bool:
    """Return True where a line of the plan takes *feature*, marked as code, out of what is default, or removes it."""
    name = rf"[`\"']{re.escape(feature)}[`\"']"
    removed = re.compile(rf"\b(remove|drop|delete)s?\s+(the\s+)?({name} feature|feature {name})", re.IGNORECASE)
    lines = [line for line in plan_text.splitlines() if re.search(name, line)]
    if is_gone and any(removed.search(line) and not _KEEPS.search(line) for line in lines):
        return True
    return any(re.search(r"\bdefaults?\b", line) and _TAKES_OUT.search(line) for line in lines)


def _targets(before: Toml, after: Toml, files: Collection[str] | None) -> Iterator[tuple[str, str]]:
    was, now = table_of(before, "package"), table_of(after, "package")
    for key in _OFF:
        if now.get(key) is False and was.get(key) is not False:
            yield "manifest-target", f"{key} = false: targets are not found any more"
    if before and _script(was) != _script(now):
        yield "manifest-target", "another build script is used"
    for key in ("test", "doctest", "harness"):
        if table_of(after, "lib").get(key, True) is False and table_of(before, "lib").get(key, True) is not False:
            yield "manifest-target", f"[lib] {key} = false: its tests do not run"
    for kind in ("test", "bin", "example"):
        known = {str(target.get("name")): target for target in _tables(before, kind)}
        for target in _tables(after, kind):
            old = known.get(str(target.get("name")), {})
            if old or files is None or any(place in files for place in _places(kind, target)):
                yield from _switched_off(kind, old, target)


def _places(kind: str, target: Toml) -> tuple[str, ...]:
    """Return where a target's file may be, from its manifest's folder."""
    name, folder = target.get("name"), {"test": "tests", "bin": "src/bin", "example": "examples"}[kind]
    own = str(target.get("path") or "").removeprefix("./")
    return (own,) if own else (f"{folder}/{name}.rs", f"{folder}/{name}/main.rs", "src/main.rs")


def _script(package: Toml) -> object:
    """Return a build script that cargo would not find by itself; None for the usual one, or none."""
    script = package.get("build")
    return None if script in (None, False, True, "build.rs") else script


def _switched_off(kind: str, old: Toml, new: Toml) -> Iterator[tuple[str, str]]:
    name = new.get("name")
    for key in ("test", "harness"):
        if new.get(key) is False and old.get(key) is not False:
            yield "manifest-target", f"[[{kind}]] {name}: {key} = false"
    if new.get("required-features") and not old.get("required-features") and kind == "test":
        yield "manifest-target", f"[[{kind}]] {name}: needs features that are off"


def _replaced(before: Toml, after: Toml, plan_text: str) -> Iterator[tuple[str, str]]:
    """Yield dependencies that come from somewhere else now: a crate of the same name may do anything."""
    for where in (("dependencies",), ("dev-dependencies",), ("build-dependencies",), ("workspace", "dependencies")):
        was, now = _inner(before, where), _inner(after, where)
        for name in sorted(was.keys() & now.keys()):
            old, new = _source(was[name]), _source(now[name])
            if old != new and new and name not in plan_text:
                yield "manifest-patch", f"[{'.'.join(where)}] {name} comes from {new} now: name it in the plan"


def _source(dependency: object) -> str:
    if not isinstance(dependency, Mapping):
        return ""
    return " ".join(f"{key} {dependency[key]}" for key in ("path", "git", "registry", "package") if key in dependency)


def _profiles(before: Toml, after: Toml) -> Iterator[tuple[str, str]]:
    for profile in ("dev", "test"):
        was = _flat(_inner(before, ("profile", profile)))
        now = _flat(_inner(after, ("profile", profile)))
        for key, value in now.items():
            if key.rpartition(".")[2] in _CHECKED and value is False and was.get(key) is not False:
                yield "manifest-profile", f"[profile.{profile}] {key} = false: tests do not see what they would"


def _lowered(before: Toml, after: Toml) -> Iterator[tuple[str, str | None, str]]:
    was, now = _levels(before), _levels(after)
    # Who switches on a strict group may switch off single lints of it.
    stricter = any(now.get(f"clippy.{group}", "allow") != "allow" for group in _STRICT_GROUPS)
    for name in sorted(was.keys() | now.keys()):
        old, new = was.get(name), now.get(name)
        if new == "allow" and old is None and stricter and name.partition(".")[2] not in _BROAD:
            continue
        if new == "allow" and old != "allow":
            yield name, old, new
        elif old and _LEVELS.index(old) > (_LEVELS.index(new) if new else 1):
            yield name, old, new or "its default"


def _levels(lints: Toml) -> dict[str, str]:
    levels: dict[str, str] = {}
    for tool, table in lints.items():
        for name, value in table.items() if isinstance(table, Mapping) else ():
            level = value.get("level") if isinstance(value, Mapping) else value
            if level in _LEVELS:
                levels[f"{tool}.{name}"] = str(level)
    return levels


def _went_elsewhere(facts: GateFacts, member: Member, given_up: Collection[str]) -> bool:
    """Return True where the plan moves or deletes all of a package's code, and none of it is left."""
    roots = [target.path for target in member.targets if target.path]
    listed = (any(path == one or path.startswith(f"{one.rstrip('/')}/") for one in given_up) for path in roots)
    return bool(roots) and all(listed) and not any(path in facts.change.head for path in roots)


def _lost_members(facts: GateFacts) -> Iterator[Finding]:
    before, after = facts.before.workspace, facts.after.workspace
    if before is None or after is None:
        return
    given_up = normal_paths([*facts.phase.files.delete, *(source for source, _ in facts.phase.files.move)])
    kept = {(member.root, key) for member in after.members for key in (member.folder, member.name)}
    for member in before.members:
        manifest = f"{member.folder}/Cargo.toml" if member.folder else "Cargo.toml"
        listed = any(manifest == one or manifest.startswith(f"{one.rstrip('/')}/") for one in given_up)
        listed = listed or _went_elsewhere(facts, member, given_up)
        if not {(member.root, member.name), (member.root, member.folder)} & kept and not listed:
            said = f"package {member.name!r} is no member of the workspace any more"
            hint = "list its folder for deletion, or the files of its code to be moved"
            yield finding("manifest-workspace", f"{said}; {hint}", path=manifest)


def _inner(toml: Toml, path: tuple[str, ...]) -> Toml:
    for key in path:
        toml = table_of(toml, key)
    return toml


def _tables(toml: Toml, key: str) -> list[Toml]:
    value = toml.get(key)
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _flat(toml: Toml, prefix: str = "") -> dict[str, object]:
    flat: dict[str, object] = {}
    for key, value in toml.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def _strings(value: object) -> set[str]:
    return {str(one) for one in value} if isinstance(value, list) else set()


def _parsed(text: str | None) -> Toml | None:
    try:
        return tomllib.loads(text or "")
    except tomllib.TOMLDecodeError:
        return None
