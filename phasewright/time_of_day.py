"""Times of day, as people write them."""

import re
from datetime import datetime, timedelta

from phasewright.errors import UsageError


def next_time(text: str, after: datetime) -> datetime:
    """Return the first moment after *after* at which the clock shows *text*, such as "06:00".

    >>> next_time("06:00", datetime(2026, 1, 2, 23, 30))
    datetime.datetime(2026, 1, 3, 6, 0)

    Raises:
        UsageError: it is no time of day.
    """
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text.strip())
    if found is None:
        raise UsageError(f"{text!r} is no time of day; write it as 06:00")
    today = after.replace(hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0)
    return today if today > after else today + timedelta(days=1)
