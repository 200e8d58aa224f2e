"""The demo district's tables, laid out column by column: supply, projects, standard land, enterprises, leases, statistics, targets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from spatial.demo.resources import parameters
from spatial.demo.truth import DemoTruth
from spatial.demo.workbooks import Column, date_cells, write_workbook, yes_no

FICTITIOUS = "本表为演示数据，示范区(虚构)不存在，数字均为编造。"


def write_supply(truth: DemoTruth, path: Path) -> None:
    """供地台账.xlsx."""
    rows = truth.supply
    names = {code: use["name"] for code, use in parameters("land_use")["use"].items()}
    days = {name: date_cells(rows[name]) for name in rows.columns if name.endswith("_date")}
    write_workbook(path, "供地台账", "示范区(虚构)国有建设用地供应台账(截至2022年12月31日)", [
        Column("", "宗地代码", rows["parcel_id"].tolist()), Column("", "电子监管号", rows["supply_id"].tolist()),
        Column("", "项目代码", rows["project_id"].tolist()), Column("", "土地用途", rows["land_use"].map(names).tolist()),
        Column("出让情况", "供地方式", rows["supply_mode"].tolist()), Column("出让情况", "合同签订日期", days["contract_date"]),
        Column("出让情况", "出让面积(平方米)", rows["area_m2"].tolist(), total=True),
        Column("出让情况", "成交价格(万元)", rows["price_wanyuan"].tolist(), total=True),
        Column("出让情况", "是否存量", yes_no(rows["stock_land"])), Column("出让情况", "是否标准地", yes_no(rows["is_standard_land"])),
        Column("规划条件", "容积率下限", rows["far_min"].tolist()), Column("规划条件", "容积率上限", rows["far_max"].tolist()),
        Column("交地与开竣工", "约定交地时间", days["agreed_handover_date"]), Column("交地与开竣工", "实际交地时间", days["handover_date"]),
        Column("交地与开竣工", "约定开工时间", days["agreed_start_date"]), Column("交地与开竣工", "实际开工时间", days["actual_start_date"]),
        Column("交地与开竣工", "约定竣工时间", days["agreed_completion_date"]), Column("交地与开竣工", "实际竣工时间", days["completion_date"]),
        Column("补充协议", "补充协议开工时间", days["supplement_start_date"]), Column("补充协议", "补充协议签订日期", days["supplement_signed_date"]),
        Column("开发进度", "应动工开发面积(平方米)", rows["developable_area_m2"].tolist()),
        Column("开发进度", "已动工开发面积(平方米)", rows["developed_area_m2"].tolist()),
        Column("开发进度", "总投资额(万元)", rows["total_investment_wanyuan"].tolist()),
        Column("开发进度", "已投资额(万元)", rows["invested_wanyuan"].tolist()),
        Column("开发进度", "中止开发日期", days["suspended_date"]), Column("开发进度", "恢复开发日期", days["resumed_date"]),
        Column("处置情况", "延迟原因", rows["delay_cause"].tolist()), Column("处置情况", "认定书文号", rows["determination_no"].tolist()),
        Column("处置情况", "认定日期", days["determination_date"]),
    ], total=True, note=f"注：总投资额、已投资额不含土地价款。{FICTITIOUS}")


def write_projects(truth: DemoTruth, path: Path) -> None:
    """项目台账.xlsx: total in 亿元 beside yearly sums in 万元, several parcels in one cell, one project in two rows."""
    rows = truth.projects.copy()
    codes = truth.parcels["parcel_id"]
    rows["cell"] = ["" if by != "parcel" else "、".join(codes[group]) for by, group in zip(rows["by"], rows["parcels"], strict=True)]
    rows["named"] = rows["carrier_id"].where((rows["by"] == "carrier") | (np.arange(len(rows)) % 3 == 0), None)
    two = rows.index[rows["cell"].str.contains("、")][0]  # this project stands in two rows that differ only in the parcel
    first, rest = str(rows.at[two, "cell"]).split("、", 1)
    second = rows.loc[[two]].assign(cell=rest)
    rows.loc[two, "cell"] = first
    rows = pd.concat([rows.loc[:two], second, rows.loc[two + 1:]], ignore_index=True)
    named = rows["named"].where(rows["named"].notna(), None)
    write_workbook(path, "项目台账", "示范区(虚构)产业项目台账(2022年度)", [
        Column("", "项目代码", rows["project_id"].tolist()), Column("", "项目名称", rows["project_name"].tolist()),
        Column("建设地点", "宗地代码", rows["cell"].tolist()), Column("建设地点", "所属载体", named.tolist()),
        Column("建设地点", "经度", rows["lon"].tolist()), Column("建设地点", "纬度", rows["lat"].tolist()),
        Column("", "是否4286项目", yes_no(rows["listed"])), Column("", "项目类别", rows["category"].tolist()),
        Column("", "是否标志性", yes_no(rows["flagship"])), Column("", "所属行业", rows["industry"].tolist()),
        Column("", "是否主导产业", yes_no(rows["is_main_industry"])), Column("", "责任专班", rows["task_force"].tolist()),
        Column("进度", "备案日期", date_cells(rows["registered_date"])), Column("进度", "计划开工日期", date_cells(rows["planned_start_date"])),
        Column("进度", "开工日期", date_cells(rows["start_date"])), Column("进度", "竣工日期", date_cells(rows["completion_date"])),
        Column("投资", "总投资(亿元)", rows["total_yi"].tolist()), Column("投资", "年度计划投资(万元)", rows["year_plan"].tolist()),
        Column("投资", "年度累计完成投资(万元)", rows["year_done"].tolist()),
    ], note=f"注：总投资单位为亿元，年度投资单位为万元。{FICTITIOUS}")


def write_standard_land(truth: DemoTruth, path: Path) -> None:
    """标准地台账.xlsx: one row a parcel and measure."""
    rows = truth.standard_land
    write_workbook(path, "标准地台账", "示范区(虚构)工业用地“标准地”指标台账", [
        Column("", "宗地代码", rows["parcel_id"].tolist()), Column("", "准入行业", rows["industry_code"].tolist()),
        Column("", "指标名称", rows["measure"].tolist()), Column("指标值", "比较符", rows["operator"].tolist()),
        Column("指标值", "标准值", rows["standard"].tolist()), Column("指标值", "承诺值", rows["commitment"].tolist()),
        Column("指标值", "实测值", rows["actual"].tolist()), Column("核查", "阶段", rows["stage"].tolist()),
        Column("核查", "核查日期", date_cells(rows["check_date"])), Column("核查", "结论", rows["result"].tolist()),
    ], note=f"注：未到竣工或达产时点的，实测值为空。{FICTITIOUS}")


def write_enterprises(truth: DemoTruth, path: Path) -> None:
    """企业亩均台账.csv in GB18030."""
    rows = truth.enterprises
    codes = truth.parcels["parcel_id"].to_dict()
    table = pd.DataFrame({
        "统一社会信用代码": rows["enterprise_id"], "企业名称": rows["enterprise_name"], "年度": rows["year"],
        "宗地代码": ["、".join(codes[one] for one in group) for group in rows["parcels"]], "行业代码": rows["industry"], "是否规上": yes_no(rows["above_scale"]),
        "是否主导产业": yes_no(rows["is_main_industry"]), "是否参评": yes_no(rows["evaluated"]), "区内迁入": yes_no(rows["moved_in"]),
        "登记用地面积(亩)": rows["land_registered"], "其他用地面积(亩)": rows["land_other"], "承租用地面积(亩)": rows["land_leased_in"],
        "出租用地面积(亩)": rows["land_leased_out"], "税收实际贡献(万元)": rows["tax"], "工业增加值(万元)": rows["value_added"],
        "工业总产值(万元)": rows["output"], "主营业务收入(万元)": rows["revenue"], "累计固定资产投资(万元)": rows["fixed_investment"],
        "研发经费支出(万元)": rows["rd"], "综合能耗(吨标准煤)": rows["energy"], "主要污染物排放量(吨)": rows["emissions"],
        "用电量(万千瓦时)": rows["electricity"], "年平均职工人数(人)": rows["employees"].astype(int),
    })
    path.write_bytes(table.to_csv(index=False, lineterminator="\r\n", float_format="%.2f").encode("gb18030"))


def write_small_tables(truth: DemoTruth, folder: Path) -> None:
    """租赁台账.xlsx, 统计数据.csv, 跟踪目标.csv and 宗地附加属性.csv."""
    leases = truth.leases
    write_workbook(folder / "租赁台账.xlsx", "租赁台账", "示范区(虚构)企业用地租赁台账", [
        Column("", "出租方统一社会信用代码", leases["lessor_id"].tolist()), Column("", "承租方统一社会信用代码", leases["lessee_id"].tolist()),
        Column("租赁", "承租用地面积(亩)", leases["area_mu"].tolist(), total=True),
        Column("租赁", "租期起", [pd.Timestamp(int(year), 1, 1).to_pydatetime() for year in leases["year"]]),
        Column("租赁", "租期止", [pd.Timestamp(int(year) + 10, 12, 31).to_pydatetime() for year in leases["year"]]),
    ], total=True, note=FICTITIOUS)
    words = {"zone": "区域", "year": "年度", "value_added": "工业增加值(万元)", "output": "工业总产值(万元)", "revenue": "主营业务收入(万元)",
             "rd": "研发经费支出(万元)", "tax": "税收总额(万元)", "fixed_investment": "固定资产投资(万元)", "population": "常住人口(人)"}
    truth.statistics.rename(columns=words).to_csv(folder / "统计数据.csv", index=False, encoding="utf-8-sig", lineterminator="\r\n")
    tracked = truth.tracked.assign(as_of=truth.tracked["as_of"].dt.strftime("%Y-%m-%d"))
    tracked.rename(columns={"target": "目标编号", "zone": "区域", "as_of": "截至日期", "value": "完成值"}).to_csv(
        folder / "跟踪目标.csv", index=False, encoding="utf-8-sig", lineterminator="\r\n")
    extra = truth.parcels[["parcel_id", "land_class", "supply_class", "high_tech_class", "yard_area_m2"]]
    words = {"parcel_id": "宗地代码", "land_class": "用地核算类", "supply_class": "供应状况类", "high_tech_class": "高新技术产业用地类", "yard_area_m2": "堆场面积(平方米)"}
    extra.rename(columns=words).to_csv(
        folder / "宗地附加属性.csv", index=False, encoding="utf-8-sig", lineterminator="\r\n")
