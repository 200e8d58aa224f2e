"""The registry: every indicator as a row (names, unit, definition, source) pointing at its function."""

from __future__ import annotations

from spatial.indicators import efficiency, land, supply
from spatial.indicators.terms import Facts, Indicator, Indicators, Terms

_MU, _HA = 2000 / 3, 10_000.0
_ORDER = "国土资源部令第53号"
_DZ = "开发区土地集约利用评价(TD/T 1029 系列)"
_STATUS = "供地监管系统通行的土地状态"
_POTENTIAL = f"{_DZ} 潜力测算"
_UNSUPPLIED = "批而未供土地的通行认定(已动工未办供地手续的仍算未供)"
_LEASES = "企业用地核查(登记＋其他＋承租－出租)"
_MUJUN = "浙政发〔2018〕5号; 黄岩区计算说明"
_4286 = "萧山区“4286”产业载体建设行动方案(2019-2022年)"
_GOALS, _YEAR = f"{_4286} 三(总体目标)", f"{_4286} 三(年度目标)"
_PARKS = "杭州一园一主业(征求意见稿)"
_SHANDONG = "山东省新旧动能转换综合试验区建设2020年工作要点 七(二)"
_WANMU = "2020年“万亩千亿”新产业平台建设工作要点"
_SHANGYU = "杭州湾上虞经济技术开发区2017年度工作计划"


def composed(facts: Facts) -> Terms | None:
    """No sum over rows: made of other values, by a profile (intensive_use.py)."""
    return None


