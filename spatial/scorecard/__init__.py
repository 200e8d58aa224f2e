"""Targets against values: verdicts, ranks, what it takes to close a gap, how numbers are printed, and two runs compared."""

from spatial.scorecard.evaluate import evaluate
from spatial.scorecard.formatting import display, display_target

__all__ = ["display", "display_target", "evaluate"]
