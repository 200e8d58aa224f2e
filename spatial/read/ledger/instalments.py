"""Contracts paid in parts: one contract merged over the rows of its payments, whose number, area and price stand once for all of them."""

from __future__ import annotations

import re

from spatial.read.ledger.grid import Grid, address
from spatial.read.ledger.header import Header, clean
from spatial.schema.raw import Unreadable

_KEY = re.compile(r"合同|监管号|宗地|地块|编号|代码|编码|\bid$|_id$", re.I)
_PAYMENT = re.compile(r"分期|期号|期数|期次|支付|付款|缴款|缴纳|缴费|到账")
_REMARK = re.compile(r"备注|说明")


def instalments(grid: Grid, header: Header, reasons: dict[int, str]) -> list[int]:
    """The rows of further payments, to be set aside: a key and other cells are merged over them, and what differs from row to row is of payments alone.

    What the first row says of its payment is no figure of the contract: those cells are marked unreadable, for whoever would use them.
    """
    names = dict(zip(header.columns, header.headers, strict=True))
    merged: dict[tuple[int, int], set[int]] = {}
    for r0, c0, r1, c1 in grid.merges:
        if r1 > r0 >= header.data and c0 == c1 and c0 in names:
            merged.setdefault((r0, r1), set()).add(c0)
    further: list[int] = []
    for (r0, r1), columns in sorted(merged.items()):
        rows = [row for row in range(r0, min(r1, len(grid.cells) - 1) + 1) if row not in reasons]
        own = [c for c in names if c not in columns and any(grid.cells[row, c] is not None for row in rows)]
        paid = [c for c in own if _PAYMENT.search(names[c])]
        if len(rows) < 2 or rows[0] != r0 or len(columns) < 2 or not paid or not any(_KEY.search(names[c]) for c in columns):
            continue
        if any(not _REMARK.search(names[c]) for c in own if c not in paid):
            continue
        for c in paid:
            cell = grid.cells[r0, c]
            if cell is not None and not isinstance(cell, Unreadable):
                grid.cells[r0, c] = Unreadable(clean(cell), "instalment", address(int(grid.row_numbers[r0]) - 1, c + grid.first_column))
        further += rows[1:]
    return further
