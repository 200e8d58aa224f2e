"""Study file (TOML) -> Study: every wrong key or value is named, with the nearest right one, all at once."""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pyproj import CRS
from pyproj.exceptions import CRSError

from spatial.errors import Finding, Refused, UsageError, found, refuse_on_error
from spatial.read.declarations import kinds
from spatial.schema.address import PREFIXES, masked
from spatial.schema.fields import kind_of
from spatial.schema.study import KEYS, NAMED_ROLES, ROLES, ColumnSpec, Key, LayerSpec, Study

_BY_PATH = {key.path: key for key in KEYS}
_LAYER_KEYS = {key.path.split(".")[2]: key for key in KEYS if key.path.startswith("layers.*.") and key.path.count(".") == 2}
_LAYER_TABLES = ("columns", "values")
SECTIONS = ("study", "join", "rules", "whatif", "map", "sheets", "engine", "output")
RASTER_KEYS = ("band", "kind", "date", "nodata", "index", "bands", "measure", "classes", "buffers")


def load_study(path: Path | str, *, sets: Iterable[str] | str = (), language: str = "zh") -> Study:
    """Read, check and freeze a study file.

    Parameters
    ----------
    path : the TOML file; paths inside it are relative to its folder
    sets : `KEY=VALUE` texts that replace single keys by their dotted names

    Raises
    ------
    Refused
        With a finding for every unknown key, wrong value, missing key and missing file.
    """
    path = Path(path)
    if path.is_dir():
        raise UsageError(f"{path}: 是文件夹，请给出其中的研究文件 / a folder; name the study file in it")
    if not path.is_file():
        raise Refused([found("study.not_there", role="study", path=path.name, value_seen=path.name if path.is_absolute() else path.as_posix())])
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as reason:
        raise Refused([found("study.not_toml", role="study", path=path.name, reason=str(reason))]) from None
    findings: list[Finding] = []
    for text in _listed(sets):
        _set(tree, text, findings)
    values = {key.path: _value(tree, key, findings) for key in KEYS if not key.path.startswith("layers.")}
    for section in SECTIONS:
        table = tree.get(section, {})
        if isinstance(table, dict):
            findings += _unknown(f"{section}.", table, [key.split(".")[1] for key in _BY_PATH if key.startswith(section)])
        else:
            findings.append(_wrong(section, table, "table"))
    findings += _unknown("", tree, [*SECTIONS, "layers"])
    findings += [*_destination(values), *_working(values["study.working_crs"])]
    layers = _layers(tree.get("layers", {}), path.parent, findings)
    if not isinstance(values["join.cardinality"], str):
        findings += _unknown("join.cardinality.", values["join.cardinality"], list(layers))
    if not any(finding.field == "study.period" for finding in findings):
        period = values["study.period"]
        if period is None and values["study.as_of"]:
            year = values["study.as_of"].year
            values["study.period"] = (date(year, 1, 1), values["study.as_of"])
    if "parcels" not in layers and not any(finding.field.startswith("layers") for finding in findings):
        findings.append(found("study.missing_key", role="parcels", path=path.name, field="layers.parcels"))
    findings = [_at(finding, path) for finding in findings]
    refuse_on_error(findings)
    return _study(values, layers, path, language)


def plain_study(name: str, as_of: date, *, language: str = "zh") -> Study:
    """A study of no files with every key at its default, for what is drawn from a frame in hand."""
    values = {key.path: key.default for key in KEYS} | {"study.name": name, "study.as_of": as_of, "study.period": (as_of, as_of)}
    return _study(values, {}, Path(name), language)


