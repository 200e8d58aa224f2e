"""The study: what a study file says, checked and frozen, and the rows that declare its keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from spatial.facts import facts_html


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the study file: where it stands, what it may be, and why."""

    path: str  # dotted; `*` stands for any name
    type: str  # text | date | period | choice | number | texts | table | path
    default: Any
    zh: str
    en: str
    choices: tuple[str, ...] = ()
    required: bool = False
    most: float = 1e9  # of a number
    whole: bool = False  # a number without a fraction
    filled: bool = False  # a list with at least one text


LARGE, LARGE_IN_PARTITIONS = 1_000_000, 200_000  # `engine.large` where a study does not state it
WAYS = ("supply_no", "parcel_no", "contract_no", "location")  # by which a ledger row without a known parcel code finds its parcel, in this order

KEYS: tuple[Key, ...] = (
    Key("study.name", "text", "", "研究名称", "name of the study"),
    Key("study.as_of", "date", None, "数据截至日；此日之后签订或完成的事项视为未知", "the day the data speak for; nothing after it is known", required=True),
    Key("study.period", "period", None, "统计期(含首尾日)：界定“新增”", "the period, both ends included: what counts as new"),
    Key("study.datum", "text", "", "未写坐标系的文件所用的大地基准，例如 CGCS2000", "datum of files that state none, e.g. CGCS2000"),
    Key("study.datum_parameters", "table", {}, "旧基准转换参数：基准名 = [3、4 或 7 个参数]", "parameters of an old datum: name = 3, 4 or 7 numbers"),
    Key("study.working_crs", "text", "auto", "工作坐标系；auto：境内取地块中部的 CGCS2000 三度带，境外取 UTM",
        "auto: CGCS2000 3-degree zone of the parcels' middle inside China, UTM elsewhere"),
    Key("study.area_source", "choice", "geometry", "面积来源：图形椭球面积或登记面积", "geometry (ellipsoidal) or registered", ("geometry", "registered")),
    Key("study.audience", "choice", "internal", "读者：internal 内部 / public 公开", "who may read the outputs", ("internal", "public")),
    Key("study.policies", "texts", (), "政策文件名或路径", "names of packaged policies, or paths"),
    Key("study.snapshots", "path", "", "冻结结果(快照)所在文件夹；与其中此前最近的一期比较趋势", "folder of frozen results (spatial snapshot); the trend is told against the latest earlier one"),
    Key("study.trend_against", "date", None, "指定与哪一期快照比较(数据截至日)", "the data date of the frozen result to compare with, where the latest is not meant"),
    Key("join.allocation", "choice", "area", "跨界地块的分配规则", "how a straddling parcel is shared out", ("area", "largest", "point")),
    Key("join.duplicate_keys", "choice", "refuse", "地块编号重复时", "a parcel id that stands twice", ("refuse", "keep", "dissolve")),
    Key("join.many_rows", "many_rows", "refuse", "一宗地对应多行台账时；可按字段分别指定；first 也用于不同附加表(及地块图层)说法不一：在研究文件中在前的为准",
        "several ledger rows on one parcel; or by field; first also settles attribute tables (and the parcel layer) that differ: the earlier in the study counts",
        ("refuse", "sum", "first", "any", "all")),
    Key("join.match_by", "texts", WAYS, "宗地代码找不到地块的台账行另按哪些编号、以何顺序找：电子监管号、宗地编号、合同编号、坐标；[] 为只按宗地代码",
        "by which ways, in which order, rows whose parcel code finds nothing find their parcel; []: by code alone", WAYS),
    Key("join.cardinality", "many_rows", "many_to_many", "地块与台账行的对应：一对一、一宗多行、多宗一行；违者拒绝；可按台账分别指定",
        "one_to_many: one parcel, several rows; many_to_one: several parcels, one row; refused where broken; or by ledger",
        ("many_to_many", "one_to_one", "one_to_many", "many_to_one")),
    Key("join.on_bad_rows", "choice", "refuse", "有坏行时：拒绝或剔除并登记", "rows that cannot be read", ("refuse", "set_aside")),
    Key("join.area_tolerance", "number", 0.05, "登记面积与图形面积的容差(相对)", "registered against computed area, relative", most=1),
    Key("join.repair_tolerance", "number", 0.01, "图形修复允许的面积变化(相对)", "change of area a geometry repair may make, relative", most=1),
    Key("join.slivers", "choice", "report", "地块间窄缝与细碎重叠：只列出，或按规则修复", "slivers and gaps between parcels: listed, or mended by rule",
        ("report", "repair")),
    Key("rules.idle_denominator", "choice", "supplied_industrial", "闲置土地占比的分母", "denominator of the idle-land share",
        ("supplied_industrial", "supplied_all", "all_parcels")),
    Key("rules.industrial_uses", "texts", ("1001", "1101"), "产业用地包括的用地代码(含下级)", "land-use codes that are industrial land, with their children", filled=True),
    Key("rules.industrial_trades", "texts", ("B", "C", "D", "G"), "“工业(物流)企业”包括的行业：GB/T 4754 门类或大类，例如 C、G59；[\"*\"] 为台账全部企业(规则原文未列举，可改)",
        "industries of 工业(物流)企业: sections or divisions of GB/T 4754, such as C or G59; [\"*\"]: every firm of the ledger (the rule does not list them)", filled=True),
    Key("rules.per_mu_land", "choice", "evaluated_enterprises", "亩均指标的用地口径", "land under the per-mu indicators",
        ("evaluated_enterprises", "built_industrial", "planned_industrial", "parcels")),
    Key("rules.lease_land", "choice", "as_of", "租赁台账的租期只占一年一部分时怎样计入用地：截至日在租的全计，或按月折算；未经核实，可改",
        "how a lease of part of the year counts as land: whole if it runs on the as-of day, or by months; unverified, may be changed", ("as_of", "months")),
    Key("rules.inefficient", "text", "none", "低效用地认定规则集的名称或路径", "name or path of a low-efficiency rule set"),
    Key("rules.inefficient_denominator", "choice", "supplied_industrial", "低效用地占比的分母", "denominator of the low-efficiency share",
        ("supplied_industrial", "supplied_all", "all_parcels")),
    Key("rules.intensive_use", "text", "none", "开发区集约用地评价办法的名称或路径", "name or path of an intensive-use evaluation profile"),
    Key("rules.paid_uses", "texts", ("0701", "09", "10", "11"), "应有偿使用、应招拍挂供应的用途(含下级)；未经核实，可改",
        "uses that must be supplied against payment and by auction, with their children; unverified, a county may change it"),
    Key("rules.benefit", "text", "none", "企业亩均效益综合评价办法的名称或路径", "name or path of an enterprise benefit evaluation profile"),
    Key("rules.parcel_code", "choice", "warn", "19 位宗地代码格式检查：提示或强制", "check of the 19-character parcel code", ("warn", "strict")),
    Key("rules.sub_projects", "choice", "refuse", "总项目与其子项目(代码为总项目代码加后缀、金额相加等于总项目)同在台账时：拒绝、只计子项目、只计总项目、都计",
        "a project listed beside its sub-projects, whose codes extend its own and whose amounts add up to it: refused, the children count, the parents count, or all do",
        ("refuse", "children", "parents", "all")),
    Key("rules.stock_land", "choice", "exclude", "新增用地是否含存量用地", "whether new land takes in stock land", ("exclude", "include")),
    Key("rules.new_land", "choice", "contract", "“新增”按供地合同还是按农转用指标(批次)", "new land by supply contract, or by quota (approval batches)", ("contract", "quota")),
    Key("rules.warning_days", "number", 90, "预警：约定开工日前多少天提示", "early warning: days before the agreed start", most=3650, whole=True),
    Key("rules.anniversary", "choice", ">", "满一年的比较符：> 表示次日起算满", "when a year is full: after the anniversary, or on it", (">", ">=")),
    Key("whatif.move", "moves", {}, "情景：地块编号 = 移入的载体", "what if: parcel id = the carrier it lies in"),
    Key("whatif.redevelop", "texts", (), "情景：改造后不再低效的地块编号", "what if: parcels that are redeveloped and no longer low-efficiency"),
    Key("whatif.redevelop_worst", "number", 0, "情景：改造最差的 N 宗低效用地", "what if: the worst N low-efficiency parcels are redeveloped", whole=True),
    Key("whatif.redevelop_in", "text", "", "情景：改造只限该载体", "what if: only parcels of this carrier are redeveloped"),
    Key("rules.evidence", "text", "default", "影像证据的阈值与规则：default 或文件路径", "thresholds and rules of imagery evidence: default, or a path"),
    Key("map.basemaps", "basemaps", (), "地图底图：tianditu、tianditu_image、gaode、gaode_image、osm，或 { name, url } / { name, path }(MBTiles、PMTiles)；未列者不联系",
        "basemaps: known names, { name, url } of XYZ or WMTS tiles, or { name, path } of an MBTiles or PMTiles file; none else is contacted"),
    Key("sheets.draw", "choice", "yes", "运行时是否出附图", "whether a run draws sheets", ("yes", "no")),
    Key("sheets.size", "choice", "A3", "附图幅面", "paper of the sheets", ("A4", "A3", "A2", "A1", "A0")),
    Key("sheets.orientation", "choice", "landscape", "横幅或竖幅", "orientation of the sheets", ("landscape", "portrait")),
    Key("sheets.scale", "number", 0, "比例尺分母；0：自动取能放下的整数比例尺(1:500 至 1:500 000)", "denominator of the scale; 0: the round scale that fits (1:500 to 1:500 000)", most=10_000_000),
    Key("sheets.kinds", "texts", ("all",), "出哪些图(maps/sheet-*.toml 的名称)", "kinds to draw, by the names of maps/sheet-*.toml"),
    Key("sheets.atlas", "texts", ("status",), "哪些图另出图册(每个载体一幅)；none 不出", "kinds drawn also as an atlas, a sheet a carrier; none for none"),
    Key("sheets.compiler", "text", "", "制图单位", "who compiled the sheets"),
    Key("sheets.client", "text", "", "委托单位", "for whom"),
    Key("sheets.map_number", "text", "", "审图号；留空时注“内部使用”", "map approval number; empty: marked for internal use"),
    Key("sheets.drawing_date", "date", None, "制图日期；留空时留待手填", "date of drawing; empty: left blank to be filled in"),
    Key("sheets.wind_rose", "texts", (), "风玫瑰：自北顺时针 8 或 16 个方向的频率；不填不绘", "wind rose: frequencies of 8 or 16 directions clockwise from north; none drawn without"),
    Key("sheets.png", "choice", "district", "300 dpi 图片：全区图、全部或不出", "300 dpi pictures: of district sheets, of all, of none", ("district", "all", "none")),
    Key("sheets.geotiff", "choice", "no", "图片旁另出 GeoTIFF", "a GeoTIFF beside each picture", ("no", "yes")),
    Key("sheets.font", "text", "", "首选字体文件", "font file to take first"),
    Key("engine.partitions", "number", 0, "分区引擎(--engine dask)的分区数；0 为自动", "partitions of --engine dask; 0: as many as the parcels need", most=100_000, whole=True),
    Key("engine.workers", "number", 0, "分区引擎的本机进程数；0 为每核一个", "local worker processes of --engine dask; 0: one a core", most=1024, whole=True),
    Key("engine.scheduler", "text", "", "已有 Dask 调度器的地址，例如 tcp://10.0.0.2:8786；空则在本机启动", "address of a running Dask scheduler; empty: one is started here"),
    Key("engine.scratch", "path", "", "分区的临时文件夹(所有进程都要能读写)；空则用系统临时目录", "folder for the partitions, seen by every worker; empty: the system's"),
    Key("engine.large", "number", None, "超过此宗数：地图改为瓦片，工作簿只有分区表，地块只写 Parquet；不填为 1000000，分区引擎为 200000(不超过此数时成果由一个进程汇成整层后写出)",
        "above this many parcels: tiles for a map, zone tables, parcels as Parquet only; if left out 1,000,000, and 200,000 with --engine dask (up to it one process holds the layer to write it)",
        whole=True),
    Key("output.postgis", "text", "", "结果另写入的数据库：postgresql://用户@主机/库；口令请放在 PGPASSWORD 或 ~/.pgpass",
        "database that the results go to as well; keep its password in PGPASSWORD or ~/.pgpass"),
    Key("output.schema", "text", "spatial", "结果写入的模式；只替换本工具以前写的表", "schema for the results; only tables that this tool wrote are replaced"),
    Key("layers.*.path", "path", None, "文件路径(相对于研究文件)", "path, relative to the study file", required=True),
    Key("layers.*.layer", "text", "", "多图层文件中的图层或工作表名", "layer or sheet of a file that holds several"),
    Key("layers.*.crs", "text", "", "坐标系；仅当文件未写或写错时填写", "only where the file states none or a wrong one"),
    Key("layers.*.encoding", "text", "", "文字编码", "text encoding"),
    Key("layers.*.geometry_type", "choice", "any", "只取一种几何类型，其余剔除并登记", "take one type of geometry, leave the rest out with a record",
        ("any", "polygon", "line", "point")),
    Key("layers.*.where", "table", {}, "筛选：{ column = 列名, in = [值] }", "a filter: { column, in = [values] }"),
    Key("layers.*.columns.*", "column", None,
        "规范字段 = 列名，或 { column = 列名, unit = 单位 }；外币列写 rate(1 元外币合人民币多少元)；日期列可写 dayfirst = true/false(日在月前)、epoch = 1900/1904(序列日期的起算)",
        "canonical field = header, or { column, unit }; of money of another country also rate, which is the yuan that one of it is; "
        "of days dayfirst, and epoch (1900 or 1904, from which serials count)"),
    Key("layers.*.values.*.*", "texts", (), "规范代码 = 文件中的写法", "canonical code = the words that mean it"),
    Key("layers.*.year", "number", None, "整张台账所属的年度；仅当台账没有年度列时填写(企业台账、统计数据)",
        "the year of all rows, where the ledger has no column of years (enterprises, statistics)", most=2200, whole=True),
    Key("layers.*.table", "text", "", "PostGIS 表", "PostGIS table"),
    Key("layers.*.query", "text", "", "PostGIS 查询", "PostGIS query"),
    Key("layers.*.band", "number", 1, "影像波段", "raster band"),
    Key("layers.*.kind", "choice", "continuous", "影像类型：连续值或分类", "continuous values or classes", ("continuous", "classes")),
    Key("layers.*.date", "date", None, "影像日期", "date of the image"),
    Key("layers.*.nodata", "nodata", None, "影像的缺失值；\"none\" 表示没有缺失值", "value of missing cells; \"none\": there is none"),
    Key("layers.*.index", "choice", None, "由多波段计算：植被、建筑、水体指数，地表判读(1 建成 2 裸地 3 植被 4 水面)，坡度分级",
        "made of several bands: an index, ground cover (1 built 2 bare 3 vegetation 4 water), slope classes",
        ("ndvi", "ndbi", "mndwi", "cover", "slope")),
    Key("layers.*.bands", "table", {}, "指数所用波段：{ green = 1, red = 2, nir = 3, swir = 4 }；缺省按波段名称认", "bands of an index; by their descriptions where not stated"),
    Key("layers.*.measure", "choice", None, "影像数值的含义，作为证据时用", "what the cells measure, where the raster is evidence",
        ("built_fraction", "cover", "ndvi", "ndbi", "mndwi", "night_light", "elevation", "slope")),
    Key("layers.*.buffers", "table", {}, "约束图层：类型 = 缓冲距离(米)", "of constraints: kind = buffer in metres"),
    Key("layers.*.classes", "table", {}, "地表分类代码归组：{ built = [80], bare = [60], vegetation = [10, 20], water = [90] }", "codes of a land-cover raster by group"),
)

