"""The report's page in a real browser: it is whole by itself, runs nothing, and fits the window."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.async_api import async_playwright
from test_report import a_run

from phasewright.report.html import render_html

BROWSER = shutil.which("chromium")

pytestmark = pytest.mark.skipif(BROWSER is None, reason="chromium is not installed")


class Seen(NamedTuple):
    """What a browser made of a page."""

    requests: list[str]
    said: list[str]
    text: str
    overflows: bool
    picture: bytes


async def looked_at(file: Path, width: int) -> Seen:
    """Open *file* in a browser window so wide, with all that is folded unfolded."""
    requests: list[str] = []
    said: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        try:
            page = await browser.new_page(viewport={"width": width, "height": 900})
            page.on("request", lambda request: requests.append(request.url))
            page.on("console", lambda message: said.append(message.text))
            page.on("pageerror", lambda error: said.append(str(error)))
            page.on("dialog", lambda dialog: said.append(dialog.message))
            await page.goto(file.as_uri())
            for folded in await page.query_selector_all("details"):
                await folded.evaluate("element => { element.open = true }")
            overflows = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
            return Seen(requests, said, await page.inner_text("body"), overflows, await page.screenshot(full_page=True))
        finally:
            await browser.close()


@pytest.mark.parametrize("width", [1200, 420])
async def test_a_page_loads_nothing_runs_nothing_and_fits(tmp_path: Path, width: int) -> None:
    file = tmp_path / "report.html"
    file.write_text(render_html(await a_run(tmp_path)), encoding="utf-8")

    seen = await looked_at(file, width)
    assert [file.as_uri()] == seen.requests
    assert [] == seen.said
    assert not seen.overflows
    assert "the agents say done, the gate says PARTIAL (file-missing)" in seen.text
    assert "<script>alert(1)</script>" in seen.text
    assert seen.picture.startswith(b"\x89PNG")