def _study(values: Mapping[str, Any], layers: Mapping[str, LayerSpec], path: Path, language: str) -> Study:
    many = values["join.many_rows"]
    return Study(
        path=path, name=values["study.name"] or path.stem, as_of=values["study.as_of"], period=values["study.period"],
        datum=values["study.datum"], datum_parameters=values["study.datum_parameters"], working_crs=values["study.working_crs"],
        area_source=values["study.area_source"], audience=values["study.audience"], policies=values["study.policies"],
        allocation=values["join.allocation"], duplicate_keys=values["join.duplicate_keys"],
        many_rows=many if isinstance(many, str) else "refuse", many_rows_by_field={} if isinstance(many, str) else many,
        on_bad_rows=values["join.on_bad_rows"], area_tolerance=values["join.area_tolerance"],
        repair_tolerance=values["join.repair_tolerance"],
        slivers=values["join.slivers"], match_by=values["join.match_by"], cardinality=values["join.cardinality"],
        rules={key.split(".")[1]: value for key, value in values.items() if key.startswith("rules.")},
        layers=layers, language=language, snapshots=values["study.snapshots"], trend_against=values["study.trend_against"],
        engine={key.split(".")[1]: value for key, value in values.items() if key.startswith("engine.")},
        whatif={key.split(".")[1]: value for key, value in values.items() if key.startswith("whatif.") and value},
        map={key.split(".")[1]: value for key, value in values.items() if key.startswith("map.")},
        output={key.split(".")[1]: value for key, value in values.items() if key.startswith("output.")},
        sheets={key.split(".")[1]: value for key, value in values.items() if key.startswith("sheets.") and value is not None},
    )


def load_sheet_keys(held: Mapping[str, Any], sets: Iterable[str] | str) -> dict[str, Any]:
    """The keys of [sheets] of a finished run with some replaced by `KEY=VALUE` texts; refused where one is unknown or wrong."""
    tree: dict[str, Any] = {"sheets": {}}
    findings: list[Finding] = []
    for text in _listed(sets):
        _set(tree, text if text.startswith("sheets.") else f"sheets.{text}", findings)
    keys = [key for key in KEYS if key.path.startswith("sheets.")]
    findings += _unknown("sheets.", tree["sheets"], [key.path.split(".")[1] for key in keys])
    values = {key.path.split(".")[1]: _value(tree, key, findings) for key in keys if key.path.split(".")[1] in tree["sheets"]}
    refuse_on_error(findings)
    return {**held, **values}


def _listed(sets: Iterable[str] | str) -> list[str]:
    """One `KEY=VALUE` text is a list of one, rather than its letters."""
    return [sets] if isinstance(sets, str) else list(sets)


def _at(finding: Finding, path: Path) -> Finding:
    return finding if finding.path else found(
        finding.code, severity=finding.severity, role=finding.role or "study", path=path.name, field=finding.field, key=finding.key,
        value_seen=finding.value_seen, value_used=finding.value_used, **finding.params)


def _set(tree: dict[str, Any], text: str, findings: list[Finding]) -> None:
    """Put `a.b=value` into the tree; the value is TOML, or plain text."""
    dotted, equals, raw = text.partition("=")
    if not equals:
        raise UsageError(f"--set {text}: 写法是 --set 键=值 / write --set KEY=VALUE")
    try:
        value = tomllib.loads(f"value = {raw}")["value"]
    except tomllib.TOMLDecodeError:
        value = raw
    node = tree
    *parents, last = dotted.strip().split(".")
    for name in parents:
        node = node.setdefault(name, {})
        if not isinstance(node, dict):
            findings.append(_wrong(dotted, value, "table"))
            return
    node[last] = value


def _destination(values: Mapping[str, Any]) -> list[Finding]:
    """The database to write to: its address, and a schema whose name the server keeps as it is."""
    url, schema = values["output.postgis"], values["output.schema"]
    wrong = [_wrong("output.postgis", masked(url), "postgresql://user@host/database")] if url and not url.startswith(PREFIXES) else []
    if url and (not schema or "\x00" in schema or len(schema.encode()) > 63 or schema.startswith("pg_") or schema == "information_schema"):
        wrong.append(_wrong("output.schema", schema, "a name of at most 63 bytes, not pg_*"))
    return wrong


def _working(stated: str) -> list[Finding]:
    """The reference system to work in: one of metres on the ground, which degrees and web maps do not have."""
    expected = {"zh": "auto，或以米为单位的投影坐标系(EPSG:4549 等，网络地图的除外)", "en": "auto, or a projected system in metres (EPSG:4549, for example; not that of web maps)"}
    if stated == "auto":
        return []
    try:
        crs = CRS.from_user_input(stated)
    except CRSError:
        return [_wrong("study.working_crs", stated, expected)]
    metres = crs.is_projected and all(axis.unit_conversion_factor == 1 for axis in crs.axis_info)
    web = crs.coordinate_operation is not None and "Mercator" in crs.coordinate_operation.method_name and "Transverse" not in crs.coordinate_operation.method_name
    return [] if metres and not web else [_wrong("study.working_crs", stated, expected)]


