"""Which column of a file plays which canonical field, and in which unit: by the study, else by the alias table."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

import pandas as pd

from spatial.errors import Finding, Several, first_of, found
from spatial.normalise.cell_units import stated_by_cells
from spatial.normalise.cells import is_null
from spatial.normalise.day_columns import holds_days, stems, unread_days
from spatial.normalise.numbers import parse_number
from spatial.schema.fields import Field, Kind, bare_header, cut_in_unit, same_header
from spatial.schema.policy import OWN_UNITS
from spatial.schema.raw import RawLayer, column_of
from spatial.schema.study import WAYS, LayerSpec
from spatial.units import UNITS, is_foreign, label, parse_unit

AXES = (re.compile(r"(?i)(?:x|easting|lon|lng|longitude|经度|横坐标|东坐标)(?:[ _]?(?:坐标|coord|coordinate))?(?:\s*[(（].*)?"),
        re.compile(r"(?i)(?:y|northing|lat|latitude|纬度|纵坐标|北坐标)(?:[ _]?(?:坐标|coord|coordinate))?(?:\s*[(（].*)?"))
SHAPE_WORDS = re.compile(r"\s*(?:SRID=\d+;)?\s*(?:MULTI)?(?:POLYGON|POINT|LINESTRING)\s*[ZM]{0,2}\s*\(|(?:\\x)?(?:010[1-7]0000[02468A-F]0|000[02468A-F]00000[1-7])[0-9A-F]{16}", re.I)
RATIOS = ("far", "far_min", "far_max")
_MANY = re.compile(r"[(\[/]\s*(?:单位[:：]?)?\s*([十百千万亿]+[人名户口位]?)\s*[)\]]?$")  # tens, thousands of people: not the usual unit
_UNNAMED = re.compile(r"列[A-Z]{1,3}")  # how a ledger's columns without a name are called
USUALLY, HALF = 0.8, 0.5  # of the named column's cells: how many a nameless one has that is of the table, at its edge and inside it
_DAY = re.compile(r"(?!\d)(.{2,}?)(?:日期|时间|年月|日)")


@dataclass(frozen=True)
class Mapped:
    """One field found in a file: its column by position, and the unit its numbers are in."""

    field: Field
    header: str
    position: int
    unit: str
    proposed: bool


def map_columns(raw: RawLayer, spec: LayerSpec, kind: Kind) -> tuple[dict[str, Mapped], list[Finding]]:
    """Field name -> where it is; every unknown column, missing field and unit problem is a finding."""
    headers = [str(name) for name in raw.frame.columns]
    names = _names(raw, headers)
    mapped: dict[str, Mapped] = {}
    findings: list[Finding] = []
    for field in kind.fields:
        if field.name in spec.columns:
            wanted = spec.columns[field.name].column
            positions = names.get(same_header(wanted), [])
            if not positions:
                near = difflib.get_close_matches(wanted, headers, n=3, cutoff=0.4)
                findings.append(found("schema.unknown_column", field=field.name, value_seen=wanted, columns=first_of(near + [h for h in headers if h not in near], 30)))
                continue
            exact = [p for p in positions if same_header(headers[p]) == same_header(wanted)] or positions
            if len(exact) > 1:
                findings.append(found("schema.duplicate_header", field=field.name, value_seen=wanted))
                continue
            position, proposed = exact[0], False
        else:
            candidates = _by_alias(field, names, headers, raw) or list(dict.fromkeys(p for stem in stems(field) for p in names.get(same_header(stem), []) if holds_days(raw, p)))
            candidates = [p for p in candidates if not _abroad(raw.units.get(headers[p], ""))] or candidates  # 总投资(万元) before 总投资(万美元)
            if not candidates:
                continue
            position, proposed = candidates[0], True
            same = [p for p in candidates if same_header(headers[p]) == same_header(headers[position])]
            if len(same) > 1 and field.name in WAYS:
                continue  # a further number of a row, which nobody asked for: it is no reason to refuse
            if len(same) > 1:
                findings.append(found("schema.duplicate_header", field=field.name, value_seen=headers[position]))
                continue
        if _said_otherwise(raw, headers, position):
            if field.name not in WAYS:
                findings.append(found("schema.duplicate_header", field=field.name, value_seen=headers[position]))
            continue
        said_of = spec.columns.get(field.name)
        unit, problems = _unit(field, said_of.unit if said_of else "", raw.units.get(headers[position], ""), headers[position])
        if [p.code for p in problems] == ["unit.missing"] and (said := stated_by_cells(field, column_of(raw.frame, position))):
            unit, problems = said, [found("unit.in_cells", field=field.name, value_seen=headers[position], value_used=label(said))]
        if proposed and raw.geometry is not None and [p.code for p in problems] == ["unit.missing"]:
            # nobody asked for it and the geometry has the area: left out, and said so
            findings.append(found("unit.left_out", field=field.name, value_seen=headers[position], known=_known(field)))
            continue
        unit, problems = _currency(field, unit, problems, headers[position], said_of.options.get("rate") if said_of else None)
        findings += problems
        mapped[field.name] = Mapped(field, headers[position], position, unit, proposed)
    mapped = _one_field_a_column(mapped)
    findings += _asked(mapped, kind, raw, headers)
    findings += _name_over_two(mapped, raw, headers)
    findings += _missing(mapped, kind, raw, headers, spec)
    return mapped, findings


def _said_otherwise(raw: RawLayer, headers: list[str], position: int) -> bool:
    """Whether a layer has the column's name again, as the reader numbers it (土地用途#2), with other cells."""
    again = [p for p, header in enumerate(headers) if p != position and re.fullmatch(rf"{re.escape(headers[position])}#\d+#*", header)]
    return any(not column_of(raw.frame, p).equals(column_of(raw.frame, position)) for p in again)


