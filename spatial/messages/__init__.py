"""The catalogue of findings: code, severity, Chinese and English text, and what to do about it.

One module a gate; each holds rows only. Texts are `str.format` templates over the finding's own
fields (role, path, layer, row, key, field, value_seen, value_used, count) and its named parameters.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from typing import Literal


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
