"""Findings about what-ifs, frozen results and what a public edition leaves out."""

from spatial.messages import Message

MESSAGES = (
    Message("whatif.unknown_parcel", "error", "情景中的地块 {value_seen} 不存在", "the what-if names a parcel that does not exist: {value_seen}", "请核对编号；{suggestion}", "check the id; {suggestion}"),
    Message("whatif.unknown_carrier", "error", "情景中的载体 {value_seen} 不存在", "the what-if names a carrier that does not exist: {value_seen}", "请核对载体编号；{suggestion}", "check the carrier id; {suggestion}"),
    Message("whatif.moved", "info", "情景：{value_used}，不是现状", "what if: {value_used}; this is not what is", "要看现状请去掉 whatif.move", "leave whatif.move out for what is"),
    Message("whatif.redeveloped", "info", "情景：{count} 宗低效用地视为已改造({value_used})，不是现状", "what if: {count} low-efficiency parcels count as redeveloped ({value_used}); this is not what is",
            "要看现状请去掉 whatif.redevelop*", "leave whatif.redevelop* out for what is"),
    Message("whatif.nothing_inefficient", "warning", "情景要求改造低效用地，但没有可改造的低效地块", "the what-if redevelops low-efficiency land, but no parcel is", "请核对 rules.inefficient 与 whatif.redevelop_in", "check rules.inefficient and whatif.redevelop_in"),
    Message("snapshot.none", "info", "快照文件夹 {path} 中没有早于 {value_seen} 的同一版本(内部或公开)的一期，趋势从缺", "no frozen result in {path} is earlier than {value_seen} and of the same audience (internal or public); there is no trend", "可用 spatial snapshot 冻结一期", "freeze one with spatial snapshot"),
    Message("snapshot.changed", "error", "快照 {path} 冻结后被改动，不能用作比较", "the frozen result {path} was changed after it was frozen", "请恢复原文件，或从运行结果重新冻结", "restore the file, or freeze it again from the run"),
    Message("snapshot.unreadable", "error", "快照 {path} 读不出：{value_seen}", "the frozen result {path} cannot be read: {value_seen}", "请移走该文件或恢复原文件", "move the file away or restore it"),
    Message("snapshot.used", "info", "趋势与 {value_used} 的快照比较", "the trend is told against the frozen result of {value_used}", "", ""),
    Message("privacy.masked", "info", "公开版隐去 {count} 个企业指标值(不足 3 家，或可由其他公开值推算)", "the public edition masks {count} enterprise figures (fewer than 3 firms, or derivable from other published figures)", "", ""),
)
