"""Findings about the interactive map."""

from spatial.messages import Message

MESSAGES = (
    Message("map.basemap_absent", "warning", "找不到底图文件 {value_seen}，地图不带此底图", "the basemap file {value_seen} is not there; the map is drawn without it",
            "请把文件放到研究文件所写的位置后重新运行", "put the file where the study says and run again"),
    Message("map.remote_files", "warning", "地图中的元素要从外部加载文件，离线时不显示：{value_seen}", "elements of the map load files from elsewhere and do not show offline: {value_seen}",
            "请去掉这些元素，或改用离线的 Folium 元素", "leave them out, or use Folium elements that need no files"),
)
