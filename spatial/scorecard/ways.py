"""The way to a missed target in single parcels: which ones, in which order, until the line is reached; and what the next ones must bring."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from spatial.indicators.terms import Book
from spatial.indicators.trail import rows_behind
from spatial.schema.policy import Target
from spatial.schema.sums import total
from spatial.schema.trail import Trail
from spatial.scorecard.figures import Figure
from spatial.scorecard.verdict import reaches
from spatial.units import MU_M2

MOST_ITEMS = 200  # listed; the count tells all
SHOWN = 5
NEXT = 10  # parcels whose tax per mu is asked for
COMING = ("under_construction", "supplied_overdue", "supplied_not_due")  # supplied industrial land that does not produce yet
ORDERS: dict[str, tuple[str, str]] = {
    "inefficient_land_share": ("亩均税收由低到高", "lowest tax per mu first"), "idle_land_share": ("逾期由长到短", "longest overdue first"),
    "land_idle_rate": ("逾期由长到短", "longest overdue first"), "suspected_idle_area": ("逾期由长到短", "longest overdue first"),
    "new_land_to_carriers_share": ("面积由大到小", "largest first"), "new_land_to_carriers_or_projects_share": ("面积由大到小", "largest first"),
    "standard_land_share": ("面积由大到小", "largest first"),
}
DO: dict[str, tuple[str, str]] = {
    "inefficient_land_share": ("改造", "redevelop"), "idle_land_share": ("处置", "dispose of"), "land_idle_rate": ("处置", "dispose of"), "suspected_idle_area": ("处置", "dispose of"),
    "new_land_to_carriers_share": ("载体外供地改投载体", "place in carriers"), "new_land_to_carriers_or_projects_share": ("载体外供地改投载体", "place in carriers"),
    "standard_land_share": ("改按标准地供应", "supply as standard land"),
}


@dataclass(frozen=True)
class Ways:
    """What is needed to tell a way: the rows behind every value, and the parcels with what ranks them."""

    book: Book
    trail: Trail
    language: str

    def of(self, target: Target, figure: Figure, zone: str) -> dict[str, Any] | None:
        """Parcels that close the gap of a missed figure, as {text, count, items}, or None where parcels do not tell it."""
        if figure.value is None or figure.tracked or figure.numerator is None:
            return None
        if target.indicator in ORDERS:
            return self._parcels(target, figure, zone)
        if target.indicator in ("tax_per_mu", "value_added_per_mu", "output_per_mu") and target.comparison in (">=", ">", "="):
            return self._next(target, figure, zone)
        return None

    def _parcels(self, target: Target, figure: Figure, zone: str) -> dict[str, Any] | None:
        falling = target.comparison in ("<=", "<")
        rows = self._given(target.indicator, zone) if falling else self._lacking(target.indicator, zone)
        if not len(rows):
            return None
        rows = rows.assign(cumulative=rows["amount_m2"].cumsum())
        reached = _first(rows["cumulative"].to_numpy(), lambda cut: reaches(self._after(target, figure, cut, falling), target))
        taken = rows.iloc[: len(rows) if reached is None else reached + 1]
        items = [{"key": str(key), "place": str(place), "amount": amount / float(MU_M2), "cumulative": cut / float(MU_M2), "unit": "mu"}
                 for key, place, amount, cut in zip(taken["key"], taken["place"], taken["amount_m2"], taken["cumulative"], strict=True)]
        return {"text": self._told(target.indicator, taken, reached is None), "count": len(taken), "reached": reached is not None, "items": items[:MOST_ITEMS]}

    def _after(self, target: Target, figure: Figure, cut: float, falling: bool) -> float:
        """The value once `cut` m² have left (or joined) the numerator, in the target's unit."""
        over = float(figure.numerator or 0.0) + (-cut if falling else cut)
        scale = float(figure.value or 0.0) / (float(figure.numerator or 0.0) / figure.denominator if figure.denominator else float(figure.numerator or 1.0)) if figure.numerator else 1.0
        return max(over, 0.0) / figure.denominator * scale if figure.denominator else max(over, 0.0) * scale

    def _given(self, indicator: str, zone: str) -> pd.DataFrame:
        """Rows of the numerator, in the order in which they should go."""
        rows = rows_behind(self.trail, indicator, zone).rename(columns={"contribution": "amount_m2"})
        rows = rows[rows["amount_m2"] > 0]
        parcels = self.book.facts.tables["parcels"]
        at = rows.index.to_numpy(np.int64)
        if indicator == "inefficient_land_share":
            ratio = (parcels["parcel_tax_wanyuan"] / (parcels["parcel_land_m2"] / float(MU_M2))).to_numpy(float)[at] if "parcel_tax_wanyuan" in parcels else np.full(len(at), np.nan)
            rows = rows.assign(first=np.where(np.isnan(ratio), np.inf, ratio))
        else:
            late = parcels["days_overdue"].to_numpy(float)[at] if "days_overdue" in parcels else np.full(len(at), np.nan)
            rows = rows.assign(first=np.where(np.isnan(late), np.inf, -late))
        return rows.sort_values(["first", "amount_m2", "key"], ascending=[True, False, True], kind="stable")

    def _lacking(self, indicator: str, zone: str) -> pd.DataFrame:
        """Rows of the denominator with what they do not yet give to the numerator, the largest first."""
        below = rows_behind(self.trail, indicator, zone, "denominator")
        given = rows_behind(self.trail, indicator, zone)["contribution"].reindex(below.index).fillna(0.0)
        rows = below.assign(amount_m2=below["contribution"] - given)
        rows = rows[rows["amount_m2"] > 1e-6]
        return rows.sort_values(["amount_m2", "key"], ascending=[False, True], kind="stable")

    def _told(self, indicator: str, taken: pd.DataFrame, short: bool) -> str:
        zh = self.language == "zh"
        pick = 0 if zh else 1
        mu = float(MU_M2)
        named = ("、" if zh else ", ").join(f"{key}({amount / mu:,.1f}{'亩' if zh else ' mu'})" for key, amount in zip(taken["key"][:SHOWN], taken["amount_m2"][:SHOWN], strict=True))
        more = (" 等" if zh else " …") if len(taken) > SHOWN else ""
        sum_mu = f"{total(taken['amount_m2'].to_numpy(float)) / mu:,.1f}"
        if zh:
            head = f"{DO[indicator][pick]} {len(taken)} 宗共 {sum_mu} 亩{'仍不足' if short else '即可达标'}({ORDERS[indicator][pick]})："
        else:
            head = f"{DO[indicator][pick]} {len(taken)} parcels, {sum_mu} mu{', still short' if short else ' in all'} ({ORDERS[indicator][pick]}): "
        return head + named + more

    def _next(self, target: Target, figure: Figure, zone: str) -> dict[str, Any] | None:
        """What the next parcels to produce must bring a mu so that the zone reaches the line."""
        parcels, shares = self.book.facts.tables["parcels"], self.book.shares["parcels"]
        position = {zone_id: i for i, zone_id in enumerate(self.book.zones["id"])}[zone]
        here = shares.zone == position
        held = pd.Series(shares.share[here], index=shares.row[here])
        coming = parcels.reset_index(drop=True).loc[held.index]
        coming = coming[coming["land_status"].isin(COMING) & coming["industrial"].astype(bool)]
        if not len(coming) or figure.denominator is None or figure.numerator is None or not isinstance(target.value, float | int):
            return None
        order = {status: i for i, status in enumerate(COMING)}
        coming = coming.assign(stage=coming["land_status"].map(order), due=coming["start_due"]).sort_values(["stage", "due", "parcel_id"], kind="stable", na_position="last")
        chosen = coming.head(NEXT)
        ground = (chosen["area_m2"] * held[chosen.index]).to_numpy(float)
        area_mu = total(ground) / float(MU_M2)
        land_mu = figure.denominator / float(MU_M2)
        needed = float(target.value) + (float(target.value) * land_mu - figure.numerator) / area_mu
        items = [{"key": str(key), "amount": mu / float(MU_M2), "unit": "mu"} for key, mu in zip(chosen["parcel_id"], ground, strict=True)]
        said = (f"若由接下来投产的 {len(chosen)} 宗地({area_mu:,.1f} 亩)补足，须达到 {needed:,.2f} 万元/亩" if self.language == "zh"
                else f"the next {len(chosen)} parcels to produce ({area_mu:,.1f} mu) would have to bring {needed:,.2f} × 10⁴ CNY a mu")
        return {"text": said, "count": len(chosen), "needed_per_mu": needed, "area_mu": area_mu, "items": items}


def _first(cuts: np.ndarray[Any, Any], reached: Callable[[float], bool]) -> int | None:
    """Position of the first cumulative amount that reaches the line; the value moves one way, so it is found by halves."""
    if not reached(float(cuts[-1])):
        return None
    low, high = 0, len(cuts) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(float(cuts[middle])) else (middle + 1, high)
    return low
