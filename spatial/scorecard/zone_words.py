"""Zones as a reader knows them: by their names, and the ground outside a layer by the layer's."""

from __future__ import annotations

ZONE_KINDS = {"study_area": ("全区", "study area"), "carrier": ("载体", "carrier"), "carrier_type": ("载体类型", "carrier type"), "outside": ("载体外", "outside"),
              "city": ("市", "city"), "task_force": ("专班", "task force"), "townships": ("镇街", "township"), "platforms": ("平台", "platform"), "parks": ("园区", "park"),
              "cities": ("市", "city")}
FIXED = {"study_area": ("全区", "study area"), "outside": ("载体外", "outside carriers")}


def zone_word(zone: str, name: object, pick: int) -> str:
    """A zone in words; `name` is its own, where it has one. `townships:outside` is 镇街外."""
    layer, _, key = zone.partition(":")
    if zone in FIXED:
        return FIXED[zone][pick]
    if key == "outside" and not name:
        return (f"{ZONE_KINDS.get(layer, (layer, ''))[0]}外", f"outside {layer.replace('_', ' ')}")[pick]
    return str(name or zone)
