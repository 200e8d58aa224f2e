"""Broken twins of the faithful renderings: one or more damages among the oddities; none may end in other numbers without a word.

`python -m tests.corpus.ledgers.combined_broken 500` breaks that many renderings of each kind, `... 500 supply` of this one, `... 500-900` the seeds from 500 on,
`... 500 supply container=html.xls damage=a_row_shifted` renderings with these options and this damage alone. Damages of the text of a file (`IN_FILES`) and a lost line of a record
(`record="two lines"`) are asked for so; a cell that is lost before a blank in XML 2003 reads as a blank, which nobody can tell.
"""

from __future__ import annotations

import datetime as dt
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
from shapely.geometry import box

from spatial.errors import Refused
from spatial.read.declarations import kinds
from spatial.read.study import load_study
from spatial.schema.fields import kind_of
from tests.corpus.ledgers.cases import through
from tests.corpus.ledgers.combined import SEVERAL_SHEETS, options
from tests.corpus.ledgers.combined_run import REFUSED, asked, read, rendering, same, seeds_of
from tests.corpus.ledgers.combined_sheet import Sheet
from tests.corpus.ledgers.combined_wide import as_columns

STUDY = '[study]\nname = "案例"\nas_of = 2022-12-31\nperiod = [2018-01-01, 2022-12-31]\n[layers.parcels]\npath = "parcels.gpkg"\n[layers.{kind}]\npath = "{file}"\n{sheet}'
Damage = Callable[[Sheet, random.Random], str]  # breaks a sheet in place and says what it did; "" where it cannot


def _pick(made: Sheet, chance: random.Random, *forms: str) -> int | None:
    at = [c for c, column in enumerate(made.columns) if column.form in forms and column.field]
    return chance.choice(at) if at else None


def _cell(made: Sheet, chance: random.Random, forms: tuple[str, ...], write: Callable[[Any], Any]) -> str:
    """Another thing in one cell of data."""
    c = _pick(made, chance, *forms)
    rows = [r for r in made.body if c is not None and made.rows[r][c] not in (None, "", " ")]
    if c is None or not rows:
        return ""
    r = chance.choice(rows)
    was = made.rows[r][c]
    now = write(was)
    if now == was or now is was:
        return ""
    made.rows[r][c] = now
    return f"row {r + 1} {made.columns[c].field}: {now!r} for {was!r}"


def _plain(cell: Any) -> float | None:
    return float(cell) if isinstance(cell, (int, float)) else None


def one_figure(made: Sheet, chance: random.Random) -> str:
    """A figure that was mistyped above a total."""
    if not made.totals:
        return ""
    return _cell(made, chance, ("area", "money", "energy", "persons"), lambda cell: cell if _plain(cell) is None else type(cell)(cell * 3 + 7))


def a_total(made: Sheet, chance: random.Random) -> str:
    r = chance.choice(made.totals) if made.totals else None
    at = [c for c, cell in enumerate(made.rows[r]) if isinstance(cell, (int, float)) and made.columns[c].sums] if r is not None else []
    if r is None or not at:
        return ""
    c = chance.choice(at)
    made.rows[r][c] = made.rows[r][c] * 1.1 + 3
    return f"total in row {r + 1} {made.columns[c].field}"


def a_row_lost(made: Sheet, chance: random.Random) -> str:
    """A row cleared above its total; where a total has no figure, nobody can tell."""
    if not any(_plain(cell) is not None for r in made.totals for cell in made.rows[r]):
        return ""
    r = chance.choice(made.body)
    made.rows[r] = [None] * len(made.rows[r])
    return f"row {r + 1} cleared"


