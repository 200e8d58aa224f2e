"""Findings about floor area from a layer of buildings."""

from spatial.messages import Message

MESSAGES = (
    Message("buildings.floor_taken", "repaired",
            "地块图层没有建筑面积，按建筑图层计：{buildings} 栋建筑按落在各宗地上的占地比例分摊，{count} 宗地得到建筑面积共 {value_used}；{without} 宗没有建筑、{unsure} 宗的建筑未填建筑面积，均按未知；{apart} 栋({apart_m2} m²)不在任何地块上，{partly} 栋有一部分在地块外(按占地 {partly_m2} m²)，均未计入",
            "the parcels state no floor area; it is taken from the buildings: {buildings} buildings, by the ground each has on a parcel, give {count} parcels {value_used}; "
            "{without} parcels without a building and {unsure} with one whose floor area is blank are unknown; {apart} buildings ({apart_m2} m²) lie on no parcel, and {partly} lie partly off the parcels ({partly_m2} by the ground there, in m²): neither counts",
            "如另有逐宗的建筑面积，请在地块图层或 attributes 中给出 floor_area", "if floor area by parcel is known, give floor_area in the parcels or in attributes"),
    Message("buildings.floor_filled", "repaired",
            "{blank} 宗地块没有填建筑面积，其中 {count} 宗按其上的建筑补得共 {value_used}(例：{key})；{without} 宗没有建筑、{unsure} 宗的建筑未填建筑面积，仍按未知；已填的一律不动；{apart} 栋({apart_m2} m²)不在任何地块上，{partly} 栋有一部分在地块外(按占地 {partly_m2} m²)，均未计入",
            "{blank} parcels leave their floor area blank; {count} of them have that of the buildings on them, {value_used} ({key} for one); "
            "{without} without a building and {unsure} with one whose floor area is blank stay unknown; what is stated stands; {apart} buildings ({apart_m2} m²) lie on no parcel, and {partly} lie partly off the parcels ({partly_m2} by the ground there, in m²): neither counts",
            "如另有逐宗的建筑面积，请补填", "fill in the floor area where it is known"),
    Message("buildings.footprint_taken", "repaired",
            "{blank} 宗地块没有建筑基底面积，其中 {count} 宗按建筑图层的占地计，共 {value_used}，建筑重叠处只计一次；其余没有建筑，按未知",
            "{blank} parcels state no building footprint; {count} of them have the ground of the buildings on them, {value_used}, counted once where buildings overlap; "
            "the rest have no building and stay unknown",
            "如另有逐宗的基底面积，请在地块图层或 attributes 中给出 footprint_area", "if the footprint by parcel is known, give footprint_area in the parcels or in attributes"),
    Message("buildings.floor_differs", "warning", "{count} 宗地登记的建筑面积与其上建筑之和相差超过 {tolerance}，最大的一宗 {key}：登记 {value_seen}，建筑合计 {value_used}；采用登记值",
            "{count} parcels state a floor area that differs by more than {tolerance} from the buildings on them, most of all {key}: {value_seen} against {value_used}; the stated one is used",
            "请核对建筑面积与建筑图层", "check the floor area and the buildings"),
)
