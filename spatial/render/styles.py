"""One source of colours for every output: palettes of codes with their names, from maps/styles.toml and the official land-use table."""

from __future__ import annotations

from spatial import resources
from spatial.indicators.status import STATUS

Palette = dict[str, tuple[tuple[str, str], str]]  # code -> ((Chinese name, English name), #rrggbb)

_STYLES = resources.table(resources.folder("maps") / "styles.toml")
STATUS_COLOURS: Palette = {code: (names, _STYLES["land_status"][code]) for code, names in STATUS.items()}


def _land_use() -> Palette:
    """Official names and colours of 用地用海分类, parents before their children."""
    codes = resources.table(resources.folder("layers") / "codes" / "land_use.toml")["codes"]
    return {code: ((row["zh"], row["en"]), "#{:02X}{:02X}{:02X}".format(*row["rgb"])) for code, row in sorted(codes.items())}


def _plain(name: str) -> Palette:
    return {code: ((code, code), colour) for code, colour in _STYLES[name].items()}


PALETTES: dict[str, Palette] = {"land_status": STATUS_COLOURS, "land_use": _land_use(), **{name: _plain(name) for name in _STYLES if name != "land_status"}}