def _names(raw: RawLayer, headers: list[str]) -> dict[str, list[int]]:
    """Every name a column may be meant by -> its positions; a bare name without its unit counts where it is alone."""
    names: dict[str, list[int]] = {}
    for position, header in enumerate(headers):
        for name in {same_header(header), *(same_header(n) for n in raw.names.get(header, ()))}:
            names.setdefault(name, []).append(position)
    for header in headers:
        for name in {bare_header(header), *(bare_header(n) for n in raw.names.get(header, ()))}:
            if name and name not in names:
                names[name] = [p for p, other in enumerate(headers) if name in {bare_header(other), *(bare_header(n) for n in raw.names.get(other, ()))}]
    for position, header in enumerate(headers):
        for name in _in_full(raw, header) - set(names):
            names[name] = [position]
    for position, header in enumerate(headers):  # Parcel ID and Area (mu), as parcel_id and area
        for name in {re.sub(r"[\s.-]+", "_", said).strip("_") for said in (same_header(header), bare_header(header)) if said.isascii()} - set(names):
            names[name] = [position]
    return names


def _in_full(raw: RawLayer, header: str) -> set[str]:
    """`用地(亩)` is `用地面积` written short: a unit of area says of what the figure is."""
    unit = raw.units.get(header, "")
    if unit not in UNITS or UNITS[unit].dimension != "area":
        return set()
    return {f"{name}面积" for name in {bare_header(header), *(bare_header(n) for n in raw.names.get(header, ()))} if name and not name.isascii() and not name.endswith(("面积", "亩数"))}


def names_of(raw: RawLayer, header: str) -> set[str]:
    """Every name by which a column may be meant, without its unit too."""
    return {name for said in (header, *raw.names.get(header, ())) for name in (same_header(said), bare_header(said))}


def known_names(field: Field) -> tuple[str, ...]:
    """Every header by which offices know a field."""
    return (field.name, *field.aliases, *_other_days(field))


def _by_alias(field: Field, names: dict[str, list[int]], headers: list[str], raw: RawLayer) -> list[int]:
    """The column of the first known name; one without a single value gives way to another that has some (地类编码, left blank, beside 地块用途)."""
    blank: list[int] = []
    for alias in known_names(field):
        positions = names.get(same_header(alias)) or names.get(bare_header(alias)) or _with_suffix(alias, headers)
        if positions and (len(raw.frame) == 0 or any(_has_value(column_of(raw.frame, p)) for p in positions)):
            return positions
        blank = blank or list(positions)
    return blank


def _has_value(cells: pd.Series) -> bool:
    return any(not is_null(cell) for part in (cells.iloc[:1000], cells.iloc[1000:]) for cell in part.tolist())


