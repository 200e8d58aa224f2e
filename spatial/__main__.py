"""`python -m spatial`, and the `spatial` command."""

from __future__ import annotations

import os
import sys

from spatial import preflight


def command() -> int:
    """The command line, or what is missing for it."""
    try:
        from spatial.cli import main as told
    except ImportError as problem:
        return preflight.unfit(problem)
    return told()


def main() -> None:
    try:
        done = command()
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has seen enough, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        done = 0
    sys.exit(done)


if __name__ == "__main__":
    main()
