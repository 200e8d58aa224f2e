"""Rows that say of themselves, in a column of states or remarks, that they are void, ended or entered twice; and count all the same."""

from __future__ import annotations

import re

import pandas as pd

from spatial.errors import Finding, found, lines_of
from spatial.normalise.cells import plain_text
from spatial.schema.raw import RawLayer, column_of

REMARKS = re.compile(r"备注|说明|注$|状态|是否有效|标记|remark|note|status", re.I)
VOID = re.compile(r"(?:[该此本][行条宗项]|数据|记录|已|重复\S{0,6})?[,，;；、]?\s*(?:已)?(?:作废|删除|废弃)|重复(?:录入|登记|填报|上报|数据|行|项)?[。.!！]?$|"
                  r"(?:该|此|本|出让)?(?:合同|协议|宗地|土地|地块|项目)?(?:现|已|已经|被)*(?:依法)?(?:解除|撤销|终止|收回|注销|取消|无效|失效|灭失|退地|退出)(?:了)?(?:该|出让)?(?:合同|协议|土地|用地|项目)?[。.!！]?$|"
                  r"(?:历史(?:宗地|地块|数据|记录)?|非现势)$|(?:void|duplicate|deleted|cancelled|canceled|terminated|revoked|withdrawn)\b", re.I)


def called_void(raw: RawLayer) -> list[Finding]:
    """A warning for each column in which rows that are left after the study's filter say that they are void."""
    findings = []
    for place, name in enumerate(raw.frame.columns):
        if not REMARKS.search(str(name)):
            continue
        cells = column_of(raw.frame, place)
        void = [cell for cell in cells.dropna().unique() if isinstance(cell, str) and VOID.match(plain_text(cell))]
        hit = cells.isin(void).to_numpy(bool) if void else []
        if void:
            rows = pd.Series(raw.row_numbers[hit])
            findings.append(found("ledger.called_void", field=str(name), row=int(rows.iloc[0]), count=len(rows), value_seen=plain_text(cells.to_numpy(object)[hit][0])[:80], rows=lines_of(rows)))
    return findings
