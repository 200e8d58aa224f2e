"""Writes docs/licences.md and its English twin: every package the tool needs or can use, with its licence as the package itself declares it."""

from __future__ import annotations

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "spatial-landuse"
EXTRAS = ("postgis", "notebooks", "dask", "docs")
HEAD = (
    "本工具为 Apache-2.0。下列各包由包管理器安装，仓库中没有它们的副本；许可按各包自己的声明。必需的部分中没有 GPL 或 AGPL；"
    "shapely、pyogrio、rasterio、pyproj 的安装包内含 GEOS(LGPL-2.1)、GDAL(MIT) 与 PROJ(MIT) 动态库。"
    "地图前端所用 npm 包的许可随安装包附于 `spatial/render/assets/THIRD-PARTY-LICENCES.txt`。",
    "The tool is Apache-2.0. The packages below come through package managers, none is copied into the repository; licences are as each "
    "package declares them. Nothing required is GPL or AGPL; the wheels of shapely, pyogrio, rasterio and pyproj carry GEOS (LGPL-2.1), "
    "GDAL (MIT) and PROJ (MIT) as shared libraries. The licences of the map's npm packages travel in the wheel as "
    "`spatial/render/assets/THIRD-PARTY-LICENCES.txt`.",
)
STRONG = re.compile(r"(?<!L)(?<!Lesser )\b(?:A?GPL|GNU (?:Affero )?General Public)", re.I)


def needed(extra: str = "") -> dict[str, Distribution]:
    """Packages that an installation takes, with an extra or without any; by name."""
    found: dict[str, Distribution] = {}
    todo = [(PACKAGE, {extra})]
    seen: set[tuple[str, frozenset[str]]] = set()
    while todo:
        name, extras = todo.pop()
        if (name, frozenset(extras)) in seen:
            continue
        seen.add((name, frozenset(extras)))
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue
        if name != PACKAGE:
            found[name] = package
        for text in package.requires or ():
            asked = Requirement(text)
            if asked.marker is None or any(asked.marker.evaluate({"extra": one}) for one in (extras or {""})):
                todo.append((asked.name.lower().replace("_", "-").replace(".", "-"), asked.extras or {""}))
    return dict(sorted(found.items()))


def licence_of(package: Distribution) -> str:
    """What the package says of itself: the expression, else the classifiers, else its short text."""
    said = package.metadata.get("License-Expression") or ""
    classes = [row.split(" :: ")[-1] for row in package.metadata.get_all("Classifier") or [] if row.startswith("License ::") and row.count("::") > 1]
    short = (package.metadata.get("License") or "").strip().splitlines()
    return said or "; ".join(classes) or (short[0][:60] if short else "")


def page(language: str) -> str:
    zh = language == "zh"
    lines = ["<!-- 由 scripts/licences.py 生成，请勿手改 / built by scripts/licences.py, do not edit -->", "", "# 依赖与许可" if zh else "# Dependencies and their licences", ""]
    lines += [HEAD[0 if zh else 1], ""]
    required = needed()
    for extra in ("", *EXTRAS):
        rows = required if not extra else {name: package for name, package in needed(extra).items() if name not in required}
        if extra and not rows:
            continue
        title = ("必需" if zh else "Required") if not extra else (f"可选：`[{extra}]`" if zh else f"Optional: `[{extra}]`")
        lines += [f"## {title}", "", "| 包 | 版本 | 许可 |" if zh else "| package | version | licence |", "|---|---|---|"]
        lines += [f"| {name} | {package.version} | {licence_of(package) or '—'} |" for name, package in rows.items()]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    (ROOT / "docs" / "licences.md").write_text(page("zh"), encoding="utf-8")
    (ROOT / "docs" / "en" / "licences.md").write_text(page("en"), encoding="utf-8")
