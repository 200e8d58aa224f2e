"""What `join` hands on: zones and the shares of rows in them, where ledger rows lie, and the balance of the ground."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.errors import Finding
from spatial.schema.shares import Shares

STUDY_AREA, OUTSIDE = "study_area", "outside"
GROUP_KINDS = ("city", "task_force")  # zones that a ledger names and no layer draws: they hold projects, no ground

# how a ledger row found its parcel: by which way, which others it may mean, what id is near, and in which parcel its point lies where that is another
MATCH_COLUMNS = ("role", "row", "value_seen", "match_way", "parcel_id", "may_mean", "suggested", "point_in")


@dataclass(frozen=True)
class Membership:
    """The zones of a study and the share of each parcel in each of them; the study area holds every parcel whole.

    zones : id, name, kind, layer ("" for carriers, their types and the ground outside them)
    inside : share of each parcel inside the union of the carriers
    """

    zones: pd.DataFrame
    shares: Shares
    inside: NDArray[np.float64]
    index: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Layer:
    """One zone layer resolved on the parcels: zone rows and the pieces allotted to them."""

    zones: pd.DataFrame  # id, name, kind
    pieces: pd.DataFrame  # parcel, zone (position in `zones`), share
    inside: NDArray[np.float64]
    groups: pd.DataFrame | None = None  # parcel, group (label), share: the union of each group's zones
    within: NDArray[np.float64] | None = None  # beside each piece: the part of it that lies in carriers; for layers other than the carriers


@dataclass(frozen=True)
class Located:
    """Where the rows of a ledger lie: shares in zones, the share inside carriers (nan: unknown), and how each was found."""

    shares: Shares
    inside: NDArray[np.float64]
    how: NDArray[Any]  # "point" | "parcel" | "carrier" | ""
    parcels: pd.DataFrame  # row, parcel, weight: the parcels behind each row


@dataclass(frozen=True)
class KeyMatch:
    """Pairs of ledger rows and parcels that share a key, and the counts behind the join."""

    pairs: pd.DataFrame  # row, parcel (positions), each pair once
    row_matched: NDArray[np.bool_]  # ledger rows that found a parcel
    row_keyed: NDArray[np.bool_]  # ledger rows that name any key
    parcel_matched: NDArray[np.bool_]
    one_to_many: int  # parcels keys with more than one ledger row


@dataclass(frozen=True)
class Placed:
    """A ledger's rows in the zones, the record of its join, and what was found on the way."""

    located: Located
    shares: Shares
    join: dict[str, Any] | None
    findings: list[Finding]
    match: KeyMatch | None


@dataclass
class Joined:
    """Parcels with their zones and attributes, ledgers with their places."""

    parcels: gpd.GeoDataFrame
    carriers: gpd.GeoDataFrame
    zone_layers: dict[str, gpd.GeoDataFrame]
    members: Membership
    zones: pd.DataFrame
    pieces: pd.DataFrame
    balance: dict[str, float]
    ledgers: dict[str, pd.DataFrame]
    placed: dict[str, Placed]
    joins: list[dict[str, Any]]
    findings: list[Finding] = field(default_factory=list)
    before: pd.DataFrame | None = None
    matches: pd.DataFrame = field(default_factory=pd.DataFrame)  # MATCH_COLUMNS

    @property
    def shares(self) -> dict[str, Shares]:
        return {"parcels": self.members.shares, **{role: placed.shares for role, placed in self.placed.items()}}
