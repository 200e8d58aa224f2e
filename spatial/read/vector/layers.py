"""The front of the vector reader: which file, which kind, which layer, and the raw layer that comes of it."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from spatial.errors import Finding, Refused, first_of
from spatial.read.vector import archive, domains, geopackage, kml, topojson
from spatial.read.vector.corners import read_corners
from spatial.read.vector.draft import Draft, Place, choose
from spatial.read.vector.dxf import read_dxf
from spatial.read.vector.gdal import layer_names as gdal_layer_names
from spatial.read.vector.gdal import read_layer
from spatial.read.vector.geojson import read_geojson, read_geojson_lines
from spatial.read.vector.parquet import read_parquet
from spatial.read.vector.parquet_parts import parts_of_one, read_parts
from spatial.read.vector.shapefile import read_shapefile
from spatial.read.vector.sniff import REFUSED, Kind, sniff, stranger_in
from spatial.read.vector.tidy import fingerprint, finish
from spatial.schema.raw import RawLayer

DATASETS = (".shp", ".gpkg", ".geojson", ".json", ".geojsonl", ".geojsons", ".topojson", ".parquet", ".geoparquet", ".fgb", ".kml", ".dxf", ".txt")
PACKED = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".kmz")
_NOT_LOCAL = re.compile(r"^(?:[a-z][a-z0-9+.-]+:|[\\/]vsi|\\\\|//|\\[?.]\\)", re.IGNORECASE)
_DRIVE = re.compile(r"^[A-Za-z]:[\\/]")


def read_vector(path: Path, *, role: str, shown_path: str, layer: str | None = None, encoding: str | None = None,
                known_names: tuple[tuple[str, ...], ...] = ()) -> RawLayer:
    """One layer of a vector file, with everything decided on the way as findings.

    Parameters
    ----------
    path : file, FileGDB folder, folder with one dataset, or zip of any of these
    shown_path : the path as the study writes it, for messages
    layer : layer of a container, dataset of an archive or folder, or `dataset/layer`
    encoding : what the study says the text is in; taken if the bytes allow it
    known_names : column names that may be meant, to heal names that ten bytes cut: those that the study states, then those of each field

    Raises
    ------
    Refused
        With findings that name the file, the place and the remedy.
    """
    place = Place(role, shown_path, layer or None, encoding or None, known_names)
    with tempfile.TemporaryDirectory(prefix="spatial-") as folder, ThreadPoolExecutor(1) as beside:
        try:
            dataset, place = _dataset(_local(Path(path), place), place, Path(folder))
            digest = beside.submit(fingerprint, Path(path))
            draft = _read(dataset, place, Path(folder)) if isinstance(dataset, Path) else _single(read_parts(dataset, _root(dataset), Path(path).stem, place), place)
        except MemoryError:
            raise place.refuse("container.too_large", reason="out of memory") from None
        except OSError as error:
            raise place.refuse("container.unreadable", reason=error.strerror or type(error).__name__) from None
        if Path(path).is_dir() and (told := run_skipped(Path(path), place)):
            draft.findings.append(told)
        return finish(draft, digest.result(), place)


def list_layers(path: Path, *, role: str = "", shown_path: str = "") -> list[str]:
    """Layer names of a file, or dataset names of an archive or folder with several."""
    place = Place(role, shown_path or str(path))
    with tempfile.TemporaryDirectory(prefix="spatial-") as folder:
        local = _local(Path(path), place)
        found = _datasets(local, place, Path(folder))
        if parts_of_one(found):
            return [path.stem]
        if len(found) != 1:
            return _names(found)
        return _layer_names(found[0], place, Path(folder))


def _local(path: Path, place: Place) -> Path:
    for text in (place.shown_path, str(path)):
        if (_NOT_LOCAL.match(text) and not _DRIVE.match(text)) or "\x00" in text:
            raise place.refuse("container.refused_path")
    if not path.exists():
        raise place.refuse("container.missing")
    if not (path.is_file() or path.is_dir()):
        raise place.refuse("container.refused_path")
    if not os.access(path, os.R_OK):
        raise place.refuse("container.unreadable", reason="permission denied")
    return path


def _datasets(path: Path, place: Place, scratch: Path) -> list[Path]:
    """The datasets that a path stands for: itself, or those in a folder or an archive; a part of a shapefile stands for the whole."""
    if path.suffix.lower() in (".dbf", ".shx", ".prj", ".cpg"):
        shapes = [p for p in path.parent.iterdir() if p.suffix.lower() == ".shp" and p.stem.lower() == path.stem.lower()]
        if shapes:
            return shapes[:1]
    if path.is_dir() and sniff(path) is not Kind.FILEGDB:
        return _inside(path)
    if path.is_file() and sniff(path) is Kind.ARCHIVE:
        into = scratch / "archive"
        into.mkdir()
        archive.unpack(path, into, role=place.role, shown_path=place.shown_path)
        return _inside(into)
    return [path]


def runs_in(folder: Path) -> list[Path]:
    """The folders below this one in which a finished run lies: its maps and tables are no data."""
    return sorted(p.parent for p in folder.rglob("run.lock.json") if p.parent != folder and (p.parent / "results.json").is_file())


def run_skipped(folder: Path, place: Place) -> Finding | None:
    """What is said of the finished runs below a folder, which are not looked into."""
    runs = [p.relative_to(folder).as_posix() for p in runs_in(folder)]
    return place.finding("container.run_skipped", value_seen=first_of(runs, 5), count=len(runs)) if runs else None


def _inside(folder: Path) -> list[Path]:
    runs = set(runs_in(folder))
    bases = {p.parent for p in folder.rglob("*.gdbtable") if runs.isdisjoint(p.parents)}
    files = [p for p in folder.rglob("*") if p.is_file() and p.suffix.lower() in DATASETS and not any(b in p.parents for b in bases) and runs.isdisjoint(p.parents)]
    files = [p for p in files if not (p.name in ("results.json", "run.lock.json") and (p.parent / "run.lock.json").is_file())]  # of a run in this very folder
    plain = [p for p in files if (kind := sniff(p)) not in (Kind.UNKNOWN, Kind.SHAPEFILE_PART) and not (kind is Kind.STRANGER and p.suffix.lower() in (".txt", ".json"))]
    return sorted([*bases, *plain], key=lambda p: p.relative_to(folder).as_posix())


def _name(dataset: Path) -> str:
    return dataset.stem


def _names(datasets: list[Path]) -> list[str]:
    """A name for each of several datasets: its file's, with the folders before it where that alone stands for two, and the suffix where that still does."""
    names = [_name(dataset) for dataset in datasets]
    if len(set(names)) == len(names):
        return names
    base = _root(datasets)
    paths = [dataset.relative_to(base).with_suffix("").as_posix() for dataset in datasets]
    twice = {path for path in paths if paths.count(path) > 1}
    longer = [path + dataset.suffix if path in twice else path for path, dataset in zip(paths, datasets, strict=True)]
    return [long if names.count(name) > 1 else name for name, long in zip(names, longer, strict=True)]