def _other_days(field: Field) -> list[str]:
    """The names of a date with 时间 for 日期 and the other way round: offices write either."""
    if field.type != "date":
        return []
    return [f"{alias[:-2]}{'日期' if alias.endswith('时间') else '时间'}" for alias in field.aliases if alias.endswith(("时间", "日期"))]


def _with_suffix(alias: str, headers: list[str]) -> list[int]:
    """`area_m2` and `tax_wanyuan` are the fields `area` and `tax` with their unit."""
    return [p for p, header in enumerate(headers) if same_header(header).startswith(f"{same_header(alias)}_") and _suffix_unit(header)]


def _suffix_unit(header: str) -> str:
    match = re.search(r"_([a-z0-9]+(?:_[a-z0-9]+)?)$", same_header(header))
    while match:
        if match[1] in UNITS:
            return match[1]
        match = re.search(r"_([a-z0-9]+)$", match[1])
    return ""


def _known(field: Field) -> str:
    """The units that a field may be in."""
    wanted = UNITS[field.unit].dimension if field.unit else ""
    return ", ".join(unit.id for unit in UNITS.values() if unit.dimension == wanted)


def _unit(field: Field, stated: str, in_header: str, header: str) -> tuple[str, list[Finding]]:
    if field.name == "value":  # in the unit of its target, or in one that is brought to it
        return _unit_of_values(field, stated, in_header, header)
    if field.type == "number":  # a share may be headed by %; what else a bare number is in, its field says
        unit = (parse_unit(stated) if stated else None) or in_header or _suffix_unit(header)
        return (unit if unit in UNITS and UNITS[unit].dimension == "share" else ""), _needless(field, stated, in_header, header)
    if field.name in RATIOS or (field.type != "quantity" and not (field.type == "bounded" and stated)):
        return "", _needless(field, stated, in_header, header)
    wanted = UNITS[field.unit].dimension if field.unit else ""
    said = parse_unit(stated) if stated else None
    if stated and said is None:
        return "", [found("unit.unknown", field=field.name, value_seen=stated, known=_known(field))]
    seen = in_header or _suffix_unit(header)
    if not (said or seen) and field.default_unit and (many := _MANY.search(same_header(header))):
        return "", [found("unit.unknown", field=field.name, value_seen=many[1], known=_known(field))]
    unit = said or seen or ("" if cut_in_unit(header) else field.default_unit)  # a cut unit was stated: it is not the usual one
    if not unit:
        return "", [found("unit.missing", field=field.name, value_seen=header, known=_known(field))]
    if wanted and not _of_kind(unit, wanted):
        return "", [found("unit.wrong_dimension", field=field.name, value_seen=unit, expected=field.unit)]
    if said and seen and said != seen and _of_kind(seen, wanted):
        return "", [found("unit.conflict", field=field.name, value_seen=seen, value_used=said)]
    return unit, []


def _of_kind(unit: str, wanted: str) -> bool:
    return UNITS[unit].dimension == wanted or wanted == "money" and is_foreign(unit)


def _abroad(unit: str) -> bool:
    return unit in UNITS and (is_foreign(unit) or unit == "usd")


def _currency(field: Field, unit: str, problems: list[Finding], header: str, rate: float | None) -> tuple[str, list[Finding]]:
    """Money of another country needs its rate in the study, and a rate needs such money."""
    if unit in UNITS and is_foreign(unit) and rate is None:
        return "", [found("unit.currency", field=field.name, value_seen=header, unit={"zh": label(unit), "en": label(unit, "en")}, word=label(unit))]
    if rate is not None and not problems and not _abroad(unit):
        return "", [found("unit.rate_needless", field=field.name, value_seen=header)]
    return unit, problems


def _unit_of_values(field: Field, stated: str, in_header: str, header: str) -> tuple[str, list[Finding]]:
    """The unit of a column of figures for targets, which each has its own: that of the study or of the header, "" where neither states one."""
    own = [unit for unit in OWN_UNITS if unit == stated or not stated and re.search(rf"[(（/]\s*{unit}\s*[)）]?$", header)]
    unit = parse_unit(stated) or (own[0] if own else "" if stated else in_header or _suffix_unit(header))
    if stated and not unit:
        return "", [found("unit.unknown", field=field.name, value_seen=stated, known=", ".join(dict.fromkeys((*UNITS, *OWN_UNITS))))]
    return unit, []


