"""Coded values: what the codes of a column mean by the tables that a GeoPackage or a FileGDB keeps beside the layer, and what its columns are called there."""

from __future__ import annotations

import sqlite3
import warnings
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

import pyogrio.raw
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from spatial.errors import Several, first_of
from spatial.read.vector.draft import Draft, Place
from spatial.read.vector.gdal import FAILURES

Meanings = dict[str, dict[str, str]]  # column -> code as text -> what it means
LISTED = 20


def of_geopackage(connection: sqlite3.Connection, draft: Draft) -> None:
    """Note the enumerated constraints and the titles of the columns of a layer."""
    tables = {str(name) for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
    if "gpkg_data_columns" not in tables:
        return
    held = connection.execute("SELECT column_name, name, title, constraint_name FROM gpkg_data_columns WHERE lower(table_name) = lower(?)", (draft.layer,)).fetchall()
    constraints: dict[str, dict[str, str]] = {}
    if "gpkg_data_column_constraints" in tables:
        asked = "SELECT constraint_name, value, description FROM gpkg_data_column_constraints WHERE lower(constraint_type) = 'enum' AND value IS NOT NULL AND description IS NOT NULL"
        for name, code, meaning in connection.execute(asked):
            constraints.setdefault(str(name).lower(), {})[_code(str(code))] = str(meaning)
    _noted(draft, {str(column): constraints.get(str(constraint).lower(), {}) for column, _, _, constraint in held},
           {str(column): tuple(str(text) for text in (title, name) if text) for column, name, title, _ in held})


def of_filegdb(path: Path, draft: Draft, place: Place) -> None:
    """Note the coded-value domains, the subtypes and the aliases of the columns of a layer; tell of tables of codes that cannot be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            table = pyogrio.raw.read_arrow(path, layer="GDB_Items", columns=["Name", "Definition"], read_geometry=False)[1]
    except FAILURES as problem:  # damaged, or of another version
        draft.findings.append(place.finding("container.codes_unread", layer=draft.layer, value_seen=str(problem).splitlines()[0][:200] if str(problem) else type(problem).__name__))
        return
    told = {str(name): _xml(str(text)) for name, text in zip(table["Name"].to_pylist(), table["Definition"].to_pylist(), strict=True) if text}
    roots = {name: root for name, root in told.items() if root is not None}
    domains = {_text(root, "DomainName"): _coded(root) for root in roots.values() if "CodedValueDomain" in root.tag}
    info = next((root for name, root in roots.items() if name == draft.layer and "DomainName" not in {_local(child) for child in root}), None)
    if info is None:
        if draft.layer in told or len(told) > len(roots):
            draft.findings.append(place.finding("container.codes_unread", layer=draft.layer, value_seen=first_of(sorted(told.keys() - roots.keys()), LISTED)))
        return
    fields = [field for field in info.iter() if _local(field) == "GPFieldInfoEx"]
    meanings = {_text(field, "Name"): domains.get(_text(field, "DomainName"), {}) for field in fields}
    ranges = {_text(root, "DomainName") for root in roots.values() if "RangeDomain" in root.tag}
    lost = {_text(field, "Name"): named for field in fields if (named := _text(field, "DomainName")) and not domains.get(named) and named not in ranges}
    if lost:
        draft.findings.append(place.finding("container.codes_unread", layer=draft.layer, field=Several(lost), value_seen=Several(dict.fromkeys(lost.values()))))
    typed = _text(info, "SubtypeFieldName")
    kinds = {_code(_text(kind, "SubtypeCode")): _text(kind, "SubtypeName") for kind in info.iter() if _local(kind) == "Subtype"}
    if typed and kinds:
        meanings[typed] = kinds
    _noted(draft, meanings, {_text(field, "Name"): (alias,) for field in fields if (alias := _text(field, "AliasName"))})


def _noted(draft: Draft, meanings: Meanings, called: dict[str, tuple[str, ...]]) -> None:
    own = [name for name, _ in draft.columns]
    for name in own:
        if coded := meanings.get(name):
            draft.meanings[name] = coded
        titles = tuple(text for text in called.get(name, ()) if text not in own)
        if titles:
            draft.names[name] = (*draft.names.get(name, ()), *titles)


def _xml(text: str) -> Element | None:
    try:
        root: Element = fromstring(text)
        return root
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None


def _local(element: Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _text(element: Element, name: str) -> str:
    return next((part.text.strip() for part in element.iter() if _local(part) == name and part.text), "")


def _coded(root: Element) -> dict[str, str]:
    return {_code(_text(value, "Code")): _text(value, "Name") for value in root.iter() if _local(value) == "CodedValue"}


def _code(text: str) -> str:
    """A code as the text of its cell: 1 for 1.0."""
    try:
        number = float(text)
    except ValueError:
        return text
    return str(int(number)) if "." in text and number.is_integer() and abs(number) < 1e15 else text
