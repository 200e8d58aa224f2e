"""Pictures of the map and of a sheet for the documents, in Chinese and in English, made from the demo district: python scripts/gallery.py.

Beside them stands what they show (figures.json): a test holds it against the demo of the day, so that a picture that has aged is told.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image

import spatial
from spatial import pipeline
from spatial.scorecard.formatting import STATUS_WORDS, display, display_target

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "gallery"
CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
IDLE = "spatialMap.app.data.columns.get('land_status').codes.findIndex(code => code === 5)"
SHOTS: tuple[tuple[str, str, str], ...] = (
    ("status", "土地状态：图例带宗数与亩数 / Land status, with counts and mu in the legend", ""),
    ("land-use", "土地用途：附录 B 配色 / Land use in the official colours", "spatialMap.state.setView('land_use')"),
    ("carriers", "载体指标与表格联动 / A carrier indicator, and the table that follows", "spatialMap.state.setView('carrier:tax_per_mu'); document.querySelector('.tab[data-page=carriers]').click()"),
    ("standard-land", "标准地阶段 / Standard land by stage", "spatialMap.state.setView('standard_view')"),
    ("targets", "目标评价 / Targets", "document.querySelector('.tab[data-page=targets]').click()"),
    ("filter", "筛选与即时计数 / Filters with live counts", "document.querySelector('.tab[data-page=filter]').click(); spatialMap.state.only('land_status', [3, 4, 5, 6, 7])"),
    ("selection", "选择与合计 / A selection and its sums", "(() => { const m = spatialMap.map, p = [[600, 300], [900, 300], [900, 560], [600, 560]].map(a => m.containerPointToLatLng(a)); "
     "spatialMap.state.select(spatialMap.within(p.map(l => [l.lng, l.lat]))); })()"),
    ("card", "地块卡片 / The card of a parcel", f"(() => {{ const i = {IDLE}; spatialMap.map.fitBounds(spatialMap.app.painter.boundsOf('parcels', i), {{maxZoom: 16, animate: false}}); "
     "spatialMap.state.open(i); })()"),
    ("periods", "两期对比 / Two periods side by side", "document.querySelector('[data-tool=compare]').click()"),
)


def shots(page: Any, folder: Path, address: str) -> None:
    for name, _, script in SHOTS:
        page.goto("about:blank")
        page.goto(address)
        page.wait_for_function("() => window.spatialMap && spatialMap.drawnCount > 0")
        if script:
            page.evaluate(script)
        page.wait_for_timeout(900)
        page.screenshot(path=str(folder / f"{name}.png"))
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_function("() => window.spatialMap && spatialMap.drawnCount > 0")
    page.wait_for_timeout(900)
    page.screenshot(path=str(folder / "phone.png"))


def figures(run: spatial.Run) -> dict[str, dict[str, list[str]]]:
    """What the pictures show, by picture: counts and mu of legends, figures of carriers and of the sheet, verdicts on targets."""
    parcels, card = run.parcels, run.scorecard
    legends = {"status": "status_name", "land-use": "land_use"}
    shown = {name: {str(key): [f"{count:,}", f"{mu:,.1f}"] for key, (count, mu) in parcels.groupby(column, dropna=False)["area_mu"].agg(["size", "sum"]).sort_index().iterrows()}
             for name, column in legends.items()}
    names = dict(zip(run.zones["id"], run.zones["name"], strict=True))
    shown["carriers"] = {names[zone]: [display(run.value("tax_per_mu", zone), "万元/亩")] for zone in run.carriers["carrier_id"]}
    shown["sheet"] = {name: [display(run.value(name), "ratio")] for name in ("supply_rate", "built_rate", "development_rate", "idle_land_share")}
    shown["targets"] = {row.clause: [display(row.value, row.unit, indicator=row.indicator), display_target(row.target, row.comparison, row.unit, indicator=row.indicator, exact=bool(row.exact)),
                                     STATUS_WORDS[row.status][0]] for row in card[card["zone"] == "study_area"].itertuples() if row.status in ("met", "missed", "not_due")}
    return shown


def write_pages() -> None:
    """The page of the pictures in both languages; each shows those of its own."""
    rows = [(name, *text.split(" / ")) for name, text, _ in SHOTS] + [("phone", "手机屏幕", "A phone screen"), ("sheet", "附图", "A map sheet")]
    heads = {"": "# 地图图集\n\n由 `python scripts/gallery.py` 从虚构示范区重新生成。\n",
             "en": "# Pictures of the map\n\nMade again by `python scripts/gallery.py` from the fictitious demo district, with `--lang en`. Names of places are data and stay as they are.\n"}
    for folder, head in heads.items():
        named = [(name, en if folder else zh) for name, zh, en in rows]
        pictures = [f"## {text}\n\n![{text}]({'../gallery/en/' if folder else 'gallery/'}{name}.png)\n" for name, text in named]
        (ROOT / "docs" / folder / "gallery.md").write_text("\n".join([head, *pictures]), encoding="utf-8", newline="\n")


def main() -> int:
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None:
        print("no Chromium on this machine")
        return 1
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for language, out in (("zh", OUT), ("en", OUT / "en")):
            with tempfile.TemporaryDirectory() as folder:
                run = pipeline.demo(Path(folder) / "demo", language=language)
                shots(browser.new_page(viewport={"width": 1280, "height": 800}), Path(folder), (run.folder / "map.html").resolve().as_uri())
                for picture in sorted((run.folder / "sheets").glob("02-*.png")):  # land supply and development status
                    Image.open(picture).resize((1800, 1273), Image.Resampling.LANCZOS).save(Path(folder) / "sheet.png")
                out.mkdir(parents=True, exist_ok=True)
                for path in sorted(Path(folder).glob("*.png")):
                    Image.open(path).convert("RGB").quantize(256, method=Image.Quantize.MAXCOVERAGE, kmeans=1).save(out / path.name, optimize=True)  # keeps the rare colours of a legend
                if language == "zh":
                    (OUT / "figures.json").write_text(json.dumps(figures(run), ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
        browser.close()
    write_pages()
    return 0


if __name__ == "__main__":
    sys.exit(main())
