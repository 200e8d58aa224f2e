"""A frozen result: the zones, values and scores of a run, sealed, written once and never over another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from spatial.errors import UsageError
from spatial.render.records import dump
from spatial.render.single import write_text

KEPT = ("study", "zones", "values", "scorecard")


def write_snapshot(results: dict[str, Any], folder: Path, schema: str, seal: Any) -> Path:
    """Freeze a run's results as `<as_of>.json`; the same content again changes nothing, other content is refused."""
    content: dict[str, Any] = {"schema": schema, **{name: results[name] for name in KEPT}}
    content["sha256"] = seal(content)
    public = ".public" if results["study"].get("audience") == "public" else ""
    path = folder / f"{results['study']['as_of']}{public}.json"
    text = dump(content)
    if path.is_file():
        if path.read_bytes() != text.encode():
            raise UsageError(f"{path}: 该期已冻结且内容不同，不会覆盖 / this period is frozen with other content and is not overwritten")
        return path
    write_text(path, text)
    return path
