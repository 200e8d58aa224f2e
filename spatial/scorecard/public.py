"""The public edition of a result: what an enterprise reported is in none of its frames and in none of its findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pandas as pd

from spatial.errors import Finding
from spatial.indicators.privacy import public_columns
from spatial.schema.result import Result
from spatial.schema.state import public_view

FIRM_ROLES = ("enterprises", "leases", "standard_land", "projects", "attributes")  # cells of these may be a firm's own figures
TELLS_NOTHING = ("privacy.", "crs.", "study.", "policy.", "ledger.header", "ledger.set_aside")  # findings about the table, not about a cell of it
HIDDEN = "※"


def public_edition(result: Result) -> Result:
    """The result without enterprise values: ledgers of firms, money columns of parcels and contracts, and cells that findings quote."""
    kept = public_view(result)
    ledgers = {role: public_columns(frame, supply=role == "supply") for role, frame in kept.ledgers.items()}
    return replace(kept, parcels=public_columns(kept.parcels), ledgers=ledgers, findings=public_findings(kept.findings), rows=_without_rows(kept.rows), matches=_without_firms(kept.matches))


def _without_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The account of rows with counts alone where a row is a firm's."""
    return rows.assign(rows=[HIDDEN if str(role).split(".")[0] in FIRM_ROLES else said for role, said in zip(rows["role"], rows["rows"], strict=True)]) if len(rows) else rows


def _without_firms(matches: pd.DataFrame) -> pd.DataFrame:
    """How rows found their parcels, without the rows of firms and without what points tell."""
    kept = ~matches["role"].map(lambda role: str(role).split(".")[0] in FIRM_ROLES).astype(bool) if len(matches) else slice(None)
    return matches[kept].assign(point_in="").reset_index(drop=True) if len(matches) else matches


def public_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Findings with keys and cell values of firms hidden; code, file, field and count stay."""
    return [_hidden(finding) if finding.role.split(".")[0] in FIRM_ROLES and not _of_table(finding) else finding for finding in findings]


def _of_table(finding: Finding) -> bool:
    """Whether a finding is about a whole table; one of the enterprise rules is unless it names a row or a firm."""
    return finding.code.startswith(TELLS_NOTHING) or (finding.code.startswith("enterprise.") and finding.row is None and not finding.key)


def _hidden(finding: Finding) -> Finding:
    params = {name: HIDDEN if isinstance(value, (str, dict)) else value for name, value in finding.params.items()}
    said: dict[str, Any] = {name: HIDDEN if getattr(finding, name) else "" for name in ("key", "value_seen", "value_used")}
    return replace(finding, params=params, row=None, **said)
