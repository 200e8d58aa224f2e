"""Ledgers in: workbooks and text tables as raw layers, every row accounted for, every doubt reported."""

from spatial.read.ledger.reader import as_ledger, list_sheets, read_ledger
from spatial.read.ledger.sniff import FOREIGN, HEAD_BYTES, WORKBOOKS, Kind, kind_of_text, sniff

__all__ = ["FOREIGN", "HEAD_BYTES", "WORKBOOKS", "Kind", "as_ledger", "kind_of_text", "list_sheets", "read_ledger", "sniff"]
