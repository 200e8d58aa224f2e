"""The score of one enterprise in words: each item's value, points and weight in the profile, rank, class and veto."""

from __future__ import annotations

import pandas as pd

from spatial.schema.benefit import MEASURES

SCORE = "benefit_score"  # what `spatial explain` calls it; the zone is then an enterprise id or name


def explain_firm(enterprises: pd.DataFrame | None, key: str, language: str = "zh") -> tuple[list[str], pd.DataFrame] | None:
    """Lines and the items of one firm's score; None where the run scored no such firm."""
    if enterprises is None or "score_status" not in enterprises:
        return None
    named = enterprises["enterprise_id"].astype(str).eq(key)
    if "enterprise_name" in enterprises:
        named |= enterprises["enterprise_name"].astype("string").eq(key).fillna(False).astype(bool)
    rows = enterprises[named & enterprises["score_status"].ne("")]
    if len(rows) != 1:
        return None
    pick, firm = 0 if language == "zh" else 1, rows.iloc[0]
    items = pd.DataFrame([{"item": name, "name": MEASURES[name][2 + pick], "unit": MEASURES[name][4], "value": float(firm[f"value_{name}"]), "points": float(firm[f"score_{name}"])}
                          for name in MEASURES if f"value_{name}" in firm and (pd.notna(firm[f"value_{name}"]) or pd.notna(firm[f"score_{name}"]))])
    words = ("得分", "名次", "档次", "得分档次", "否决、升降档", "状态") if pick == 0 else ("score", "rank", "class", "class by score", "veto or steps", "status")
    told = (firm["score"], firm["rank"], firm["class"], firm["class_by_score"], firm["veto"], firm["score_status"])
    lines = [f"{('企业综合评价', 'enterprise evaluation')[pick]}  {firm['enterprise_id']}  {firm.get('enterprise_name', '') or ''}".rstrip()]
    lines += [f"  {word}: {cell:,.4f}" if word in ("得分", "score") else f"  {word}: {cell}" for word, cell in zip(words, told, strict=True) if pd.notna(cell) and cell != ""]
    points = ("得分 = 各项之和", "score = sum of the items")[pick]
    lines += ["", f"  {points}: " + " + ".join(f"{row.points:,.4f}" for row in items.itertuples() if pd.notna(row.points))] if len(items) else []
    lines += [f"  · {row.name}: {'—' if pd.isna(row.value) else f'{row.value:,.4f}'} {row.unit} → {'—' if pd.isna(row.points) else f'{row.points:,.4f}'}"
              for row in items.itertuples(index=False)]
    return lines, items
