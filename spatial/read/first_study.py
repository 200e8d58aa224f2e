"""A first study file for a folder of office files: the mapping that is proposed, with every doubt as a comment beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from spatial.errors import Language, first_of
from spatial.read.declarations import kinds
from spatial.read.passed_over import passed_over
from spatial.read.propose import Proposal, as_kind, has_polygons
from spatial.read.unused import one_line as _line
from spatial.read.unused import unused
from spatial.schema.fields import bare_header

_YEAR = re.compile(r"(?<![\d.])((?:19|20)\d{2})(?![\d.]|\s*年\s*\d{1,2}\s*月|\s*[-/]\s*\d{1,2}(?!\d))")  # a year, not the year of a day
_COPY = re.compile(r"副本|备份|复件|旧|老版|作废|(?i:copy|backup|\bold\b|_old|\bbak\b)")
BY_PARCEL = {"tax", "value_added", "output", "fixed_investment"}
ONE_OF_EACH = ("parcels", "carriers", "supply", "projects", "standard_land", "enterprises", "approvals", "buildings", "constraints", "leases", "statistics", "tracked")


def first_study(folder: Path, proposals: Iterable[Proposal], as_of: date | None, language: str = "zh") -> str:
    """The text of a study file."""
    pick = 0 if language == "zh" else 1
    listed = list(proposals)
    roles = _roles(listed := with_parcels(listed))
    datum = any(f.code in ("crs.none", "crs.ambiguous") for p in listed for f in p.findings)
    day = as_of.isoformat() if as_of else ""
    lines = [("# 由 spatial init 根据本文件夹写成；每条“疑问”请逐一确认。", "# Written by spatial init from this folder; settle each DOUBT.")[pick], "", "[study]", f"name   = {_quoted(folder.name)}"]
    if day:
        lines += [f"as_of  = {day}" + ("   # 疑问：台账中最晚的日期，请改为数据截至日", "   # DOUBT: the latest date in the ledgers; set the day the data speak for")[pick],
                  f"period = [{day[:4]}-01-01, {day}]" + ("   # 疑问：什么算“新增”", "   # DOUBT: what counts as new")[pick]]
    else:
        lines.append(("# as_of  = 2022-12-31   # 必填：数据截至日", "# as_of  = 2022-12-31   # required: the day the data speak for")[pick])
    if datum:
        lines.append(("# datum = \"CGCS2000\"   # 疑问：有文件没有写坐标系；确认基准后去掉行首的 #",
                      "# datum = \"CGCS2000\"   # DOUBT: a file states no reference system; uncomment once the datum is known")[pick])
    codes = [header for role, proposal in roles if role == "parcels" and "parcel_id" not in proposal.mapped for header in _whole(proposal)]
    for role, proposal in roles:
        lines += ["", *_layer(role, proposal, pick, codes), *_or_another(role, proposal, listed, pick)]
    lines += [line for proposal in listed if proposal.kind == "imagery" for line in _imagery(proposal, pick)]
    lines += _rules(roles, pick)
    rest = [p for p in listed if all(p is not q for _, q in roles) and p.kind != "imagery"]
    over = passed_over(folder, pick)
    if rest or over:
        lines += ["", ("# 未采用的文件：", "# Files not taken:")[pick]]
        lines += [f"#   {_line(p.path.name)} {_line(p.layer)}: " + (_line(p.findings[0].message("zh" if pick == 0 else "en")) if p.findings and p.raw is None
                                                       else _unknown(p, pick) if not p.kind else ("与已采用的同类", "a second one of its kind")[pick]) for p in rest] + over
    return "\n".join(lines) + "\n"


def _unknown(proposal: Proposal, pick: int) -> str:
    near = proposal.nearest_told("zh" if pick == 0 else "en")
    layer = (("、", ", ")[pick] + f"layer = {_quoted(proposal.layer)}" if proposal.layer else "")
    zones = (f"；是乡镇、片区等分区的，写 [layers.zones.名称] path{layer}，并在其 columns 中写 carrier_id(编号列)和 carrier_name(名称列)；是产业载体的，写 [layers.carriers]，其余同",
             f"; for townships or other zones write [layers.zones.NAME] path{layer}, and carrier_id (column of ids) and carrier_name (of names) under its columns; "
             "for carriers [layers.carriers], with the same")[pick]
    return ("看不出是什么", "cannot be told")[pick] + (("；", "; ")[pick] + _line(near) if near else "") + (zones if proposal.raw is not None and has_polygons(proposal.raw) else "")


def with_parcels(listed: list[Proposal]) -> list[Proposal]:
    """The same files with one that plays the parcels, where there are polygons at all: a study needs them before it needs anything else.

    Where no layer of parcels has a known column of codes, the polygons that say a land use, then the most, stand for them, and which column holds
    the codes is left to a person. Polygons that were taken for supply stay supply as well where they tell its dates.
    """
    if any(p.kind == "parcels" and "parcel_id" in p.mapped for p in listed):
        return [as_kind(p, "") if p.kind == "parcels" and "parcel_id" not in p.mapped else p for p in listed]
    may = {i: as_kind(p, "parcels") for i, p in enumerate(listed) if p.kind in ("", "parcels", "supply") and p.raw is not None and has_polygons(p.raw)}
    if not may:
        return listed
    best = max(may, key=lambda i: ("parcel_id" in may[i].mapped, "land_use" in may[i].mapped, _rows(may[i])))
    done = []
    for i, p in enumerate(listed):
        done += [may[i]] if i == best else []
        if i == best and p.kind == "supply" and any(column.field.type == "date" for column in p.mapped.values()):
            done.append(p)
        elif i != best:
            done.append(as_kind(p, "") if p.kind == "parcels" else p)
    return done


def _rows(proposal: Proposal) -> int:
    return 0 if proposal.raw is None else len(proposal.raw.frame)


def _codes(proposal: Proposal, pick: int) -> list[str]:
    """The question which column holds the codes of parcels, with those that may: every row filled, none twice."""
    whole = _whole(proposal)
    told = first_of(whole, 10).told(("zh", "en")[pick]) or ("无", "none")[pick]
    return [_line((f"# 疑问：没有认出宗地代码列，有土地用途、图形最多的面图层当作地块；每行都有值且不重复的列：{told}。写明后去掉下一行的 #",
                   f"# DOUBT: no column of parcel codes is known; the polygons that say a land use, or the most of them, stand for the parcels. Columns filled in every row without repeats: {told}. "
                   "State it and uncomment the next line")[pick]), f"# parcel_id = {_quoted(whole[0] if whole else '')}"]


def _whole(proposal: Proposal) -> list[str]:
    """Columns that are filled in every row without repeats."""
    assert proposal.raw is not None
    frame = proposal.raw.frame
    return [str(name) for i, name in enumerate(frame.columns) if bare_header(str(name)) and frame.iloc[:, i].notna().all() and frame.iloc[:, i].is_unique]


def _year(proposal: Proposal, pick: int) -> str:
    """The question which year a ledger without a column of years is of, with the one that its title, its sheet or its file's name tells."""
    assert proposal.raw is not None
    for place, texts in ((("表题", "title"), proposal.raw.titles), (("工作表名", "name of the sheet"), (proposal.raw.source.layer,)), (("文件名", "name of the file"), (proposal.path.stem,))):
        years = {year for text in texts for year in _YEAR.findall(text)}
        if len(years) == 1:
            year = years.pop()
            return _line((f"# year = {year}   # 疑问：没有年度列，{place[0]}中有 {year} 年；全表同属该年的去掉行首的 #",
                          f"# year = {year}   # DOUBT: no column of years, and the {place[1]} tells {year}; uncomment if all rows are of that year")[pick])
    return ("# year = 2022   # 疑问：没有年度列；写明全表所属的年度并去掉行首的 #", "# year = 2022   # DOUBT: no column of years; state the year of all rows and uncomment")[pick]


