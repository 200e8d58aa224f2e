"""Two runs side by side."""

from spatial.scorecard.compare import compare, compare_settings

A = {
    "study": {"as_of": "2021-12-31", "rules": {"idle_denominator": "supplied_industrial"}},
    "values": [
        {"indicator": "x", "zone": "study_area", "value": 0.75, "unit": "ratio", "numerator": 3, "denominator": 4, "status": "ok", "rule": "area"},
        {"indicator": "x", "zone": "A", "value": 0.5, "unit": "ratio", "numerator": 2, "denominator": 4, "status": "ok", "rule": "area"},
        {"indicator": "x", "zone": "B", "value": 0.1, "unit": "ratio", "numerator": 1, "denominator": 10, "status": "ok", "rule": "area"},
        {"indicator": "y", "zone": "B", "value": None, "unit": "ratio", "status": "no_data", "rule": ""},
    ],
    "scorecard": [{"policy": "S1", "clause": "S1-01", "indicator": "x", "zone": "study_area", "value": 0.75, "unit": "ratio", "target": 0.8,
                   "status": "missed"}],
}
B = {
    "study": {"as_of": "2022-12-31", "rules": {"idle_denominator": "supplied_industrial"}},
    "values": [
        {"indicator": "x", "zone": "study_area", "value": 0.8, "unit": "ratio", "numerator": 4, "denominator": 5, "status": "ok", "rule": "area"},
        {"indicator": "x", "zone": "A", "value": 0.5, "unit": "ratio", "numerator": 2, "denominator": 4, "status": "ok", "rule": "area"},
        {"indicator": "y", "zone": "B", "value": None, "unit": "ratio", "status": "not_applicable", "rule": ""},
        {"indicator": "x", "zone": "C", "value": 0.2, "unit": "ratio", "numerator": 1, "denominator": 5, "status": "ok", "rule": "area"},
    ],
    "scorecard": [{"policy": "S1", "clause": "S1-01", "indicator": "x", "zone": "study_area", "value": 0.8, "unit": "ratio", "target": 0.8,
                   "status": "met"}],
}


def test_differences_are_listed_and_equal_lines_left_out():
    rows = compare(A, B)
    listed = rows[["part", "indicator", "zone", "difference"]].values.tolist()
    assert listed == [["values", "x", "study_area", "changed"], ["values", "x", "B", "removed"], ["values", "y", "B", "status"],
                      ["values", "x", "C", "added"], ["scorecard", "x", "study_area", "changed"]]
    first = rows.iloc[0]
    assert (first["before"], first["after"], first["change"]) == (0.75, 0.8, 0.05)
    assert (first["numerator_before"], first["denominator_after"]) == (3, 5)
    assert rows.iloc[1]["change"] is None and rows.iloc[1]["after"] is None
    assert (rows.iloc[4]["status_before"], rows.iloc[4]["status_after"]) == ("missed", "met")


def test_a_run_compared_with_itself_has_no_difference():
    assert compare(A, A).empty
    assert compare_settings(A, A).empty


def test_values_in_different_units_are_not_subtracted():
    other = {"values": [{**A["values"][0], "unit": "mu"}]}
    row = compare({"values": [A["values"][0]]}, other).iloc[0]
    assert row["difference"] == "changed" and row["change"] is None


def test_settings_that_differ_are_named_by_their_dotted_key():
    assert compare_settings(A, B).values.tolist() == [["as_of", "2021-12-31", "2022-12-31"]]


def test_parts_that_a_file_lacks_are_empty():
    assert compare({}, {"values": "broken"}).empty
