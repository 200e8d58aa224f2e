"""Faithful re-encodings of true studies, many habits at once: each is answered as the truth has it, or refused where it is open.

`python -m tests.corpus.combined 2000` tries that many (`make fuzz`), `... 2000 5000` from seed 5000 on; a failure is shrunk to the habits that it needs.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import re
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from spatial import pipeline
from spatial.errors import Refused
from spatial.read.study import load_study
from spatial.schema.result import Result
from tests.corpus import combined_layers as layers
from tests.corpus.combined_ground import MU, Ground, ground
from tests.corpus.desk import Desk
from tests.corpus.ledgers.files import ods, text, xls, xlsb, xlsx

Draw = dict[str, dict[str, Any]]  # role -> habit -> what was drawn
LEDGERS: dict[str, Callable[..., None]] = {
    "xlsx": xlsx, "xls": xls, "ods": ods, "xlsb": xlsb, "csv": lambda p, r: text(p, r, encoding="utf-8-sig"), "plain.csv": text, "gbk.csv": lambda p, r: text(p, r, encoding="gbk"),
    "tsv": lambda p, r: text(p, r, delimiter="\t"), "utf16.csv": lambda p, r: text(p, r, encoding="utf-16"), "semi.csv": lambda p, r: text(p, r, delimiter=";")}
LIES = ("prefix", "zone", "swapped", "duplicate", "unit")
REPAIRS = {"prefix": "crs.wrong_replaced", "zone": "crs.wrong_replaced", "unit": "unit.left_out"}  # what an answer in spite of a lie has to tell
DAYS: dict[str, Callable[[dt.date], Any]] = {
    "iso": lambda d: d.isoformat(), "slash": lambda d: f"{d.year}/{d.month}/{d.day}", "words": lambda d: f"{d.year}年{d.month}月{d.day}日",
    "eight": lambda d: f"{d:%Y%m%d}", "dots": lambda d: f"{d:%Y.%m.%d}",
    "clock": lambda d: f"{d.isoformat()} 00:00:00"}
ROOMS = {"m2": ("出让面积(平方米)", 1.0, 2), "mu": ("出让面积（亩）", MU, 5), "ha": ("供地面积(公顷)", 10_000.0, 6), "㎡": ("合同面积/㎡", 1.0, 2)}
MONEY = {"wan": ("成交价款(万元)", 1.0), "yi": ("成交价格（亿元）", 1e4), "yuan": ("成交价(元)", 1e-4)}
TAXES = {"wan": ("实缴税金(万元)", 1.0), "yuan": ("税收(元)", 1e-4)}
LANDS = {"m2": ("登记用地面积(平方米)", 1.0, 2), "mu": ("用地面积（亩）", MU, 5), "ha": ("登记土地面积(公顷)", 10_000.0, 6)}
STUDY = """
[study]
name = "组合"
as_of = 2022-12-31
period = [2020-01-01, 2022-12-31]
datum = "{datum}"
[join]
on_bad_rows = "{bad}"
[layers.parcels]
path = {parcels}
{parcels_keys}
[layers.carriers]
path = {carriers}
{carriers_keys}
[layers.supply]
path = "{supply}"
[layers.enterprises]
path = "{firms}"
"""


def plain() -> Draw:
    """The plain way of everything."""
    shape = {"container": "gpkg", "system": "plain", "said": "file", "table": layers.TABLES[0], "text": "utf-8", "zip": "flat", "prj": "esri", "shx": True, "suffix": "geojson",
             "noise": (), "extras": (), "lies": ()}
    ledger = {"format": "xlsx", "id": "as_is", "key": "宗地代码", "title": False, "total": False, "number": False, "shuffled": False}
    return {"parcels": {**shape, "role": "parcels", "id": "as_is", "key": "宗地代码", "use": "word", "use_name": "土地用途", "area": ""},
            "carriers": {**shape, "role": "carriers", "key": "载体名称", "type": "载体类型"},
            "supply": {**ledger, "day": "iso", "room": "m2", "money": "wan", "use": "word"}, "firms": {**ledger, "tax": "wan", "land": "m2"}}


def draw(seed: int) -> Draw:
    """Habits of every file of a study, drawn alike for a seed, and made to go together."""
    chance = random.Random(f"combined {seed}")
    pick = chance.choice
    out = plain()
    for role in ("parcels", "carriers"):
        one = out[role]
        one |= {"container": pick(layers.CONTAINERS), "system": pick(layers.SYSTEMS), "said": pick(layers.SAID), "table": pick(layers.TABLES[:-2] if role == "carriers" else layers.TABLES),
                "text": pick(layers.TEXTS), "zip": pick(layers.ZIPS), "prj": pick(("esri", "gdal")), "shx": chance.random() < 0.7, "suffix": pick(("geojson", "json")),
                "noise": tuple(n for n in layers.NOISE if chance.random() < 0.25),
                "extras": tuple(n for n in layers.EXTRAS if chance.random() < 0.2)}
    use = pick(tuple(layers.USE_NAMES))
    out["parcels"] |= {"id": pick(layers.IDS), "key": pick(layers.KEY_NAMES), "use": use, "use_name": pick(layers.USE_NAMES[use]), "area": pick(layers.AREA_NAMES)}
    out["carriers"] |= {"key": pick(("载体名称", "carrier_id", "名称", "name", "园区名称", "载体编号")), "type": pick(("载体类型", "carrier_type", "类型", "type"))}
    for role in ("supply", "firms"):
        out[role] |= {"format": pick(tuple(LEDGERS)), "id": pick(layers.IDS), "key": pick(("宗地代码", "宗地编码", "ZDDM", "地块代码", "宗地号", "不动产单元号")), "title": chance.random() < 0.4,
                      "total": chance.random() < 0.4, "number": chance.random() < 0.4, "shuffled": chance.random() < 0.5}
    out["supply"] |= {"day": pick(tuple(DAYS)), "room": pick(tuple(ROOMS)), "money": pick(tuple(MONEY)), "use": pick(("word", "word", "2023"))}
    out["firms"] |= {"tax": pick(tuple(TAXES)), "land": pick(tuple(LANDS))}
    return out


def broken(seed: int) -> Draw:
    """Habits of a study whose parcels lie in several ways at once: what is said of them cannot be true."""
    chance, out = random.Random(f"broken {seed}"), draw(seed)
    out["parcels"] |= {"container": chance.choice(("shp", "zip", "gpkg", "fgb", "geojson", "parquet")), "said": "file", "system": chance.choice(("plain", "prefixed")),
                       "table": chance.choice([table for table in layers.TABLES if table[0] != "big5"]), "area": "登记面积(亩)" if chance.random() < 0.5 else "面积(公顷)",
                       "lies": tuple(chance.sample(LIES, chance.randint(1, 3)))}
    return out


def settled(draw: Draw) -> Draw:
    """The habits that can be together: what a format cannot hold is put aside."""
    out = {role: dict(one) for role, one in draw.items()}
    for role in ("parcels", "carriers"):
        one = out[role]
        kind = one["container"]
        if kind in ("kml", "kmz"):
            one["system"] = "gcj" if one["system"] == "gcj" else "wgs84"
            one["said"] = "file"
        if one["system"] == "gcj" and kind in ("dxf", "txt"):
            one["system"] = "degrees" if kind == "txt" else "plain"
        if one["system"] == "gcj":
            one["said"] = "study"
        if kind in ("topojson", "dxf") and one["said"] == "file":
            one["said"] = "study"
        if kind == "geojsonl" and one["said"] == "file":
            one["system"] = "gcj" if one["system"] == "gcj" else "wgs84"
        if kind == "dxf" and one["system"] in ("degrees", "wgs84"):
            one["system"] = "prefixed"
        if kind == "txt":
            one["said"] = "datum" if one["said"] == "file" and one["system"] in ("degrees", "wgs84", "mercator", "utm") else one["said"]
        if one["said"] == "datum" and one["system"] in ("mercator", "utm"):
            one["system"] = "prefixed"
        if one["said"] == "datum" and one["system"] == "wgs84" and not (kind.startswith("geojson")):
            one["system"] = "degrees"
        drop = set()
        if kind in ("topojson", "kml", "kmz", "txt", "dxf"):
            drop.add("null")
        if kind in ("topojson", "kml", "kmz", "txt", "dxf"):
            drop.add("z")
        if kind == "dxf":
            drop.add("repeated")
        one["noise"] = tuple(n for n in one["noise"] if n not in drop)
        if kind == "txt":
            one["key"], one["extras"] = "宗地代码" if role == "parcels" else "载体名称", ()
    if out["parcels"]["container"] == "txt" and out["parcels"]["use"] in ("2023", "survey", "urban"):
        out["parcels"]["use"] = "word"
    return out


def build(folder: Path, seed: int, drawn: Draw) -> Path:
    """Write the study; the path of its file."""
    one = settled(drawn)
    truth = truth_of(seed, one)
    desk = Desk(folder)
    (folder / "carriers.gpkg").unlink()
    told: dict[str, str] = {}
    datums = set()
    for role in ("parcels", "carriers"):
        spec = {**one[role], "zones": {"3": int((truth.degrees[0] + 1.5) // 3), "6": truth.six}}
        path, keys, datum = layers.write(desk, role, truth, spec, seed)
        if spec["container"] == "txt":
            keys += "" if role == "parcels" else '\n[layers.carriers.columns]\ncarrier_id = "地块编号"\ncarrier_type = "地块用途"'
        told |= {role: json.dumps(path, ensure_ascii=False), f"{role}_keys": keys}
        datums.add(datum)
    told["supply"], told["firms"] = supply(folder, truth, one["supply"], seed), firms(folder, truth, one["firms"], seed)
    bad = "set_aside" if any("null" in one[role]["noise"] for role in ("parcels", "carriers")) else "refuse"
    study = folder / "study.toml"
    study.write_text(STUDY.format(datum="CGCS2000" if "CGCS2000" in datums else max(datums), bad=bad, **told), encoding="utf-8")
    return study


def truth_of(seed: int, drawn: Draw) -> Ground:
    return ground(seed % 40, drawing(drawn))


def drawing(drawn: Draw) -> bool:
    """Whether a drawing is among the layers: it holds no holes and parts, and its texts lie in one polygon."""
    return "dxf" in {drawn[role]["container"] for role in ("parcels", "carriers")}


def supply(folder: Path, truth: Ground, spec: dict[str, Any], seed: int) -> str:
    room, unit, digits = ROOMS[spec["room"]]
    price, worth = MONEY[spec["money"]]
    words = layers.USE_WORDS[spec["use"]]
    day = DAYS[spec["day"]]
    rows = [{spec["key"]: _key(row["key"], spec, i), "电子监管号": row["no"], "土地用途" if spec["use"] == "word" else "YDYHFLDM": words.get(row["use"], row["use"]), "供地方式": row["mode"],
             "合同签订日期": day(row["signed"]), room: round(row["area"] / unit, digits), price: round(row["price"] / worth, 6), "约定开工时间": day(row["start"]),
             "实际开工时间": None if row["begun"] is None else day(row["begun"])} for i, row in enumerate(truth.supply)]
    return _ledger(folder, "supply", rows, (room, price), spec, seed)


def firms(folder: Path, truth: Ground, spec: dict[str, Any], seed: int) -> str:
    tax, worth = TAXES[spec["tax"]]
    land, unit, digits = LANDS[spec["land"]]
    rows = [{"统一社会信用代码": row["id"], "企业名称": row["name"], "年度": row["year"], spec["key"]: _key(row["key"], spec, i), tax: round(row["tax"] / worth, 4),
             land: round(row["land"] / unit, digits), "是否参评": row["evaluated"]} for i, row in enumerate(truth.firms)]
    return _ledger(folder, "firms", rows, (), spec, seed)


def _key(key: str, spec: dict[str, Any], i: int) -> str:
    return layers.written_key(key + "W00000000", "as_is", i) if spec["key"] == "不动产单元号" else layers.written_key(key, spec["id"], i)


def _ledger(folder: Path, name: str, rows: list[dict[str, Any]], sums: tuple[str, ...], spec: dict[str, Any], seed: int) -> str:
    chance = random.Random(f"{name} {seed}")
    names = list(rows[0])
    if spec["shuffled"]:
        chance.shuffle(names)
        chance.shuffle(rows)
    table: list[list[Any]] = [[row[column] for column in names] for row in rows]
    if spec["number"]:
        names, table = ["序号", *names], [[i, *row] for i, row in enumerate(table, start=1)]
    if spec["total"] and sums and (names[0] not in sums):
        table.append(["合计" if i == 0 else round(sum(row[i] for row in table), 6) if column in sums else None for i, column in enumerate(names)])
    head: list[list[Any]] = [["2022年台账", *[None] * (len(names) - 1)]] if spec["title"] else []
    path = folder / f"{name}.{spec['format']}"
    LEDGERS[spec["format"]](path, [*head, names, *table])
    return path.name


@lru_cache(maxsize=96)
def canonical(seed: int, whole: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Zones and values of the plain way of a ground."""
    with tempfile.TemporaryDirectory() as folder:
        way = plain()
        if whole:
            way["carriers"] |= {"container": "dxf", "said": "study"}
        out = _run(Path(folder), seed, way)
    return out.zones.set_index("id"), out.values.set_index(["indicator", "zone"])


