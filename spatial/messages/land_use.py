"""Findings about land-use codes."""

from spatial.messages import Message

MESSAGES = (
    Message("land_use.survey", "repaired", "列“{value_seen}”是三调地类，{count} 行已换算为用地用海分类", "column '{value_seen}' holds codes of the third land survey; {count} rows were brought to planning classes",
            "如不是三调地类，请改列名或在 values 中写明", "if it is not, rename the column or map its values"),
    Message("land_use.to_be_split", "warning", "{count} 行的三调地类({value_seen})只能对应到一级类，待细分", "{count} rows have survey classes ({value_seen}) that reach the first level only and must be split by a person",
            "请在 values.{field} 中写明二级类", "map them to second-level classes under values.{field}"),
    Message("land_use.edition_2020", "repaired", "代码含 2020 版才有的 {value_seen}，{count} 行按 2023 版换算", "codes that only the 2020 edition has ({value_seen}): {count} rows were brought to the 2023 edition", "请核对", "please check"),
    Message("land_use.mixed_editions", "error", "代码混用 2020 版与 2023 版：{value_seen}", "codes of the 2020 and the 2023 edition are mixed: {value_seen}", "请统一为一个版本", "bring them to one edition"),
    Message("land_use.compound", "warning", "{count} 行含多个用途，已拆分到 land_uses 列；面积按第一个用途归类(例：{value_seen})", "{count} rows name several uses: they are split in the column land_uses, and the area counts under the first ({value_seen})",
            "如各用途有面积，请分行填写", "give each use a row of its own where its area is known"),
    Message("land_use.urban_2011", "repaired", "{count} 行用 GB 50137-2011 的代码，已换算为用地用海分类(例：{value_seen} → {value_used})", "{count} rows hold codes of GB 50137-2011 and were brought to planning classes ({value_seen} -> {value_used})",
            "请核对", "please check"),
    Message("land_use.undecided", "error", "字段 {field} 的代码 {value_seen} 在三调与用地用海中含义不同(工业或采矿／农村道路、设施农用地)，列名与其他代码都不能说明是哪一种", "field {field}: the codes {value_seen} mean industry or mining in the land survey, and farm roads or sheds in the planning classes; neither the header nor other codes tell which",
            "请把列名改为 DLBM(三调) 或 YDYHFLDM(用地用海)，或在 values.{field} 中写明", "name the column DLBM (survey) or YDYHFLDM (planning), or map the codes under values.{field}"),
    Message("land_use.lost_zero", "repaired", "{count} 个地类代码被存成数字、丢了前导零，已补上(例：{value_seen} → {value_used})", "{count} codes had lost their leading zero as numbers; it was put back ({value_seen} -> {value_used})",
            "请把代码列存为文本", "keep code columns as text"),
    Message("land_use.supply_terms", "repaired", "{count} 行写“{value_seen}”(供地统计用语，含工业、采矿、盐田、物流仓储)，按 {value_used} 归类", "{count} rows say {value_seen}, a term of the supply statistics for industry, mining, salt and storage; they count as {value_used}",
            "如其中有物流仓储等，请写明具体用途", "state the use where it is storage or another of them"),
    Message("land_use.paired", "info", "{field}：{count} 格写有用途及其代码(例：{value_seen})，两者一致，按较细的一个读取(首个读作 {value_used})",
            "{field}: {count} cells hold a use with its code ({value_seen}); they agree, and the finer of the two counts (the first as {value_used})", "", ""),
    Message("land_use.noted", "repaired", "{field}：{count} 格的用途后有括注(例：{value_seen})，括注不是用途，按用途本身读取(首个读作 {value_used})",
            "{field}: {count} cells have a note in brackets behind the use ({value_seen}); it is no use, and the use itself counts (the first as {value_used})",
            "括注改变用途的，请在 [layers.{section}.values.{field}] 中写明", "where a note changes the use, map the text under [layers.{section}.values.{field}]"),
    Message("land_use.pair_differs", "warning", "{field}：{count} 格写的用途与代码(或括注的用途)互相矛盾，当作不知道(首个在第 {row} 行；例：{value_seen})",
            "{field}: {count} cells hold a use and a code, or a use in brackets, that contradict each other; they count as unknown (first in row {row}; {value_seen})",
            "请改正，或在 [layers.{section}.values.{field}] 中写明", "correct them, or map them under [layers.{section}.values.{field}]"),
)
