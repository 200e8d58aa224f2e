"""What a first study file says of the columns that a run would leave out: figures are asked about, the rest is listed."""

from __future__ import annotations

import re

from spatial.read.declarations import kinds
from spatial.read.ledger.units import header_unit
from spatial.read.propose import CANDIDATES, Proposal, measures_across
from spatial.schema.fields import Kind, bare_header, same_header
from spatial.schema.study import LayerSpec

FIGURES = re.compile(r"税|收入|产值|增加值|利润|投资|面积|建面|亩数|容积|人数|能耗|用电|排放|金额|tax|revenue|income|invest|area|output|employ", re.I)  # what a number worth having is called
MEASURED = ("quantity", "number", "bounded", "integer")  # types of fields that hold figures


def unused(proposal: Proposal, asked: set[str], pick: int) -> list[str]:
    """Comments on the columns that play no field; `asked` are those of which a line above asks already."""
    assert proposal.raw is not None
    kind = kinds()[proposal.kind]
    used = {column.header for column in proposal.mapped.values()} | asked
    rest = [str(h) for h in proposal.raw.frame.columns if h not in used and bare_header(h)]
    wide = measures_across(proposal.raw, LayerSpec(role="", path=proposal.path, shown_path=proposal.path.name, layer=proposal.layer)) if kind.name == "standard_land" else None
    if wide:
        rest = [h for h in rest if not header_unit(h) and "/" not in h]
    figures = [h for h in rest if header_unit(h) or FIGURES.search(h)]
    others = {h: place for h in figures if (place := _elsewhere(h, kind))}
    told = [h for h in figures if h not in others]
    free = [field.name for field in kind.fields if field.type in MEASURED and field.name not in (*proposal.mapped, "year")]
    join = ("、", ", ")[pick].join
    lines = [(f"# 宽表，每项指标各占几列，运行时自动展开：{wide.told('zh')}", f"# a wide table, its measures in columns, which a run unfolds: {wide.told('en')}")[pick]] if wide else []
    if told:
        names = join(free[:12])
        use = (f'。要用请在上面加一行：字段 = "列名"；此类图层还可写的字段：{names}', f'. To use one add a line above: field = "its name"; fields left for such a layer: {names}')[pick] if free else ""
        lines.append((f"# 疑问：这些列像是数据，却对不上已知字段，运行时不用：{join(told[:20])}{use}",
                      f"# DOUBT: these columns look like figures and fit no known field; a run leaves them out: {join(told[:20])}{use}")[pick])
    if others:
        named = join(f"{h} ({place})" for h, place in list(others.items())[:20])
        lines.append((f"# 疑问：这些列是别类图层的字段，{kind.name} 没有：{named}。要用请在那一类图层中给出(可以是同一文件)",
                      f"# DOUBT: these columns are fields of other kinds of layers, not of {kind.name}: {named}. To use them give them in a layer of that kind (it may be the same file)")[pick])
    rest = [h for h in rest if h not in figures]
    if rest:
        lines.append(("# 未用的列：", "# columns not used: ")[pick] + join(rest[:40]))
    return [one_line(line) for line in lines]


def _elsewhere(header: str, kind: Kind) -> str:
    """The field of another kind of layer that goes by this header, as `supply.far_max`; "" where none does."""
    said = {same_header(header), bare_header(header)}
    for name in ("attributes", *CANDIDATES):
        for field in kinds()[name].fields:
            if name != kind.name and field.type in MEASURED and said & {same_header(alias) for alias in (field.name, *field.aliases)}:
                return f"{name}.{field.name}"
    return ""


def one_line(text: str) -> str:
    """Text of files in a comment: one line, whatever it holds."""
    return "".join(letter if letter.isprintable() else " " for letter in " ".join(text.split()))
