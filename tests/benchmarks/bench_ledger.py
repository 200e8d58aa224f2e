"""A 100,000-row workbook: the ledger reader against calamine's bare read, in one run. `python -m tests.benchmarks.bench_ledger`."""

from __future__ import annotations

import datetime as dt
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import python_calamine
import xlsxwriter

from spatial.read.ledger import read_ledger

ROWS, TARGET, TURNS = 100_000, 1.5, 5
HEAD = ["宗地代码", "电子监管号", "土地用途", "供地方式", "合同签订日期", "出让面积(平方米)", "成交价格(万元)", "项目名称"]


def write(path: Path) -> None:
    """Eight columns: five of text, a date, two numbers."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    page, day = book.add_worksheet("台账"), book.add_format({"num_format": "yyyy-mm-dd"})
    page.write_row(0, 0, HEAD)
    for i in range(ROWS):
        for column, words in enumerate((f"330109{i // 1000:06d}GB{i % 1000:05d}", f"33010920{i:08d}", "工业用地", "挂牌出让")):
            page.write_string(i + 1, column, words)
        page.write_datetime(i + 1, 4, dt.datetime(2015 + i % 6, 1 + i % 12, 1 + i % 28), day)
        page.write_number(i + 1, 5, 1000 + i % 997 * 1.25)
        page.write_number(i + 1, 6, 100 + i % 91 * 0.5)
        page.write_string(i + 1, 7, f"项目{i}")
    book.close()


def timed(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "台账.xlsx"
        write(path)
        bare = lambda: python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()  # noqa: E731
        ours = lambda: read_ledger(path, role="supply", shown_path=path.name)  # noqa: E731
        bare(), ours()  # both warm
        pairs = [(timed(bare), timed(ours)) for _ in range(TURNS)]
    print(f"{'turn':>4} {'calamine s':>11} {'ledger s':>9} {'ratio':>6}")
    for turn, (first, second) in enumerate(pairs, 1):
        print(f"{turn:>4} {first:>11.2f} {second:>9.2f} {second / first:>6.2f}")
    ratio = statistics.median(second / first for first, second in pairs)
    print(f"median ratio {ratio:.2f}, wanted at most {TARGET}")


if __name__ == "__main__":
    main()
