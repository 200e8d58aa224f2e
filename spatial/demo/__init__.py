"""The demo district, 示范区(虚构): a generated town with all its ledgers, the same bytes every time.

`write_demo(folder)` writes the files an office would hand over, with their study.toml, and returns its path;
`build_demo()` gives the same district as frames, with the figures a right run must find.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from spatial.demo.layers import write_layers, write_parcels
from spatial.demo.ledgers import write_enterprises, write_projects, write_small_tables, write_standard_land, write_supply
from spatial.demo.resources import folder as data_folder
from spatial.demo.scene import build_scene
from spatial.demo.scene_files import write_scene
from spatial.demo.truth import DemoTruth, build_demo

__all__ = ["DemoTruth", "build_demo", "write_demo"]


def write_demo(folder: Path, truth: DemoTruth | None = None) -> Path:
    """Write the demo district into `folder` and return the path of its study file."""
    folder.mkdir(parents=True, exist_ok=True)
    truth = truth or build_demo()
    write_parcels(truth, folder / "宗地.shp")
    write_layers(truth, folder)
    write_supply(truth, folder / "供地台账.xlsx")
    write_projects(truth, folder / "项目台账.xlsx")
    write_standard_land(truth, folder / "标准地台账.xlsx")
    write_enterprises(truth, folder / "企业亩均台账.csv")
    write_small_tables(truth, folder)
    write_scene(build_scene(truth), folder)
    for name in ("study.toml", "说明.txt"):
        shutil.copyfile(data_folder() / name, folder / name)
    return folder / "study.toml"
