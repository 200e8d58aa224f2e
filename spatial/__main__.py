"""`python -m spatial`, and the `spatial` command."""

from __future__ import annotations

import sys

from spatial.cli import main as command


def main() -> None:
    sys.exit(command())


if __name__ == "__main__":
    main()
