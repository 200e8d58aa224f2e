"""The catalogue of findings: code, severity, Chinese and English text, and what to do about it.

One module a gate; each holds rows only. Texts are `str.format` templates over the finding's own
fields (role, section, path, layer, row, key, field, value_seen, value_used, count) and its named parameters;
`role` is told in words, `section` as a study file writes it.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from typing import Literal

ROLE_WORDS: dict[str, tuple[str, str]] = {
    "parcels": ("地块", "parcels"), "parcels_before": ("期初地块", "earlier parcels"), "carriers": ("产业载体", "carriers"), "zones": ("分区", "zones"), "attributes": ("地块附加表", "attributes"),
    "supply": ("供地台账", "land supply"), "projects": ("项目台账", "projects"), "standard_land": ("标准地台账", "standard land"), "enterprises": ("企业台账", "enterprises"),
    "approvals": ("农转用批次", "approvals"), "buildings": ("建筑", "buildings"), "constraints": ("约束要素", "constraints"), "leases": ("租赁台账", "leases"),
    "statistics": ("统计数据", "statistics"), "tracked": ("跟踪目标台账", "tracked targets"), "imagery": ("影像", "imagery"),
}


@dataclass(frozen=True, slots=True)
class Message:
    code: str
    severity: Literal["error", "warning", "repaired", "info"]
    zh: str
    en: str
    remedy_zh: str = ""
    remedy_en: str = ""

    def text(self, language: str) -> str:
        return self.zh if language == "zh" else self.en

    def remedy(self, language: str) -> str:
        return self.remedy_zh if language == "zh" else self.remedy_en


def role_name(role: str, pick: int) -> str:
    """The role of a layer in words, with the name that the study gave it: `zones.townships` is `分区 townships`."""
    head, _, name = role.partition(".")
    return " ".join(part for part in (ROLE_WORDS.get(head, (head, head))[pick], name) if part)


def _collect() -> dict[str, Message]:
    codes: dict[str, Message] = {}
    for module in pkgutil.iter_modules(__path__):
        for message in importlib.import_module(f"{__name__}.{module.name}").MESSAGES:
            if message.code in codes:
                raise ValueError(f"finding code {message.code} is declared twice")
            codes[message.code] = message
    return codes


CODES: dict[str, Message] = {}
CODES.update(_collect())
