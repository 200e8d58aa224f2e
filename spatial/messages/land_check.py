"""Findings of the land check by enterprise (企业用地核查)."""

from spatial.messages import Message

MESSAGES = (
    Message("landcheck.over_occupied", "warning", "{count} 家企业的登记与其他用地超出供地合同面积，最多的是 {key}，超出 {mu} 亩", "{count} enterprises hold more registered and other land than was supplied by contract, most of all "
            "{key}, by {mu} mu", "请核对登记面积、其他用地与合同面积；见“企业用地核查”", "check registered land, other land and contracts; see the sheet of the land check"),
    Message("landcheck.no_land", "warning", "{count} 家企业没有用地面积，或用地面积不为正，例如 {key}；亩均指标不计其面积与产出", "{count} enterprises have no land, or none above zero, {key} for one; figures per mu leave them out", "请补填登记、其他与租赁面积",
            "fill in registered, other and leased land"),
    Message("landcheck.no_firm", "info", "{count} 宗已建成工业用地({mu} 亩)上没有本年度企业，例如 {key}", "{count} parcels of built industrial land ({mu} mu) have no enterprise of the year, {key} for one", "请核对企业台账的宗地代码",
            "check the parcels that the enterprise ledger names"),
    Message("landcheck.not_built", "warning", "{count} 家有税收的企业(占全部税收 {share}%)所在地块按供地台账或土地状态尚未建成或未供应(例：{key} 在 {value_seen})：综合地均税收、工业用地地均税收等计其产出而不计其用地，偏高",
            "{count} enterprises that pay tax ({share} % of all tax) stand on parcels that are not built, or not supplied, by the supply ledger or the status ({key} on {value_seen}): "
            "tax and the like per hectare of built land count what they make and not their land, and are too high", "请补全供地台账的宗地和竣工日期，或在地块图层给出土地状态",
            "complete the parcels and completion dates of the supply ledger, or give the land status with the parcels"),
    Message("landcheck.unsupplied", "warning", "{count} 宗地块(共 {mu} 亩，例：{key})有企业在用，却按供地台账为“未供应”：供地台账可能不全，未供应与已供应的面积、供应率会因此不准",
            "{count} parcels ({mu} mu, {key} for one) are used by enterprises, and not supplied by the supply ledger: it may be incomplete, and then areas not supplied and supplied, and the supply rate, are wrong",
            "请补全供地台账；确实未供先用的，请核实", "complete the supply ledger; check the parcels that are really used without a supply"),
    Message("landcheck.shared", "info", "{count} 家企业与他人共用地块，最多的一宗有 {value_seen} 家(如 {key})；地块面积按各家自有用地分摊", "{count} enterprises share a parcel, up to {value_seen} on one ({key}); its ground is shared by the land each has there", "", ""),
    Message("landcheck.lease_in_differs", "warning", "{count} 家企业台账的承租面积与租赁台账不符，差得最多的是 {key}，差 {mu} 亩", "leased-in land of {count} enterprises differs from the lease ledger, most for {key}, by {mu} mu", "请核对两本台账", "check both ledgers"),
    Message("landcheck.lease_out_differs", "warning", "{count} 家企业台账的出租面积与租赁台账不符，差得最多的是 {key}，差 {mu} 亩", "leased-out land of {count} enterprises differs from the lease ledger, most for {key}, by {mu} mu", "请核对两本台账", "check both ledgers"),
    Message("landcheck.lease_residual", "info", "{count} 个载体内承租与出租面积不相抵，{key} 相差 {mu} 亩", "land leased in and out does not net to zero in {count} carriers; {key} is off by {mu} mu",
            "相差部分为跨载体租赁，或一方漏报", "the residual is leased across carriers, or one side did not report it"),
)
