"""A finding that lists names writes them as the language it is told in does."""

from __future__ import annotations

import ast
import pickle
from pathlib import Path

import spatial
from spatial.errors import Several, first_of, found, lines_of
from spatial.messages import CODES, role_name
from spatial.read.declarations import kinds
from spatial.schema.study import NAMED_ROLES, ROLES


def test_a_list_is_joined_by_the_language_and_survives_the_way_to_a_worker() -> None:
    listed = Several(["A", 2]) + "…"
    finding = found("key.duplicate", role="parcels", key="A、B", rows=listed, value_seen=Several(["x、y", "z"]), spelled="", count=2)
    for one in (finding, pickle.loads(pickle.dumps(finding))):
        assert "A、2…" in one.message("zh") and "A, 2…" in one.message("en")
        assert one.record("zh")["value_seen"] == "x、y、z" and one.record("en")["value_seen"] == "x、y, z"  # what a name holds stays
        assert one.record("en")["key"] == "A、B"
        kept = one.told("en")
        assert type(kept.value_seen) is str and kept.value_seen == "x、y, z" and kept.message("en") == one.message("en")


def test_a_line_lists_its_fields_as_the_language_does() -> None:
    finding = found("statistics.beside_enterprises", role="statistics", field=Several(["tax", "rd"]), lacking_zh="", lacking_en="")
    assert finding.line("zh").startswith("统计数据 tax、rd: ") and finding.line("en").startswith("statistics tax, rd: ")


def test_a_finding_names_a_layer_in_the_language_of_its_reader() -> None:
    """The role of a study file stays in the record and in the part of the study file that a remedy names."""
    told = found("join.parcels_without_row", role="supply", field="parcel_id", count=2, total=5, ids="P1、P2")
    assert told.message("zh").startswith("供地台账未提到 2 宗地块") and told.message("en").startswith("land supply does not speak of 2 of 5")
    assert told.line("zh").startswith("供地台账 parcel_id: ") and told.record()["role"] == "supply"
    named = found("join.no_location", role="attributes.tax", row=2, count=1)
    assert named.message("zh").startswith("地块附加表 tax 有 1 行")
    lacking = found("schema.missing_one_of", role="supply", fields="parcel_id", columns="A")
    assert "[layers.supply.columns]" in lacking.remedy("zh") and "[layers.supply.columns]" in lacking.remedy("en")


def test_no_text_of_the_catalogue_shows_a_role_where_it_is_not_a_key() -> None:
    """`{role}` is told in words, so it may not stand in a path of the study file; and every layer kind has a word."""
    assert not [code for code, row in CODES.items() for text in (row.zh, row.en, row.remedy_zh, row.remedy_en) if "layers.{role}" in text]
    assert not [role for role in (*ROLES, *NAMED_ROLES) if role_name(role, 0) == role]
    assert {name: role_name(name, 0) for name in kinds()} == {name: kind.zh for name, kind in kinds().items()}  # one name in messages, tables and documents


def test_a_list_that_is_cut_says_that_there_are_more() -> None:
    assert (first_of("abc", 2), first_of("abc", 3), first_of("abc", 2).told("en")) == ("a、b…", "a、b、c", "a, b…")
    assert lines_of(range(12, 0, -1)) == "1、2、3、4、5、6、7、8、9、10…"


def _cuts(call: ast.Call) -> bool:
    """Whether what is listed is the head of something longer: `[:10]`, `.head(5)`; the text of each name may be cut."""
    listed = call.args[0] if call.args else None
    if isinstance(listed, ast.GeneratorExp | ast.ListComp):
        listed = listed.generators[0].iter
    if isinstance(listed, ast.Call) and isinstance(listed.func, ast.Name) and listed.func.id in ("map", "sorted", "list"):
        listed = listed.args[-1]
    if isinstance(listed, ast.Call) and isinstance(listed.func, ast.Attribute):
        return listed.func.attr == "head"
    return isinstance(listed, ast.Subscript) and isinstance(listed.slice, ast.Slice) and listed.slice.upper is not None


def test_no_finding_lists_the_first_names_as_if_they_were_all() -> None:
    """`first_of` cuts a list and says so; `Several` is for whole ones."""
    assert [_cuts(node) for text in ("Several(x[:9])", "Several(map(str, x[:9]))", "Several(f(a) for a in x[:9])", "Several([a[:9] for a in x][:2])", "Several(x.head(5))",
                                     "Several(x)", "Several(a[:9] for a in x)") for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Several"
            ] == [True, True, True, True, True, False, False]
    package = Path(spatial.__file__).parent
    cut = [f"{path.relative_to(package)}:{node.lineno}" for path in sorted(package.rglob("*.py")) if path.name != "errors.py" for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
           if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Several" and _cuts(node)]
    assert cut == []


def test_every_error_and_warning_says_what_to_do_and_in_both_languages() -> None:
    assert [code for code, row in CODES.items() if row.severity in ("error", "warning") and not (row.remedy_zh and row.remedy_en)] == []
    assert [code for code, row in CODES.items() if bool(row.remedy_zh) != bool(row.remedy_en)] == []
