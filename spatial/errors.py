"""Named errors, and the finding: one record for every error, warning, repair and remark of a run."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from spatial.facts import facts_html
from spatial.messages import CODES, Message, role_name
from spatial.singular import told_of_one

Severity = Literal["error", "warning", "repaired", "info"]
Language = Literal["zh", "en"]
_OBEYED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "repaired", "info")


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, where, and what to do; the text is made from the catalogue when a language is known."""

    code: str
    severity: Severity
    role: str = ""
    path: str = ""
    layer: str = ""
    row: int | None = None
    key: str = ""
    field: str = ""
    value_seen: str = ""
    value_used: str = ""
    count: int = 1
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def message(self, language: Language = "zh") -> str:
        """What was found, in a sentence."""
        return self._fill(CODES[self.code].text(language), language)

    def remedy(self, language: Language = "zh") -> str:
        """What to do about it; empty where nothing has to be done."""
        return self._fill(CODES[self.code].remedy(language), language)

    def sentences(self, language: Language = "zh") -> str:
        """Message and remedy as a person reads them, one after the other."""
        stop = "；" if language == "zh" else "; "
        return stop.join(part for part in (self.message(language), self.remedy(language)) if part)

    def line(self, language: Language = "zh") -> str:
        """One line for standard error: file, place and field first, remedy last."""
        row = f"{'第' if language == 'zh' else 'row '}{self.row}{'行' if language == 'zh' else ''}" if self.row else ""
        place = " ".join(part for part in (self.path or role_name(self.role, 0 if language == "zh" else 1), self.layer, row, self.told(language).field) if part)
        told = f"[{self.severity}] {self.code} {self.sentences(language)}"
        return " ".join(shown(f"{place}: {told}" if place else told).split())

    def record(self, language: Language = "zh") -> dict[str, Any]:
        """The finding as a row of results.json."""
        one = self.told(language)
        return {
            "code": one.code, "severity": one.severity, "role": one.role, "path": one.path, "layer": one.layer,
            "row": one.row, "key": one.key, "field": one.field, "value_seen": one.value_seen,
            "value_used": one.value_used, "message": one.message(language), "remedy": one.remedy(language),
            "count": one.count,
        }

    def _repr_html_(self) -> str:
        place = " ".join(part for part in (self.path or role_name(self.role, 0), self.layer, str(self.row or ""), self.told("zh").field) if part)
        return facts_html(f"{self.severity} · {self.code}", [(name, text) for name, text in (("位置 / place", place), ("说明", self.message("zh")), ("办法", self.remedy("zh")),
                                                                                            ("message", self.message("en")), ("remedy", self.remedy("en"))) if text])

    def _fill(self, template: str, language: Language) -> str:
        """The template with its places filled; a parameter told in both languages is {"zh": ..., "en": ...}."""
        one = self.told(language)
        place: dict[str, Any] = {"role": role_name(one.role, 0 if language == "zh" else 1), "section": one.role, "path": one.path, "layer": one.layer,
                 "row": "—" if one.row is None else one.row, "key": one.key,
                 "field": one.field, "value_seen": one.value_seen, "value_used": one.value_used, "count": one.count}
        values = place | dict(one.params)
        filled = (told_of_one(template, tuple(name for name, value in values.items() if isinstance(value, int) and value == 1)) if language == "en" else template).format_map(values)
        return re.sub(f"{re.escape(name)}(?=[一-鿿])", f"{name} ", filled) if (name := place["role"]) and language == "zh" and name[-1].isascii() else filled

    def told(self, language: Language) -> Finding:
        """The finding with texts of one language only."""
        pairs = {name: value[language] for name, value in self.params.items() if isinstance(value, Mapping) and value.keys() == {"zh", "en"}}
        pairs |= {name: value.told(language) for name, value in self.params.items() if isinstance(value, Several)}
        texts: dict[str, Any] = {name: value.told(language) for name in ("key", "field", "value_seen", "value_used") if isinstance(value := getattr(self, name), Several)}
        return dataclasses.replace(self, **texts, params={**self.params, **pairs}) if pairs or texts else self


