"""What a file seems to be: its layers, its encoding and reference system and why, and the fields its columns may play."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import numpy as np
import shapely

from spatial.errors import Finding, Language, Refused, Several, found, lines_of, placed
from spatial.normalise.cells import as_ids
from spatial.normalise.columns import Mapped, map_columns
from spatial.normalise.convert import convert
from spatial.normalise.crs_decision import Layer as Case
from spatial.normalise.crs_decision import decide_crs
from spatial.normalise.dates import parse_dates
from spatial.normalise.layer import bad_findings
from spatial.normalise.one_table import by_table
from spatial.normalise.places import bad_geometry, label_of
from spatial.normalise.unfold import unfolded
from spatial.read import ledger, vector
from spatial.read.declarations import kinds
from spatial.read.encoding import in_both
from spatial.read.layers import is_table, read_layer
from spatial.read.packed import lone_dbf, packed
from spatial.read.raster import described, is_raster
from spatial.schema.fields import Kind
from spatial.schema.raw import RawLayer, column_of
from spatial.schema.study import LayerSpec

# kinds a file of the folder may play, in the order in which a tie is decided
CANDIDATES = ("supply", "projects", "standard_land", "enterprises", "approvals", "leases", "statistics", "tracked", "parcels", "carriers", "buildings", "attributes")
SUFFIXES = (".shp", ".gpkg", ".geojson", ".json", ".topojson", ".parquet", ".fgb", ".kml", ".dxf", ".zip", ".gdb", ".txt", ".tif", ".tiff", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv", ".tsv")
READ_ALIKE = ("id", "ids", "date", "number", "integer", "quantity", "coordinate")  # types whose cells are read in one way, whatever a study says of them


@dataclass
class Proposal:
    """One layer of one file, as far as it can be told without a study."""

    path: Path
    layer: str
    raw: RawLayer | None
    kind: str = ""
    mapped: dict[str, Mapped] = field(default_factory=dict)
    crs: str = ""
    crs_from: str = ""
    crs_unfit: bool = False  # stated, and not to be taken
    findings: list[Finding] = field(default_factory=list)  # of the file, then `fitted`
    fitted: list[Finding] = field(default_factory=list)  # of the columns as this kind would be read

    def encoding_told(self, language: Language) -> str:
        """The encoding and what it was decided by, `GB18030 (全文都是有效的 GB18030，100% 的字符像文字)`; empty where the format has none."""
        source = self.raw.source if self.raw is not None else None
        return f"{source.encoding} ({in_both(source.encoding_from)[language]})" if source is not None and source.encoding else ""

    def crs_told(self, language: Language) -> str:
        """The reference system and where it is from; empty where it is not known."""
        where = self.crs_from
        if language == "zh":
            where = re.sub(r"^file(?:: (.*))?$", lambda m: "文件写明" + (f"，{m[1]}" if m[1] else ""), where.replace("coordinates, datum ", "由坐标判定，基准 "))
        return f"{self.crs} ({where})" if self.crs and where else self.crs

    def kind_told(self, language: Language) -> str:
        """What the file looks like in words, with the role it has in a study file."""
        return f"{kinds()[self.kind].zh} ({self.kind})" if language == "zh" and self.kind in kinds() else self.kind

    def nearest_told(self, language: Language) -> str:
        """Of a file that fits no kind: the kind that it is most like, what it has of it, and what it lacks; "" where it is like none."""
        return "" if self.kind or self.raw is None else nearest_kind(self.raw, LayerSpec(role="", path=self.path, shown_path=self.path.name, layer=self.layer), language)


def layers_of(path: Path) -> list[str]:
    """Layers or sheets of a file; one empty name for a file that has just one."""
    place = vector.Place("", path.name)
    if lone_dbf(path):
        return [""]
    names = ledger.list_sheets(path, shown_path=path.name) if is_table(path) else packed(path, place) or vector.list_layers(path, shown_path=path.name)
    return names if len(names) > 1 else [""]


def propose(path: Path) -> list[Proposal]:
    """A proposal for every layer of a file; what cannot be read is told in its findings."""
    if is_raster(path):
        return [Proposal(path, "", None, kind="imagery", findings=described(path))]
    told = [note] if path.is_dir() and (note := vector.run_skipped(path, vector.Place("", path.name))) else []
    try:
        names = layers_of(path)
    except Refused as refused:
        return [Proposal(path, "", None, findings=[*refused.findings, *told])]
    first, *others = [_one(path, name) for name in names]
    return [replace(first, findings=[*first.findings, *told]), *others]


def _one(path: Path, layer: str) -> Proposal:
    spec = LayerSpec(role="", path=path, shown_path=path.name, layer=layer)
    try:
        raw = read_layer(spec, ((), *(row.aliases for kind in kinds().values() for row in kind.fields)))
    except Refused as refused:
        return Proposal(path, layer, None, findings=refused.findings)
    proposal = Proposal(path, layer, raw, findings=[f for f in raw.findings if f.severity != "info"])
    proposal.kind, proposal.mapped = best_kind(raw, spec)
    if raw.geometry is not None and len(raw.geometry):
        usable = ~bad_geometry(raw.geometry)[0]
        decision = decide_crs(Case("", path.name, shapely.bounds(raw.geometry[usable]), raw.row_numbers[usable], raw.source.crs, raw.source.crs_from, "", layer))
        proposal.crs, proposal.crs_from = label_of(decision.crs) if decision.crs is not None else "", decision.crs_from
        proposal.crs_unfit = bool(raw.source.crs) and decision.crs is None
        proposal.findings += decision.findings
    return as_kind(proposal, proposal.kind) if proposal.kind else proposal


def as_kind(found: Proposal, name: str) -> Proposal:
    """The same file taken for a layer of this kind, with the columns that can be told and what a run would not read of them; "" for no kind."""
    assert found.raw is not None
    plain = [finding for finding in found.findings if all(finding is not other for other in found.fitted)]
    if not name:
        return replace(found, kind="", mapped={}, findings=plain, fitted=[])
    mapped, findings = map_columns(found.raw, LayerSpec(role="", path=found.path, shown_path=found.path.name, layer=found.layer), kinds()[name])
    told = _unread(found.raw, mapped)
    if name == "parcels" and "parcel_id" in mapped:
        told += _twice(found.raw, mapped["parcel_id"])
    told = [*(f for f in findings if f.code.startswith("unit.") or (f.code.startswith("schema.") and f.severity == "warning")), *told]
    fitted = placed(told, role=name, path=found.path.name, layer=found.layer)
    return replace(found, kind=name, mapped=mapped, findings=[*plain, *fitted], fitted=fitted)


def _unread(raw: RawLayer, mapped: dict[str, Mapped]) -> list[Finding]:
    """Of every column that a run would read: its first cell that cannot be, and how many more there are; a unit not yet known is no fault of a cell."""
    findings: list[Finding] = []
    for column in mapped.values():
        if column.field.type not in READ_ALIKE or (column.field.type == "quantity" and not column.unit):
            continue
        values = column_of(raw.frame, column.position).reset_index(drop=True)
        values, options, notes = by_table(raw, mapped, column, values, {"epoch": raw.date_epoch})
        done = convert(column.field, values, unit=column.unit, rows=raw.row_numbers, words={}, options=options, header=column.header)
        findings += [*notes, *bad_findings([done.bad], raw.row_numbers, "error", listed=1), *(f for f in done.findings if f.severity in ("warning", "repaired"))]
    return findings


def _twice(raw: RawLayer, column: Mapped) -> list[Finding]:
    """The first code that stands on two parcels, which a run refuses."""
    ids = as_ids(column_of(raw.frame, column.position).reset_index(drop=True)).values
    again = np.flatnonzero((ids.duplicated() & ids.notna()).to_numpy(bool))
    if not len(again):
        return []
    rows = raw.row_numbers[(ids == ids.iloc[again[0]]).to_numpy(bool)]
    more = ids[ids.duplicated() & ids.notna()].nunique() - 1
    first = found("key.duplicate", row=int(rows[1]), key=ids.iloc[again[0]], field="parcel_id", count=len(rows), rows=lines_of(rows), spelled="")
    return [first, *([found("key.duplicate_more", field="parcel_id", count=int(more))] if more else [])]


def has_polygons(raw: RawLayer) -> bool:
    return raw.geometry is not None and bool(np.isin(shapely.get_type_id(raw.geometry), (3, 6)).any())


def best_kind(raw: RawLayer, spec: LayerSpec) -> tuple[str, dict[str, Mapped]]:
    """The kind whose fields the columns fit best, and of those that fit as well the one the file, sheet or title names; "" where none has its key."""
    called = " ".join((spec.path.stem, raw.source.layer, *raw.titles))
    scores: list[tuple[float, bool, int, str, dict[str, Mapped]]] = []
    for order, name in enumerate(CANDIDATES):
        kind = kinds()[name]
        mapped, _ = map_columns(raw, spec, kind)
        if _plays(kind, mapped, raw):
            lacks = name == "attributes" or _nameless(kind, mapped) or _yearless(kind, mapped)
            own = len(mapped) + (3 if (kind.geometry == "polygon" or name == "approvals") and raw.geometry is not None else 0) - (1 if lacks else 0)
            scores.append((own, kind.zh in called, -order, name, mapped))
    if not scores:
        return "", {}
    *_, name, mapped = max(scores, key=lambda score: score[:3])
    return name, mapped


def _plays(kind: Kind, mapped: dict[str, Mapped], raw: RawLayer) -> bool:
    """Whether a table has what the kind cannot do without."""
    if kind.geometry == "polygon" and not has_polygons(raw):
        return False
    if kind.geometry == "none" and raw.geometry is not None:
        return False
    if any(row.required and row.name not in mapped for row in kind.fields) and not (_nameless(kind, mapped) or _yearless(kind, mapped)):
        return False
    if kind.geometry == "none" and len(mapped) < 2:
        return False  # a column of parcel codes alone says nothing of what a ledger is about
    if not any(row.required for row in kind.fields) and len(mapped) < 2:
        return False
    has = {*mapped, *(("geometry",) if raw.geometry is not None else ())}
    return not kind.one_of or bool(has & set(kind.one_of)) and len(mapped) > 1


def nearest_kind(raw: RawLayer, spec: LayerSpec, language: Language) -> str:
    """The kind that most columns fit, and what lacks to be one; "" where fewer than two columns fit any."""
    zh = language == "zh"
    if wide := measures_across(raw, spec):
        kind = kinds()["standard_land"]
        return (f"像{kind.zh} (standard_land) 的宽表，每项指标各占几列：{wide.told('zh')}。是的话请加 [layers.standard_land] 写明 path，运行时自动展开" if zh else
                f"like a wide {kind.en} ledger (standard_land), its measures in columns: {wide.told('en')}. If it is one, add [layers.standard_land] with its path; a run unfolds it")
    fits: list[tuple[int, int, Kind, dict[str, Mapped]]] = []
    for order, name in enumerate(CANDIDATES):
        kind = kinds()[name]
        mapped, _ = map_columns(raw, spec, kind)
        if len(mapped) > 1 and (kind.geometry != "polygon" or has_polygons(raw)) and (kind.geometry != "none" or raw.geometry is None):
            fits.append((len(mapped), -order, kind, mapped))
    if not fits:
        return ""
    *_, kind, mapped = max(fits, key=lambda fit: fit[:2])
    fields = [f"{(row.zh if zh else row.en)} ({row.name})" for row in kind.fields if row.required and row.name not in mapped]
    if kind.one_of and not set(kind.one_of) & set(mapped):
        fields.append(("、" if zh else ", ").join(kind.one_of) + ("之一" if zh else " (one of them)"))
    if not fields:
        return ""
    found_in = ("、" if zh else ", ").join(column.header for column in mapped.values())
    return (f"最像{kind.zh} ({kind.name})：认出 {found_in}；缺 {'、'.join(fields)}。是的话请加 [layers.{kind.name}]，并在其 columns 中写明缺的列" if zh else
            f"most like {kind.en} ({kind.name}): it has {found_in}; it lacks {', '.join(fields)}. If it is one, add [layers.{kind.name}] and state the columns it lacks")


def measures_across(raw: RawLayer, spec: LayerSpec) -> Several | None:
    """The measures of a table of parcels that has what was promised and what was measured of them side by side."""
    if raw.geometry is not None:
        return None
    long, notes = unfolded(raw, spec)
    if not notes or "parcel_id" not in map_columns(long, spec, kinds()["standard_land"])[0]:
        return None
    both = long.frame[["承诺值", "实测值"]].notna().any()
    return Several(dict.fromkeys(long.frame["指标名称"].tolist())) if both.all() else None


def _nameless(kind: Kind, mapped: dict[str, Mapped]) -> bool:
    """Parcels whose codes stand in a column of no known name: their land use tells them, and the column is asked for."""
    return kind.name == "parcels" and "parcel_id" not in mapped and "land_use" in mapped


def _yearless(kind: Kind, mapped: dict[str, Mapped]) -> bool:
    """A ledger of firms of one year, which its title or its file's name tells rather than a column: the year is asked for."""
    return kind.name == "enterprises" and "year" not in mapped and "enterprise_id" in mapped and len(mapped) > 2


def files_of(folder: Path) -> Iterable[Path]:
    """Data files of a folder, one a dataset, in order."""
    for path in sorted(folder.iterdir()):
        a_workbook = path.suffix.lower() == ".xml" and path.is_file() and is_table(path)  # most such files say what others hold
        if path.name.startswith((".", "~$")) or not (path.suffix.lower() in SUFFIXES or a_workbook or lone_dbf(path)) or (path.is_dir() and path.suffix.lower() != ".gdb"):
            continue
        yield path


def latest_day(proposals: Iterable[Proposal]) -> date | None:
    """The latest date that happened, over all date columns that were matched (agreed dates lie ahead and do not count)."""
    days = []
    for proposal in proposals:
        for name, column in proposal.mapped.items():
            if column.field.type != "date" or name.startswith(("agreed", "planned", "supplement_start", "valid", "to")) or proposal.raw is None:
                continue
            read = parse_dates(column_of(proposal.raw.frame, column.position)).values.dropna()
            days += [] if read.empty else [read.max().date()]
    return max(days) if days else None