def _run(folder: Path, seed: int, drawn: Draw) -> Result:
    return pipeline.analyse(load_study(build(folder, seed, drawn)), sensitivity=False)


def problems(result: Result, seed: int, drawn: Draw) -> list[str]:
    """Where a result is not the truth."""
    truth, one = truth_of(seed, drawn), settled(drawn)
    loose = 2e-4 if "gcj" in (one["parcels"]["system"], one["carriers"]["system"]) else 3e-5
    hair = loose > 1e-4 or any("unclosed" in one[role]["noise"] for role in ("parcels", "carriers"))  # a border that lies a millimetre off counts a further neighbour
    out = []
    zones, values = result.zones.set_index("id"), result.values.set_index(["indicator", "zone"])
    if set(zones.index) != set(truth.zones):
        out.append(f"zones {sorted(zones.index)} for {sorted(truth.zones)}")
    for zone, (count, area) in truth.zones.items():
        if zone in zones.index:
            if count is not None and zones.at[zone, "parcel_count"] != count and not hair:
                out.append(f"{zone}: {zones.at[zone, 'parcel_count']} parcels for {count}")
            if not np.isclose(zones.at[zone, "area_m2"], area, rtol=loose, atol=2.0):
                out.append(f"{zone}: {zones.at[zone, 'area_m2']:.2f} m2 for {area:.2f}")
    for place, right in truth.values.items():
        if place not in values.index or not np.isclose(values.at[place, "value"], right, rtol=loose, atol=1e-6):
            out.append(f"{place}: {values.at[place, 'value'] if place in values.index else None} for {right}")
    if sorted(result.parcels["parcel_id"]) != sorted(truth.keys):
        out.append(f"keys {sorted(result.parcels['parcel_id'])[:3]}")
    used = dict(zip(result.parcels["parcel_id"], result.parcels["land_use"], strict=True))
    wrong = [(key, used.get(key), use) for key, use in zip(truth.keys, truth.uses, strict=True) if used.get(key) != use]
    if wrong:
        out.append(f"uses {wrong[:3]}")
    known = canonical(seed % 40, drawing(drawn))[1]
    if set(values.index) != set(known.index):
        out.append(f"values of {sorted(set(values.index) ^ set(known.index))[:4]}")
    for place in known.index.intersection(values.index):
        for column in ("value", "numerator", "denominator", *(() if hair else ("n", "coverage"))):
            a, b = values.at[place, column], known.at[place, column]
            if pd.isna(a) != pd.isna(b) or not (pd.isna(a) or np.isclose(float(a), float(b), rtol=10 * loose, atol=0.5 if hair and column != "value" else 1e-4)):
                out.append(f"{place} {column}: {a} for {b}")
        if values.at[place, "status"] != known.at[place, "status"]:
            out.append(f"{place}: {values.at[place, 'status']} for {known.at[place, 'status']}")
    return out


