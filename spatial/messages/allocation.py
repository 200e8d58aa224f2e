"""Findings about sharing parcels out among zones."""

from spatial.messages import Message

MESSAGES = (
    Message("allocation.no_parcel_inside", "error", "{role}：{count} 个区域均不含任何地块", "{role}: no parcel lies in any of the {count} zones",
            "请核对两图层的坐标系和范围", "check the reference system and the extent of both layers"),
    Message("allocation.zones_overlap", "repaired",
            "{role}：区域相互重叠，{count} 个地块的部分土地同属多个区域，重复面积 {overlap_m2} 平方米；各区域分别全额计入，合计只计一次",
            "{role}: zones overlap; part of {count} parcels lies in several zones, {overlap_m2} m² repeated; each zone counts it in full, totals count it once",
            "若重叠并非有意，请修正区域边界", "if the overlap is not intended, correct the zones' boundaries"),
    Message("allocation.no_ground", "warning", "{role}：{count} 个地块没有面积，未参与分摊(首个为第 {row} 行)",
            "{role}: {count} parcels have no area and were not shared out (first: row {row})",
            "请补全或删除这些地块的图形", "complete or remove the geometry of these parcels"),
)