def _roles(listed: list[Proposal]) -> list[tuple[str, Proposal]]:
    """One file a role, the one with the most matched fields first; further zone layers and attribute tables keep their names."""
    roles: list[tuple[str, Proposal]] = []
    taken: set[str] = set()
    ranked = sorted((p for p in listed if p.kind and p.raw is not None), key=_rank)
    for proposal in ranked:
        if proposal.kind == "attributes":
            roles.append((f"attributes.{_name(proposal, taken)}", proposal))
        elif proposal.kind in ONE_OF_EACH and proposal.kind not in taken:
            taken.add(proposal.kind)
            roles.append((proposal.kind, proposal))
        elif proposal.kind == "carriers":
            roles.append((f"zones.{_name(proposal, taken)}", proposal))
    order = {role: i for i, role in enumerate(ONE_OF_EACH)}
    return sorted(roles, key=lambda pair: (order.get(pair[0], 99), pair[0]))


def _rank(proposal: Proposal) -> tuple[object, ...]:
    """The most matched fields, no copy or backup by its name, no year or the latest in its name, the most rows."""
    called = f"{proposal.path.stem} {proposal.layer}"
    year = max(map(int, _YEAR.findall(called)), default=9999)  # what has no year in its name is the present state
    return -len(proposal.mapped), bool(_COPY.search(called)), -year, -_rows(proposal), proposal.path.suffix.lower() == ".zip", proposal.path.name, proposal.layer


def taken(proposals: Iterable[Proposal]) -> list[Proposal]:
    """Those that a first study reads."""
    return [proposal for _, proposal in _roles(with_parcels(list(proposals)))]


