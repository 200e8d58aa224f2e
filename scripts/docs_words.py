"""Words of the built documents that no declaration holds: headings and types of values."""

from __future__ import annotations

ROLES = ("parcels", "carriers", "zones.<name>", "attributes.<name>", "parcels_before", "supply", "projects", "standard_land", "enterprises", "approvals", "buildings",
         "constraints", "leases", "statistics", "tracked")
TYPES: dict[str, tuple[str, str]] = {
    "quantity": ("数量", "quantity"), "boolean": ("是否", "yes or no"), "coordinate": ("坐标", "coordinate"), "number": ("数", "number"), "category": ("类别", "category"),
    "text": ("文字", "text"), "ids": ("多个编号", "ids"), "integer": ("整数", "integer"), "bounded": ("有界的数", "bounded number"), "date": ("日期", "date"), "id": ("编号", "id"),
    "path": ("路径", "path"), "column": ("列名", "column"), "texts": ("多段文字", "texts"), "choice": ("选项", "choice"), "table": ("表", "table"), "period": ("时段", "period"),
    "moves": ("地块 = 载体", "parcel = carrier"), "basemaps": ("底图", "base maps"), "many_rows": ("多行的取法", "what several rows mean"), "nodata": ("缺失值", "missing value"),
}
STUDY_HEAD = {
    "zh": ("# 研究文件\n", "TOML 文件，路径相对于研究文件所在目录。`--set 键=值` 可替换单个键，例如 `--set join.allocation=largest`。没有写明的列按别名表对应并报告。\n", "## 键\n"),
    "en": ("# Study file\n", "A TOML file; paths are relative to it. `--set KEY=VALUE` replaces one key by its dotted name, e.g. `--set join.allocation=largest`. "
           "Columns that are not stated are matched by the aliases below and reported.\n", "## Keys\n"),
}
STUDY_FIELDS = {
    "zh": ("## 图层与字段\n", "面积、金额等数量必须在表头(`面积(亩)`)或映射(`{ column = \"面积\", unit = \"mu\" }`)中带单位；内部统一为 m²、万元、吨标准煤、吨、万千瓦时。\n"),
    "en": ("## Layers and fields\n", "Quantities carry their unit in the header (`面积(亩)`) or in the mapping (`{ column = \"面积\", unit = \"mu\" }`); inside they are m², 10⁴ CNY, "
           "tonnes of coal equivalent (tce), t, 10⁴ kWh.\n"),
}
POLICIES_HEAD = {
    "zh": ("# 政策\n", "随包政策的每一条目标：由图层和台账计算，还是由跟踪台账录入；用 `policies = [\"名称\"]` 启用，复制该 TOML 文件即可写本县的政策。占比写作 0 至 1。\n"),
    "en": ("# Policies\n", "Every target of the packaged policies: computed from layers and ledgers, or entered in the tracked ledger. `policies = [\"name\"]` turns one on. Shares run 0 to 1. "
           "A county copies one of the files to write its own.\n"),
}
