"""A small district with everything that may go wrong between partitions: straddling and broken parcels, overlaps, bad rows, ledgers."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

CRS = "EPSG:4549"
STUDY = """
[study]
name = "分区引擎"
as_of = 2022-12-31
period = [2020-01-01, 2022-12-31]
[join]
allocation = "{allocation}"
duplicate_keys = "keep"
on_bad_rows = "set_aside"
repair_tolerance = 1.0
many_rows = {{ land_status = "any" }}
[rules]
per_mu_land = "parcels"
[layers.parcels]
path = "parcels.{suffix}"
[layers.parcels.columns]
parcel_id = "宗地代码"
land_use = "用途"
planned_use = "规划用途"
floor_area = {{ column = "建筑面积", unit = "m2" }}
[layers.carriers]
path = "carriers.gpkg"
[layers.zones.townships]
path = "townships.gpkg"
[layers.constraints]
path = "constraints.gpkg"
[layers.supply]
path = "supply.csv"
crs = "EPSG:4549"
[layers.enterprises]
path = "enterprises.csv"
"""


def write_study(folder: Path, *, side: int = 22, allocation: str = "area", suffix: str = "gpkg") -> Path:
    """The study file of a district of `side` x `side` parcels, most of them well-behaved; its path."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(7)
    x, y = np.meshgrid(np.arange(side) * 30.0, np.arange(side) * 30.0)
    west, south = 500_000 + x.ravel(), 3_500_000 + y.ravel()
    shapes = shapely.box(west, south, west + 30, south + 30)
    shapes[5] = shapely.Polygon([(west[5], south[5]), (west[5] + 30, south[5] + 30), (west[5] + 30, south[5]), (west[5], south[5] + 30)])  # a bow-tie
    for at in (40, 41, 200, 201):  # these reach far over their neighbours, and over the borders of partitions
        shapes[at] = shapely.box(west[at] - 12, south[at] - 12, west[at] + 75, south[at] + 40)
    for at in range(11, side * side, side):  # a column of gaps of 5 cm, over the borders of partitions
        if at not in (40, 41, 200, 201):
            shapes[at] = shapely.box(west[at], south[at], west[at] + 29.95, south[at] + 30)
    shapes[-1] = shapely.box(west[-1] + 40_000, south[-1], west[-1] + 40_030, south[-1] + 30)  # far from all others
    shapes[77] = None
    ids = np.array([f"33010000100{k // 100 % 10}GB{k:05d}" for k in range(side * side)], dtype=object)
    ids[9] = ids[8]
    parcels = gpd.GeoDataFrame({"宗地代码": ids, "宗地编号": [f"甲储出〔2021〕{k}号" for k in range(side * side)], "用途": random.choice(["1001", "0701", "工业用地"], side * side),
                                "规划用途": "1001", "建筑面积": np.where(np.arange(side * side) % 7, random.integers(1, 2000, side * side), 0).astype(float)}, geometry=shapes, crs=CRS)
    order = random.permutation(len(parcels))
    parcels = parcels.iloc[order].reset_index(drop=True)
    span = side * 30.0

    def ring(cx: float, cy: float, radius: float) -> shapely.Polygon:
        return shapely.Point(500_000 + cx * span, 3_500_000 + cy * span).buffer(radius * span, 17)

    carriers = gpd.GeoDataFrame({"载体编号": ["a", "b", "c"], "载体名称": ["甲园", "乙园", "丙园"], "载体类型": ["园区", "园区", "小微园"]},
                                geometry=[ring(0.3, 0.3, 0.2), ring(0.45, 0.4, 0.15), ring(0.75, 0.7, 0.18)], crs=CRS)
    edge = 3_500_000 + 0.37 * span
    townships = gpd.GeoDataFrame({"载体编号": ["南镇", "北镇"]}, geometry=[shapely.box(499_000, 3_499_000, 503_000, edge), shapely.box(499_000, edge, 503_000, 3_503_000)], crs=CRS)
    gpd.GeoDataFrame({"类型": ["永久基本农田", "河道"]}, geometry=[ring(0.6, 0.5, 0.2), ring(0.2, 0.8, 0.1)], crs=CRS).to_file(
        folder / "constraints.gpkg", driver="GPKG", layer="constraints")
    if suffix == "gpkg":
        parcels.to_file(folder / "parcels.gpkg", driver="GPKG", layer="parcels")
    else:
        parcels.to_parquet(folder / "parcels.parquet", row_group_size=100)
    carriers.to_file(folder / "carriers.gpkg", driver="GPKG", layer="carriers")
    townships.to_file(folder / "townships.gpkg", driver="GPKG", layer="townships")
    supplied = ids[[3, 40, 100, 101, 250, 333]]
    nowhere = [None] * 7
    pd.DataFrame({"宗地代码": [*supplied, "330100001009GB99999", None, None, None], "电子监管号": [f"3301002021B{k:05d}" for k in range(10)],
                  "宗地编号": [*nowhere, "甲储出(2021)120", None, None], "土地用途": "工业用地", "供地方式": "挂牌",
                  "x": [*nowhere, None, west[150], west[203] + 1], "y": [*nowhere, None, south[150] + 15, south[203] + 1],  # on an edge of two parcels; in several
                  "合同签订日期": "2021-03-01", "供地面积(平方米)": 900, "约定开工日期": "2021-06-01"}).to_csv(folder / "supply.csv", index=False)
    pd.DataFrame({"统一社会信用代码": ["E1", "E2", "E3"], "年度": 2022, "宗地代码": [f"{ids[40]};{ids[41]}", ids[250], ids[251]],
                  "税收(万元)": [100.1, 20.2, 3.3]}).to_csv(folder / "enterprises.csv", index=False)
    path = folder / "study.toml"
    path.write_text(STUDY.format(allocation=allocation, suffix=suffix), encoding="utf-8")
    return path
