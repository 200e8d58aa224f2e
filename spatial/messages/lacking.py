"""Findings that say why figures have no value."""

from spatial.messages import Message

MESSAGES = (
    Message("enterprise.no_increment", "info", "增量占比比较 {value_used} 两年(统计期末年与期初前一年)，台账有 {value_seen} 年，缺 {lacking} 年：增加值、税收增量占比无数据",
            "shares of increments compare {value_used} (the year of the period's end, and the one before its start); the ledger has {value_seen} and lacks {lacking}: they have no data",
            "请补充该年的数据，或按已有年度调整 study.period", "add that year, or set study.period to the years there are"),
    Message("enterprise.no_growth", "info", "增速比较 {value_used} 两年，台账有 {value_seen} 年，缺 {lacking} 年：产值、税收、固定资产投资增速无数据",
            "growth compares {value_used}; the ledger has {value_seen} and lacks {lacking}: growth of output, tax and fixed investment has no data",
            "请补充该年的数据", "add that year"),
    Message("indicator.not_positive", "info", "{count} 个指标值的分母不为正({zero} 个为零、{negative} 个为负)，记为不适用，不当作 0(例：{key} 的 {field})；涉及 {indicators}",
            "{count} values have a denominator that is not positive ({zero} zero, {negative} negative); they are not applicable, which is not 0 ({field} of {key}); {indicators}",
            "分母为负或本应有数的，请核对台账；逐个见 results.json 的 values", "check the ledger where it is negative, or should not be zero; one by one in the values of results.json"),
)
