"""The scorecard of a run: verdicts of every policy, with what stands beside them, and the values under the other readings of the rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from spatial.indicators.inefficient import Ruleset
from spatial.indicators.terms import Book
from spatial.schema.blocks import Blocks
from spatial.schema.joined import Joined
from spatial.schema.policy import Policy
from spatial.schema.result import BESIDE_COLUMNS, SCORE_COLUMNS
from spatial.schema.study import Study
from spatial.schema.trail import Trail
from spatial.scorecard.beside import with_beside
from spatial.scorecard.evaluate import evaluate
from spatial.scorecard.offers import expiring_leases, offers_of, vacant_of
from spatial.scorecard.readings import readings_of
from spatial.scorecard.supplied import supply_structure
from spatial.scorecard.warning import calendar_of
from spatial.scorecard.ways import Ways


def judged(policies: Sequence[Policy], book: Book, joined: Joined, values: pd.DataFrame, tracked: pd.DataFrame | None, ruleset: Ruleset | None,
           rejoin: Callable[[Study], Joined], trail: Trail, previous: Mapping[str, Any] | None = None, *, sensitivity: bool = True) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The scorecard (SCORE_COLUMNS and BESIDE_COLUMNS) of all policies, and the readings it was held against.

    trail : of the book, the rows behind every value
    previous : a frozen result that the trend is told against, or None
    """
    study = book.facts.study
    readings = readings_of(policies if sensitivity else (), book, joined, ruleset, rejoin)
    ways = Ways(book, trail, study.language)
    cards = [evaluate(policy, values, tracked, joined.zones, study.as_of, language=study.language, alternatives=readings, ways=ways) for policy in policies]
    if not cards:
        return pd.DataFrame(columns=[*SCORE_COLUMNS, *BESIDE_COLUMNS]), readings
    return with_beside(pd.concat(cards, ignore_index=True), policies, values, readings, previous, language=study.language), readings


def lists_of(book: Book, parcels: gpd.GeoDataFrame, carriers: gpd.GeoDataFrame, areas: Mapping[str, tuple[pd.DataFrame, Any]],
             blocks: Blocks | None = None) -> dict[str, pd.DataFrame]:
    """What comes due (calendar), what can be offered (offers, vacant) and which leases end (leases; none in a public edition).

    parcels : with the per-parcel indicators; areas : layers whose rows may be polygons (buildings, constraints)
    blocks : geometries of the parcels, some at a time, where the frame has none
    """
    study, tables = book.facts.study, book.facts.tables
    public = study.audience == "public"
    calendar = calendar_of(parcels, tables.get("supply"), study.as_of, within_days=int(study.rules["warning_days"]), anniversary=study.rules["anniversary"])
    leases = None if public else tables.get("leases")
    return {"calendar": calendar, "offers": offers_of(parcels, carriers, study.industrial, areas.get("constraints"), blocks), "vacant": vacant_of(areas.get("buildings"), carriers),
            "supply_structure": supply_structure(book), "leases": expiring_leases(leases, tables.get("enterprises"), book.shares.get("enterprises"), book.zones, study.as_of)}


def policy_title(policy: Policy, language: str) -> str:
    """The policy's name; a draft is labelled as one."""
    draft = {"zh": "（征求意见稿）", "en": " (draft)"}[language] if policy.draft and not any(word in policy.name.text(language) for word in ("征求意见", "draft")) else ""
    return policy.name.text(language) + draft
