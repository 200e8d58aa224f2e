"""Ledgers in: workbooks and text tables as raw layers, every row accounted for, every doubt reported."""

from spatial.read.ledger.reader import as_ledger, list_sheets, read_ledger
from spatial.read.ledger.sniff import FOREIGN, WORKBOOKS, Kind, sniff

__all__ = ["FOREIGN", "WORKBOOKS", "Kind", "as_ledger", "list_sheets", "read_ledger", "sniff"]
