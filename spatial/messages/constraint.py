"""Findings about new land on ground that is protected or steep."""

from spatial.messages import Message

MESSAGES = (
    Message("constraint.new_land", "warning", "新增用地 {key} 有 {value_seen}({area} 平方米)落在“{kind}”内", "new land {key}: {value_seen} ({area} m²) lies in '{kind}'",
            "请核对供地范围与管控界线", "check the supplied ground against the line"),
    Message("constraint.new_land_more", "warning", "另有 {count} 宗新增用地落在“{kind}”内，见地块表的 constraint_kinds", "{count} more parcels of new land lie in '{kind}'; see constraint_kinds of the parcels",
            "请核对供地范围与管控界线", "check the supplied ground against the line"),
    Message("constraint.new_land_steep", "warning", "{count} 宗新增用地有部分地面坡度超过 {value_used}(例：{key}，{value_seen})", "{count} parcels of new land reach onto slopes above {value_used} ({key}: {value_seen})",
            "请核对用地选址", "check the choice of the site"),
    Message("constraint.no_kind", "warning", "约束图层没有“类型”列，全部按一类处理", "the constraint layer has no kind; all of it counts as one", "请在 columns.kind 中写明", "map columns.kind"),
    Message("constraint.unknown_buffer", "error", "buffers 中的“{key}”不是约束图层的类型", "buffers names '{key}', which is no kind of the constraint layer", "可用：{known}", "known: {known}"),
)
