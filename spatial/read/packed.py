"""Ledgers that come in a zip, and tables of dBase: read like any other, with a note of where they stood."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from pathlib import Path

import numpy as np

from spatial.read import ledger
from spatial.read.vector import archive
from spatial.read.vector.dbf import encoding_finding, read_dbf
from spatial.read.vector.draft import Draft, Place, choose
from spatial.read.vector.layers import DATASETS
from spatial.read.vector.sniff import Kind, sniff
from spatial.read.vector.tidy import fingerprint, finish
from spatial.schema.raw import RawLayer

TABLES = (".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".dbf")

LEFT_BEHIND = ("~$", "._", ".~")  # by programs that have, or had, the file open


def lone_dbf(path: Path) -> bool:
    """Whether a file is a table of dBase beside which there are no shapes."""
    return path.is_file() and path.suffix.lower() == ".dbf" and sniff(path) is Kind.SHAPEFILE_PART and not any(
        other.suffix.lower() == ".shp" and other.stem.lower() == path.stem.lower() for other in path.parent.iterdir())


def read_lone_dbf(path: Path, place: Place, layer: str | None) -> RawLayer:
    """A table of dBase, its rows without shapes."""
    if layer:
        choose([path.stem], Place(place.role, place.shown_path, layer))
    pages = [other for other in path.parent.iterdir() if other.suffix.lower() == ".cpg" and other.stem.lower() == path.stem.lower()]
    codepage = pages[0].read_bytes()[:40].decode("ascii", "replace").strip("\ufeff \r\n\t\x00") if pages else ""
    table = read_dbf(path, place, codepage=codepage or None)
    rows = np.arange(1, len(table.alive) + 1, dtype=np.int64)[table.alive]
    told = encoding_finding(table.encoding, place, codepage or None)
    draft = Draft("DBF", path.stem, [(name, values[table.alive]) for name, values in table.columns], None, rows, encoding=table.encoding.shown,
                  encoding_from=table.encoding.evidence, findings=[*table.findings, *([told] if told else [])])
    return ledger.as_ledger(finish(draft, fingerprint(path), place))


def packed(path: Path, place: Place) -> list[str]:
    """The ledgers of an archive that holds nothing but ledgers; none for any other file."""
    if not path.is_file() or ledger.sniff(path) is not ledger.Kind.ARCHIVE or sniff(path) is not Kind.ARCHIVE:
        return []
    members = archive.check(path, role=place.role, shown_path=place.shown_path)
    names = [archive.member_name(info) for info in members]
    drawn = [name for name in names if name.lower().endswith((*(suffix for suffix in DATASETS if suffix != ".txt"), ".gdbtable"))]
    if drawn:
        return []
    xml = {archive.member_name(info) for info in members if info.filename.lower().endswith(".xml") and _is_workbook(path, info)}
    return sorted(name for name in names if (name.lower().endswith(TABLES) or name in xml) and not name.rsplit("/", 1)[-1].startswith(LEFT_BEHIND))


def _is_workbook(path: Path, member: zipfile.ZipInfo) -> bool:
    """Whether an XML file of an archive is a workbook; most such files say what others hold."""
    try:
        with zipfile.ZipFile(path) as zipped, zipped.open(member) as stream:
            return ledger.kind_of_text(stream.read(ledger.HEAD_BYTES)) is ledger.Kind.XML_2003
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        return False  # told where it is unpacked


def read_packed(path: Path, place: Place, names: list[str], layer: str | None, encoding: str | None) -> RawLayer:
    """The one ledger of an archive, or the one that the study names: `layer` is a file of it, a sheet of the only one, or `file/sheet`."""
    short = {name: name.rsplit("/", 1)[-1] for name in names}
    meant = [name for name in names if layer and any(layer == form or layer.startswith(f"{form}/") for form in (name, short[name], Path(short[name]).stem))]
    chosen = meant[0] if len(meant) == 1 else names[0] if len(names) == 1 else choose(names, Place(place.role, place.shown_path, layer))
    forms = sorted((chosen, short[chosen], Path(short[chosen]).stem), key=len, reverse=True)
    rest = next(((layer or "")[len(form) :].lstrip("/") for form in forms if (layer or "").startswith(form)), layer or "") if chosen in meant else layer or ""
    with tempfile.TemporaryDirectory(prefix="spatial-") as folder:
        archive.unpack(path, Path(folder), role=place.role, shown_path=place.shown_path)
        inner = Path(folder) / chosen
        raw = read_lone_dbf(inner, place, rest or None) if lone_dbf(inner) else ledger.read_ledger(inner, role=place.role, shown_path=place.shown_path, layer=rest or None, encoding=encoding)
    raw.source.sha256 = ""  # of the archive, not of what came out of it
    raw.findings.append(place.finding("container.ledger_unpacked", layer=raw.source.layer, value_used=chosen))
    return raw
