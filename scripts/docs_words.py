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
    "zh": ("# 政策\n", "随包政策的每一条目标：由图层和台账计算，还是由跟踪目标台账录入；用 `policies = [\"名称\"]` 启用，复制该 TOML 文件即可写本县的政策。占比写作 0 至 1。\n"),
    "en": ("# Policies\n", "Every target of the packaged policies: computed from layers and ledgers, or entered in the tracked ledger. `policies = [\"name\"]` turns one on. Shares run 0 to 1. "
           "A county copies one of the files to write its own.\n"),
}
SEVERITIES = {"error": ("错误", "error"), "warning": ("警告", "warning"), "repaired": ("已修复", "repaired"), "info": ("提示", "info")}
EVIDENCE = {"text": ("读过原文", "text read"), "practice": ("见于实际系统", "seen in practice"), "unverified": ("未核对原文", "text not checked")}
FAMILY_NAMES: dict[str, str] = {  # the Chinese heading of a family of findings; English pages show its id
    "accounts": "用地核算类", "allocation": "跨界分配", "area": "面积", "benefit": "企业综合评价", "buildings": "建筑", "constraint": "约束要素", "container": "文件",
    "crs": "坐标系", "engine": "计算引擎", "enterprise": "企业", "evidence": "影像旁证", "geometry": "图形", "indicator": "指标", "intensive": "集约用地评价", "landcheck": "企业用地核查",
    "join": "连接",
    "key": "编号", "land_use": "用途", "layer": "图层", "ledger": "台账表格", "map": "地图", "output": "输出", "policy": "政策", "postgis": "PostGIS", "privacy": "不公开",
    "project": "项目", "raster": "影像", "flag": "标志", "row": "问题行", "schema": "字段", "sheets": "附图", "snapshot": "留存结果", "standard_land": "标准地", "statistics": "统计数据",
    "status": "土地状态", "study": "研究文件", "supply": "供地", "surface": "密度面", "total": "合计", "unit": "单位", "value": "取值", "whatif": "情景",
}
PLACES: dict[str, tuple[str, str]] = {  # what stands in a message where it is not known beforehand; by the name of the blank, without _zh and _en
    "value_seen": ("原值", "value seen"), "value_used": ("采用的值", "value used"), "count": ("数", "count"), "key": ("编号", "key"), "row": ("行号", "row"), "rows": ("各行号", "rows"),
    "field": ("字段", "field"), "fields": ("各字段", "fields"), "role": ("图层", "layer"), "section": ("图层", "layer"), "path": ("文件", "file"),
    "reason": ("原因", "reason"), "expected": ("应有的值", "expected"),
    "layer": ("图层名", "layer name"), "candidates": ("可能的坐标系", "candidates"), "crs": ("坐标系", "CRS"), "datum": ("基准", "datum"), "total": ("总数", "total"), "area": ("面积", "area"),
    "mu": ("亩数", "mu"), "columns": ("列数", "columns"), "suggestion": ("建议", "suggestion"), "name": ("名称", "name"), "tolerance": ("容差", "tolerance"), "known": ("已有的", "known ones"),
    "indicator": ("指标", "indicator"), "column": ("列名", "column"), "measure": ("指标名", "measure"), "without": ("缺的数", "without"), "kind": ("类型", "kind"), "what": ("所指", "what"),
    "factor": ("倍数", "factor"), "group": ("分组", "group"), "": ("指标名", "measure"), "year": ("年份", "year"), "version": ("版本", "version"), "unsure": ("存疑数", "unsure"),
    "blank": ("空白数", "blank"), "before": ("修复前", "before"), "after": ("修复后", "after"), "change": ("变化", "change"), "width": ("宽度", "width"), "other": ("另一编号", "other"),
    "other_row": ("另一行", "other row"), "of": ("总数", "of"), "bands": ("波段数", "bands"), "used": ("采用的", "used"), "overlap_m2": ("重复面积", "overlap"), "buildings": ("栋数", "buildings"),
    "apart": ("栋数", "apart"), "apart_m2": ("面积", "area apart"), "shapes": ("图形数", "shapes"), "records": ("记录数", "records"), "packed": ("压缩大小", "packed size"),
    "members": ("文件数", "files"), "left": ("剩余数", "left"), "zone": ("带号", "zone"), "major": ("多数的坐标系", "CRS of most"), "degrees": ("度数", "degrees"), "km": ("公里数", "km"),
    "others": ("其他范围", "extent of the others"), "score": ("得分", "score"), "lacking": ("缺的", "lacking"), "evidence": ("依据", "evidence"), "ids": ("各编号", "ids"),
    "example": ("示例", "example"), "second": ("后一日期", "later date"), "first": ("前一日期", "earlier date"), "strangers": ("查不到的", "unknown ones"), "span": ("范围", "span"),
    "missing": ("缺失值", "missing value"), "mapping": ("对应关系", "mapping"), "most": ("上限", "limit"), "spelled": ("不同写法", "spellings"), "existing": ("行数", "existing"),
    "new": ("行数", "new"), "pool": ("行数", "from the pool"), "hectares": ("公顷数", "hectares"), "actual": ("实测值", "actual"), "admitted": ("准入行业", "admitted"), "cell": ("边长", "cell size"),
    "amount": ("数量", "amount"), "boundaries": ("边界图层", "boundaries"), "as_is": ("原样", "as it is"), "shifted": ("偏移后", "shifted"), "why": ("原因", "why"), "beside": ("参照", "beside"),
    "yes": ("个数", "number"), "no": ("个数", "number"), "unknown": ("个数", "number"), "as_of": ("数据截至日", "data date"), "indicators": ("各指标", "indicators"),
    "negative": ("个数", "number"), "zero": ("个数", "number"),
    "header": ("表头", "header"), "hint": ("提示", "hint"), "ways": ("途径", "ways"), "seen": ("原值", "seen"),
}
