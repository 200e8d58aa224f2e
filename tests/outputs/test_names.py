"""Names from data become file names that are safe, short, distinct everywhere, and that a real folder takes."""

from __future__ import annotations

import ntpath
from pathlib import Path, PureWindowsPath

from hypothesis import example, given
from hypothesis import strategies as st

from spatial.render.names import MOST_BYTES, file_names, same_file

HOSTILE = ["../../etc/passwd", "C:\\temp\\a", "CON", "nul.pdf", "a/b", "a:b", "a\x00b", " lead ", "dot.", "-rf", "~root", "%2e%2e", "‮fdp.exe", "", ".", "..", "a\nb", "甲?*|<>\""]


def test_a_plain_name_stays_as_it_is() -> None:
    assert file_names(["钱塘江金融城", "桥南高端智造基地(桥南区块)"]) == {"钱塘江金融城": "钱塘江金融城", "桥南高端智造基地(桥南区块)": "桥南高端智造基地(桥南区块)"}


def reserved(stem: str) -> bool:
    """Whether Windows keeps a name for itself; the question moved from pathlib to ntpath in Python 3.13."""
    return bool(ntpath.isreserved(stem)) if hasattr(ntpath, "isreserved") else PureWindowsPath(stem).is_reserved()


def test_hostile_names_stay_in_the_folder(tmp_path: Path) -> None:
    stems = file_names(HOSTILE)
    for stem in stems.values():
        (tmp_path / f"{stem}.pdf").write_bytes(b"x")
        assert stem and PureWindowsPath(stem).name == stem and not reserved(stem) and stem[0] not in "-~."
    assert len(list(tmp_path.iterdir())) == len(HOSTILE)


def test_names_that_a_system_takes_for_one_are_told_apart() -> None:
    stems = file_names(["Park", "PARK", "caf\u00e9", "cafe\u0301", "Ａ园", "A园"])
    assert len({same_file(stem) for stem in stems.values()}) == 6


def test_the_order_of_names_does_not_matter() -> None:
    names = ["Park", "PARK", "a/b", "a_b", "甲" * 90, "甲" * 91]
    assert file_names(names) == file_names(reversed(names)) | {}


def test_long_names_are_cut_on_a_character_and_told_apart() -> None:
    stems = list(file_names(["甲" * 90 + "一", "甲" * 90 + "二"]).values())
    assert len(set(stems)) == 2 and all(len(stem.encode()) <= MOST_BYTES and stem.startswith("甲甲") for stem in stems)


@given(st.lists(st.text(max_size=40), max_size=6))
@example(["a_b", "a/b", "A_B"])
def test_any_names_give_distinct_stems(names: list[str]) -> None:
    stems = file_names(names)
    folded = [same_file(stem) for stem in stems.values()]
    assert len(set(folded)) == len(stems) and all(0 < len(stem.encode("utf-8")) <= MOST_BYTES for stem in stems.values())
