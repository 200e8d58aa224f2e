"""Section of the report about the enterprise benefit evaluation: the profile, the classes by group, and the firms a veto moved."""

from __future__ import annotations

from spatial.render.docx_parts import Report
from spatial.render.report_words import sentence
from spatial.render.tables_firms import GROUPS, STATUS
from spatial.schema.result import Result

MOST_ROWS = 40


def firms(report: Report, result: Result, zh: bool) -> None:
    """Firms by group and class; nothing in a public edition or where none were evaluated."""
    rows, pick = result.ledgers.get("enterprises"), 0 if zh else 1
    if rows is None or "score_status" not in rows or result.study.audience == "public":
        return
    rows = rows[rows["score_status"].ne("")]
    done = rows[rows["score_status"].eq("ok")]
    told = next((finding for finding in result.findings if finding.code == "benefit.done"), None)
    report.heading("企业综合评价" if zh else "Enterprise evaluation")
    if told is not None:
        report.text(sentence(told.message(result.language)) + ("。" if zh else "."))
    others = rows.loc[rows["score_status"].ne("ok"), "score_status"].value_counts().sort_index()
    if len(others):
        listed = [f"{STATUS[status][pick]}{'' if zh else ' '}{count:,}" for status, count in others.items()]
        report.text(f"未评分的企业：{'，'.join(listed)}。" if zh else f"Not scored: {', '.join(listed)}.")
    counts = done.groupby(["score_group", "class"]).size().unstack(fill_value=0)
    if len(counts):
        classes = [str(name) for name in counts.columns]
        table = [[GROUPS.get(str(group), (str(group),) * 2)[pick], f"{sum(line):,}", *(f"{count:,} ({count / sum(line):.1%})" for count in line)]
                 for group, line in zip(counts.index, counts.to_numpy().tolist(), strict=True)]
        report.table("分组分档家数" if zh else "Firms by group and class", ["组别" if zh else "Group", "评分家数" if zh else "Scored", *classes], table,
                     [3.0, 2.6, *[11.0 / len(classes)] * len(classes)],
                     right=range(1, 2 + len(classes)))
    moved = done[done["veto"].ne("")].sort_values(["score_group", "rank"], kind="stable").head(MOST_ROWS)
    if len(moved):
        heads = ["企业", "得分档次", "评定档次", "事由"] if zh else ["Enterprise", "By score", "Class", "Reason"]
        names = moved["enterprise_name"] if "enterprise_name" in moved else moved["enterprise_id"]
        lines = [[str(cell) for cell in line] for line in zip(names, moved["class_by_score"], moved["class"], moved["veto"], strict=True)]
        report.table("一票否决与升降档" if zh else "Vetoes and steps", heads, lines, [6.2, 2.2, 2.2, 6.0])