def _root(files: list[Path]) -> Path:
    return Path(os.path.commonpath([file.parent for file in files]))


def _dataset(path: Path, place: Place, scratch: Path) -> tuple[Path | list[Path], Place]:
    """The one dataset meant (a list of files where it was written in parts), and the place with what is left of the layer's name."""
    found = _datasets(path, place, scratch)
    if not found:
        held = scratch / "archive" if path.is_file() else path
        inner = sorted(p.name for p in held.rglob("*") if p.suffix.lower() in PACKED)
        if inner:
            raise place.refuse("container.archive_inside", value_seen=first_of(inner, 5))
        if others := _others(held):
            raise place.refuse("container.refused_kind", value_seen=first_of(others, 5))
        files = sorted(p.relative_to(held).as_posix() for p in held.rglob("*") if p.is_file())
        if any(f"{base}{end}" in {name.lower() for name in files} for base in _stems(files, ".dbf") for end in (".shx", ".prj", ".cpg")) or _stems(files, ".shx"):
            raise place.refuse("container.missing_member", value_seen=".shp", field=".shp")
        raise place.refuse("container.no_layer_inside", value_seen=first_of(files, 8)) if files else place.refuse("container.no_layers")
    if len(found) == 1:
        return found[0], _within(place, found[0])
    if place.layer in (None, path.stem) and parts_of_one(found):
        return found, place
    names = _names(found)
    wanted = place.layer or None
    head = next((name for name in names if wanted is not None and (wanted == name or wanted.startswith(f"{name}/"))), wanted)
    chosen = choose(names, Place(place.role, place.shown_path, head))
    rest = (wanted or "")[len(chosen) + 1 :]
    return found[names.index(chosen)], Place(place.role, place.shown_path, rest or None, place.encoding, place.known_names)


def _stems(files: list[str], suffix: str) -> list[str]:
    return [name.lower().removesuffix(suffix) for name in files if name.lower().endswith(suffix)]


def _within(place: Place, dataset: Path) -> Place:
    head, _, rest = (place.layer or "").partition("/")
    return Place(place.role, place.shown_path, rest, place.encoding, place.known_names) if rest and head == _name(dataset) else place


