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


@pytest.mark.parametrize("name", ["README.md", "README.en.md"])
def test_the_study_file_of_the_readme_has_only_known_keys(name: str) -> None:
    from spatial.errors import Refused
    from spatial.read.study import load_study

    [text] = re.findall(r"```toml\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.S)
    tomllib.loads(text)
    path = ROOT / ".readme-study.toml"
    path.write_text(text, encoding="utf-8")
    try:
        with pytest.raises(Refused) as refused:
            load_study(path)
    finally:
        path.unlink()
    assert {finding.code for finding in refused.value.findings} == {"study.missing_file"}


def test_every_finding_has_both_languages_and_errors_have_a_remedy() -> None:
    for code, message in CODES.items():
        assert message.zh
        assert message.en
        assert not re.findall("[\u4e00-\u9fff]", re.sub(r"\{[^}]*\}|'[^']*'|\"[^\"]*\"", "", message.en)), code
        if message.severity == "error" and not code.endswith("_more"):
            assert message.remedy_zh, code
            assert message.remedy_en, code
