"""What tests are made ready for."""

from enum import StrEnum


class Purpose(StrEnum):
    """Why a tree is built: it decides in how many passes."""

    JUDGE = "judge"
    """Tests and lints, in one pass where nothing is lost by it."""
    PROBE = "probe"
    """Tests; nobody will ask what the linter says."""
    VALIDATE = "validate"
    """Tests and lints, each as users ask for them."""