INDICATORS = Indicators((
    Indicator("tax_per_mu", "亩均税收", "Tax per mu", "万元/亩", efficiency.per_mu("tax_wanyuan"), "税收", "用地面积", ("tax",), "+", _MUJUN, "text",
              scale=_MU, rules=("per_mu_land", "lease_land")),
    Indicator("value_added_per_mu", "亩均增加值", "Value added per mu", "万元/亩", efficiency.per_mu("value_added_wanyuan"), "增加值", "用地面积",
              ("value_added",), "+", _MUJUN, "text", scale=_MU, rules=("per_mu_land", "lease_land")),
    Indicator("output_per_mu", "亩均产值", "Output per mu", "万元/亩", efficiency.per_mu("output_wanyuan"), "产值", "用地面积", ("output",), "+", "出让公告约定的亩均产值",
              "practice", scale=_MU, rules=("per_mu_land", "lease_land")),
    Indicator("investment_per_mu", "亩均固定资产投资", "Fixed investment per mu", "万元/亩", efficiency.per_mu("fixed_investment_wanyuan"), "固定资产投资",
              "用地面积", ("fixed_investment",), "+", "出让公告约定的固定资产投资强度(万元/亩)", "practice", scale=_MU, rules=("per_mu_land", "lease_land")),
    Indicator("value_added_per_energy", "单位能耗增加值", "Value added per unit of energy", "万元/吨标煤",
              efficiency.per_quantity("value_added_wanyuan", "energy_tce"), "增加值", "综合能耗", ("value_added", "energy"), "+", _MUJUN, "text"),
    Indicator("value_added_per_emission", "单位排放增加值", "Value added per unit of emissions", "万元/吨",
              efficiency.per_quantity("value_added_wanyuan", "emissions_t"), "增加值", "主要污染物排放量", ("value_added", "emissions"), "+", _MUJUN, "text"),
    Indicator("labour_productivity", "全员劳动生产率", "Labour productivity", "万元/人", efficiency.per_quantity("value_added_wanyuan", "employees"),
              "增加值", "年平均职工人数", ("value_added", "employees"), "+", _MUJUN, "text"),
    Indicator("rd_share", "R&D经费支出占主营业务收入之比", "R&D share of revenue", "ratio", efficiency.per_quantity("rd_wanyuan", "revenue_wanyuan"),
              "R&D经费支出", "主营业务收入", ("rd", "revenue"), "+", _MUJUN, "text"),
    Indicator("floor_area_ratio", "综合容积率", "Floor area ratio", "ratio", land.over_area("floor_area_m2"), "总建筑面积", "已建成地块面积", ("floor_area",),
              "+", _DZ, "practice"),
    Indicator("building_density", "建筑密度", "Building density", "ratio", land.over_area("footprint_area_m2"), "建筑基底面积", "已建成地块面积",
              ("footprint_area",), "+", _DZ, "practice"),
    Indicator("idle_land_share", "闲置土地占比", "Idle-land share", "ratio", land.idle_share, "闲置土地面积(疑似+已认定)", "所选口径的土地面积", ("land_status",),
              "-", f"{_ORDER} 第2条", "text", rules=("idle_denominator",)),
    Indicator("land_idle_rate", "土地闲置率", "Land idle rate (G/D)", "ratio", land.idle_rate, "闲置土地面积 G", "已供应国有建设用地面积 D", ("land_status",), "-",
              _DZ, "practice"),
    Indicator("suspected_idle_area", "疑似闲置土地面积", "Suspected idle land", "mu", land.suspected_idle, "疑似闲置土地面积", "", ("land_status",), "-", f"{_ORDER} 第2条",
              "text", scale=1 / _MU),
    Indicator("government_idle_area", "政府原因闲置土地面积", "Idle land caused by government", "mu", land.government_idle, "闲置土地中因政府原因或不可抗力的面积", "",
              ("land_status", "delay_cause"), "-", f"{_ORDER} 第8条", "unverified", scale=1 / _MU),
    Indicator("inefficient_land_share", "低效用地占比", "Inefficient-land share", "ratio", land.inefficient_share, "低效用地面积", "所选口径的土地面积",
              ("inefficient",), "-", f"{_PARKS} 2.打造产业空间", "text", rules=("inefficient", "inefficient_denominator", "lease_land")),
    Indicator("new_land_area", "新增产业用地面积", "New industrial land", "mu", supply.new_land, "新增产业用地面积", "", ("contract_date",), "", _GOALS, "text",
              scale=1 / _MU, rules=("industrial_uses", "stock_land", "new_land")),
    Indicator("new_land_to_carriers_share", "新增产业用地投向载体占比(区位)", "Share of new industrial land in carriers", "ratio",
              supply.new_land_to_carriers, "载体内新增产业用地面积", "全区新增产业用地面积", ("contract_date", "area"), "+", _GOALS, "text", district=True,
              rules=("industrial_uses", "stock_land", "new_land")),
    Indicator("new_land_to_carriers_or_projects_share", "新增产业用地用于载体及项目占比", "Share of new industrial land in carriers or listed projects",
              "ratio", supply.new_land_to_carriers_or_projects, "载体内及列入项目的新增产业用地面积", "全区新增产业用地面积", ("contract_date", "area", "listed"),
              "+", _GOALS, "text", district=True, rules=("industrial_uses", "stock_land", "new_land")),
    Indicator("new_project_share", "新增产业项目落户载体占比", "Share of new projects in carriers", "ratio", supply.new_project_share, "载体内新增项目数",
              "全区新增项目数", ("registered_date",), "+", _GOALS, "text", district=True),
    Indicator("new_investment_share", "新增产业投资投向载体占比", "Share of new investment in carriers", "ratio", supply.new_investment_share,
              "载体内新增项目完成投资", "全区新增项目完成投资", ("registered_date", "year_done"), "+", _GOALS, "text", district=True),
    Indicator("value_added_increment_share", "工业增加值增量由载体产生占比", "Share of carriers in the growth of value added", "ratio",
              efficiency.increment_share("value_added_wanyuan"), "载体增加值增量", "全区增加值增量", ("value_added", "year"), "+", _GOALS, "text", district=True),
    Indicator("tax_increment_share", "税收增量由载体贡献占比", "Share of carriers in the growth of tax", "ratio",
              efficiency.increment_share("tax_wanyuan"), "载体税收增量", "全区税收增量", ("tax", "year"), "+", _GOALS, "text", district=True),
    Indicator("standard_land_share", "新增产业用地标准地占比", "Share of new industrial land supplied as standard land", "ratio",
              supply.standard_land_share, "标准地供地面积", "新增产业用地面积", ("is_standard_land",), "+", "浙政办发〔2018〕73号", "text",
              rules=("industrial_uses", "stock_land")),
    Indicator("standard_land_compliance_share", "标准地履约率", "Standard-land compliance", "ratio", supply.standard_land_kept("compliant"), "达标地块数",
              "已核查地块数", ("commitment", "actual"), "+", "浙政办发〔2018〕73号", "unverified"),
    Indicator("standard_land_completion_share", "标准地竣工验收达标率", "Standard-land compliance at completion", "ratio",
              supply.standard_land_kept("compliant_completion"), "竣工验收达标地块数", "已竣工验收地块数", ("commitment", "actual", "stage"), "+", "浙政办发〔2018〕73号", "unverified"),
    Indicator("standard_land_production_share", "标准地达产复核达标率", "Standard-land compliance in production", "ratio",
              supply.standard_land_kept("compliant_production"), "达产复核达标地块数", "已达产复核地块数", ("commitment", "actual", "stage"), "+", "浙政办发〔2018〕73号", "unverified"),
    Indicator("main_industry_share", "主导产业占比", "Main-industry share", "ratio", efficiency.main_industry, "主导产业产值", "全部企业产值",
              ("output", "is_main_industry"), "+", f"{_PARKS} 总体目标; 分母未写明", "text"),
    Indicator("benefit_evaluation_coverage", "亩均效益评价覆盖率", "Coverage of the benefit evaluation", "ratio", efficiency.evaluation_coverage,
              "参评企业数", "企业总数", ("evaluated",), "+", f"{_PARKS} 2.打造产业空间", "text"),
    Indicator("project_start_rate", "项目开工率", "Project start rate", "ratio", supply.project_start_rate, "已开工项目数", "实施类项目数", ("start_date",), "+",
              _SHANDONG, "text"),
    Indicator("investment_completion_rate", "投资完成率", "Investment completion rate", "ratio", supply.investment_completion_rate, "年度累计完成投资",
              "年度计划投资", ("year_done", "year_plan"), "+", _SHANDONG, "text"),
    Indicator("development_rate", "土地开发率", "Land development rate", "ratio", land.development_rate, "A+B21", "A+B", ("land_class",), "+", _DZ, "text"),
    Indicator("supply_rate", "土地供应率", "Land supply rate", "ratio", land.supply_rate, "D", "A+B21", ("land_class",), "+", _DZ, "text"),
    Indicator("built_rate", "土地建成率", "Land built rate", "ratio", land.built_rate, "A", "D", ("land_status",), "+", _DZ, "text"),
    Indicator("industrial_land_share", "工业用地率", "Industrial-land share", "ratio", land.industrial_land, "A2", "A", ("land_use",), "+", _DZ, "text",
              rules=("industrial_uses",)),
    Indicator("industrial_floor_area_ratio", "工业用地综合容积率", "Industrial floor area ratio", "ratio", land.over_area("floor_area_m2", industrial=True),
              "工业用地建筑面积", "已建成工业用地面积", ("floor_area",), "+", _DZ, "text", rules=("industrial_uses",)),
    Indicator("industrial_building_coefficient", "工业用地建筑系数", "Industrial building coefficient", "ratio",
              land.over_area("footprint_area_m2", "yard_area_m2", industrial=True), "工业用地建筑基底及堆场、操作场地面积", "已建成工业用地面积",
              ("footprint_area", "yard_area"), "+", _DZ, "practice", rules=("industrial_uses",)),
    Indicator("industrial_investment_intensity", "工业用地固定资产投入强度", "Industrial investment intensity", "万元/公顷",
              efficiency.intensity("fixed_investment_wanyuan", industrial=True), "工业(物流)企业累计固定资产投资", "已建成工业用地面积", ("fixed_investment",), "+", _DZ,
              "practice", scale=_HA, rules=("industrial_uses", "industrial_trades")),
    Indicator("industrial_tax_intensity", "工业用地地均税收", "Industrial tax per hectare", "万元/公顷",
              efficiency.intensity("tax_wanyuan", industrial=True), "工业(物流)企业税收", "已建成工业用地面积", ("tax",), "+", _DZ, "text", scale=_HA,
              rules=("industrial_uses", "industrial_trades")),
    Indicator("overall_tax_intensity", "综合地均税收", "Overall tax per hectare", "万元/公顷", efficiency.intensity("tax_wanyuan", industrial=False),
              "二、三产业税收", "已建成土地面积", ("tax",), "+", _DZ, "text", scale=_HA),
    Indicator("approved_unsupplied_share", "批而未供率", "Approved but not supplied", "ratio", supply.approved_unsupplied, "批准面积－已供面积", "批准面积",
              ("approvals",), "-", _STATUS, "unverified"),
    Indicator("industrial_output_intensity", "工业用地产出强度", "Industrial output per hectare", "万元/公顷", efficiency.intensity("revenue_wanyuan", industrial=True),
              "工业(物流)企业总收入", "已建成工业用地面积", ("revenue",), "+", _DZ, "text", scale=_HA, rules=("industrial_uses", "industrial_trades")),
    Indicator("high_tech_land_share", "高新技术产业用地率", "High-tech land share", "ratio", land.high_tech_land, "H", "A", ("land_class",), "+", _DZ, "text"),
    Indicator("supplied_unused_area", "供而未用土地面积", "Supplied and not yet used", "mu", land.status_area("supplied_not_due", "supplied_overdue"),
              "供而未用地块面积", "", ("land_status",), "-", _STATUS, "practice", scale=1 / _MU),
    Indicator("under_construction_area", "在建土地面积", "Under construction", "mu", land.status_area("under_construction"), "在建地块面积", "", ("land_status",),
              "", _STATUS, "practice", scale=1 / _MU),
    Indicator("part_used_area", "用而未尽土地面积", "Partly used land", "mu", land.status_area("part_used"), "用而未尽地块面积", "", ("land_status",), "-", _STATUS,
              "practice", scale=1 / _MU),
    Indicator("certified_idle_area", "已认定闲置土地面积", "Officially determined idle land", "mu", land.status_area("certified_idle"), "已认定闲置地块面积", "",
              ("land_status",), "-", f"{_ORDER} 第9至11条", "unverified", scale=1 / _MU),
    Indicator("idle_parcel_share", "闲置宗地占比", "Share of idle parcels", "ratio", land.idle_count_share, "闲置宗地数", "已供应宗地数", ("land_status",), "-",
              "按宗数统计的通行口径", "practice"),
    Indicator("extension_potential", "扩展潜力", "Extension potential (E)", "mu", land.potential("class_suppliable"), "尚可供应土地面积 E", "", ("land_class",), "", _POTENTIAL,
              "practice", scale=1 / _MU),
    Indicator("management_potential", "管理潜力", "Management potential (G + D22)", "mu", land.potential("class_expired", idle=True), "闲置 G 与到期未处置 D22", "", ("land_class",),
              "", _POTENTIAL, "practice", scale=1 / _MU),
    Indicator("started_project_count", "开工项目数", "Projects started", "count", supply.project_count("start_date", listed=True), "已开工列入项目数", "",
              ("start_date",), "+", _YEAR, "text"),
    Indicator("started_project_total_investment", "开工项目计划总投资", "Total investment of projects started", "万元",
              supply.project_count("start_date", listed=True, quantity="total_investment_wanyuan"), "已开工列入项目总投资", "", ("start_date", "total_investment"),
              "+", _YEAR, "text"),
    Indicator("project_investment_year", "当年完成投资", "Investment done in the year", "万元", supply.project_count("", listed=True, quantity="year_done_wanyuan"),
              "列入项目年度完成投资", "", ("year_done",), "+", _YEAR, "text"),
    Indicator("completed_project_count_year", "当年竣工项目数", "Projects completed in the year", "count",
              supply.project_count("completion_date", listed=True, year=True), "当年竣工列入项目数", "", ("completion_date",), "+", _YEAR, "text"),
    Indicator("completed_implementation_project_count", "实施类项目建成数", "Implementation projects completed", "count",
              supply.project_count("completion_date", listed=True, implementation=True), "已建成列入实施类项目数", "", ("completion_date", "category"), "+", f"{_4286} 四(三)1", "text"),
    Indicator("flagship_investment_year", "标志性项目投资", "Investment of flagship projects in the year", "万元",
              supply.project_count("", flagship=True, quantity="year_done_wanyuan"), "标志性项目年度完成投资", "", ("year_done", "flagship"), "+", f"{_WANMU} 第9条", "text"),
    Indicator("main_industry_output", "主导产业产值", "Output of the main industries", "万元", efficiency.main_industry_output, "主导产业产值", "",
              ("output", "is_main_industry"), "+", f"{_WANMU} 一(总体目标)", "text"),
    Indicator("registered_project_count_year", "当年新引进项目数", "Projects registered in the year", "count", supply.project_count("registered_date", year=True),
              "当年登记项目数", "", ("registered_date",), "+", f"{_WANMU} 第8条", "text"),
    Indicator("registered_flagship_project_count_year", "当年新引进标志性项目数", "Flagship projects registered in the year", "count",
              supply.project_count("registered_date", year=True, flagship=True), "当年登记标志性项目数", "", ("registered_date", "flagship"), "+", f"{_WANMU} 第8条", "text"),
    Indicator("started_project_count_year", "当年新开工项目数", "Projects started in the year", "count", supply.project_count("start_date", year=True),
              "当年开工项目数", "", ("start_date",), "+", f"{_WANMU} 第9条", "text"),
    Indicator("output_growth", "产值增速", "Growth of output", "ratio", efficiency.growth("output_wanyuan"), "产值增量", "上年产值", ("output", "year"), "+", f"{_SHANGYU} 目标1", "text"),
    Indicator("tax_growth", "税收增速", "Growth of tax", "ratio", efficiency.growth("tax_wanyuan"), "税收增量", "上年税收", ("tax", "year"), "+", f"{_SHANGYU} 目标1", "text"),
    Indicator("fixed_investment_growth", "固定资产投资增速", "Growth of fixed investment", "ratio", efficiency.growth("fixed_investment_wanyuan"), "固定资产投资增量",
              "上年固定资产投资", ("fixed_investment", "year"), "+", f"{_SHANGYU} 目标1", "text"),
    Indicator("main_industry_count", "主导产业数", "Main industries of a carrier", "count", supply.main_industry_count, "主导产业数", "", ("main_industry",), "", f"{_4286} 四(四)1", "text"),
    Indicator("housing_land_share", "住宅用地率", "Housing-land share", "ratio", land.housing_land, "A1", "A", ("land_class",), "", _DZ, "practice"),
    Indicator("population_density", "人口密度", "Population density", "人/公顷", land.population_density, "常住人口", "A", ("population",), "+", _DZ, "practice", scale=_HA),
    Indicator("expired_disposal_rate", "到期项目用地处置率", "Disposal of expired use rights", "ratio", supply.expired_disposal, "已处置到期用地", "应处置到期用地",
              ("use_expiry_date", "expiry_disposal_date"), "+", f"{_DZ}, 2010", "unverified"),
    Indicator("idle_disposal_rate", "闲置土地处置率", "Disposal of idle land", "ratio", land.idle_disposal, "已处置闲置土地", "已处置与现有闲置土地", ("determination_no", "land_status"), "+",
              f"{_DZ}, 2010", "unverified"),
    Indicator("paid_use_rate", "土地有偿使用实现率", "Land supplied against payment", "ratio", supply.must_be_paid("出让|拍卖|挂牌|招标|招拍挂|租赁|作价|入股|有偿"), "实际有偿使用", "应有偿使用",
              ("supply_mode", "land_use"), "+", f"{_DZ}, 2010", "unverified", rules=("paid_uses",)),
    Indicator("auction_rate", "土地招拍挂实现率", "Land supplied by auction", "ratio", supply.must_be_paid("拍卖|挂牌|招标|招拍挂"), "实际招拍挂", "应招拍挂", ("supply_mode", "land_use"), "+",
              f"{_DZ}, 2010", "unverified", rules=("paid_uses",)),
    Indicator("intensive_use_score", "集约度分值", "Intensive-use score", "分", composed, "各项得分×权重之和", "", ("land_class",), "+", f"{_DZ}; 评价办法", "practice", rules=("intensive_use",)),
    Indicator("structure_potential", "结构潜力", "Structure potential", "mu", composed, "A×(工业用地率理想值－现状值)", "", ("land_class",), "", _POTENTIAL, "practice",
              scale=1 / _MU, rules=("intensive_use",)),
    Indicator("intensity_potential", "强度潜力", "Intensity potential", "mu", composed, "A2×(理想值－现状值)÷理想值，取各项最大", "", ("land_class",), "", f"{_POTENTIAL}; 取最大未核实", "unverified",
              scale=1 / _MU, rules=("intensive_use",)),
    Indicator("tax_per_electricity", "单位电耗税收", "Tax per unit of electricity", "万元/万千瓦时", efficiency.per_quantity("tax_wanyuan", "electricity_wan_kwh"), "税收", "用电量",
              ("tax", "electricity"), "+", _MUJUN, "text"),
    Indicator("approved_unsupplied_area", "批而未供土地面积", "Approved and not supplied", "mu", supply.approved_unsupplied_land, "批准面积－已供面积", "", ("approvals",), "-", _UNSUPPLIED, "text",
              scale=1 / _MU),
    Indicator("investment_pace", "投资时序进度完成率", "Investment against the time gone by", "ratio", supply.investment_pace, "年度累计完成投资",
              "年度计划投资×已过月份÷12", ("year_done", "year_plan"), "+", "月调度", "practice"),
    Indicator("late_start_project_count", "逾期未开工项目数", "Projects past their planned start", "count", supply.late_starts,
              "计划开工日已到而未开工的实施类项目", "", ("planned_start_date", "start_date"), "-", "月调度", "practice"),
    Indicator("over_occupied_area", "超批用地面积", "Land beyond what was supplied", "mu", efficiency.over_occupied, "企业登记与其他用地超出供地合同的面积", "", ("land_registered", "area"), "-",
              _LEASES, "practice", scale=1 / _MU),
    Indicator("leased_in_area", "承租用地面积", "Land leased in", "mu", efficiency.leased("land_leased_in_m2"), "承租面积", "", ("land_leased_in",), "", _LEASES, "practice",
              scale=1 / _MU, rules=("lease_land",)),
    Indicator("leased_out_area", "出租用地面积", "Land leased out", "mu", efficiency.leased("land_leased_out_m2"), "出租面积", "", ("land_leased_out",), "", _LEASES, "practice",
              scale=1 / _MU, rules=("lease_land",)),
    Indicator("lease_residual_area", "租赁净额", "Leases in less leases out", "mu", efficiency.lease_residual, "承租面积－出租面积", "", ("land_leased_in", "land_leased_out"), "", _LEASES, "practice",
              scale=1 / _MU, rules=("lease_land",)),
))

BY_ID = {indicator.id: indicator for indicator in INDICATORS}
PER_PARCEL = ("tax_per_mu", "value_added_per_mu", "output_per_mu", "investment_per_mu", "floor_area_ratio", "building_density",
              "industrial_floor_area_ratio", "industrial_building_coefficient")


FREE = ("floor_area_ratio", "industrial_floor_area_ratio", "building_density", "industrial_building_coefficient", "rd_share", "investment_completion_rate", "investment_pace", "built_rate")
SIGNED = ("value_added_increment_share", "tax_increment_share", "output_growth", "tax_growth", "fixed_investment_growth", "lease_residual_area")


def bounds_of(indicator: str) -> tuple[float, float]:
    """What an indicator can be at least and at most, in its unit: parts of a whole run 0 to 1, growth and net amounts have no end, money may be negative."""
    row = BY_ID[indicator]
    if indicator in SIGNED or "万元" in row.unit:
        return -float("inf"), float("inf")
    return 0.0, 1.0 if row.unit == "ratio" and indicator not in FREE else float("inf")


def names_of(pick: int) -> dict[str, str]:
    """Indicator id -> Chinese (0) or English (1) name."""
    return {indicator.id: (indicator.zh, indicator.en)[pick] for indicator in INDICATORS}
