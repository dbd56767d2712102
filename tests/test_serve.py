"""`serve` runs plans here, without a worker; `ui` shows the same history; both end when they are stopped."""

import base64
import json
import signal
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from support_cli import environment, start_phasewright
from support_deployments import branches, example_with_drafts, wait_for
from support_plans_run import delegates, writes
from support_processes import wait_until_gone

from phasewright.scripted import Script, start

pytestmark = [pytest.mark.cargo, pytest.mark.prefect, pytest.mark.slow, pytest.mark.timeout(600)]

PLAN = ".ai/plans/2026-01-05.served.md"


class Interface:
    """What a person at the browser does, who signed in."""

    def __init__(self, origin: str, auth_string: str) -> None:
        self.origin = origin
        code = base64.b64encode(auth_string.encode()).decode()
        self._headers = {"authorization": f"Basic {code}", "content-type": "application/json"}

    def api(self, path: str, body: dict[str, Any] | None = None) -> Any:
        headers = dict(self._headers)
        if body is not None:
            token = self.api("/csrf-token?client=test")
            headers |= {"Prefect-Csrf-Token": token["token"], "Prefect-Csrf-Client": "test"}
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.origin}/api{path}", content, headers)
        with urllib.request.urlopen(request, timeout=30) as reply:
            return json.loads(reply.read() or b"null")


def signed_in(program: "subprocess.Popen[str]") -> Interface:
    """Return the interface that *program* says, with what it says is needed to sign in."""
    assert program.stdout is not None
    page = program.stdout.readline().strip()
    sign_in = program.stdout.readline().strip()
    assert sign_in.startswith("Sign in with: "), program.stderr.read() if program.stderr else ""
    return Interface(page.rpartition("/")[0], sign_in.removeprefix("Sign in with: "))


def test_served_a_plan_runs_and_its_history_is_shown(tmp_path: Path) -> None:
    crate = example_with_drafts(tmp_path / "timespan", {"6": PLAN})
    with start(Script(conversations=(delegates("6"), writes("6")))) as model:
        env = environment(ANTHROPIC_BASE_URL=model.url, PHASEWRIGHT_TEST_MARK=str(crate))
        with start_phasewright("serve", "--repo", crate, "--timezone", "Europe/Berlin", cwd=crate, env=env) as serving:
            here = signed_in(serving)
            adhoc = wait_for(lambda: here.api("/deployments/name/execute-plan/adhoc"), 60)
            night = wait_for(lambda: here.api("/deployments/name/nightly/nightly"), 60)
            asked = {"parameters": {"plan": PLAN, "repo": str(crate)}, "state": {"type": "SCHEDULED"}}
            run = here.api(f"/deployments/{adhoc['id']}/create_flow_run", asked)
            ended = wait_for(lambda: (r := here.api(f"/flow_runs/{run['id']}"))["end_time"] and r, 300)
            with start_phasewright("ui", cwd=crate, env=env) as looking:
                there = signed_in(looking)
                shown = there.api(f"/flow_runs/{run['id']}")["state_name"]
                looking.send_signal(signal.SIGINT)
                looking.communicate(timeout=30)
            serving.send_signal(signal.SIGTERM)
            _, story = serving.communicate(timeout=60)

        assert "Completed" == ended["state_name"], story[-3000:]
        assert ("Completed", here.origin) == (shown, there.origin)
        assert 1 == len(branches(crate))
        assert {"cron": "0 2 * * *", "timezone": "Europe/Berlin"}.items() <= night["schedules"][0]["schedule"].items()
        assert {"repo": str(crate), "options": {"on_failure": "continue"}} == night["parameters"]
        assert (130, 130) == (looking.returncode, serving.returncode), story[-3000:]
        assert "Traceback" not in story
        assert {} == wait_until_gone(str(crate), 10)
        assert [] == list(model.problems)
