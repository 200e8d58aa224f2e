"""Charts that planners use: ranked bars, a quadrant, a Lorenz curve, box plots; matplotlib figures that show themselves in a notebook.

Titles and labels are the caller's; the notes below a chart are in Chinese, or in English with lang="en". matplotlib comes with the extra `notebooks`; nothing else of the package needs it.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from spatial.errors import Language
from spatial.render.fonts import chinese_font

__all__ = ["Chart", "boxes", "lorenz", "lorenz_curve", "quadrant", "ranked_bars", "shares_line"]
INK, SOFT, BLUE, RED, GREY = "#27313d", "#8a94a3", "#2f6db5", "#b3402e", "#c9ced6"
HALO = [withStroke(linewidth=2.5, foreground="white")]  # a line or mark behind a text does not run through it
PLACES = (((6, 5), "left", "bottom"), ((6, -5), "left", "top"), ((-6, 5), "right", "bottom"), ((-6, -5), "right", "top"), ((0, 9), "center", "bottom"), ((0, -9), "center", "top"))


class Chart(Figure):
    """A figure that a notebook shows as a picture, without any set-up."""

    def __init__(self, width: float = 8.0, height: float = 4.5):
        super().__init__(figsize=(width, height), layout="constrained", facecolor="white")
        FigureCanvasAgg(self)

    def _repr_png_(self) -> bytes:
        held = io.BytesIO()
        self.savefig(held, format="png", dpi=120)
        return held.getvalue()


def ranked_bars(values: pd.Series, *, title: str, unit: str = "", line: float | None = None, line_label: str = "", most: int = 25,
                lower_is_better: bool = False, lang: Language = "zh") -> Chart:
    """Bars from the highest to the lowest; a line for a target or an average; missing values are named below, never drawn as zero.

    Parameters
    ----------
    values : one figure a zone, by its name
    line : a target or a district's figure; bars on its wrong side are drawn in red, which the note below says
    lower_is_better : the wrong side of the line is above it, for shares of idle land and the like
    """
    known = values.dropna().sort_values(ascending=False, kind="stable")
    shown, missing = known.head(most)[::-1], values[values.isna()]
    chart = Chart(8.0, 1.2 + 0.28 * max(len(shown), 3))
    axes = _axes(chart, title, xlabel=unit)
    wrong = [line is not None and (value > line if lower_is_better else value < line) for value in shown]
    colours = [RED if one else BLUE for one in wrong]
    axes.barh(_plain(shown.index), shown.to_numpy(float), color=colours, height=0.68)
    for place, value in enumerate(shown):
        axes.annotate(f" {value:,.2f}", (value, place), va="center", fontsize=8.5, color=INK, parse_math=False, zorder=5,
                      bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4})  # the line stops behind a figure
    if line is not None:
        axes.axvline(line, color=INK, linewidth=1, linestyle=(0, (4, 3)))
        axes.annotate(f"{line_label} {line:,.2f}".strip(), (line, 1.0), xycoords=("data", "axes fraction"), xytext=(3, 2), textcoords="offset points", fontsize=8.5,
                      color=INK, parse_math=False)
    axes.grid(axis="y", visible=False)
    axes.margins(x=0.12)
    side = (("低", "高"), ("below", "above"))[lang == "en"][lower_is_better]
    notes = [(f"红色：{side}于{line_label or '界线'}", f"red: {side} {line_label or 'the line'}")] if any(wrong) else []
    notes += [(f"无数据：{'、'.join(_plain(missing.index))}", f"no data: {', '.join(_plain(missing.index))}")] if len(missing) else []
    notes += [(f"另有 {len(known) - len(shown)} 个未画", f"{len(known) - len(shown)} more are not drawn")] if len(known) > len(shown) else []
    _note(chart, notes, lang)
    return chart


def quadrant(across: pd.Series, up: pd.Series, *, size: pd.Series | None = None, title: str, xlabel: str, ylabel: str, labels: int = 25,
             size_label: str = "", lang: Language = "zh") -> Chart:
    """Two figures of the same zones against each other, cut at their medians; the area of a mark is `size`.

    Zones that lack either figure are left out and counted below. The largest `labels` zones are named, as far as their names find room beside their mark;
    `size_label` says below what the size of a mark is.
    """
    frame = pd.DataFrame({"x": across, "y": up, "size": size if size is not None else 1.0})
    known = frame.dropna()
    chart = Chart(8.0, 5.6)
    axes = _axes(chart, title, xlabel=xlabel, ylabel=ylabel)
    if len(known):
        scale = known["size"] / known["size"].max() if known["size"].max() > 0 else known["size"]
        axes.scatter(known["x"], known["y"], s=20 + 380 * scale, color=BLUE, alpha=0.55, edgecolor="white", linewidth=0.8)
        axes.axvline(known["x"].median(), color=SOFT, linewidth=1)
        axes.axhline(known["y"].median(), color=SOFT, linewidth=1)
        axes.margins(0.09)
    lost = len(frame) - len(known)
    notes = [("分界为中位数", "cut at the medians")] + ([(f"圆面积：{size_label}", f"area of a mark: {size_label}")] if size_label else [])
    _note(chart, notes + ([(f"缺数据未画：{lost} 个", f"{lost} without data are not drawn")] if lost else []), lang)
    if len(known):
        _name_marks(chart, axes, known.sort_values("size", ascending=False), scale, labels)
    return chart


def _name_marks(chart: Chart, axes: Axes, known: pd.DataFrame, scale: pd.Series, labels: int) -> None:
    """Names beside their marks, the largest first, each at the first place where it covers no other name and no mark but its own."""
    chart.draw_without_rendering()
    at = axes.transData.transform(known[["x", "y"]].to_numpy(float))
    radius = np.sqrt((20 + 380 * scale.reindex(known.index).to_numpy(float)) / np.pi) * chart.dpi / 72
    taken = [Bbox.from_extents(x - r, y - r, x + r, y + r) for (x, y), r in zip(at, radius, strict=True)]
    room = chart.bbox
    for name, (x, y), own in list(zip(known.index, known[["x", "y"]].to_numpy(float), taken, strict=True))[:labels]:
        for offset, across, up in PLACES:
            text = axes.annotate(str(name), (x, y), xytext=offset, textcoords="offset points", ha=across, va=up, fontsize=8.5, color=INK, parse_math=False,
                                 fontfamily=_families(), path_effects=HALO)
            box = text.get_window_extent()
            if box.x0 >= room.x0 and box.x1 <= room.x1 and not any(box.overlaps(other) for other in taken if other is not own):
                taken.append(box)
                break
            text.remove()


def lorenz(land: pd.Series, amount: pd.Series, *, title: str, xlabel: str, ylabel: str, lang: Language = "zh") -> Chart:
    """How the amount is spread over the land, from the land that gives least for each unit of area; the Gini coefficient beside it.

    Parameters
    ----------
    land, amount : one row a firm or parcel, on one index; rows without positive land, or without an amount, are left out and counted
    """
    x, y, gini, used = lorenz_curve(land, amount)
    chart = Chart(6.2, 5.6)
    axes = _axes(chart, title, xlabel=xlabel, ylabel=ylabel)
    axes.plot([0, 1], [0, 1], color=SOFT, linewidth=1, linestyle=(0, (4, 3)))
    axes.plot(x, y, color=BLUE, linewidth=2)
    axes.fill_between(x, y, x, color=BLUE, alpha=0.12)
    axes.set_xlim(0, 1)
    axes.set_ylim(min(0.0, float(y.min())), 1)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.annotate(f"Gini = {gini:.3f}", (0.06, 0.9), xycoords="axes fraction", fontsize=11, color=INK)
    lost = len(land) - used
    _note(chart, [(f"{used:,} 行", f"{used:,} rows")] + ([(f"未计入 {lost:,} 行", f"{lost:,} left out")] if lost else []), lang)
    return chart


def lorenz_curve(land: pd.Series, amount: pd.Series) -> tuple[np.ndarray, np.ndarray, float, int]:
    """Cumulated shares of land and amount, the Gini coefficient, and the rows used."""
    frame = pd.DataFrame({"land": land, "amount": amount}).dropna()
    frame = frame[frame["land"] > 0]
    if not len(frame) or frame["amount"].sum() <= 0:
        raise ValueError("a Lorenz curve needs land and an amount above zero")
    order = np.lexsort((frame["land"], frame["amount"] / frame["land"]))
    x = np.r_[0, np.cumsum(frame["land"].to_numpy()[order])] / frame["land"].sum()
    y = np.r_[0, np.cumsum(frame["amount"].to_numpy()[order])] / frame["amount"].sum()
    return x, y, float(1 - ((x[1:] - x[:-1]) * (y[1:] + y[:-1])).sum()), len(frame)


def boxes(values: pd.Series, groups: pd.Series, *, title: str, unit: str = "", least: int = 3, most: int = 15, lang: Language = "zh") -> Chart:
    """The spread of a figure by group, the widest groups first by median; groups under `least` rows are not drawn and are counted."""
    frame = pd.DataFrame({"value": values, "group": groups}).dropna()
    counts = frame["group"].value_counts()
    kept = frame[frame["group"].isin(counts[counts >= least].index)]
    medians = kept.groupby("group")["value"].median().sort_values(ascending=False, kind="stable").head(most)
    chart = Chart(8.0, 1.4 + 0.36 * max(len(medians), 3))
    axes = _axes(chart, title, xlabel=unit)
    names = list(medians.index[::-1])
    if names:
        axes.boxplot([kept.loc[kept["group"] == name, "value"].to_numpy(float) for name in names], orientation="horizontal", widths=0.6, patch_artist=True,
                     tick_labels=[f"{name} ({counts[name]})" for name in names], boxprops={"facecolor": "#dbe6f4", "edgecolor": BLUE},
                     medianprops={"color": RED, "linewidth": 1.6}, whiskerprops={"color": SOFT}, capprops={"color": SOFT},
                     flierprops={"marker": ".", "markersize": 3, "markeredgecolor": SOFT})
    axes.grid(axis="y", visible=False)
    _parse_nothing(axes)
    small = int((counts < least).sum())
    _note(chart, [("括号内为行数", "rows in brackets")] + ([(f"少于 {least} 行的 {small} 组未画", f"{small} groups under {least} rows are not drawn")] if small else []), lang)
    return chart


def shares_line(shares: Mapping[str, Sequence[float]], labels: Sequence[str], *, title: str, target: float | None = None, lang: Language = "zh") -> Chart:
    """Shares over a few readings or years, one line a name; a target as a dashed line."""
    chart = Chart(8.0, 4.5)
    axes = _axes(chart, title)
    for place, (name, values) in enumerate(shares.items()):
        axes.plot(labels, values, marker="o", linewidth=1.8, label=name, color=(BLUE, RED, "#3f8f5f", "#8a5fb0", "#b8862b", INK)[place % 6])
    if target is not None:
        axes.axhline(target, color=INK, linewidth=1, linestyle=(0, (4, 3)))
        word = ("目标", "target")[lang == "en"]
        axes.annotate(f"{word} {target:.0%}", (1.0, target), xycoords=("axes fraction", "data"), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8.5, color=INK)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.legend(frameon=False, prop=_font(9), loc="upper left", bbox_to_anchor=(1.0, 1.0))  # beside the lines, over none of them
    _note(chart, [], lang)
    return chart


def _axes(chart: Chart, title: str, *, xlabel: str = "", ylabel: str = "") -> Axes:
    import matplotlib

    matplotlib.rcParams["axes.unicode_minus"] = False
    axes: Axes = chart.add_subplot()
    axes.set_title(title, loc="left", fontsize=12.5, color=INK, pad=14, parse_math=False)
    axes.set_xlabel(xlabel, fontsize=9.5, color=INK, parse_math=False)
    axes.set_ylabel(ylabel, fontsize=9.5, color=INK, parse_math=False)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(GREY)
    axes.tick_params(length=0, labelsize=9, colors=INK)
    axes.grid(color="#eceff3", linewidth=0.8)
    axes.set_axisbelow(True)
    return axes


def _font(size: float) -> font_manager.FontProperties:
    return font_manager.FontProperties(family=_families(), size=size)


@lru_cache(maxsize=1)
def _families() -> list[str]:
    """The font with Chinese letters that sheets are drawn with, so that charts and sheets agree on every machine; the plain one last."""
    font = chinese_font()
    if font is None:
        return ["DejaVu Sans"]
    font_manager.fontManager.addfont(font.path)
    return [font_manager.FontProperties(fname=font.path).get_name(), "DejaVu Sans"]


def _plain(names: Any) -> list[str]:
    return [str(name) for name in names]


def _note(chart: Chart, notes: Sequence[tuple[str, str]], lang: Language) -> None:
    if notes:
        chart.supxlabel(("；", "; ")[lang == "en"].join(note[lang == "en"] for note in notes), fontsize=8, color=SOFT, x=0.01, ha="left", parse_math=False)
    for text in chart.findobj(Text):
        if isinstance(text, Text):
            text.set_fontfamily(_families())
    for axes in chart.axes:
        _parse_nothing(axes)


def _parse_nothing(axes: Axes) -> None:
    """A name with a dollar sign is a name, not a formula; and every text is set in a font that has its letters."""
    for text in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        text.set_parse_math(False)
        text.set_fontfamily(_families())
