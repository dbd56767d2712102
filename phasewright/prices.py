"""What tokens cost, from the offline price list of `genai-prices`. A model that it does not know costs the dearest."""

import functools
from decimal import Decimal

import genai_prices
from genai_prices import data

from phasewright.result import Usage

_PROVIDER = "anthropic"
_PROBE = Usage(input_tokens=1000, output_tokens=1000)


def price(model: str, usage: Usage, *, one_hour: bool = False) -> float:
    """Return the price of *usage* in dollars. *one_hour*: cache writes were made for an hour, which costs more."""
    known = model if is_known(model) else dearest_model()
    return float(_calculate(known, usage, one_hour=one_hour))


@functools.cache
def is_known(model: str) -> bool:
    """True when the price list has *model*."""
    try:
        _calculate(model, _PROBE)
    except LookupError:
        return False
    return True


@functools.cache
def dearest_model() -> str:
    """Return the model whose tokens cost most."""
    provider = next(p for p in data.providers if p.id == _PROVIDER)
    return max((m.id for m in provider.models), key=lambda model: _calculate(model, _PROBE))


def _calculate(model: str, usage: Usage, *, one_hour: bool = False) -> Decimal:
    reads, writes = usage.cache_read_input_tokens, usage.cache_creation_input_tokens
    counted = genai_prices.Usage(
        input_tokens=usage.input_tokens + reads + writes,  # the price list counts cached tokens as input too
        cache_read_tokens=reads,
        cache_write_tokens=writes,
        cache_write_1h_tokens=writes if one_hour else 0,
        output_tokens=usage.output_tokens,
    )
    return genai_prices.calc_price(counted, model_ref=model, provider_id=_PROVIDER).total_price
