"""SARIF 2.1.0: the objects that we write, against the rules of the standard for exactly these."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import jsonschema
from support_plans import PLANS, found, plan_of, stored

from phasewright.diagnostics import CODES
from phasewright.sarif import sarif_log

SCHEMA = json.loads((Path(__file__).parent / "sarif-subset.schema.json").read_text())


def log_of(*names: str) -> dict[str, Any]:
    return sarif_log((Path("plans") / f"{name}.md", stored(name).diagnostics) for name in names)


def test_the_log_is_valid() -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
    plans = sorted(PLANS.glob("*.md"))

    assert plans
    assert [] == [error.message for file in plans for error in validator.iter_errors(log_of(file.stem))]


def test_every_code_is_a_rule_with_a_page() -> None:
    rules = log_of("notes")["runs"][0]["tool"]["driver"]["rules"]

    assert list(CODES) == [rule["id"] for rule in rules]
    for rule in rules:
        page, code = urlsplit(rule["helpUri"]).path, urlsplit(rule["helpUri"]).fragment
        assert f"\n## {code}\n" in Path(url2pathname(page)).read_text(encoding="utf-8")
        assert rule["help"]["markdown"].startswith(f"## {rule['id']}\n")


def test_a_result_has_level_rule_and_region() -> None:
    (result,) = log_of("review")["runs"][0]["results"]
    location = result["locations"][0]["physicalLocation"]

    assert ("not-a-plan", "error") == (result["ruleId"], result["level"])
    assert list(CODES).index("not-a-plan") == result["ruleIndex"]
    assert "plans/review.md" == location["artifactLocation"]["uri"]
    assert {"startLine": 1, "startColumn": 1, "endColumn": 55} == location["region"]


def test_columns_count_code_points() -> None:
    plan = plan_of("### Phase 1: a\n\n**Dependencies:** ✅ Phase 9\n")
    (diagnostic,) = found(plan, "unknown-dependency")

    assert (3, 27, 28) == (diagnostic.span.line, diagnostic.span.column, diagnostic.span.end_column)


def test_odd_file_names_become_uris() -> None:
    plan = stored("review")
    uris = [
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for result in sarif_log([(Path("a b#1.md"), plan.diagnostics)])["runs"][0]["results"]
    ]

    assert ["a%20b%231.md"] == uris
