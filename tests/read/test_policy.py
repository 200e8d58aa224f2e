"""Policy files: the five that are packaged against the list of targets, and what is refused in one of your own."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from scripts import docs
from spatial.errors import errors_of
from spatial.read.policy import load_policy, packaged_policies
from spatial.read.policy_keys import TARGET_KEYS, nearest
from spatial.schema.policy import KINDS

COUNTS = {"S1": 34, "S0": 14, "S2": 10, "S3": 24, "S4": 53}
SHARED = Path(__file__).resolve().parents[3] / "shared" / "domain" / "targets.json"
HEADER = '[policy]\nid = "X"\nname = "试行"\n'
GOOD = '[[target]]\nclause = "X-01"\nindicator = "tax_per_mu"\ncomparison = ">="\nvalue = 40\nunit = "万元/亩"\nkind = "stock"\n'


@pytest.fixture(scope="module")
def policies():
    loaded = {name: load_policy(name, Path()) for name in packaged_policies()}
    return {policy.id: policy for policy, _ in loaded.values()}


def own(tmp_path, text, **options):
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    return load_policy("own.toml", tmp_path, **options)


def test_the_five_documents_hold_135_targets(policies):
    assert {name: len(policy.targets) for name, policy in policies.items()} == COUNTS
    assert packaged_policies() == ("hangzhou-one-park-one-industry", "shandong-new-drivers", "shangyu-2017", "wanmu-qianyi", "xiaoshan-4286")


def test_packaged_documents_have_no_error():
    assert not errors_of(finding for name in packaged_policies() for finding in load_policy(name, Path())[1])


def test_clauses_run_without_gaps_and_have_both_titles_a_section_and_a_kind(policies):
    for name, policy in policies.items():
        assert [target.clause for target in policy.targets] == [f"{name}-{number:02d}" for number in range(1, COUNTS[name] + 1)]
        assert all(target.title.zh and target.title.en and target.section and target.kind in KINDS for target in policy.targets)
        assert all(bool(target.note.zh) == bool(target.note.en) for target in policy.targets)


def test_every_target_is_the_one_of_the_list(policies):
    if not SHARED.exists():
        pytest.skip("the list of targets lies beside the checkout only where it was written")
    listed = json.loads(SHARED.read_text(encoding="utf-8"))
    assert len(listed) == 135
    assert sorted(row["id"] for row in listed) == sorted(target.clause for policy in policies.values() for target in policy.targets)
    for row in listed:
        target = policies[row["doc"]].target(row["id"])
        scale = Decimal(100) if row["unit"] == "%" else Decimal(1)
        values = row["value"] if isinstance(row["value"], list) else [row["value"]]
        expected = tuple(None if number is None else float(Decimal(str(number)) / scale) for number in values)
        assert (target.value if isinstance(target.value, tuple) else (target.value,)) == expected, row["id"]
        assert target.unit == ("ratio" if row["unit"] == "%" else row["unit"])
        assert (target.comparison, target.kind, target.title.zh, target.scope_text, target.deadline_text) == (
            row["op"], row["kind"], row["indicator"], row["scope"], row["deadline"])
        year = row["deadline"][-4:]
        assert target.deadline == (date(int(year), 12, 31) if year.isdigit() else None)
        assert target.every_year is (row["deadline"] == "each year")


@pytest.mark.parametrize(("language", "yes", "tracked", "draft", "unit", "annual"), [
    ("zh", "是", "跟踪", "征求意见稿；分母未说明", "亿元", "年度"), ("en", "yes", "tracked", "draft, denominator not stated", "× 10⁸ CNY", "annual")])
def test_the_page_of_policies_has_a_row_for_every_target(policies, language, yes, tracked, draft, unit, annual):
    rows = [line.split(" | ") for line in docs.policies(language).splitlines() if line.startswith("| S")]
    assert sorted(row[0].removeprefix("| ") for row in rows) == sorted(target.clause for policy in policies.values() for target in policy.targets)
    page = {row[0].removeprefix("| "): row for row in rows}
    assert page["S1-01"][2] == "≥ 80.0 %" and "`new_land_to_carriers_or_projects_share`" in page["S1-01"][3] and page["S1-01"][4] == yes
    assert tracked in page["S0-01"][3] and page["S0-01"][2] == f"≥ 400 {unit}" and page["S0-01"][5:7] == [annual, "2020-12-31"]
    assert page["S2-02"][7] == f"{draft} |" and page["S2-02"][6] == "—"



def test_the_five_80_percent_lines_are_district_lines(policies):
    lines = policies["S1"].targets[:5]
    assert {(line.comparison, line.value, line.unit, line.scope, line.deadline) for line in lines} == {
        (">=", 0.8, "ratio", ("study_area",), date(2022, 12, 31))}
    assert lines[0].indicator == "new_land_to_carriers_or_projects_share"


def test_only_the_hangzhou_document_is_a_draft(policies):
    assert [name for name, policy in policies.items() if policy.draft] == ["S2"]
    assert all(target.draft for target in policies["S2"].targets)
    assert [target.clause for target in policies["S2"].targets if target.denominator_unstated] == ["S2-01", "S2-02"]


def test_the_20_carriers_are_4_2_8_6_with_inferred_types(policies):
    carriers = policies["S1"].carriers
    assert [sum(carrier.type == kind for carrier in carriers) for kind in ("产业新城", "产业基地", "特色小镇", "产业社区")] == [4, 2, 8, 6]
    assert [sum(carrier.group == group for carrier in carriers) for group in ("基本建设完成", "初具规模", "更新改造明显成效", "实质性推进")] == [6, 8, 5, 1]
    assert all(carrier.type_inferred for carrier in carriers)
    assert "桥南区块" in next(carrier for carrier in carriers if carrier.name.startswith("杭州桥南")).aliases


def test_a_path_is_read_relative_to_the_study(tmp_path):
    policy, findings = own(tmp_path, HEADER + GOOD, known={"tax_per_mu": "万元/亩"})
    assert findings == []
    assert (policy.id, policy.path, len(policy.sha256)) == ("X", "own.toml", 64)
    assert policy.targets[0].value == 40.0


def test_a_percentage_is_kept_as_an_exact_share(tmp_path):
    text = HEADER + GOOD.replace('"万元/亩"', '"%"').replace("40", "2.55").replace("tax_per_mu", "tracked")
    target = own(tmp_path, text)[0].targets[0]
    assert (target.value, target.unit) == (0.0255, "ratio")


def test_a_misspelt_name_is_answered_with_the_nearest(tmp_path):
    policy, findings = load_policy("xiaoshan4286", tmp_path)
    assert policy is None
    assert findings[0].code == "policy.missing" and "xiaoshan-4286" in findings[0].remedy("en")


def test_an_unknown_indicator_is_answered_with_the_nearest(tmp_path):
    _, findings = own(tmp_path, HEADER + GOOD.replace("tax_per_mu", "tax_per_um"), known={"tax_per_mu", "idle_land_share"})
    assert [finding.code for finding in findings] == ["policy.unknown_indicator"]
    assert "tax_per_mu" in findings[0].remedy() and findings[0].path == "own.toml" and findings[0].key == "X-01"


def test_a_unit_of_another_measure_is_refused(tmp_path):
    _, findings = own(tmp_path, HEADER + GOOD.replace("万元/亩", "亿元"), known={"tax_per_mu": "万元/亩"})
    assert [finding.code for finding in findings] == ["policy.wrong_unit"]
    assert not own(tmp_path, HEADER + GOOD.replace("万元/亩", "万元/公顷"), known={"tax_per_mu": "万元/亩"})[1]


@pytest.mark.parametrize(("old", "new", "code", "field"), [
    ('kind = "stock"', 'kind = "stocks"', "policy.wrong_value", "kind"),
    ('">="', '"=>"', "policy.wrong_value", "comparison"),
    ('">="', '"between"', "policy.wrong_value", "value"),
    ("value = 40", "value = [1, 2]", "policy.wrong_value", "value"),
    ("value = 40", 'value = "40"', "policy.wrong_value", "value"),
    ("value = 40", "value = nan", "policy.wrong_value", "value"),
    ("value = 40", "value = inf", "policy.wrong_value", "value"),
    ("value = 40", "value = true", "policy.wrong_value", "value"),
    ("value = 40", "", "policy.wrong_value", "value"),
    ('"万元/亩"', '"万元/田"', "policy.wrong_value", "unit"),
    ("value = 40", "value = 40\nthreshold = 4", "policy.unknown_key", "threshold"),
    ("value = 40", "value = 40\ndeadline = \"2022\"", "policy.wrong_value", "deadline"),
    ("value = 40", "value = 40\nscope = \"carriers\"", "policy.wrong_value", "scope"),
    ("value = 40", "value = 40\nscope = \"zones.\"", "policy.wrong_value", "scope"),
    ("value = 40", "value = 40\ndeadline = 2022-12-31\nevery_year = true", "policy.wrong_value", "every_year"),
    ('clause = "X-01"\n', "", "policy.missing_key", "clause"),
])
def test_what_a_target_may_not_say_is_named_by_clause_and_key(tmp_path, old, new, code, field):
    policy, findings = own(tmp_path, HEADER + GOOD.replace(old, new))
    assert (code, field) in [(finding.code, finding.field) for finding in findings]
    assert policy is not None and policy.targets == ()
    for finding in findings:
        assert finding.line("zh") and finding.line("en")


def test_a_share_of_80_is_not_taken_for_8000_percent(tmp_path):
    text = HEADER + GOOD.replace('kind = "stock"', 'kind = "share"').replace("万元/亩", "ratio").replace("40", "80")
    finding, = own(tmp_path, text)[1]
    assert finding.field == "value" and '"%"' in finding.remedy("en")


def test_a_clause_that_stands_twice_is_refused(tmp_path):
    assert [finding.code for finding in own(tmp_path, HEADER + GOOD + GOOD)[1]] == ["policy.duplicate_clause"]


def test_a_scope_of_a_layer_that_the_study_lacks_is_a_warning(tmp_path):
    text = HEADER + GOOD + 'scope = "zones.park"\n'
    finding, = own(tmp_path, text, layers=["parks"])[1]
    assert (finding.code, finding.severity) == ("policy.unknown_scope", "warning") and "parks" in finding.remedy("en")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"[policy", b"a = " + b"[" * 100_000, b"", b"policy = 1", b"[[policy]]", b"[policy]\nid = ''\n"])
def test_a_file_that_is_no_policy_is_refused_and_not_raised(tmp_path, content):
    (tmp_path / "bad.toml").write_bytes(content)
    policy, findings = load_policy("bad.toml", tmp_path)
    assert policy is None and errors_of(findings)


def test_a_policy_without_targets_is_refused(tmp_path):
    assert errors_of(own(tmp_path, HEADER)[1])


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path):
    (tmp_path / "own.toml").write_bytes(b"\xef\xbb\xbf" + (HEADER + GOOD).replace("\n", "\r\n").encode())
    assert load_policy("own.toml", tmp_path)[1] == []


def test_a_blank_unit_is_answered_with_the_word_for_a_share(tmp_path):
    _, findings = own(tmp_path, HEADER + GOOD.replace('"万元/亩"', '""'))
    finding = next(f for f in findings if f.code == "policy.wrong_value")
    assert (finding.field, finding.severity) == ("unit", "error")
    assert '"ratio"' in finding.remedy("zh")
    assert '"ratio"' in finding.remedy("en")
    assert "应为 单位" in finding.message("zh")


def test_every_key_of_a_target_is_named_where_one_is_not_known() -> None:
    said = nearest("due", TARGET_KEYS)["suggestion_zh"]
    assert all(key in said for key in TARGET_KEYS)
