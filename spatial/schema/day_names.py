"""The words by which forms say which of the days of a contract is meant: the agreed, the planned or the real one."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ACT = re.compile(r"(交地|开工|动工|竣工|竣工验收|投产|达产)(时间|日期|)")
_KIND = re.compile(r"约定|计划|预计|实际")
_AMENDED = re.compile(r"补充|变更|延期")
_NOT_YET = re.compile(r"约定|计划|预计|拟|承诺|补充|变更|延期")


def not_yet(leaf: str, said: Iterable[str]) -> bool:
    """Whether the words around a day say that it is agreed or planned (合同约定 over 竣工时间): its name alone would be the real day."""
    return bool(_ACT.fullmatch(leaf)) and any(_NOT_YET.search(part) for part in said)


def day_in_full(leaf: str, said: Iterable[str]) -> list[str]:
    """The name of a day with the words around it: 约定时间 over 竣工, 合同约定 over 竣工时间 and 竣工时间(约定) are 约定竣工时间."""
    said = list(said)
    act = _ACT.fullmatch(leaf)
    kinds = {kind for part in said for kind in _KIND.findall(part)}
    if act is None or len(kinds) != 1 or any(_AMENDED.search(part) for part in said):
        return []
    of_days = any(re.search("时间|日期", part) for part in said)
    return [f"{kinds.pop()}{act[1]}{act[2] or ('时间' if of_days else '')}"]