def half_in_another_unit(made: Sheet, chance: random.Random) -> str:
    """Some rows of an area in hectares under 亩, and the like, above a total."""
    c = _pick(made, chance, "area", "money")
    if c is None or not made.totals or any(_plain(made.rows[r][c]) is None for r in made.body):
        return ""
    for r in made.body[: len(made.body) // 2]:
        made.rows[r][c] = made.rows[r][c] / 10_000
    return f"{made.columns[c].field}: the first rows in another unit"


def an_id_rounded(made: Sheet, chance: random.Random) -> str:
    return _cell(made, chance, ("id",), lambda cell: chance.choice((3.3010900100100002e18, "3.30109E+18", "9.13301E+17")))


def an_id_as_day(made: Sheet, chance: random.Random) -> str:
    return _cell(made, chance, ("id",), lambda cell: dt.date(2020, 3, 1))


def an_error(made: Sheet, chance: random.Random) -> str:
    return _cell(made, chance, ("id", "area", "money", "day", "persons", "measure"), lambda cell: chance.choice(("#REF!", "#VALUE!", "#DIV/0!", "#N/A")))


def letters_for_figures(made: Sheet, chance: random.Random) -> str:
    return _cell(made, chance, ("area", "money", "energy", "persons", "measure"), lambda cell: chance.choice(("O", "l")) + str(cell)[1:] if _plain(cell) is not None else f"约{cell}或略多")


def a_decimal_comma(made: Sheet, chance: random.Random) -> str:
    return _cell(made, chance, ("area", "money", "energy"), lambda cell: f"{cell:.2f}".replace(".", ",") if _plain(cell) is not None else cell)


def below_zero(made: Sheet, chance: random.Random) -> str:
    return _cell(made, chance, ("area", "persons", "energy"), lambda cell: cell if _plain(cell) is None else -cell)


def another_unit_in_a_cell(made: Sheet, chance: random.Random) -> str:
    """A unit of another kind behind a figure."""
    return _cell(made, chance, ("area",), lambda cell: f"{cell}万元" if _plain(cell) is not None else cell)


def no_such_day(made: Sheet, chance: random.Random) -> str:
    return _cell(made, chance, ("day",), lambda cell: chance.choice(("2020-02-30", "2019/13/40", "2020年", "三月下旬", 99_999_999)))


def a_blank_key(made: Sheet, chance: random.Random) -> str:
    """A key left out; a supply row has another one."""
    ids = [c for c, column in enumerate(made.columns) if column.form == "id"]
    if not ids:
        return ""
    r = chance.choice(made.body)
    for c in ids:
        made.rows[r][c] = None
    return f"row {r + 1} without its ids"


def a_key_twice(made: Sheet, chance: random.Random) -> str:
    """Two rows of one key with other figures."""
    ids = [c for c, column in enumerate(made.columns) if column.form == "id" or column.field == "zone"]
    if len(made.body) < 2 or not ids or {"lessor_id", "contract_no"} & set(made.fields):  # a firm may let to several, a parcel be checked again
        return ""
    one, other = chance.sample(made.body, 2)
    for c in ids:
        made.rows[other][c] = made.rows[one][c]
    return f"rows {one + 1} and {other + 1} of one key"


def header_twice(made: Sheet, chance: random.Random) -> str:
    """A further column of the very name of another, with other figures."""
    c = _pick(made, chance, "area", "money", "measure")
    if c is None or len(made.heads) > 1 or made.merges:
        return ""
    for r, row in enumerate(made.rows):
        row += [None] * (len(made.columns) - len(row))
        row.append(row[c] if r in made.heads else (row[c] * 2 + 1 if r in made.body and _plain(row[c]) is not None else None))
    return f"{made.columns[c].head} twice"


def header_shifted(made: Sheet, chance: random.Random) -> str:
    """The names one column to the right of what they name."""
    if len(made.heads) > 1:
        return ""
    r = made.heads[0]
    made.rows[r] = [None, *made.rows[r]]
    return "header shifted"


def a_row_shifted(made: Sheet, chance: random.Random) -> str:
    """The cells of one row one column to the left, from a column of figures or days on; words that stand where other words should, nobody can tell."""
    at = [c for c, column in enumerate(made.columns) if column.field and column.form in ("area", "money", "persons", "energy", "day", "measure")]
    if not at:
        return ""
    r, c = chance.choice(made.body), chance.choice(at)
    row = made.rows[r]
    if not any(cell not in (None, "") for cell in row[c + 1:]):
        return ""  # the last cell left out: a blank
    if all(column.form == "day" for column in made.columns[c:] if column.field):
        return ""  # one day under the name of another, and the last one blank: nobody can tell
    was = list(row)
    made.rows[r] = [*row[:c], *row[c + 1:], None]
    if [x for x in was if x not in (None, "")] == [x for x in made.rows[r] if x not in (None, "")]:
        return ""
    return f"row {r + 1} shifted from {made.columns[c].field}"


def a_merged_number(made: Sheet, chance: random.Random) -> str:
    c = _pick(made, chance, "area", "money", "measure")
    runs = [r for r in made.body[:-1] if r + 1 in made.body]
    if c is None or not runs:
        return ""
    r = chance.choice(runs)
    if _plain(made.rows[r][c]) is None or made.rows[r + 1][c] is None:
        return ""
    if not made.merging:
        return ""  # a text has no merged cells, and a blank one is none of a merged number
    made.rows[r + 1][c] = None
    made.merges.append((r, c, r + 1, c))
    return f"merged {made.columns[c].field} in rows {r + 1}, {r + 2}"


def a_merged_header(made: Sheet, chance: random.Random) -> str:
    """A name merged over its own column and the next, whose name is lost."""
    if len(made.heads) > 1:
        return ""
    sums = [column.form in ("area", "money") and bool(column.field) for column in made.columns]
    at = [c for c in range(len(sums) - 1) if sums[c] and sums[c + 1]]
    if not at:
        return ""
    c = chance.choice(at)
    made.rows[made.heads[0]][c + 1] = None
    made.merges.append((made.heads[0], c, made.heads[0], c + 1))
    return f"{made.columns[c].head} merged over {made.columns[c + 1].head}"


def two_units(made: Sheet, chance: random.Random) -> str:
    """A row of units that contradicts the header."""
    c = _pick(made, chance, "area")
    if c is None or len(made.heads) > 1 or not made.columns[c].unit or made.columns[c].unit not in str(made.rows[made.heads[0]][c]):
        return ""
    row: list[Any] = [None] * len(made.columns)
    row[c] = "公顷" if made.columns[c].unit in ("亩", "平方米", "㎡", "m2") else "亩"
    made.rows.insert(made.heads[-1] + 1, row)
    made.merges = [(r0 + (r0 > made.heads[-1]), c0, r1 + (r1 > made.heads[-1]), c1) for r0, c0, r1, c1 in made.merges]
    made.body, made.totals, made.formats = [r + 1 for r in made.body], [r + 1 for r in made.totals], {}
    for line in made.truth:
        line["row"] += 1
    return f"units {made.columns[c].unit} and {row[c]}"


def twin_of_another(made: Sheet, chance: random.Random) -> str:
    """A second column of an area that does not say the same."""
    c = next((c for c, column in enumerate(made.columns) if column.form == "area" and not column.field), None)
    if c is None:
        return ""
    for r in made.body:
        if _plain(made.rows[r][c]) is not None:
            made.rows[r][c] = made.rows[r][c] * 10
    return "twin column of other areas"


def rows_on_another_sheet(made: Sheet, chance: random.Random) -> str:
    """The later rows on a sheet that nobody named, with the header or without."""
    cut = chance.choice(made.body[1:])
    if made.further or not made.several or any(r0 < cut <= r1 for r0, _, r1, _ in made.merges):
        return ""
    made.further = [list(made.rows[r]) for r in (made.heads if chance.random() < 0.5 else ())] + made.rows[cut:]
    made.rows, made.merges = made.rows[:cut], [merge for merge in made.merges if merge[2] < cut]
    made.formats, made.hidden_rows = {}, []
    made.body, made.totals = [r for r in made.body if r < cut], [r for r in made.totals if r < cut]
    return f"rows from {cut + 1} on another sheet"


def a_measure_again(made: Sheet, chance: random.Random) -> str:
    """A measure and side once more, for another year, with other figures: of the two, which is meant nobody says."""
    c = _pick(made, chance, "measure")
    if c is None or made.merges:
        return ""
    head = made.heads[-1]
    for r, row in enumerate(made.rows):
        row.insert(c + 1, None)
        if r in made.heads:
            row[c + 1] = f"{row[c]}2022年" if r == head and row[c] else row[c] if r == made.heads[0] and len(made.heads) == 1 else None
        elif r in made.body and _plain(row[c]) is not None:
            row[c + 1] = row[c] + 1
    made.columns.insert(c + 1, made.columns[c])
    return f"{made.columns[c].field} again"


DAMAGES: tuple[Damage, ...] = (one_figure, a_total, a_row_lost, half_in_another_unit, an_id_rounded, an_id_as_day, an_error, letters_for_figures, a_decimal_comma, below_zero,
                               another_unit_in_a_cell, no_such_day, a_blank_key, a_key_twice, header_twice, header_shifted, a_row_shifted, a_merged_number, a_merged_header, two_units, twin_of_another,
                               rows_on_another_sheet, a_measure_again)


def _figures_of(page: str, row: str, cell: str, made: Sheet, chance: random.Random) -> tuple[int, list[str]] | None:
    """A row of data in the text of a file, by its place among the rows, and its cells: those of a page or an XML workbook without merged cells."""
    rows = re.findall(row, page, re.S)
    places = [r for r in made.body if r < len(rows)]
    if made.merges or not places:
        return None
    r = chance.choice(places)
    cells = re.findall(cell, rows[r], re.S)
    return (r, cells) if len(cells) > 3 else None


def _rewritten(path: Path, r: int, row: str, cells: list[str]) -> None:
    data = path.read_bytes()
    coding = "gbk" if b"charset=gbk" in data[:400] else "utf-8"
    page = data.decode(coding)
    at = list(re.finditer(row, page, re.S))[r]
    first = re.match(r"<[^>]*>", at[0])
    last = re.search(r"</[^>]*>$", at[0])
    path.write_bytes((page[: at.start()] + (first[0] if first else "") + "".join(cells) + (last[0] if last else "") + page[at.end():]).encode(coding))


def _in_file(row: str, cell: str, change: Callable[[list[str], int], None]) -> Callable[[Path, Sheet, random.Random], str]:
    def done(path: Path, made: Sheet, chance: random.Random) -> str:
        data = path.read_bytes()
        picked = _figures_of(data.decode("gbk" if b"charset=gbk" in data[:400] else "utf-8"), row, cell, made, chance)
        if picked is None:
            return ""
        r, cells = picked
        filled = [i for i, one in enumerate(cells) if 0 < i < len(cells) - 1 and re.sub(r"<[^>]*>|&nbsp;|\s", "", one) and "Index" not in one]
        if not filled:
            return ""
        at = chance.choice(filled)
        change(cells, at)
        _rewritten(path, r, row, cells)
        return f"row {r + 1} cell {at + 1}"

    return done


def _lose(cells: list[str], at: int) -> None:
    del cells[at]


def _widen(cells: list[str], at: int) -> None:
    cells[at] = cells[at].replace("<td", '<td colspan="2"', 1)


def _jump(cells: list[str], at: int) -> None:
    cells[at] = cells[at].replace("<Cell", f'<Cell ss:Index="{at + 2}"', 1)


def _fall_back(cells: list[str], at: int) -> None:
    cells[at] = cells[at].replace("<Cell", f'<Cell ss:Index="{at}"', 1)


HTML, XML = (r"<tr>.*?</tr>", r"<t[dh].*?</t[dh]>"), (r"<Row .*?</Row>", r"<Cell.*?</Cell>")
IN_FILES = {"html.xls": {"a_cell_lost_in_a_page": _in_file(*HTML, _lose), "a_colspan_that_lies": _in_file(*HTML, _widen)},
            "xml": {"an_index_that_jumps": _in_file(*XML, _jump), "an_index_that_falls_back": _in_file(*XML, _fall_back), "a_cell_lost_in_xml": _in_file(*XML, _lose)}}


def _in_the_file(path: Path, made: Sheet, chance: random.Random, damages: list[str]) -> list[str]:
    known = {name: damage for of in IN_FILES.values() for name, damage in of.items()}
    return [what for name in damages if name in known and (what := known[name](path, made, chance))]


def a_line_of_a_record_lost(made: Sheet, chance: random.Random) -> str:
    """Of a record in two rows the second."""
    later = [r for r in range(made.heads[-1] + 1, len(made.rows)) if r not in made.body and r - 1 in made.body and r not in made.totals]
    if len(made.heads) < 2 or len(later) < 3:
        return ""
    r = chance.choice(later)
    if not any(cell not in (None, "") for cell in made.rows[r]):
        return ""
    del made.rows[r]
    for name in ("body", "totals"):
        setattr(made, name, [at - (at > r) for at in getattr(made, name)])
    return f"row {r + 1} lost"


def _through(kind: str, path: Path, named: bool) -> tuple[Any, list[str], list[str]]:
    """The rows of the ledger (None where it is refused), the loud findings by line, and the errors."""
    sheet = 'layer = "台账"\n' if named else ""
    study = path.with_name("study.toml")
    study.write_text(STUDY.format(kind=kind, file=path.name, sheet=sheet), encoding="utf-8")
    try:
        ledgers, findings = through(load_study(study), whole=False)
    except Refused as refused:
        return None, [], [f.line("en") for f in refused.findings if f.severity == "error"]
    rows = read(path, kind, "台账" if named else None)[1].frame if kind == "standard_land" else ledgers.get(kind)  # its table among the facts has a row a parcel
    return rows, [f.line("en") for f in findings if f.severity in ("warning", "repaired")], []


def parcels_of(kind: str, made: Sheet, folder: Path) -> None:
    """Parcels that a supply ledger may be about: each of its ids, and its area."""
    ids = [line["parcel_id"] for line in made.truth] if kind in ("supply", "standard_land") else ["330109001001GB00001"]
    sides = [line["area"] ** 0.5 for line in made.truth] if kind == "supply" else [100.0] * len(ids)
    shapes = [box(520_000 + 400 * n, 3_340_000, 520_000 + 400 * n + side, 3_340_000 + side) for n, side in enumerate(sides)]
    gpd.GeoDataFrame({"parcel_id": ids, "land_use": ["1001"] * len(ids)}, geometry=shapes, crs=4549).to_file(folder / "parcels.gpkg")


def differs(kind: str, made: Sheet, rows: Any, rounding: float) -> str:
    """Whether the rows are other than those of the truth; "" where they are not."""
    rows = as_columns(rows) if kind == "standard_land" else rows
    declared = {one.name: one.column for one in kind_of(kind, kinds()).fields}  # type: ignore[union-attr]
    by_row = {int(row["row"]): row for row in rows.to_dict("records")}
    if set(by_row) != {line["row"] for line in made.truth}:
        return f"rows {sorted(by_row)}"
    for line in made.truth:
        for name in made.fields:
            if name not in ("carrier_id", "parcel_id", "contract_no") and (declared.get(name, name) not in rows or not same(line[name], by_row[line["row"]].get(declared.get(name, name)), rounding)):
                return f"row {line['row']} {name}: {by_row[line['row']].get(declared.get(name, name))!r} for {line[name]!r}"
    return ""


def outcome(kind: str, seed: int, drawn: dict[str, Any], damages: list[str], folder: Path) -> tuple[str, str]:
    """(what became of it, more): "refused", "told", "right", "silent", or "none" where nothing could be broken."""
    said = rendering(kind, seed, drawn)
    made = said.sheet()
    parcels_of(kind, made, folder)
    named = drawn.get("sheets") == "other" and said.container in SEVERAL_SHEETS
    _, plain, errors = _through(kind, said.saved(made, folder), named)
    if errors:
        return "twin refused", errors[0]
    chance = random.Random(f"{kind} {seed} {damages}")
    done = [what for name in damages for one in (*DAMAGES, a_line_of_a_record_lost) if one.__name__ == name and (what := one(made, chance))]
    path = said.saved(made, folder)
    done += _in_the_file(path, made, chance, damages)
    if not done:
        return "none", ""
    rows, loud, errors = _through(kind, path, named or bool(made.further))
    if errors:
        return "refused", errors[0]
    wrong = differs(kind, made, rows, 2e-3 if drawn.get("twin") else 1e-9) if rows is not None else "no rows"
    if not wrong and damages != ["a_total"]:
        return "right", ""
    new = [line for line in loud if line not in plain]
    return ("told", "; ".join(new)) if new else ("silent", f"{done}: {wrong}")


def broken(kind: str, seed: int) -> tuple[dict[str, Any], list[str]]:
    """The options of a rendering, and the names of its damages."""
    chance = random.Random(f"{kind} {seed} damages")
    damages = [one.__name__ for one in chance.sample(DAMAGES, chance.choice((1, 1, 1, 2, 3)))]
    drawn = {option: value for option, value in options(kind, seed).items() if not any(option == known and str(value).startswith(begins) for known, begins in REFUSED)}
    if damages[0] in ("one_figure", "a_total", "a_row_lost", "half_in_another_unit"):
        drawn["grand"] = "合计"
    if "rows_on_another_sheet" in damages:
        drawn |= {"container": "xlsx"} if drawn.get("container") not in SEVERAL_SHEETS else {}
    if "twin_of_another" in damages:
        drawn["twin"] = True
    return drawn, damages


def main() -> int:
    seeds = seeds_of(sys.argv[1] if len(sys.argv) > 1 else "200")
    kinds_asked, given = asked(sys.argv[2:])
    told: dict[str, Counter[str]] = {}
    shown: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind in kinds_asked:
            for seed in seeds:
                drawn, damages = broken(kind, seed)
                damages = [given["damage"]] if "damage" in given else damages
                drawn |= {option: value for option, value in given.items() if option != "damage"}
                way, more = outcome(kind, seed, drawn, damages, folder)
                key = damages[0] if len(damages) == 1 else "several"
                told.setdefault(key, Counter())[way] += 1
                shown[f"{key} {way}"] += 1
                if way in ("silent", "twin refused") or way == "told" and shown[f"{key} {way}"] <= 2:
                    print(f"{kind} {seed} {way} {damages} {drawn if way != 'told' else ''}\n    {more[:300]}", flush=True)
    for key, ways in sorted(told.items()):
        print(f"{key:26} {dict(ways)}")
    return 1 if any(ways["silent"] for ways in told.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
