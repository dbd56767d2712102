"""The models that `/v1/models` lists."""

from typing import Any

_IDS = (
    "claude-sonnet-5-5",
    "claude-opus-5-5",
    "claude-haiku-5-5",
    "claude-fable-5-2",
    "claude-opus-4-5-20251101",
    "claude-sonnet-4-5-20250929",
)
_DEPRECATED = {"claude-sonnet-4-5-20250929": "2026-11-30T00:00:00Z"}


def find_model(name: str) -> dict[str, Any] | None:
    """Return the model's entry; None when it is not listed."""
    return next((model for model in _MODELS if model["id"] == name), None)


def list_models() -> dict[str, Any]:
    """Return the one page of models."""
    return {"data": list(_MODELS), "has_more": False, "first_id": _IDS[0], "last_id": _IDS[-1]}


def _entry(name: str) -> dict[str, Any]:
    is_large = "-5-" in name.removeprefix("claude-") and "-4-5" not in name
    return {
        "type": "model",
        "id": name,
        "display_name": name.removeprefix("claude-").replace("-", " ").title(),
        "created_at": "2026-01-01T00:00:00Z",
        "lifecycle": "deprecated" if name in _DEPRECATED else "active",
        "retires_at": _DEPRECATED.get(name),
        "max_input_tokens": 1_000_000 if is_large else 200_000,
        "max_tokens": 128_000 if is_large else 64_000,
    }


_MODELS = tuple(_entry(name) for name in _IDS)