def _needless(field: Field, stated: str, in_header: str, header: str) -> list[Finding]:
    """A unit on a field that takes none: an error for a ratio, which a unit makes another thing, and told for the others."""
    if in_header not in UNITS or not any(name in header.lower() for name in UNITS[in_header].names):
        in_header = ""  # spread from above the table: it means other columns
    if field.name in RATIOS:
        unit = stated or in_header
        return [found("unit.takes_none", field=field.name, value_seen=unit, column=header)] if unit and (parse_unit(unit) != "ratio") else []
    about = UNITS[in_header].dimension if in_header in UNITS else ""
    of_type = {"coordinate": ("length",), "integer": ("years",), "date": ("years",), "number": ("share",), "bounded": (about,), "text": ("years", "count", "persons")}
    unit = stated or (in_header if about and about not in of_type.get(field.type, ("count", "persons")) else "")
    if field.type == "number" and stated and (said := parse_unit(stated)) and UNITS[said].dimension == "share":
        return []
    return [found("unit.ignored", field=field.name, value_seen=unit, column=header)] if unit else []


def _one_field_a_column(mapped: dict[str, Mapped]) -> dict[str, Mapped]:
    """A column proposed for several fields goes to the first that the study states, else to the first in the declaration; ids may share."""
    taken = {m.position for m in mapped.values() if not m.proposed}
    kept: dict[str, Mapped] = {}
    for name, m in mapped.items():
        shares_key = m.field.type in ("id", "text") and name.endswith(("_id", "_name"))
        if m.proposed and m.position in taken and not shares_key:
            continue
        taken.add(m.position)
        kept[name] = m
    return kept


def _asked(mapped: dict[str, Mapped], kind: Kind, raw: RawLayer, headers: list[str]) -> list[Finding]:
    """Headers that may mean one of several fields (租赁面积): an error until the study says which, or all of the fields are there under their own names.

    And headers that may hold another column's figures as well (用地面积 beside 承租用地面积): an error until the study says what they are.
    """
    used = {m.position for m in mapped.values()}
    unclear = [found("schema.which_field", field=Several(ask.fields), value_seen=header)
               for ask in kind.ask if not ask.beside and not set(ask.fields) <= set(mapped)
               for position, header in enumerate(headers) if position not in used and _goes_by(raw, header, ask.headers)]
    for ask in kind.ask:
        others = Several(mapped[name].header for name in ask.beside if name in mapped)
        unclear += [found("schema.may_hold", field=name, value_seen=mapped[name].header, others=others)
                    for name in ask.fields if others and name in mapped and mapped[name].proposed and _goes_by(raw, mapped[name].header, ask.headers)]
    return unclear


def _name_over_two(mapped: dict[str, Mapped], raw: RawLayer, headers: list[str]) -> list[Finding]:
    """An error for an amount of a ledger that nobody stated where the next column has no name and holds as many figures: a name merged over two, as a text cannot keep it."""
    findings = []
    for name, column in mapped.items():
        other = headers[column.position + 1] if column.position + 1 < len(headers) else ""
        if raw.geometry is not None or not column.proposed or column.field.type != "quantity" or not _UNNAMED.fullmatch(other):
            continue
        own, beside = ([cell for cell in column_of(raw.frame, p).tolist() if not is_null(cell)] for p in (column.position, column.position + 1))
        figures = sum(not parse_number(cell)[2] for cell in beside)
        inside = any(not _UNNAMED.fullmatch(header) for header in headers[column.position + 2 :])
        if own and figures >= (HALF if inside else USUALLY) * len(own) and figures == len(beside):
            findings.append(found("schema.name_over_two", field=name, value_seen=column.header, other=other))
    return findings


def _goes_by(raw: RawLayer, header: str, words: tuple[str, ...]) -> bool:
    return bool({same_header(header), bare_header(header), *_in_full(raw, header)} & {same_header(word) for word in words})


