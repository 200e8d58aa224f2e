"""Findings of the validity gate: what was repaired and what it did to the area, and what overlaps."""

from spatial.messages import Message

MESSAGES = (
    Message("geometry.repaired", "repaired", "第 {row} 行 {key} 的图形无效({what_zh})，已修复：面积 {before} → {after} 平方米",
            "the geometry of row {row} {key} was not valid ({what_en}) and was repaired: {before} -> {after} m²", "请在来源中改正",
            "correct it at the source"),
    Message("geometry.repaired_more", "repaired", "另有 {count} 个无效图形已修复，面积合计变化 {change} 平方米",
            "{count} more invalid geometries were repaired; their areas changed by {change} m² in all", "详见修复清单", "see the list of repairs"),
    Message("geometry.repair_beyond_tolerance", "error",
            "第 {row} 行 {key} 的图形无效({what_zh})，修复使面积由 {before} 变为 {after} 平方米，超过容差 {tolerance}",
            "the geometry of row {row} {key} is not valid ({what_en}); repairing it changes its area from {before} to {after} m², beyond the tolerance {tolerance}",
            "请在来源中改正，或调整 [join] repair_tolerance", "correct it at the source, or set [join] repair_tolerance"),
    Message("geometry.repair_beyond_tolerance_more", "error", "另有 {count} 个无效图形的修复超过容差 {tolerance}",
            "{count} more repairs change the area beyond the tolerance {tolerance}", "请在来源中改正", "correct them at the source"),
    Message("geometry.collapsed", "error", "第 {row} 行 {key} 的图形没有面积({what_zh})", "the geometry of row {row} {key} has no area ({what_en})",
            "请在来源中改正或删除", "correct or remove it at the source"),
    Message("geometry.not_polygon", "error", "第 {row} 行 {key} 的图形是 {value_seen}，此处需要面",
            "the geometry of row {row} {key} is a {value_seen}; a polygon is needed",
            "请提供面图层", "give a polygon layer"),
    Message("geometry.more_bad", "error", "另有 {count} 个图形有同样问题({what_zh})", "{count} more geometries have the same fault ({what_en})", "请在来源中改正",
            "correct them at the source"),
    Message("geometry.parcels_overlap", "warning", "地块 {key} 相互重叠 {value_seen}", "the parcels {key} overlap by {value_seen}",
            "请核实权属界线；合计面积同时给出重叠与去重两种", "check the boundaries; totals are given both as sums and as ground covered"),
    Message("geometry.parcels_overlap_more", "warning", "另有 {count} 对地块重叠", "{count} more pairs of parcels overlap", "请核实权属界线",
            "check the boundaries"),
)
