"""Every notebook runs from a clean kernel without a network, says what it should, and is kept without outputs."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
SHUT = """
import socket

connect = socket.socket.connect

def local(self, where):
    assert isinstance(where, str) or where[0] in ("127.0.0.1", "::1"), where
    return connect(self, where)

socket.socket.connect = local
"""


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory, shared_demo: Path) -> Path:
    """A checkout as an analyst has it: the demo run in out/, the notebooks beside it, shared data where they lie."""
    home = tmp_path_factory.mktemp("desk")
    for part in ("demo", "demo-data"):
        shutil.copytree(shared_demo / part, home / "checkout" / "out" / part)
    shutil.copytree(NOTEBOOKS[0].parent, home / "checkout" / "notebooks")
    shared = NOTEBOOKS[0].parents[2] / "shared"
    if shared.is_dir():
        (home / "shared").symlink_to(shared)
    return home / "checkout" / "notebooks"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_a_clean_kernel(path: Path, desk: Path) -> None:
    book = nbformat.read(desk / path.name, as_version=4)
    book.cells.insert(0, nbformat.v4.new_code_cell(SHUT))
    done = NotebookClient(book, timeout=1200, startup_timeout=600, kernel_name="python3", resources={"metadata": {"path": str(desk)}}).execute()
    outputs = [output for cell in done.cells if cell.cell_type == "code" for output in cell.outputs]
    assert outputs and all(output.output_type != "error" for output in outputs)
    if path.stem.startswith("7"):  # what it makes lies in a folder of its own
        inputs = desk.parent / "out" / "demo-data"
        assert not {"片区.gpkg", "my-policy.toml", "mine.toml"} & {file.name for file in inputs.iterdir()} and (desk.parent / "out" / "mine" / "mine.html").is_file()
    complaints = [output.text for output in outputs if output.output_type == "stream" and output.name == "stderr" and "Warning" in output.text]
    assert not complaints


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs_and_tells_its_question(path: Path) -> None:
    book = nbformat.read(path, as_version=4)
    assert all(not cell.outputs and cell.execution_count is None for cell in book.cells if cell.cell_type == "code")
    wide = [line for cell in book.cells if cell.cell_type == "code" for line in cell.source.splitlines() if sum(1 + (mark > "⺀") for mark in line) > 126]
    assert not wide  # a page of a notebook shows so many letters, Chinese ones two wide
    told = "\n".join(cell.source for cell in book.cells if cell.cell_type == "markdown")
    assert all(word in told for word in ("**问题**", "**方法**", "**注意**", "## Answer in one sentence", "## Against results.json"))


def test_notebooks_use_public_names_only() -> None:
    for path in NOTEBOOKS:
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                assert "from spatial." not in cell.source and "import spatial." not in cell.source, path.name
