"""Sheet of the workbook with the enterprise benefit evaluation: score, rank, class and the items behind each score."""

from __future__ import annotations

import pandas as pd

from spatial.render.cells import Columns, Rows
from spatial.schema.benefit import MEASURES
from spatial.schema.result import Result

GROUPS = {"above_scale": ("规上", "above scale"), "below_scale": ("规下", "below scale")}
STATUS = {"ok": ("已评分", "scored"), "no_data": ("缺数据", "no data"), "not_applicable": ("不适用", "not applicable"), "not_evaluated": ("不参评", "not evaluated")}


def evaluation(result: Result, pick: int) -> tuple[Columns, Rows]:
    """Firms of the evaluated year by group and rank; those without a score last, with the reason. Empty where none were evaluated, or in a public edition."""
    rows = result.ledgers.get("enterprises")
    if rows is None or "score_status" not in rows or result.study.audience == "public":
        return [], []
    rows = rows[rows["score_status"].ne("")]
    rows = rows.sort_values(["score_group", "rank", "enterprise_id"], na_position="last", kind="stable")
    items = [name for name in MEASURES if f"value_{name}" in rows]
    columns: Columns = [(("统一社会信用代码", "Enterprise id")[pick], "text", 24), (("企业名称", "Enterprise")[pick], "text", 32), (("组别", "Group")[pick], "text", 12),
                        (("名次", "Rank")[pick], "count", 7), (("得分", "Score")[pick], "number", 10), (("档次", "Class")[pick], "text", 8),
                        (("得分档次", "Class by score")[pick], "text", 10), (("否决、升降档", "Veto or steps")[pick], "text", 26), (("状态", "Status")[pick], "text", 14)]
    for name in items:
        label = MEASURES[name][2 + pick]
        columns += [(f"{label} ({'%' if name == 'rd_share' else MEASURES[name][4]})", "share" if name == "rd_share" else "number", 15), (f"{label}{('·得分', ' · score')[pick]}", "number", 12)]
    names = rows["enterprise_name"] if "enterprise_name" in rows else pd.Series("", index=rows.index)
    heads = zip(rows["enterprise_id"], names, rows["score_group"], rows["rank"], rows["score"], rows["class"], rows["class_by_score"], rows["veto"], rows["score_status"], strict=True)
    figures = rows[[f"{kind}_{name}" for name in items for kind in ("value", "score")]].itertuples(index=False, name=None)
    return columns, [(key, name, GROUPS.get(group, (group or "", group or ""))[pick], None if pd.isna(rank) else int(rank), score, word or "", by_score or "", veto, STATUS[status][pick], *cells)
                     for (key, name, group, rank, score, word, by_score, veto, status), cells in zip(heads, figures, strict=True)]
