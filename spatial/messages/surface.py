"""Findings about density surfaces."""

from spatial.messages import Message

MESSAGES = (
    Message("surface.kernel_lost", "info", "核密度面 {field} 有 {value_seen}({value_used})落在栅格边界之外", "the kernel surface {field} put {value_seen} ({value_used}) beyond the raster's border",
            "需要守恒的总量请用每平方公里网格", "use the km² grid where totals must hold"),
)
