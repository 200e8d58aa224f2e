"""What lies in a folder and is not looked into: its subfolders, files of other formats. A first study file names them, so that nothing is left out unseen."""

from __future__ import annotations

import re
from pathlib import Path

from spatial.read.propose import files_of
from spatial.read.unused import one_line

STRAY = re.compile(r"(?i)[.~].*|thumbs\.db|desktop\.ini|study.*\.toml|.*\.(?:tmp|bak|lnk|log)")  # of the system, not of the office
NAMED = 20
REMEDIES = (
    (("dwg", "dgn"), ("CAD 图请另存为 DXF", "save drawings as DXF")),
    (("mdb", "accdb", "tab", "mif", "gml"), ("数据请导出为 GeoPackage 或 Shapefile", "export data as GeoPackage or Shapefile")),
    (("rar", "7z"), ("压缩包请先解压", "unpack archives")),
    (("doc", "docx", "wps", "et", "numbers"), ("文档里的表请另存为 xlsx", "save tables in documents as xlsx")),
)


def passed_over(folder: Path, pick: int) -> list[str]:
    """Comments: subfolders with files that could be read, then files of formats that are not."""
    read = list(files_of(folder))
    stems = {path.stem.casefold() for path in read}
    rest = [path for path in sorted(folder.iterdir()) if path not in read and not STRAY.fullmatch(path.name)]
    lines = []
    for path in rest:
        if path.is_dir() and not _result(path) and (inside := _readable(path)):
            told = ("、", ", ")[pick].join(inside[:3]) + ("…" if len(inside) > 3 else "")
            lines.append((f"#   {path.name}/ : 子文件夹没有看；其中有 {len(inside)} 个可读的文件({told})，要用请写 path = \"{path.name}/文件名\"，或对它运行 spatial init",
                          f"#   {path.name}/ : subfolders are not looked into; it has {len(inside)} files that can be read ({told}). "
                          f"To use them write path = \"{path.name}/NAME\", or run spatial init on it")[pick])
    others = [path.name for path in rest if path.is_file() and path.name.split(".")[0].casefold() not in stems]
    if others:
        told = ("、", ", ")[pick].join(others[:NAMED]) + ("…" if len(others) > NAMED else "")
        ends = {name.lower().rsplit(".", 1)[-1] for name in others}
        lines.append(("；", "; ")[pick].join([f"#   {told} : " + ("格式不读", "formats that are not read")[pick], *(said[pick] for kinds, said in REMEDIES if ends & set(kinds))]))
    return [one_line(line).replace("# ", "#   ", 1) for line in lines]


def _readable(folder: Path) -> list[str]:
    """Names of the data files of a folder and those below it, a few levels down."""
    found = [path.name for path in files_of(folder)]
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.suffix.lower() != ".gdb" and not path.is_symlink() and not STRAY.fullmatch(path.name):
            found += _readable(path)
    return found


def _result(folder: Path) -> bool:
    """A folder of finished runs."""
    return (folder / "results.json").exists() or any((path / "results.json").exists() for path in folder.iterdir())
