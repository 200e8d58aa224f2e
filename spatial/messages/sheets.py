"""Findings about map sheets."""

from spatial.messages import Message

MESSAGES = (
    Message("sheets.no_font", "warning", "没有可用的中文字体，未出附图", "no font with Chinese letters; no sheets were drawn", "请安装：pip install pylopdf-fonts-zh-cn，或用 sheets.font 指定字体文件",
            "pip install pylopdf-fonts-zh-cn, or name a font file in sheets.font"),
    Message("sheets.missing_glyph", "warning", "附图“{key}”等 {count} 幅：字体中没有字符 {value_seen}，图上以〓代替", "sheet '{key}' ({count} in all): no font has the character {value_seen}; 〓 stands in its place",
            "请用 sheets.font 指定收有该字的字体文件(TrueType 或 OpenType CFF)，它只用于其他字体缺的字也可", "name a font file that has it in sheets.font (TrueType or OpenType CFF); it may be one that holds rare characters only"),
    Message("sheets.bad_font", "warning", "字体文件 {path} 不能用于附图，改用其他字体", "font file {path} cannot be used for sheets; other fonts are", "请指定允许嵌入的 TrueType 或 OpenType CFF 字体(可变字体 CFF2 不可)",
            "name a TrueType or OpenType CFF font whose licence allows embedding (no CFF2 variable font)"),
    Message("sheets.bad_wind_rose", "warning", "风玫瑰 {value_seen} 不能用，未绘", "wind rose {value_seen} cannot be used; none is drawn", "请自北顺时针填 8 或 16 个方向的频率，均为不小于零的数，不全为零",
            "give the frequencies of 8 or 16 directions clockwise from north, none below zero and not all zero"),
    Message("sheets.bad_kind", "warning", "图种文件 {path} 读不出，已略过：{value_seen}", "sheet kind {path} cannot be read and is left out: {value_seen}", "请对照 maps/ 中的其他 sheet-*.toml 修改", "compare it with the other sheet-*.toml in maps/"),
    Message("sheets.unknown_kind", "warning", "没有图种 {value_seen}；{suggestion}", "no such kind of sheet: {value_seen}; {suggestion}", "请改正，或在研究文件旁的 maps/ 中添加 sheet-{value_seen}.toml",
            "correct it, or add sheet-{value_seen}.toml to maps/ beside the study"),
    Message("sheets.no_data", "info", "{value_seen}：没有相应数据，未出此图", "{value_seen}: no data for it, the sheet is not drawn", "提供相应图层或台账后重新运行", "give the layer or ledger it needs and run again"),
    Message("sheets.undivided", "info", "{value_seen}：载体没有字段 {field}，各载体用同一颜色", "{value_seen}: the carriers have no {field} and are drawn in one colour",
            "在载体图层中填写 {field}，或在研究文件中指明它的列", "fill in {field} in the layer of carriers, or name its column in the study file"),
    Message("sheets.cropped", "warning", "附图“{key}”按指定比例尺 {value_seen} 只能显示中间部分", "sheet '{key}' shows only the middle at the given scale {value_seen}", "全部显示需 {value_used}，或改用更大幅面",
            "{value_used} would show all of it, or take a larger paper"),
    Message("sheets.classes_merged", "warning", "附图“{key}”类别过多，面积较小的 {count} 类合并为“其余”", "sheet '{key}' has too many classes; the {count} smallest are shown as one", "请在图种文件中用 level 归并上级类，或用更大幅面",
            "use `level` in the kind's file to show parents, or a larger paper"),
    Message("sheets.label_dropped", "warning", "附图“{key}”上 {count} 个名称无处可放：{value_seen}", "sheet '{key}': no room for {count} names: {value_seen}", "请用更大幅面或更大比例尺", "take a larger paper or scale"),
    Message("sheets.no_map_number", "warning", "公开版附图没有审图号，图上注“内部使用”", "public sheets without a map approval number are marked for internal use", "送审取得审图号后填入 sheets.map_number；不可自拟", "enter the number in sheets.map_number once it is granted"),
)