def _missing(mapped: dict[str, Mapped], kind: Kind, raw: RawLayer, headers: list[str], spec: LayerSpec) -> list[Finding]:
    columns = first_of(headers, 40)
    findings = [found("schema.missing_field", field=field.name, name_zh=field.zh, name_en=field.en, columns=columns, **_otherwise(field, kind))
                for field in kind.fields if field.required and field.name not in mapped and field.name not in spec.columns]
    here = set(mapped) | ({"geometry"} if raw.geometry is not None else set())
    if kind.one_of and not here & set(kind.one_of):
        findings.append(found("schema.missing_one_of", fields=", ".join(kind.one_of), columns=columns))
    if kind.geometry in ("polygon", "point", "any") and raw.geometry is None:
        written = _shapes_in_words(raw)
        axes = _axes(headers) if kind.geometry == "polygon" else None
        findings.append(found("schema.shapes_in_words", field=written[0], value_seen=written[1]) if written else
                        found("schema.points_in_columns", field=axes[0], other=axes[1]) if axes else found("schema.no_geometry"))
    findings += _near(mapped, kind, raw, headers)
    proposed = [f"{m.field.name}={m.header}" for m in mapped.values() if m.proposed]
    if proposed:
        findings.append(found("schema.proposed", mapping=Several(proposed), count=len(proposed)))
    return findings


def _shapes_in_words(raw: RawLayer) -> tuple[str, str] | None:
    """The column of a table that holds shapes written as text, and the beginning of the first of them."""
    for place, name in enumerate(raw.frame.columns):
        first = next((cell for cell in column_of(raw.frame.head(100), place) if isinstance(cell, str) and cell.strip()), "")
        if SHAPE_WORDS.match(first):
            return str(name), first.strip()[:40]
    return None


def _axes(headers: list[str]) -> tuple[str, str] | None:
    """The two columns of a table that hold the coordinates of a point in each row."""
    first, second = (next((header for header in headers if names.fullmatch(header.strip())), None) for names in AXES)
    return (first, second) if first is not None and second is not None else None


def _otherwise(field: Field, kind: Kind) -> dict[str, str]:
    """What may be stated in place of a column: a year that all rows share."""
    if field.name != "year":
        return {"otherwise_zh": "", "otherwise_en": ""}
    return {"otherwise_zh": f"；没有这一列而全表同属一年的，写 [layers.{kind.name}] year = 2022(改为该年度)",
            "otherwise_en": f"; where there is none and all rows are of one year, write [layers.{kind.name}] year = 2022, or whichever it is"}


def _near(mapped: dict[str, Mapped], kind: Kind, raw: RawLayer, headers: list[str]) -> list[Finding]:
    """Amounts that no column plays although some are headed by one of their names and more (2020年税收, 计划/税收): told, since a person would think them read."""
    used = {m.position for m in mapped.values()}
    findings = []
    told: list[str] = []
    for field in kind.fields:
        if field.name in mapped:
            continue
        if field.type == "date" and (days := _near_days(field, [h for i, h in enumerate(headers) if i not in used])):
            findings.append(found("schema.near_alias", severity="warning", field=field.name, value_seen=first_of(days, 8), count=len(days)))
            told += days
        if field.type != "quantity" or not field.unit:
            continue
        names = [same_header(alias) for alias in (*field.aliases, field.zh) if len(alias) > 1 and not alias.isascii()]
        near = [h for i, h in enumerate(headers) if i not in used and raw.units.get(h, "") in UNITS and UNITS[raw.units[h]].dimension == UNITS[field.unit].dimension
                and any(name in same_header(h) or (len(bare_header(h)) > 2 and bare_header(h) in name) for name in names)]
        if near:
            findings.append(found("schema.near_alias", field=field.name, value_seen=first_of(near, 8), count=len(near)))
    return [*findings, *unread_days(raw, kind, mapped, [i for i, header in enumerate(headers) if i not in used and header not in told])]


def _near_days(field: Field, unused: list[str]) -> list[str]:
    """Headers of days that say part of one of the names of a date (开工日期 of 实际开工日期): without the day a status is another, so they are told."""
    names = [same_header(alias) for alias in field.aliases if not alias.isascii()]
    stems = [(header, match[1]) for header in unused if (match := _DAY.fullmatch(same_header(header)))]
    return [header for header, stem in stems if any(stem in name for name in names)]
