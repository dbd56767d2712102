"""The nightly run's two o'clock has a time zone that exists."""

from zoneinfo import ZoneInfo

import pytest

from deployments.timezone import known_timezone, local_timezone
from phasewright.errors import UsageError


def test_a_named_zone_is_taken() -> None:
    assert "Europe/Berlin" == known_timezone("Europe/Berlin", {})
    assert "Asia/Tokyo" == known_timezone(None, {"TZ": ":Asia/Tokyo"})


@pytest.mark.parametrize("name", ["Mars/Base", "", "../../etc/passwd"])
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="Europe/Berlin"):
        known_timezone(name, {})


def test_this_machine_has_one_whatever_is_set() -> None:
    assert ZoneInfo(local_timezone({"TZ": "nonsense"}))
