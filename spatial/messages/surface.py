"""Findings about density surfaces."""

from spatial.messages import Message

MESSAGES = (
    Message("surface.too_wide", "warning", "边长 {cell} 米的密度面会有 {value_seen} 个格，超过 {value_used} 个，未写出：地块相距过远", "a density surface of {cell} m cells would have {value_seen} cells, more than {value_used}; "
            "it is not written: the parcels lie too far apart", "请核对是否有位置错误的地块，或按片区分别运行", "look for parcels that lie in the wrong place, or run the parts of the district one by one"),
    Message("surface.kernel_lost", "info", "核密度面 {field} 有 {amount}({value_used})落在栅格边界之外", "the kernel surface {field} put {amount} ({value_used}) beyond the raster's border",
            "需要守恒的总量请用每平方公里网格", "use the km² grid where totals must hold"),
)