def _unknown(prefix: str, table: Mapping[str, Any], known: Iterable[str]) -> list[Finding]:
    known = list(known)
    return [found("study.unknown_key", field=f"{prefix}{name}", **_nearest(name, known, prefix)) for name in table if name not in known]


def _no_field(prefix: str, name: str, known: list[str], kind: str) -> Finding:
    """A field that this kind of layer does not have; where another kind has it, that is what was meant, rather than a name that looks like it."""
    owners = [other.name for other in kinds().values() if name in other.names and other.name != kind]
    if not owners:
        return _unknown(prefix, {name: None}, known)[0]
    return found("study.unknown_key", field=f"{prefix}{name}", suggestion_zh=f"{kind} 没有这个字段，有的是：{'、'.join(owners)}；可用：{'、'.join(known)}",
                 suggestion_en=f"{kind} has no such field; {', '.join(owners)} has; known: {', '.join(known)}")


def _nearest(name: str, known: list[str], prefix: str = "") -> dict[str, Any]:
    near = difflib.get_close_matches(str(name), known, n=1, cutoff=0.5)
    if near:
        return {"suggestion_zh": f"是否应为 {prefix}{near[0]}？", "suggestion_en": f"did you mean {prefix}{near[0]}?"}
    return {"suggestion_zh": "可用：" + "、".join(known), "suggestion_en": "known: " + ", ".join(known)}


def _wrong(field: str, value: Any, expected: str | Mapping[str, str], known: Iterable[str] = ()) -> Finding:
    suggestion = _nearest(str(value), list(known)) if known else {"suggestion_zh": "见 docs/study-file.md", "suggestion_en": "see docs/study-file.md"}
    return found("study.wrong_value", field=field, value_seen=value, expected=expected, **suggestion)


def _value(tree: Mapping[str, Any], key: Key, findings: list[Finding]) -> Any:
    section, name = key.path.split(".")
    table = tree.get(section, {})
    if not isinstance(table, dict) or name not in table:
        if key.required:
            findings.append(found("study.missing_key", field=key.path))
        return key.default
    value = _convert(key, key.path, table[name], findings)
    return key.default if value is None else value


def _convert(key: Key, field: str, value: Any, findings: list[Finding]) -> Any:
    """The value in its type, or None with a finding."""
    if key.type == "date":
        day = _date(value)
        return day if day is not None else _refuse(findings, _wrong(field, value, "date YYYY-MM-DD"))
    if key.type == "period":
        ends = [_date(end) for end in value] if isinstance(value, list) and len(value) == 2 else [None]
        first, last = ends[0], ends[-1]
        if first is None or last is None or first > last:
            return _refuse(findings, _wrong(field, value, "[from, to]"))
        return (first, last)
    if isinstance(value, bool) and {"yes", "no"} <= set(key.choices):
        value = "yes" if value else "no"  # what TOML itself calls them
    if key.type == "choice" or (key.type == "many_rows" and isinstance(value, str)):
        return value if value in key.choices else _refuse(findings, _wrong(field, value, " | ".join(key.choices), key.choices))
    if key.type == "many_rows" and isinstance(value, dict):
        wrong = [_wrong(f"{field}.{name}", rule, " | ".join(key.choices), key.choices) for name, rule in value.items() if rule not in key.choices]
        findings += wrong
        return None if wrong else dict(value)
    if key.type == "nodata" and (value == "none" or (isinstance(value, (int, float)) and not isinstance(value, bool))):
        return value
    if key.type == "number" and isinstance(value, (int, float)) and not isinstance(value, bool):
        right = 0 <= value <= key.most and (not key.whole or value == int(value))
        return value if right else _refuse(findings, _wrong(field, value, {
            "zh": f"0 至 {key.most:,.0f} 的{'整' * key.whole}数", "en": f"a {'whole ' * key.whole}number from 0 to {key.most:,.0f}"}))
    if key.type in ("text", "path") and isinstance(value, str):
        return value
    if key.type == "texts" and (isinstance(value, str) or isinstance(value, list)):
        items = [value] if isinstance(value, str) else value
        texts = tuple(str(item).strip() for item in items)
        if not all(texts) or not texts and key.filled or any(isinstance(item, (bool, dict, list)) for item in items):
            return _refuse(findings, _wrong(field, value, {"zh": "文字的列表，不含空白", "en": "a list of texts, none of them blank"}))
        wrong = [_wrong(field, text, " | ".join(key.choices), key.choices) for text in texts if key.choices and text not in key.choices]
        findings += wrong
        return None if wrong else texts
    if key.type == "table" and isinstance(value, dict):
        return value
    if key.type == "basemaps" and isinstance(value, list | str):
        return tuple(value) if isinstance(value, list) else tuple(part.strip() for part in value.split(",") if part.strip())
    if key.type == "moves" and isinstance(value, dict | str):
        parts = [] if isinstance(value, dict) else [part for part in re.split("[;；]", value) if part.strip()]
        pairs = list(value.items()) if isinstance(value, dict) else [part.rsplit(":", 1) for part in parts if ":" in part]
        if len(pairs) < len(parts):
            return _refuse(findings, _wrong(field, value, "parcel:carrier; parcel:carrier"))
        return {str(parcel).strip(): str(carrier).strip() for parcel, carrier in pairs}
    return _refuse(findings, _wrong(field, value, key.type))


