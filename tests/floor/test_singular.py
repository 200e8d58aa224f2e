"""A finding about one row says row, not rows, and its verb goes with it; of two it reads as the catalogue has it."""

from __future__ import annotations

import re

import pytest

from spatial.errors import found
from spatial.messages import CODES
from spatial.singular import told_of_one


@pytest.mark.parametrize(("template", "one"), [
    ("{count} rows have more cells than the header", "{count} row has more cells than the header"),
    ("{count} more duplicate ids are not listed one by one", "{count} more duplicate id is not listed one by one"),
    ("{count} entities lie on layers that are off, and were read", "{count} entity lies on layers that are off, and was read"),
    ("{count} batches have more land supplied than approved", "{count} batch has more land supplied than approved"),
    ("{count} rows of the ledger name several parcels in one cell", "{count} row of the ledger names several parcels in one cell"),
    ("{count} cells that say 'as above' were filled", "{count} cell that says 'as above' was filled"),
    ("the rings of {count} geometries turn the wrong way", "the rings of {count} geometry turn the wrong way"),  # rings are told of, not the geometry
    ("{count} totals of {field} cannot be read", "{count} total of {field} cannot be read"),
    ("{count} of {total} rows name a parcel", "{count} of {total} rows name a parcel"),  # one of several
    ("features of {count} more ids", "features of {count} more id"), ("stands {count} times", "stands {count} time"), ("{count} is not less", "{count} is not less"),
])
def test_a_template_told_of_one(template: str, one: str) -> None:
    assert told_of_one(template, ("count",)) == one


def test_a_finding_counts_as_it_is_read() -> None:
    told = [found("ledger.short_rows", row=3, count=count) for count in (1, 2)]
    assert [finding.message("en").split(";")[0] for finding in told] == ["1 row has fewer cells than the header", "2 rows have fewer cells than the header"]
    assert told[0].message("zh") == told[1].message("zh").replace("2", "1")


def test_no_message_says_one_of_several_things() -> None:
    for message in CODES.values():
        for text in (message.text("en"), message.remedy("en")):
            assert not re.search(r"(?<!of )\{count\} (?:more )?(?:rows|cells|parcels|features|projects|enterprises|ids|columns|values|zones|firms)\b", told_of_one(text, ("count",))), message.code
