"""Builds the rows that declare every kind of layer (spatial.schema.fields) from layers/*.toml."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType

from spatial import resources
from spatial.normalise.land_use import Tables
from spatial.normalise.trades import Trades
from spatial.schema.fields import Ask, Field, Kind, Kinds


@lru_cache(maxsize=1)
def kinds() -> Kinds:
    """Every canonical layer kind by name."""
    return MappingProxyType({path.stem: _kind(path.stem, resources.table(path))
                             for path in sorted(resources.folder("layers").glob("*.toml"))})


def _kind(name: str, table: dict) -> Kind:
    fields = tuple(_field(row) for row in table.get("field", ()))
    return Kind(name, table["zh"], table["en"], table["geometry"], table["key"], fields, tuple(table.get("one_of", ())),
                tuple(Ask(tuple(one["headers"]), tuple(one["fields"]), tuple(one.get("beside", ()))) for one in table.get("ask", ())))


def _field(row: dict) -> Field:
    values = {**row, "aliases": tuple(row.get("aliases", ()))}
    if "categories" in row:
        values["categories"] = MappingProxyType({code: tuple(words) for code, words in row["categories"].items()})
    return Field(**values)


@lru_cache(maxsize=8)
def code_table(name: str) -> dict[str, dict]:
    """A code table of layers/codes: code -> names, colour."""
    return resources.table(resources.folder("layers") / "codes" / f"{name}.toml")["codes"]


def code_words(name: str) -> dict[str, tuple[str, ...]]:
    """Code -> the words that mean it, from a code table."""
    return {code: (row["zh"], row["en"], *row.get("aka", ())) for code, row in code_table(name).items()}


def code_tables() -> Tables:
    """The land-use tables as `normalise` takes them."""
    whole = resources.table(resources.folder("layers") / "codes" / "land_use.toml")
    survey, older = code_table("third_survey"), code_table("survey_2007")
    return Tables(code_words("land_use"), {code: row["to"] for code, row in survey.items()}, whole["changes_2020"],
                  {code: row["zh"] for code, row in survey.items()}, _trades(), {code: row["to"] for code, row in older.items()}, {code: row["zh"] for code, row in older.items()})


def _trades() -> Trades:
    """The table of industries: a name is compared without blanks, in capitals."""
    table = code_table("industry")
    sections = {f"{division:02d}": code for code, row in table.items() if "first" in row for division in range(row["first"], row["last"] + 1)}
    return Trades(sections, {"".join(name.split()).upper(): code for code, names in code_words("industry").items() for name in names})