def found(code: str, *, severity: Any = None, role: str = "", path: object = "", layer: str = "", row: Any = None, key: object = "", field: str = "",
          value_seen: object = "", value_used: object = "", count: Any = 1, **params: Any) -> Finding:
    """A finding of the catalogue; `severity` is the catalogue's unless the caller knows better."""
    message: Message = CODES[code]
    text = _texts({name: "" if value is None else value for name, value in {"path": path, "key": key, "value_seen": value_seen, "value_used": value_used}.items()})
    return Finding(code, severity or message.severity, role=role, layer=layer or "", field=field,
                   row=None if row is None else int(row), count=int(count), params=params, **text)


def shown(text: str) -> str:
    """Text as a terminal may have it: control characters, which it would obey, and marks that turn the order of writing are told by their numbers."""
    return _OBEYED.sub(lambda mark: f"\\u{ord(mark[0]):04x}", text)


class SpatialError(Exception):
    """Base of every error that this package raises on purpose."""


class UsageError(SpatialError):
    """The command or call itself is wrong (exit code 2)."""


class CrsError(SpatialError):
    """A geometry step was given coordinates it must not measure in."""


class Refused(SpatialError):
    """Input that would give a wrong number: carries every finding, errors and the rest."""

    def __init__(self, findings: Iterable[Finding]):
        self.findings = list(findings)
        super().__init__("\n".join(f.line() for f in self.findings if f.severity == "error"))


class Several(str):
    """Names or numbers that a finding lists: joined as Chinese joins them, and as English does where the finding is told in English."""

    parts: tuple[str, ...]
    tail: str

    def __new__(cls, parts: Iterable[object], tail: str = "") -> Several:
        listed = tuple(map(str, parts))
        text = super().__new__(cls, "、".join(listed) + tail)
        text.parts, text.tail = listed, tail
        return text

    def __getnewargs__(self) -> tuple[tuple[str, ...], str]:  # type: ignore[override]
        return self.parts, self.tail

    def __add__(self, more: str) -> Several:
        return Several(self.parts, self.tail + more)

    def told(self, language: Language) -> str:
        """The list as one of the languages writes it."""
        return str(self) if language == "zh" else ", ".join(self.parts) + self.tail


def first_of(parts: Iterable[object], most: int) -> Several:
    """The first names or numbers of many, and a sign that there are more."""
    every = list(parts)
    return Several(every[:most], "…" if len(every) > most else "")


def lines_of(rows: Iterable[Any], most: int = 10) -> Several:
    """Row numbers of a file as a finding lists them: ascending, the first of them, and a sign that there are more."""
    return first_of(sorted(int(row) for row in rows), most)


def gravest_first(findings: Iterable[Finding]) -> list[Finding]:
    """Findings as they are read by people: errors first, those of one severity in the order in which they were made."""
    return sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))


def errors_of(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity == "error"]


def refuse_on_error(findings: Iterable[Finding]) -> None:
    """Raise once, with everything that was found, if any of it is an error."""
    listed = list(findings)
    if errors_of(listed):
        raise Refused(listed)


def placed(findings: Iterable[Finding], **place: Any) -> list[Finding]:
    """The same findings with role, path or layer filled in where they were left empty."""
    return [replace(f, **_texts({k: v for k, v in place.items() if not getattr(f, k)})) for f in findings]


def nearest(word: str, words: Iterable[str]) -> str:
    """A hint at the word that was meant, or the first words there are."""
    listed = list(words)
    close = difflib.get_close_matches(word, listed, n=1, cutoff=0.5)
    if close:
        return f"是否指 / did you mean {close[0]}?"
    return "可用 / known: " + ", ".join(listed[:12]) + (" …" if len(listed) > 12 else "")


def _texts(place: dict[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, Several) else str(value) for name, value in place.items()}
