"""Land accounts of the 开发区 evaluation (rule book §2.2): which ground is built (A), ready (B21), supplied (D), idle (G) and of high technology (H)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.errors import Finding, found
from spatial.indicators.status import IDLE
from spatial.schema.sums import total

WORKING = ("classed", "built_industrial", "built_housing", "class_ready", "class_rest", "class_suppliable", "class_expired", "class_high_tech", "supplied_class", "idle_class")
CLASSES = ("land_class", "supply_class", "high_tech_class")  # DLDM, GYDM, GXDM; a ledger with one column writes any of them in it
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Codes:
    """The class columns of the parcels, each as positions into its distinct codes."""

    columns: tuple[tuple[NDArray[np.int64], list[str]], ...]
    count: int

    @staticmethod
    def of(parcels: pd.DataFrame) -> Codes:
        return Codes(tuple(_distinct(parcels[name]) for name in CLASSES if name in parcels), len(parcels))

    def any(self, *prefixes: str) -> Flags:
        """Parcels with a code that starts with one of `prefixes`."""
        said = np.zeros(self.count, dtype=bool)
        for place, codes in self.columns:
            said |= np.array([*(code.startswith(prefixes) for code in codes), False], dtype=bool)[place]
        return said


def _distinct(column: pd.Series) -> tuple[NDArray[np.int64], list[str]]:
    place, codes = pd.factorize(column)
    return place.astype(np.int64), [str(code) for code in codes]


def with_accounts(parcels: pd.DataFrame, status: pd.DataFrame, industrial: Flags, built: pd.Series) -> pd.DataFrame:
    """The accounts of every parcel; its classes go before its status and its buildings.

    A ledger with one class column writes the supply class (D, E, F, G) where land is not built, or the high-tech class: supplied, idle and
    still suppliable land has reached the conditions of supply (B21), land that cannot be supplied is the rest of B; D and G are built where
    their status says so, H always is.

    Parameters
    ----------
    status : land_status, idle and supplied of each parcel
    industrial : by land use; built : boolean, missing where unknown, by status and buildings

    Returns
    -------
    DataFrame on the parcels' index: classed (has any class), built (boolean), built_industrial (A2), built_housing (A1), class_ready (B21), class_rest (the rest
    of B), class_suppliable (E), class_expired (D22), class_high_tech (H within A), supplied_class (D) and idle_class (G), the last two boolean
    """
    codes = Codes.of(parcels)
    classed, ground = codes.any("A", "B", "C", "D", "E", "F", "G", "H"), codes.any("A", "B", "C")
    used = status["land_status"].isin(("used", "part_used")).to_numpy(bool)
    stands = codes.any("A") | ~ground & (codes.any("H") | codes.any("D", "G") & used)
    ready = ~stands & (codes.any("B21") | ~ground & codes.any("D", "E", "G"))
    rest = ~stands & ~ready & (codes.any("B") | ~ground & codes.any("F"))
    known_built = built.mask(classed, pd.Series(stands, index=built.index).astype("boolean"))
    now_built = known_built.fillna(False).to_numpy(bool)
    supplied, idle = codes.any("D", "G"), codes.any("G")
    housing = Codes((_distinct(parcels["land_use"]),), len(parcels)).any("07")
    by_class = pd.Series(codes.any("D", "E", "F", "G"), index=parcels.index)
    stated_idle = status["idle"].astype("boolean")
    return pd.DataFrame({
        "classed": classed, "built": known_built,
        "built_industrial": codes.any("A2") | now_built & industrial & ~codes.any("A1", "A3", "A4", "A5", "A6"),
        "built_housing": codes.any("A1") | now_built & housing & ~ground,
        "class_ready": ready, "class_rest": rest, "class_suppliable": codes.any("E"), "class_expired": codes.any("D22"),
        "class_high_tech": codes.any("H") & now_built,
        "supplied_class": status["supplied"].astype("boolean").mask(by_class, pd.Series(supplied, index=parcels.index).astype("boolean")),
        "idle_class": (stated_idle | pd.Series(idle, index=parcels.index)).mask(stated_idle.isna() & by_class, pd.Series(idle, index=parcels.index).astype("boolean")),
    }, index=parcels.index)


def account_findings(parcels: pd.DataFrame) -> list[Finding]:
    """Where classes and the supply ledger contradict each other, one finding a kind."""
    codes = Codes.of(parcels)
    status = parcels["land_status"]
    told = (status.notna() & ~status.isin(("undetermined", "not_supplied"))).to_numpy(bool)
    kinds = (
        ("accounts.idle_differs", codes.any("G") & told & ~status.isin(IDLE).to_numpy(bool), CLASSES[1]),
        ("accounts.unsupplied_differs", codes.any("E", "F") & told, CLASSES[1]),
        ("accounts.built_unsupplied", codes.any("A") & parcels["supplied_class"].eq(False).fillna(False).to_numpy(bool), CLASSES[0]),
    )
    findings = []
    for code, which, field in kinds:
        if which.any():
            first = parcels.iloc[int(np.flatnonzero(which)[0])]
            findings.append(found(code, role="parcels", field=field, count=int(which.sum()), key=first["parcel_id"], value_seen=str(first["land_status"]),
                                  row=first["row"] if "row" in parcels else None, area=f"{total(parcels['area_m2'].to_numpy(float)[which]) * 3 / 2000:,.2f}"))
    return findings
