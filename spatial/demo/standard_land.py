"""The standard-land ledger of the demo district: what was demanded, promised and measured on every 标准地 parcel."""

from __future__ import annotations

import numpy as np
import pandas as pd

AS_OF = pd.Timestamp("2022-12-31")
PASSES = 0.9  # chance of one measure; a parcel passes when all of its measures do
MEASURES = (  # name with its unit, standard by industry (2821 chemical fibre, 3489 machinery, 3911 electronics), moment of the check
    ("固定资产投资强度(万元/亩)", (280.0, 270.0, 320.0), "竣工"), ("容积率", (1.0, 1.2, 1.5), "竣工"), ("亩均税收(万元/亩)", (18.0, 22.0, 30.0), "达产"),
    ("亩均增加值(万元/亩)", (90.0, 100.0, 130.0), "达产"), ("单位能耗增加值(万元/吨标煤)", (2.2, 3.9, 4.1), "达产"),
    ("研发经费占比(%)", (2.0, 2.6, 2.8), "达产"),
)
INDUSTRIES = ("2821", "3489", "3911")


def build_standard_land(supply: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Long: one row a parcel and measure; `actual` only where the check has taken place by the day the data speak for."""
    rows = []
    for _, parcel in supply[supply["is_standard_land"]].iterrows():
        industry = int(rng.integers(0, 3))
        completed = parcel["completion_date"] + pd.Timedelta(int(rng.integers(20, 70)), "D")
        producing = completed + pd.Timedelta(365, "D")
        for measure, standards, stage in MEASURES:
            standard = standards[industry]
            promised = standard * (1.0 if rng.random() < 0.6 else 1.1)
            day = completed if stage == "竣工" else producing
            checked = bool(pd.notna(day) and day <= AS_OF)
            actual = parcel["far"] if measure == "容积率" else promised * (rng.uniform(1.0, 1.35) if rng.random() < PASSES else rng.uniform(0.62, 0.97))
            if measure == "容积率":
                standard = promised = parcel["far_min"]
            actual, promised = round(float(actual), 2), round(float(promised), 2)
            rows.append({"parcel_id": parcel["parcel_id"], "industry_code": INDUSTRIES[industry], "measure": measure, "operator": "≥", "standard": standard,
                         "commitment": promised, "actual": actual if checked else np.nan, "stage": stage, "check_date": day if checked else pd.NaT,
                         "result": ("达标" if actual >= promised else "未达标") if checked else "", "index": parcel.name})
    return pd.DataFrame(rows)
