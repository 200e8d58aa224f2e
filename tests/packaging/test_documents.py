"""Documents that declarations are the source of are current, and the README's study file is a right one."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from scripts import docs
from spatial.messages import CODES

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", sorted(docs.DOCUMENTS))
def test_a_built_document_is_current(name: str) -> None:
    assert (docs.ROOT / name).read_text(encoding="utf-8") == docs.DOCUMENTS[name](), "run python scripts/docs.py"


def study_of(name: str) -> str:
    [text] = re.findall(r"```toml\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.S)
    return str(text)


def test_both_readmes_show_the_same_study_file() -> None:
    ours, theirs = (tomllib.loads(study_of(name)) for name in ("README.md", "README.en.md"))
    assert ours["layers"] == theirs["layers"] and {**ours["study"], "name": ""} == {**theirs["study"], "name": ""}


def test_every_finding_has_both_languages_and_errors_have_a_remedy() -> None:
    for code, message in CODES.items():
        assert message.zh
        assert message.en
        assert not re.findall("[\u4e00-\u9fff]", re.sub(r"\{[^}]*\}|'[^']*'|\"[^\"]*\"", "", message.en)), code
        if message.severity == "error" and not code.endswith("_more"):
            assert message.remedy_zh, code
            assert message.remedy_en, code


def test_the_page_of_figures_is_whole_in_each_language() -> None:
    pages = {language: (ROOT / "docs" / folder / "performance.md").read_text(encoding="utf-8").split("\n", 1)[1] for language, folder in (("zh", ""), ("en", "en"))}
    assert not re.search("[一-鿿]", pages["en"])
    for page in pages.values():
        assert not re.search(r"\[\[|\|\||\]\]|@", page)
    figures = [re.findall(r"\d[\d,.]*", re.sub("[(（].*?[)）]", "", row)) for row in pages["zh"].splitlines() if row.startswith("|") and " s" in row]
    assert len(figures) > 10 and all(figures)