ROLES = ("parcels", "carriers", "supply", "projects", "standard_land", "enterprises", "approvals", "buildings", "constraints",
         "leases", "statistics", "tracked", "imagery", "parcels_before")
NAMED_ROLES = ("zones", "attributes", "imagery")  # layers.zones.<name>, layers.attributes.<name>


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """Which column of a file plays a canonical field, and in what unit when the header does not say."""

    column: str
    unit: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LayerSpec:
    """One layer of the study file."""

    role: str
    path: Path
    shown_path: str  # as written in the study file
    layer: str = ""
    crs: str = ""
    encoding: str = ""
    where: Mapping[str, Any] = field(default_factory=dict)
    columns: Mapping[str, ColumnSpec] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Study:
    """A study file, complete: every key has its value or its default."""

    path: Path
    name: str
    as_of: date
    period: tuple[date, date]
    datum: str
    datum_parameters: Mapping[str, tuple[float, ...]]
    working_crs: str
    area_source: str
    audience: str
    policies: tuple[str, ...]
    allocation: str
    duplicate_keys: str
    many_rows: str
    many_rows_by_field: Mapping[str, str]
    on_bad_rows: str
    area_tolerance: float
    repair_tolerance: float
    slivers: str
    rules: Mapping[str, Any]
    layers: Mapping[str, LayerSpec]
    language: str = "zh"
    snapshots: str = ""
    trend_against: date | None = None
    engine: Mapping[str, Any] = field(default_factory=dict)  # keys of [engine]
    whatif: Mapping[str, Any] = field(default_factory=dict)  # keys of [whatif]; empty where nothing is supposed
    map: Mapping[str, Any] = field(default_factory=dict)  # keys of [map]
    sheets: Mapping[str, Any] = field(default_factory=dict)  # keys of [sheets]
    output: Mapping[str, Any] = field(default_factory=dict)  # keys of [output]
    match_by: tuple[str, ...] = WAYS
    cardinality: str | Mapping[str, str] = "many_to_many"  # of parcels and ledger rows; or by role

    @property
    def large(self) -> int:
        """The most parcels whose outputs are written from one frame."""
        said = self.engine.get("large")
        return LARGE if said is None else int(said)

    def __repr__(self) -> str:
        return f"<Study {self.name!r} as_of={self.as_of}: {', '.join(self.layers) or 'no layers'}>"

    def _repr_html_(self) -> str:
        pick = 0 if self.language == "zh" else 1
        usual = {key.path: key.default for key in KEYS}
        own = {name: value for name, value in self.rules.items() if value != usual[f"rules.{name}"]}
        facts: list[tuple[str, object]] = [
            (("数据截至", "data as of")[pick], self.as_of), (("统计期", "period")[pick], " – ".join(map(str, self.period))), (("分配规则", "allocation")[pick], self.allocation),
            (("政策", "policies")[pick], "、".join(self.policies) or "—"), *((f"layers.{role}", spec.shown_path) for role, spec in self.layers.items()),
            *((f"rules.{name}", value) for name, value in own.items())]
        return facts_html(self.name, facts)

    def industrial(self, code: object) -> bool:
        """Whether a land-use code is industrial land (产业用地) by the study's rule; children count with their parents."""
        return isinstance(code, str) and code.startswith(tuple(self.rules["industrial_uses"]))

    def rows_rule(self, field_name: str) -> str:
        """What to do with several ledger rows on one parcel, for one field."""
        return self.many_rows_by_field.get(field_name, self.many_rows)

    def cardinality_of(self, role: str) -> str:
        """How many rows of a ledger may speak of one parcel, and how many parcels one row may name."""
        return self.cardinality if isinstance(self.cardinality, str) else self.cardinality.get(role, "many_to_many")
