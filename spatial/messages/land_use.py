"""Findings about land-use codes."""

from spatial.messages import Message

MESSAGES = (
    Message("land_use.survey", "repaired", "列“{value_seen}”是三调地类，{count} 行已换算为用地用海分类", "column '{value_seen}' holds codes of the third land survey; {count} rows were brought to planning classes",
            "如不是三调地类，请改列名或在 values 中写明", "if it is not, rename the column or map its values"),
    Message("land_use.to_be_split", "warning", "{count} 行的三调地类({value_seen})只能对应到一级类，待细分", "{count} rows have survey classes ({value_seen}) that reach the first level only and must be split by a person",
            "请在 values.{field} 中写明二级类", "map them to second-level classes under values.{field}"),
    Message("land_use.edition_2020", "repaired", "代码含 2020 版才有的 {value_seen}，{count} 行按 2023 版换算", "codes that only the 2020 edition has ({value_seen}): {count} rows were brought to the 2023 edition", "请核对", "please check"),
    Message("land_use.mixed_editions", "error", "代码混用 2020 版与 2023 版：{value_seen}", "codes of the 2020 and the 2023 edition are mixed: {value_seen}", "请统一为一个版本", "bring them to one edition"),
    Message("land_use.compound", "warning", "{count} 种写法含多个用途，按第一个用途归类(例：{value_seen})", "{count} texts name several uses and count by the first ({value_seen})", "如需拆分，请分列", "split them into columns if they must count apart"),
)
