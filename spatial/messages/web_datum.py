"""Findings about layers that come from Chinese web maps."""

from spatial.messages import Message

MESSAGES = (
    Message("crs.web_shifted", "repaired", "{role}是 {value_seen} 坐标，已转换到 CGCS2000(迭代反算，误差小于 1 米)", "{role} is in {value_seen} and was brought to CGCS2000 (by iteration, within a metre)",
            "边界来自网络地图，请勿用于法定用途", "its boundaries come from a web map; do not use them for legal purposes"),
    Message("crs.web_suspected", "warning", "{boundaries} 与 parcels 相差 {value_seen}，正是 {value_used} 的偏移：按原样只有 {as_is} 贴合地块边线，扣除该偏移后为 {shifted}；坐标未作改动",
            "{boundaries} and parcels disagree by {value_seen}, the offset of {value_used}: {as_is} of the boundary fits the parcels' edges as it stands, {shifted} with that offset undone; nothing was moved",
            "请核对 {role}的来源；确系网络地图的，在该图层写 crs = \"{value_used}\"", "check where {role} comes from; if it is a web map, write crs = \"{value_used}\" under the layer"),
    Message("crs.web_titled", "warning", "{role}图层的名称里有“{value_seen}”：取自该网络地图的经纬度通常是偏移坐标(与 CGCS2000 相差数百米)；按 {value_used} 读入，坐标未作改动",
            "the name of the layer {role} holds {value_seen}: degrees taken from that web map are commonly shifted (hundreds of metres off CGCS2000); read as {value_used}, nothing was moved",
            "请核对来源：取自高德、腾讯的，在该图层写 crs = \"GCJ-02\"，取自百度的写 \"BD-09\"；已转换的，写 crs = \"EPSG:4490\"，不再提示",
            "check its source: from Amap or Tencent, write crs = \"GCJ-02\" under the layer, from Baidu \"BD-09\"; if it was converted, write crs = \"EPSG:4490\", and this is not said again"),
    Message("crs.web_rows", "warning", "{count} 个地块({key})按原样压在别的地块上，扣除 {value_used} 的偏移(约 {value_seen})后正好落在相邻地块之间：像是取自网络地图；坐标未作改动",
            "{count} parcels ({key}) lie over others as they stand and fit between their neighbours with the offset of {value_used} (about {value_seen}) undone: they seem to come from a web map; nothing was moved",
            "请核对这些地块的来源；确系网络地图的，请先换算到图层的坐标系，或换用权威来源的界线", "check where these parcels come from; if it is a web map, bring them to the layer's system first, or take their boundaries from the survey"),
    Message("crs.web_not_degrees", "error", "{role}标为 {value_seen}，但坐标不是中国境内的经纬度：{value_used}", "{role} is said to be in {value_seen}, but its coordinates are no degrees in China: {value_used}",
            "请核对来源；墨卡托米制的百度坐标请先换成经纬度", "check its source; bring Baidu metres to degrees first"),
)
