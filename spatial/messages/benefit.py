"""Findings about the enterprise benefit evaluation."""

from spatial.messages import Message

MESSAGES = (
    Message("benefit.wrong_profile", "error", "企业综合评价办法 {path} 有误：{value_seen}", "the benefit profile {path} is wrong: {value_seen}", "请对照 layers/benefit 中的文件修改",
            "compare it with the files in layers/benefit"),
    Message("benefit.no_ledger", "warning", "研究要求企业综合评价，但没有可用年度的企业台账", "enterprises are to be evaluated, but there is no enterprise ledger with a usable year", "请提供企业台账",
            "give the enterprise ledger"),
    Message("benefit.done", "info", "企业综合评价({year} 年，{name}，版本 {version})：{count} 家评分", "enterprise evaluation of {year} ({name}, version {version}): {count} firms scored", "", ""),
    Message("benefit.no_group", "warning", "{count} 家企业未注明规上或规下，不评分：{value_seen}", "{count} firms are not marked above or below scale and get no score: {value_seen}", "请补填是否规上",
            "fill in above_scale"),
    Message("benefit.unmarked", "warning", "{count} 家企业未注明是否参评，不评分：{value_seen}", "{count} firms are not marked as evaluated or not and get no score: {value_seen}", "请补填是否参评",
            "fill in evaluated"),
    Message("benefit.twice", "warning", "{count} 行同一企业同一年度重复，均不评分：{value_seen}", "{count} rows name one firm twice in the year and get no score: {value_seen}", "请合并或删去重复行",
            "merge the rows or drop one"),
    Message("benefit.missing", "warning", "{group_zh}企业 {count} 家缺少计算{zh}的数据，不评分：{value_seen}", "{group_en}: {count} firms lack the data of {en} and get no score: {value_seen}",
            "请补报，或在评价办法中写明 missing", "complete the ledger, or state `missing` in the profile"),
    Message("benefit.not_applicable", "warning", "{group_zh}企业 {count} 家{zh}的分母为零或负，不适用，不评分：{value_seen}",
            "{group_en}: {count} firms have a denominator of {en} that is zero or negative; not applicable, no score: {value_seen}", "请核对该字段", "check the field"),
    Message("benefit.instead", "info", "{group_zh}企业 {count} 家没有{zh}的值，按办法记 {value_used} 分：{value_seen}", "{group_en}: {count} firms without a value of {en} get {value_used} by the profile: {value_seen}", "", ""),
    Message("benefit.no_base", "warning", "{group_zh}企业{zh}没有可用的基准值(平均值不为正或没有数据)，该组不评分", "{group_en}: no base for {en} (the average is not positive, or nothing is known); the group gets no scores",
            "请补充数据，或在评价办法中写明 base", "complete the ledger, or state `base` in the profile"),
    Message("benefit.no_spread", "info", "{group_zh}企业{zh}全部相同，极差为零，均记满分", "{group_en}: all values of {en} are equal; with no spread each gets the full weight", "", ""),
    Message("benefit.veto_unknown", "warning", "否决名单中 {count} 家企业不在 {year} 年评分之列：{value_seen}", "{count} firms of the veto list are not among those scored for {year}: {value_seen}", "请核对统一社会信用代码",
            "check the enterprise ids"),
)