def _or_another(role: str, proposal: Proposal, listed: list[Proposal], pick: int) -> list[str]:
    """The question whether this file is meant where another plays its part as well, and whether carriers are not other zones."""
    lines = []
    others = [p for p in listed if p is not proposal and p.kind == role and role in ONE_OF_EACH and p.raw is not None and role != "carriers"]
    if others:
        told = ("、", ", ")[pick].join(" ".join((p.path.name, p.layer)).strip() for p in others[:6]) + ("…" if len(others) > 6 else "")
        several = ("；分在几张表的(例如各年一张)请先合成一张", "; put parts of one ledger (one sheet a year, say) into one table first")[pick] if kinds()[role].geometry == "none" else ""
        lines.append((f"# 疑问：同类的还有 {told}，只能采用一个；要用另一个请改 path{several}", f"# DOUBT: {told} would do as well, and one is read; change path for another{several}")[pick])
    if role == "carriers" and "carrier_type" not in proposal.mapped and "main_industry" not in proposal.mapped:
        lines.append(("# 疑问：凡有编号或名称的面都像产业载体；是乡镇、街道等分区的，把上面的 carriers 改为 zones.名称",
                      "# DOUBT: any polygons with ids or names look like carriers; for townships or other zones write zones.NAME for carriers above")[pick])
    return [_line(line) for line in lines]


def _imagery(proposal: Proposal, pick: int) -> list[str]:
    """A raster as a block to uncomment: what it measures and when it was taken no file says."""
    told = "; ".join(_line(f.message("zh" if pick == 0 else "en")) for f in proposal.findings)
    name = re.sub(r"\W", "_", proposal.path.stem)
    asked = ("# 影像，要用请去掉下面各行行首的 #，并写明日期和含义(见 docs/imagery.md)：", "# imagery; to use it uncomment the lines below and state its day and meaning (see docs/imagery.md): ")
    return ["", asked[pick] + told,
            f"# [layers.imagery.{_key(name)}]", f"# path = {_quoted(proposal.path.name)}", ("# date = 2022-01-01   # 疑问：哪一天的影像", "# date = 2022-01-01   # DOUBT: of which day")[pick]]


def _name(proposal: Proposal, taken: set[str]) -> str:
    base = "".join(c if c.isalnum() else "_" for c in (proposal.layer or proposal.path.stem)) or "layer"
    name, count = base, 1
    while name in taken:
        count += 1
        name = f"{base}_{count}"
    taken.add(name)
    return name


def _layer(role: str, proposal: Proposal, pick: int, codes: list[str]) -> list[str]:
    assert proposal.raw is not None
    head = role if "." not in role else ".".join((role.split(".")[0], _key(role.split(".", 1)[1])))
    source = proposal.raw.source
    lines = [f"[layers.{head}]", f"path = {_quoted(proposal.path.name)}"]
    if proposal.layer:
        lines.append(f"layer = {_quoted(proposal.layer)}")
    language: Language = "zh" if pick == 0 else "en"
    said = [f"{len(proposal.raw.frame)} " + ("行", "rows")[pick], source.driver, proposal.encoding_told(language), proposal.crs_told(language)]
    lines.append("# " + _line(("，", ", ")[pick].join(part for part in said if part)))
    doubt = ("# 疑问：", "# DOUBT: ")[pick]
    lines += [doubt + _line(f.sentences("zh" if pick == 0 else "en")) for f in proposal.findings[:8]]
    if proposal.kind == "enterprises" and "year" not in proposal.mapped:
        lines.append(_year(proposal, pick))
    bare = {f.field: f.value_seen for f in proposal.findings if f.code in ("unit.missing", "unit.left_out")}
    unnamed = role == "parcels" and "parcel_id" not in proposal.mapped
    if proposal.mapped or unnamed:
        lines.append(f"[layers.{head}.columns]")
        lines += _codes(proposal, pick) if unnamed else []
        lines += [f"{name} = {_quoted(column.header)}" for name, column in proposal.mapped.items() if name not in bare]
        lines += [f"# {name} = {{ column = {_quoted(header)}, unit = \"{'mu' if '亩' in header else '...'}\" }}" + ("   # 疑问：单位？", "   # DOUBT: which unit?")[pick]
                  for name, header in bare.items()]
        same = [] if role == "parcels" or "parcel_id" in proposal.mapped or kinds()[proposal.kind].field("parcel_id") is None else [h for h in map(str, proposal.raw.frame.columns) if h in codes]
        lines += [f"# parcel_id = {_quoted(header)}" + ("   # 疑问：与地块图层的列同名，是宗地代码的去掉行首的 #",
                                                        "   # DOUBT: named as a column of the parcels; uncomment if it holds their codes")[pick] for header in same[:1]]
        lines += unused(proposal, {*bare.values(), *same[:1]}, pick)
    return lines


def _rules(roles: list[tuple[str, Proposal]], pick: int) -> list[str]:
    """The question on whose land figures per mu are told, where parcels carry them and no ledger of enterprises does."""
    if any(role == "enterprises" for role, _ in roles) or not any(role.startswith("attributes") and BY_PARCEL & set(p.mapped) for role, p in roles):
        return []
    return ["", "[rules]", ("# per_mu_land = \"parcels\"   # 疑问：税收等只按宗地给出，没有企业台账；以宗地面积计算亩均请去掉行首的 #",
                            "# per_mu_land = \"parcels\"   # DOUBT: tax and the like are told by parcel and there is no ledger of enterprises; uncomment for figures per mu of parcel land")[pick]]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")  # the one control character that JSON lets stand and TOML does not


def _key(text: str) -> str:
    return text if text.isascii() and text.replace("_", "").replace("-", "").isalnum() else _quoted(text)