def open_to_doubt(drawn: Draw) -> set[str]:
    """Codes of refusals that a combination deserves: nothing in it tells its zone."""
    one = settled(drawn)
    bare = [one[role]["said"] == "datum" and one[role]["system"] in ("plain", "six_plain") for role in ("parcels", "carriers")]
    return {"crs.ambiguous"} if all(bare) else set()


def tried(seed: int, drawn: Draw, codes: Counter[str] | None = None) -> list[str]:
    """What is wrong with the answer to a combination; nothing where it is the truth, or rightly refused."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            result = _run(Path(folder), seed, drawn)
        except Refused as refusal:
            errors = [f for f in refusal.findings if f.severity == "error"]
            if codes is not None:
                codes.update({f"refused {f.code}" for f in errors})
            if {f.code for f in errors} <= open_to_doubt(drawn):
                return []
            return [f.line("en") for f in errors]
        except Exception:
            return [traceback.format_exc(limit=-6).strip()]
    if codes is not None:
        codes.update({f"{f.severity} {f.code}" for f in result.findings})
    if open_to_doubt(drawn):
        return ["answered, though nothing tells its zone"]
    return problems(result, seed, drawn)


def silent(seed: int) -> list[str]:
    """What is wrong with the answer to a broken study: it is refused with a place and a remedy, or answered as the truth with a repair on record."""
    drawn = broken(seed)
    with tempfile.TemporaryDirectory() as folder:
        try:
            result = _run(Path(folder), seed, drawn)
        except Refused as refusal:
            errors = [f for f in refusal.findings if f.severity == "error"]
            return [f.line("en") for f in errors if not (f.path and f.remedy("zh") and f.remedy("en"))]
        except Exception:
            return [traceback.format_exc(limit=-6).strip()]
    lies, codes = drawn["parcels"]["lies"], {f.code for f in result.findings}
    if "zone" in lies and drawn["carriers"]["said"] == "datum":
        lies = tuple(lie for lie in lies if lie != "zone")  # carriers without a system lie where the parcels say: nothing contradicts, and no area is wrong
    if not all(code in codes for code in map(REPAIRS.get, lies)):
        return [f"answered in spite of {lies}: {sorted(codes)}"]
    return problems(result, seed, drawn)


def shrunk(seed: int, drawn: Draw) -> Draw:
    """The habits without which a combination does not fail."""
    least = {role: dict(one) for role, one in drawn.items()}

    def fails(less: Draw) -> bool:
        return bool(kind & kinds(tried(seed, less)))

    kind = kinds(tried(seed, drawn))
    for role, one in plain().items():
        for habit, way in one.items():
            if least[role][habit] != way:
                less = {**least, role: {**least[role], habit: way}}
                if fails(less):
                    least = less
            if isinstance(least[role][habit], tuple) and habit in ("noise", "extras"):
                for item in least[role][habit]:
                    less = {**least, role: {**least[role], habit: tuple(i for i in least[role][habit] if i != item)}}
                    if fails(less):
                        least = less
    return least


def kinds(wrong: list[str]) -> set[str]:
    """What is wrong in one word: the codes of refusals, or what differs."""
    return {(re.search(r"\] (\w+\.\w+)", line) or re.search(r"(?s)(\w+(?:Error|Exception)?)", line.splitlines()[-1] if line.startswith("Traceback") else line))[1] for line in wrong}


def told(drawn: Draw) -> Iterator[str]:
    """The habits of a combination that are not the plain ones."""
    for role, one in plain().items():
        yield from (f"{role}.{habit}={drawn[role][habit]!r}" for habit, way in one.items() if drawn[role][habit] != way)


def main() -> int:
    count, start = (int(sys.argv[1]) if len(sys.argv) > 1 else 200), (int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    codes, failed = Counter[str](), 0
    for seed in range(start, start + count):
        drawn = draw(seed)
        wrong = tried(seed, drawn, codes)
        if wrong:
            failed += 1
            print(f"seed {seed}: {', '.join(told(shrunk(seed, drawn)))}\n  " + "\n  ".join(wrong[:4]), flush=True)
        if loud := silent(seed):
            failed += 1
            print(f"broken seed {seed}: {', '.join(told(broken(seed)))}\n  " + "\n  ".join(loud[:4]), flush=True)
    print(f"{count} combinations and as many broken ones, {failed} wrong")
    print("\n".join(f"{n:6} {code}" for code, n in codes.most_common()))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