def _refuse(findings: list[Finding], finding: Finding) -> Any:
    findings.append(finding)
    return None


def _date(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return None


def _layers(tree: Any, base: Path, findings: list[Finding]) -> dict[str, LayerSpec]:
    if not isinstance(tree, dict):
        findings.append(_wrong("layers", tree, "table"))
        return {}
    layers: dict[str, LayerSpec] = {}
    for role, table in tree.items():
        if role not in (*ROLES, *NAMED_ROLES):
            findings += _unknown("layers.", {role: table}, (*ROLES, "zones", "attributes"))
        elif not isinstance(table, dict):
            findings.append(_wrong(f"layers.{role}", table, "table"))
        elif role in NAMED_ROLES and not isinstance(table.get("path"), str):
            for name, inner in table.items():
                if isinstance(inner, dict):
                    _layer(f"{role}.{name}", inner, base, findings, layers)
                else:
                    findings.append(_wrong(f"layers.{role}.{name}", inner, "table"))
        else:
            _layer(role, table, base, findings, layers)
    return layers


def _layer(role: str, table: dict[str, Any], base: Path, findings: list[Finding], layers: dict[str, LayerSpec]) -> None:
    prefix = f"layers.{role}."
    findings += _unknown(prefix, table, (*_LAYER_KEYS, *_LAYER_TABLES))
    options = {name: _convert(key, prefix + name, table[name], findings) for name, key in _LAYER_KEYS.items() if name in table}
    kind = kind_of(role, kinds())
    known = list(kind.names) if kind else []
    if kind and kind.geometry != "none":
        known.append("geometry")
    if "year" in table and (kind is None or kind.field("year") is None):
        findings.append(_unknown(prefix, {"year": None}, [key for key in (*_LAYER_KEYS, *_LAYER_TABLES) if key != "year"])[0])
    columns = {}
    for name, value in _table(table, "columns", prefix, findings).items():
        if kind and name not in known:
            findings.append(_no_field(f"{prefix}columns.", name, known, kind.name))
        elif (column := _column(f"{prefix}columns.{name}", value, findings)) is not None:
            columns[name] = column
    values = {}
    for name, words in _table(table, "values", prefix, findings).items():
        if kind and name not in known:
            findings += _unknown(f"{prefix}values.", {name: words}, known)
        elif not isinstance(words, dict):
            findings.append(_wrong(f"{prefix}values.{name}", words, "table"))
        else:
            field = kind.field(name) if kind else None
            if field is not None and field.categories:
                findings += _unknown(f"{prefix}values.{name}.", words, field.categories)
            elif field is not None and not field.codes:
                findings.append(_wrong(f"{prefix}values.{name}", words, "a field of codes: " + ", ".join(f.name for f in (kind.fields if kind else ()) if f.categories or f.codes)))
            values[name] = {code: tuple(str(w) for w in (said if isinstance(said, list) else [said])) for code, said in words.items()}
    shown = options.get("path")
    if shown is None:
        if "path" not in table:
            findings.append(found("study.missing_key", role=role, field=f"{prefix}path"))
        return
    remote = shown.startswith(PREFIXES)
    if not remote and (re.match(r"(?i)^(https?:|ftp:|/vsi|\\\\|//)", shown) or "\x00" in shown):
        findings.append(found("study.network_path", role=role, path=shown, field=f"{prefix}path", value_seen=shown))
        return
    if remote:
        options["url"] = shown
        shown = masked(shown)
    path = Path("database") if remote else base / shown
    if not remote and not path.exists():
        findings.append(found("study.missing_file", role=role, path=shown, field=f"{prefix}path", value_seen=shown))
    where = options.get("where") or {}
    if where:
        findings += _unknown(f"{prefix}where.", where, ("column", "in", "not_in", "min", "max"))
        findings += _condition(f"{prefix}where", where, role)
    layers[role] = LayerSpec(role, path, shown, options.get("layer") or "", options.get("crs") or "", options.get("encoding") or "",
                             where, columns, values, {k: v for k, v in options.items() if k in ("url", "table", "query", "geometry_type", "year", *RASTER_KEYS)})


def _condition(field: str, where: Mapping[str, Any], role: str) -> list[Finding]:
    """What is wrong with a filter: no column, nothing asked of it, or a bound that is no number."""
    findings = [] if "column" in where else [found("study.missing_key", role=role, field=f"{field}.column")]
    if not set(where) & {"in", "not_in", "min", "max"}:
        findings.append(_wrong(field, dict(where), "in, not_in, min, max"))
    findings += [_wrong(f"{field}.{name}", where[name], "number") for name in ("min", "max")
                 if name in where and (isinstance(where[name], bool) or not isinstance(where[name], (int, float)) or not math.isfinite(where[name]))]
    findings += [_wrong(f"{field}.{name}", where[name], "list") for name in ("in", "not_in")
                 if name in where and (where[name] == [] or any(isinstance(item, (dict, list)) for item in (where[name] if isinstance(where[name], list) else [where[name]])))]
    if not findings and "min" in where and "max" in where and where["min"] > where["max"]:  # keeps no row
        findings.append(_wrong(field, dict(where), "min <= max"))
    return findings


def _table(table: Mapping[str, Any], name: str, prefix: str, findings: list[Finding]) -> dict[str, Any]:
    inner = table.get(name, {})
    if isinstance(inner, dict):
        return inner
    findings.append(_wrong(prefix + name, inner, "table"))
    return {}


def _column(field: str, value: Any, findings: list[Finding]) -> ColumnSpec | None:
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        return ColumnSpec(str(value))
    if isinstance(value, dict) and isinstance(value.get("column"), str):
        findings += _unknown(f"{field}.", value, ("column", "unit", "rate", "dayfirst", "epoch"))
        if value.get("epoch", 1900) not in (1900, 1904) or isinstance(value.get("epoch"), bool):
            findings.append(_wrong(f"{field}.epoch", value["epoch"], "1900 | 1904", ("1900", "1904")))
        if not isinstance(value.get("dayfirst", False), bool):  # "false" in quotes would count as true
            findings.append(_wrong(f"{field}.dayfirst", value["dayfirst"], "true | false", ("true", "false")))
        rate = value.get("rate", 1)
        if not isinstance(rate, (int, float)) or isinstance(rate, bool) or not 0 < rate < 1e6:
            findings.append(_wrong(f"{field}.rate", rate, "0 < rate < 1000000"))
        return ColumnSpec(value["column"], str(value.get("unit", "")), {k: v for k, v in value.items() if k in ("rate", "dayfirst", "epoch")})
    findings.append(_wrong(field, value, 'header, or { column = "...", unit = "..." }'))
    return None
