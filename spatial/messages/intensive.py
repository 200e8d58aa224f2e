"""Findings about the 开发区 intensive-use evaluation."""

from spatial.messages import Message

MESSAGES = (
    Message("intensive.wrong_profile", "error", "集约用地评价办法 {path} 有误：{value_seen}", "the intensive-use profile {path} is wrong: {value_seen}", "请对照 layers/intensive_use 中的文件修改；理想值须写明理由",
            "compare it with the files in layers/intensive_use; every ideal value needs its reason"),
    Message("intensive.unknown_zone", "warning", "集约用地评价办法中 {key} 的组成部分 {value_seen} 不在本研究中", "parts of {key} in the intensive-use profile are no zones of this study: {value_seen}", "请核对区域编号", "check the zone ids"),
    Message("intensive.unit", "error", "{field} 的全区值为 {value_seen}，超过 100：面积单位很可能混用平方米与公顷", "{field} of the study area is {value_seen}, above 100: areas are probably in m² on one side and hectares on the other",
            "请在列映射中写明面积单位", "state the units of the area columns"),
    Message("statistics.beside_enterprises", "info", "已有企业台账，分区统计数据的 {field}({count} 行)未采用{lacking_zh}",
            "an enterprise ledger is given: {field} of the zones' statistics ({count} rows) is not used{lacking_en}",
            "如应以统计数据为准，请去掉企业台账；企业台账缺的列请补入企业台账", "to go by the statistics leave out the enterprise ledger; add what it lacks to it"),
    Message("statistics.unknown_zone", "warning", "统计数据有 {count} 行的区域不在本研究中，未采用(首个在第 {row} 行)：{value_seen}", "{count} rows of the statistics name zones that the study does not have; they are not used (first in row {row}): {value_seen}",
            "请按载体编号或名称填写区域，全区写 study_area", "write the id or name of a carrier, and study_area for the whole district"),
    Message("statistics.no_whole", "warning", "统计数据没有全区的一行，{count} 行的 {field} 未采用：没有全区的数，载体以外的数和占比都无从得知", "the statistics have no row of the whole district: {field} of {count} rows are not used, "
            "as what lies outside the carriers cannot be told", "请补一行全区的数，区域写 study_area", "add a row of the whole district, zone study_area"),
    Message("statistics.zone_missing", "warning", "统计数据没有 {count} 个载体的行：{value_seen}；它们和载体以外的数视为未知，不按零计", "the statistics have no row for {count} carriers: {value_seen}; their figures and those outside "
            "the carriers are unknown, not zero", "请为每个载体补一行；确实为零的请写 0", "give each carrier a row; write 0 where it is nothing"),
    Message("statistics.nested", "repaired", "有统计数据的载体中，{count} 个整个位于另一个之内：{value_seen}；其数视为大载体数的一部分，全区和类型合计只计一次", "{count} carriers of the statistics lie within another: {value_seen}; their figures are "
            "taken as part of those of the larger one and count once in totals", "如大载体的数不含小载体，请把小载体的数加进去", "add the figures of the smaller one to the larger where they are not in them"),
    Message("statistics.overlap", "warning", "有统计数据的载体中，{count} 对部分重叠：{value_seen}；重叠部分的数算在谁那里无从得知，载体合计、占比和载体以外的数视为未知", "{count} pairs of carriers of the statistics overlap: {value_seen}; whose figures are those of "
            "the common ground is unknown, and so are the sum of the carriers, shares, and what lies outside", "请使载体边界不重叠，或改用企业台账", "draw the carriers without overlap, or give a ledger of enterprises"),
    Message("statistics.other_zones", "warning", "统计数据有 {count} 行既不是载体也不是全区(首个在第 {row} 行)：{value_seen}；这些行的 {field} 未采用", "{count} rows of the statistics are neither of a carrier nor of the whole district (first in row {row}): {value_seen}; "
            "{field} of them is not used", "占比按载体的数计算；这些区域的数请由企业台账得出", "shares go by the figures of carriers; a ledger of enterprises gives those of such zones"),
    Message("statistics.said_twice", "warning", "统计数据有 {count} 个区域、年度以不同名称出现且数不同(例：{key}：{value_seen} 的 {field} 不同)，视为未知", "{count} zones and years of the statistics stand under several names with different figures ({key}: {field} of {value_seen}) "
            "and count as unknown", "请只留一行", "keep one row"),
    Message("statistics.population_differs", "warning", "{key} 的常住人口有几个不同的值：{value_seen}，视为未知", "the residents of {key} are given with different values ({value_seen}) and count as unknown", "请只留一个数", "keep one figure"),
    Message("intensive.done", "info", "集约用地评价({name}，版本 {version}，依据标记 {evidence})：{count} 个区域得出集约度分值；权重与理想值为该办法设定，不是国家标准", "intensive-use evaluation ({name}, version {version}, evidence {evidence}): "
            "{count} zones scored; weights and ideal values are those of the profile, not a national standard", "", ""),
)
