"""What was supplied in the period, by zone, use and mode: contracts, land, and how much of it as 标准地."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spatial.indicators.terms import Book
from spatial.schema.sums import zone_sums

COLUMNS = ("zone", "land_use", "supply_mode", "contracts", "area_m2", "standard_land_m2")


def supply_structure(book: Book) -> pd.DataFrame:
    """COLUMNS in the order of the zones; all uses and modes, stock land as well; a contract across zones is shared by ground, and counted in each. Land without an area is counted, not summed."""
    rows, facts = book.facts.tables.get("supply"), book.facts
    if rows is None or "contract_date" not in rows or "land_area_m2" not in rows:
        return pd.DataFrame(columns=list(COLUMNS))
    first, last = facts.study.period
    inside = (rows["contract_date"].ge(pd.Timestamp(first)) & rows["contract_date"].le(pd.Timestamp(min(last, facts.study.as_of)))).to_numpy(bool)
    use = rows["land_use"].where(rows["land_use"].notna(), "").astype(str)
    mode = rows["supply_mode"].where(rows["supply_mode"].notna(), "").astype(str) if "supply_mode" in rows else pd.Series("", index=rows.index)
    kind, kinds = pd.factorize(pd.MultiIndex.from_arrays([use, mode]), sort=True)
    shares = book.shares["supply"]
    kept = inside[shares.row] & (shares.share > 0)
    row, share = shares.row[kept], shares.share[kept]
    place, count = shares.zone[kept] * len(kinds) + kind[row], len(book.zones) * len(kinds)
    area = np.nan_to_num(rows["land_area_m2"].to_numpy(float))
    standard = area * rows["is_standard_land"].fillna(False).to_numpy(bool) if "is_standard_land" in rows else np.zeros(len(rows))
    number = np.bincount(place, minlength=count)
    told = pd.DataFrame({"place": np.flatnonzero(number), "contracts": number[number > 0]})
    told["area_m2"], told["standard_land_m2"] = (zone_sums(amount[row] * share, place, count)[number > 0] for amount in (area, standard))
    zone, which = np.divmod(told["place"].to_numpy(), max(len(kinds), 1))
    uses, modes = (np.array([pair[side] for pair in kinds], dtype=object)[which] for side in (0, 1))
    return told.assign(zone=book.zones["id"].to_numpy(object)[zone], land_use=uses, supply_mode=modes)[list(COLUMNS)]