def _others(folder: Path) -> list[str]:
    """The files of kinds that are known and not read, as `name (kind)`."""
    kinds = {p: sniff(p) for p in sorted(folder.rglob("*")) if p.is_file() and not any(base.suffix.lower() == ".gdb" for base in p.parents)}
    return [f"{p.name} ({kind.value})" for p, kind in kinds.items() if kind in REFUSED and kind not in (Kind.EMPTY, Kind.SHAPEFILE_PART, Kind.STRANGER, Kind.UNKNOWN)]


def _kind(dataset: Path, place: Place) -> Kind:
    kind = sniff(dataset)
    if kind is Kind.EMPTY:
        raise place.refuse("container.empty")
    if kind is Kind.SHAPEFILE_PART:
        raise place.refuse("container.missing_member", value_seen=".shp", field=".shp")
    if kind is Kind.STRANGER and (known := stranger_in(dataset)) is not None:
        raise place.refuse("container.no_layer_file", value_seen=known.en, what_zh=known.zh, what_en=known.en, remedy_zh=known.remedy_zh, remedy_en=known.remedy_en)
    if kind in (Kind.UNKNOWN, Kind.STRANGER, Kind.ARCHIVE):
        raise place.refuse("container.unknown_kind")
    if kind in REFUSED or kind is Kind.ESRIJSON:
        raise place.refuse("container.refused_kind", value_seen=kind.value)
    return kind


def _read(dataset: Path, place: Place, scratch: Path) -> Draft:
    kind = _kind(dataset, place)
    dataset = _plain_path(dataset, kind, scratch)
    if kind is Kind.SHAPEFILE:
        return _single(read_shapefile(dataset, place, scratch), place)
    if kind is Kind.GEOPACKAGE:
        return geopackage.read_geopackage(dataset, place, scratch)
    if kind in (Kind.FILEGDB, Kind.FLATGEOBUF):
        folder = _plain_folder(dataset, kind, scratch)
        draft = read_layer(folder, kind.value, place)
        if kind is Kind.FILEGDB:
            domains.of_filegdb(folder, draft, place)
        return draft
    if kind is Kind.TOPOJSON:
        return topojson.read_topojson(dataset, place)
    if kind is Kind.KML:
        return kml.read_kml(dataset, place)
    single = {Kind.GEOJSON: read_geojson, Kind.GEOJSON_LINES: read_geojson_lines, Kind.PARQUET: read_parquet, Kind.DXF: read_dxf,
              Kind.CORNERS: read_corners}
    return _single(single[kind](dataset, Place(place.role, place.shown_path, None, place.encoding, place.known_names)), place)


def _single(draft: Draft, place: Place) -> Draft:
    """A file of one layer: a layer named in the study has to be that one."""
    if place.layer is not None:
        choose([draft.layer], place)
    return draft


def _plain_path(dataset: Path, kind: Kind, scratch: Path) -> Path:
    """A link without the signs that GDAL's reader takes for a member of an archive or a part of an address, and so opens another file or none."""
    if kind not in (Kind.GEOPACKAGE, Kind.FILEGDB, Kind.FLATGEOBUF, Kind.DXF) or not re.search(r"[!?;#]", str(dataset)):
        return dataset
    link = scratch / "plain" / re.sub(r"[!?;#]", "_", dataset.name)
    link.parent.mkdir(exist_ok=True)
    try:
        link.symlink_to(dataset.resolve(), target_is_directory=dataset.is_dir())
    except OSError:  # no links here
        shutil.copytree(dataset, link) if dataset.is_dir() else shutil.copy(dataset, link)
    return link


def _plain_folder(dataset: Path, kind: Kind, scratch: Path) -> Path:
    """GDAL knows a FileGDB by its folder's suffix."""
    if kind is not Kind.FILEGDB or dataset.suffix.lower() == ".gdb":
        return dataset
    return Path(shutil.copytree(dataset, scratch / "copy.gdb"))


def _layer_names(dataset: Path, place: Place, scratch: Path) -> list[str]:
    kind = _kind(dataset, place)
    dataset = _plain_path(dataset, kind, scratch)
    if kind is Kind.GEOPACKAGE:
        return geopackage.layer_names(dataset, place, scratch)
    if kind is Kind.FILEGDB:
        return gdal_layer_names(_plain_folder(dataset, kind, scratch), kind.value, place)
    if kind is Kind.TOPOJSON:
        return topojson.layer_names(dataset, place)
    if kind is Kind.KML:
        return kml.layer_names(dataset, place)
    return [_name(dataset)]


__all__ = ["Place", "Refused", "list_layers", "read_vector"]
