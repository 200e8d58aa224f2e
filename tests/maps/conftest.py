"""The small district is at hand here too."""

from tests.flow.conftest import district

__all__ = ["district"]
