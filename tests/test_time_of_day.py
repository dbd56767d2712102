"""Times of day, as people write them."""

from datetime import UTC, datetime

import pytest

from phasewright.errors import UsageError
from phasewright.time_of_day import next_time


@pytest.mark.parametrize(
    ("text", "day", "hour"), [("06:00", 3, 6), ("6:00", 3, 6), (" 23:45 ", 2, 23), ("23:30", 3, 23)]
)
def test_the_next_time_lies_ahead(text: str, day: int, hour: int) -> None:
    found = next_time(text, datetime(2026, 1, 2, 23, 30, tzinfo=UTC))

    assert (day, hour) == (found.day, found.hour)


@pytest.mark.parametrize("text", ["24:00", "6", "06:60", "soon", ""])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="write it as 06:00"):
        next_time(text, datetime(2026, 1, 2, tzinfo=UTC))
