"""report.docx: the run in the form that offices circulate: results against targets, carriers, maps, idle land with its legal basis, methods."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from spatial.errors import gravest_first
from spatial.messages import role_name
from spatial.render.cells import internal, reading_name
from spatial.render.docx_parts import Report
from spatial.render.report_firms import firms
from spatial.render.report_intensive import intensive
from spatial.render.report_land import calendar, carriers, idle, maps, offers
from spatial.render.report_targets import STATUSES, targets, verdicts_of, ways
from spatial.render.report_words import day, field_name, mu, sentence, shown_value
from spatial.schema.result import Result
from spatial.scorecard.formatting import STATUS_WORDS

SEVERITIES = {"warning": ("警告", "warnings"), "repaired": ("已修复", "repaired"), "info": ("提示", "remarks")}


def write_report(result: Result, path: Path) -> None:
    """Write the report; sections without content say so in a sentence."""
    study, zh = result.study, result.language == "zh"
    report = Report(study.name, result.language, internal(result, 0 if zh else 1))
    if zh:
        report.title(f"{study.name}产业用地分析报告", f"（数据截至{day(study.as_of, zh)}，统计期{day(study.period[0], zh)}至{day(study.period[1], zh)}）")
    else:
        report.title(f"{study.name}: report on industrial land", f"(data as of {study.as_of}; period {study.period[0]} to {study.period[1]})")
    for section in (_overview, targets, carriers, maps, ways, idle, calendar, offers, intensive, firms, _methods):
        section(report, result, zh)
    report.save(path)


def _overview(report: Report, result: Result, zh: bool) -> None:
    report.heading("总体情况" if zh else "Overview")
    ground, counts = result.balance, Counter(verdicts_of(result.scorecard))
    inside = ground["inside_m2"] / ground["parcels_m2"] if ground["parcels_m2"] > 0 else 0.0
    held = [status for status in STATUSES if counts[status]]
    main = {name: shown_value(result, name) for name in ("tax_per_mu", "value_added_per_mu", "idle_land_share", "inefficient_land_share", "new_land_to_carriers_or_projects_share")}
    if zh:
        report.text(f"本区共有宗地{len(result.parcels):,}宗，面积{mu(ground['parcels_m2'])}亩；产业载体{len(result.carriers)}个，载体内面积{mu(ground['inside_m2'])}亩，占{inside:.1%}。")
        if held:
            report.text(f"评价政策{len(result.policies)}项，共判定{len(result.scorecard)}条：{'、'.join(f'{STATUS_WORDS[status][0]}{counts[status]}条' for status in held)}。")
        report.text("主要指标：亩均税收{tax_per_mu}，亩均增加值{value_added_per_mu}，闲置土地占比{idle_land_share}，低效用地占比{inefficient_land_share}，"
                    "新增产业用地用于载体及项目占比{new_land_to_carriers_or_projects_share}。".format(**main))
    else:
        report.text(f"The district has {len(result.parcels):,} parcels of {mu(ground['parcels_m2'])} mu; {len(result.carriers)} carriers hold {mu(ground['inside_m2'])} mu ({inside:.1%}).")
        if held:
            report.text(f"{len(result.policies)} policies, {len(result.scorecard)} verdicts: {', '.join(f'{counts[status]} {STATUS_WORDS[status][1]}' for status in held)}.")
        report.text("Tax per mu {tax_per_mu}, value added per mu {value_added_per_mu}, idle-land share {idle_land_share}, low-efficiency share {inefficient_land_share}, "
                    "new industrial land to carriers and projects {new_land_to_carriers_or_projects_share}.".format(**main))


def _methods(report: Report, result: Result, zh: bool) -> None:
    report.heading("口径、方法与数据质量" if zh else "Rules, methods and data quality")
    report.subheading("口径与方法" if zh else "Rules and methods", 1)
    report.items(_rules(result, zh))
    report.subheading("资料" if zh else "Inputs", 2)
    rows = [[role_name(row.role, 0 if zh else 1), row.path, f"{int(row.rows):,}", row.crs or "—"] for row in result.inputs.itertuples(index=False)]
    report.table("输入资料" if zh else "Inputs", ["图层", "文件", "行数", "坐标系"] if zh else ["Layer", "File", "Rows", "CRS"], rows, [3.6, 7.0, 1.8, 4.2], right=(2,))
    report.subheading("数据质量" if zh else "Data quality", 3)
    _quality(report, result, zh)


def _rules(result: Result, zh: bool) -> list[str]:
    study, pick = result.study, 0 if zh else 1

    def chosen(rule: str, value: Any) -> str:
        return reading_name(f"{rule}={value}", pick).split("：" if zh else ": ")[-1]

    rules, uses = study.rules, ("、" if zh else ", ").join(study.rules["industrial_uses"])
    allocation, idle_over, land = chosen("allocation", study.allocation), chosen("idle_denominator", rules["idle_denominator"]), chosen("per_mu_land", rules["per_mu_land"])
    low, new = chosen("inefficient_denominator", rules["inefficient_denominator"]), chosen("new_land", rules["new_land"])
    ruleset = chosen("inefficient", rules["inefficient"])
    if zh:
        return [f"面积为CGCS2000椭球面积（国土调查办发〔2008〕32号），1亩=2000/3平方米；跨界地块{allocation}。",
                f"产业用地为用地代码{uses}及其下级；新增产业用地{new}；闲置土地占比以{idle_over}为分母，低效用地占比以{low}为分母（规则集：{ruleset}）；亩均指标按{land}计算。",
                "土地状态按《闲置土地处置办法》（国土资源部令第53号）逐宗判定；比率一律为总量之比，不取比率的平均。",
                "各数按未取舍的原值计算后分别四舍五入；除注明按最大余数法取舍的表外，分项之和与合计的尾差由取舍造成，不作调整。"]
    return [f"Areas are ellipsoidal on CGCS2000; 1 mu = 2000/3 m²; straddling parcels: {allocation}.",
            f"Industrial land: codes {uses} and their children; new land {new}; idle share over {idle_over}; low-efficiency share over {low} (rule set: {ruleset}); per mu: {land}.",
            "Land status by Order 53 of the Ministry of Land and Resources, parcel by parcel; every ratio is a ratio of sums.",
            "Figures are computed unrounded and rounded one by one; but where a table says that it is rounded by largest remainders, parts may differ from a total by their rounding."]


def _quality(report: Report, result: Result, zh: bool) -> None:
    pick = 0 if zh else 1
    counts: Counter[str] = Counter(str(finding.severity) for finding in result.findings)
    held = [kind for kind in SEVERITIES if counts[kind]]
    said = ("、" if zh else ", ").join(f"{SEVERITIES[kind][0]}{counts[kind]}条" if zh else f"{counts[kind]} {SEVERITIES[kind][1]}" for kind in held)
    if not held:
        report.text("本次运行没有发现数据问题。" if zh else "The run found nothing amiss.")
        return
    report.text(f"本次运行共有{said}，全部见tables.xlsx“数据问题”。" if zh else f"The run made {said}; all stand in tables.xlsx.")
    listed = [finding for finding in gravest_first(result.findings) if finding.severity in ("warning", "repaired")][:40]
    if listed:
        rows = []
        for f in listed:
            told = replace(f, field=field_name(result, f.role, f.field))
            rows.append([SEVERITIES[str(f.severity)][pick].removesuffix("s"), f.path or role_name(f.role, pick), told.field, sentence(told.message(result.language)), f"{f.count:,}"])
        heads = ["级别", "文件", "字段", "说明", "数量"] if zh else ["Severity", "File", "Field", "Message", "Count"]
        report.table("警告与修复" if zh else "Warnings and repairs", heads, rows, [1.4, 3.2, 2.6, 8.2, 1.2], right=(4,))
    coverage = pd.to_numeric(result.values.loc[result.values["zone"].eq("study_area") & result.values["status"].eq("ok"), "coverage"])
    partial = int((coverage < 1).sum())
    report.text(f"全区{len(coverage)}个有值指标中，{partial}个的数据覆盖率不足100%，覆盖率列于tables.xlsx“总表”。" if zh else
                f"Of {len(coverage)} indicators with a value, {partial} rest on data that cover less than everything; coverage stands in tables.xlsx.")
