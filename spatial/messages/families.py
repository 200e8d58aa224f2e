"""The families of findings (the part of a code before the dot): what each is about, why it matters, and what to do; for docs/findings.md."""

from __future__ import annotations

from dataclasses import dataclass

from spatial.messages import Message

MESSAGES: tuple[Message, ...] = ()  # this module declares no finding


@dataclass(frozen=True, slots=True)
class Family:
    """Sentences in Chinese and English, and the pictures that explain it: file name, Chinese and English caption."""

    what: tuple[str, str]
    why: tuple[str, str]
    do: tuple[str, str]
    pictures: tuple[tuple[str, str, str], ...] = ()


FAMILIES: dict[str, Family] = {
    "accounts": Family(("用地核算类(A 至 G)与供地台账不一致。", "Land accounting classes (A to G) against the supply ledger."), ("供应率、建成率、闲置率按核算类算，与按台账算的占比不同。", "Supply, built and idle rates follow the classes, other shares follow the ledger."),
                       ("核对所列地块，改正其中一方。", "Check the parcels listed and correct one side.")),
    "allocation": Family(("跨界地块的面积分给谁。", "Who gets the ground of a parcel across a border."), ("分法不同，各载体的数字不同，合计不变。", "The rule moves figures between carriers, never the total."),
                         ("在 join.allocation 选定分法，并随数字一起说明。", "Choose the rule in join.allocation and state it with the number."),
                         (("straddling", "跨界地块按面积分割", "a parcel across a border, split by area"),)),
    "area": Family(("登记面积与图形面积不符。", "Registered and computed area part."), ("多为单位、坐标系或变更未登记，地均指标会失真。", "Mostly a unit, a reference system or an unrecorded change; figures per mu hang on it."),
                   ("逐宗核对 geometry.csv 中 registered 各行；确认后可调 join.area_tolerance。", "Check the rows `registered` of geometry.csv one by one; the tolerance is join.area_tolerance.")),
    "benefit": Family(("企业亩均效益综合评价：指标、权重、分组与否决项。", "The benefit evaluation of enterprises: measures, weights, groups and vetoes."),
                      ("缺一项指标或分错组，企业的等级就会变，政策待遇也随之不同。", "One missing measure or a wrong group changes a firm's class, and with it how it is treated."),
                      ("补齐所列企业的数据，或在评价办法文件中写明替代和不适用的规则。", "Complete the data of the firms listed, or state in the profile what stands in and what does not apply.")),
    "buildings": Family(("由建筑图层得出的建筑面积。", "Floor area taken from a layer of buildings."), ("容积率、建筑密度与是否建成取决于它。", "Floor area ratio, building density and what counts as built hang on it."),
                        ("核对所列地块与建筑；两者都有时采用地块自己的建筑面积。", "Check the parcels and buildings listed; where both state it, the parcel's own floor area is used.")),
    "constraint": Family(("地块与约束要素(保护区、红线等)的关系。", "Parcels against protected areas and lines."), ("压占的地不能当作可用地。", "Ground under a constraint is not free ground."),
                         ("核对所列地块；缓冲距离在图层的 buffers 中写明。", "Check the parcels listed; state buffers under the layer.")),
    "container": Family(("文件能否安全、完整地打开，取哪个图层。", "Whether a file opens safely and whole, and which layer is meant."), ("坏文件或取错图层时，后面的数都是别的东西。", "Past this gate a wrong or half layer looks like a right one."),
                        ("从来源重新拷贝文件；有多个图层时写 layer。", "Copy the file again from its source; name the layer where there are several.")),
    "crs": Family(("坐标系、带号和基准。", "Reference system, zone and datum."), ("差一个带是几百公里，差一个基准是几十到上百米，网络地图差五百米以上，结果却照样出数。",
                  "A wrong zone is hundreds of km, a wrong datum tens of metres, a web map half a km, and numbers come out all the same."),
                  ("补 .prj，或在研究文件写 study.datum、图层的 crs；旧基准须给转换参数。", "Add the .prj, or state study.datum or the layer's crs; an old datum needs parameters."),
                  (("zone-prefix", "八位东坐标带带号", "an eight-digit easting bears its zone"), ("web-shift", "网络地图的边界整体偏移", "boundaries of a web map are off as a whole"))),
    "engine": Family(("分区计算引擎的选择。", "The engine that computes in partitions."), ("不改变结果，只影响能否处理和耗时。", "Results do not depend on it; whether and how fast they come does."),
                     ("按提示调整 [engine] 的键，或用本机引擎。", "Adjust the keys of [engine] as told, or use the local engine.")),
    "enterprise": Family(("企业台账的归属和年度。", "Whose land and which year a firm's figures are."), ("漏算、重算会使亩均效益错误。", "Firms counted twice or not at all spoil figures per mu."),
                         ("补齐地块编号或所属载体，核对年度。", "Give the parcel or the carrier, and check the year.")),
    "evidence": Family(("影像等旁证与台账不一致。", "Imagery against ledgers."), ("不改变数字，指出应实地核查的地方。", "It changes no number; it says where to look on the ground."),
                       ("按核查清单实地查看，改正台账后重新运行。", "Visit the places listed, correct the ledger and run again.")),
    "geometry": Family(("图形错误及修复：自交、缺口、重复点、重叠。", "Broken shapes and their repair: crossings, gaps, repeated points, overlaps."), ("面积会算错或算两次；每次修复都留痕。", "Ground is mis-measured or counted twice; every repair has its record."),
                       ("逐条看 geometry.csv：宗地、前后面积、由谁让出；不同意的在源数据中改。", "Read geometry.csv: parcel, area before and after, who loses it; correct the source where you disagree."),
                       (("bow-tie", "自交图形的修复：正负面积不再相抵", "a bow-tie mended: its halves no longer cancel"), ("overlap", "重叠部分只算一次", "shared ground is covered once"))),
    "indicator": Family(("指标没有值的原因。", "Why an indicator has no value."), ("不适用和无数据都不是零。", "Neither not applicable nor no data is zero."),
                        ("按所列的指标和区域核对台账。", "Check the ledger for the indicators and zones listed.")),
    "intensive": Family(("开发区集约用地评价：办法、单位与得分。", "The intensive-use evaluation of development zones: profile, units, scores."),
                        ("理想值和权重由办法设定，不是国家标准；换一套办法，分值就不同。", "Ideal values and weights are the profile's, not a national standard; another profile gives another score."),
                        ("复制 layers/intensive_use 中的办法，写明自己的理想值与理由。", "Copy a profile of layers/intensive_use and write your own ideal values with their reasons.")),
    "landcheck": Family(("企业用地核查：登记、占用、供地合同与租赁是否相符。", "The land check by enterprise: registered, held, supplied and leased land."),
                        ("面积不符时，亩均指标与超批面积都会错。", "Where they part, figures per mu and land beyond supply are wrong."), ("按“企业用地核查”表逐家核对。", "Go through the sheet of the land check.")),
    "join": Family(("台账与地块、地块与载体的连接。", "Ledgers to parcels, parcels to carriers."), ("连不上的行会从分子或分母中消失。", "A row that joins nothing would vanish from one side of a ratio."),
                   ("核对所列编号的写法；一宗多行时在 join.many_rows 写明合并方式。", "Check how the ids listed are written; say in join.many_rows what several rows on a parcel mean.")),
    "key": Family(("宗地代码、不动产单元号和其他编号。", "Parcel codes, unit codes and other ids."), ("错一位就连到别的地，或连不上。", "One wrong character joins other ground, or none."),
                  ("按建议改正；编号列在表格软件中设为文本。", "Correct as suggested; keep id columns as text in the spreadsheet."),
                  (("damaged-id", "数字单元格只保留 15 位", "a number cell keeps 15 digits"),)),
    "land_use": Family(("用地分类的体系和版本。", "System and edition of land-use codes."), ("同样的数字在不同体系中不是同一种地。", "The same digits mean different land in different systems."),
                       ("用能说明体系的列名，或在 values.land_use 中逐个写明。", "Use a column name that says the system, or map the codes under values.land_use.")),
    "layer": Family(("图层的筛选和空图层。", "Filters and empty layers."), ("筛掉的要说清楚，空的不能当零。", "What is left out is told; nothing is not zero."), ("核对 where 与 geometry_type。", "Check where and geometry_type.")),
    "ledger": Family(("表格的结构：标题、表头、合计、备注、合并单元格。", "The structure of a table: titles, headers, totals, notes, merged cells."), ("把合计当数据行，总量就翻倍。", "A total taken for a row doubles the sum."),
                     ("在 rows.csv 核对每一行的去向；多张工作表时写 layer。", "Check in rows.csv what became of each row; name the sheet where there are several."),
                     (("merged-header", "合并表头读作“组/列”", "a merged header is read as group/column"), ("total-row", "合计行不是数据", "a total is no row of data"))),
    "map": Family(("地图输出。", "The map that is written."), ("不影响数字。", "No number hangs on it."), ("按提示处理。", "As told.")),
    "output": Family(("结果的写出。", "Writing the results."), ("写不完整时保留原来的结果。", "What is incomplete never replaces what was there."), ("关闭占用的程序、腾出空间或换目录后重新运行。", "Close what holds the file, free some room or name another folder, and run again.")),
    "policy": Family(("政策文件的目标和口径。", "Targets of policy documents and how they are read."), ("口径不明时，达标与否没有意义。", "Met or missed means nothing without the definition."), ("改正政策文件，或补跟踪目标台账。", "Correct the policy file, or complete the tracked ledger.")),
    "postgis": Family(("数据库图层的读取和结果写回。", "Layers of a database, and results written back."), ("读取只用只读连接；只替换本工具写的表。", "Sources are read-only; only tables that this tool wrote are replaced."),
                      ("核对地址、权限和模式；口令放在 PGPASSWORD。", "Check address, rights and schema; keep the password in PGPASSWORD.")),
    "privacy": Family(("公开版中隐去的数。", "What a public edition hides."), ("少数几家企业的合计会暴露单家数据。", "The sum of a few firms gives one of them away."), ("内部使用请设 audience = \"internal\"。", "For internal use set audience = \"internal\".")),
    "project": Family(("项目台账的重复和进度。", "Repeated projects and how far they have come."), ("一个项目算两次，投资和开工率都会错。", "A project counted twice spoils investment and start rates."), ("合并或改正所列的行。", "Merge or correct the rows listed.")),
    "raster": Family(("影像的坐标、无效值和覆盖。", "Place, no-data and coverage of imagery."), ("无效值当数据会拉偏均值。", "A no-data value taken for data bends every mean."), ("补上坐标系或 nodata，或换覆盖完整的影像。", "State the system or nodata, or use imagery that covers the ground.")),
    "flag": Family(("是/否列里的空白。", "Blanks among yes and no."), ("空白当“否”会少算，当“是”会多算。", "A blank taken for no understates, for yes overstates."), ("补填“是”或“否”。", "Fill in yes or no.")),
    "row": Family(("逐行的坏单元格。", "Cells that cannot be read, by row."), ("读不出的值不当零，也不猜。", "They are neither zero nor guessed."), ("按行号改正；或设 join.on_bad_rows = \"set_aside\" 剔除并登记。", "Correct them by row; or set join.on_bad_rows = \"set_aside\" to leave them out on record.")),
    "schema": Family(("列与字段的对应。", "Which column is which field."), ("对应错一列，整列的数都是别的含义。", "One wrong match changes the meaning of a whole column."), ("在 [layers.*.columns] 写明对应。", "State the match under [layers.*.columns].")),
    "sheets": Family(("图件输出：比例尺、版面和字体。", "Map sheets: scale, layout and fonts."), ("缺字或放不下的图不能交付。", "A sheet with missing glyphs or cut ground cannot be handed over."), ("按提示调整 [sheets] 的键。", "Adjust the keys of [sheets] as told.")),
    "snapshot": Family(("历史快照。", "Frozen results."), ("改动过的快照不能用来比较。", "One that was altered is nothing to compare with."), ("用 spatial snapshot 重新冻结。", "Freeze it again with spatial snapshot.")),
    "standard_land": Family(("标准地指标的展开和口径统一。", "Standard-land measures in one form and unit."), ("单位不同的承诺值与实测值不能直接比较。", "A commitment and an actual value in two units do not compare."), ("在表头写单位，承诺与实测用同一单位。", "Put the unit into the header, the same for both sides.")),
    "statistics": Family(("统计数据的年度和分区。", "Years and zones of statistical figures."), ("年度不对应时增长率没有意义。", "Growth between the wrong years means nothing."), ("核对年度和分区名称。", "Check years and zone names.")),
    "status": Family(("土地状态的判定依据。", "What a land status rests on."), ("缺日期时不判定闲置。", "Without dates, idle land is not asserted."), ("补齐约定与实际开工日期，或在 values.land_status 写明写法。", "Complete the dates of start, or map the words under values.land_status.")),
    "study": Family(("研究文件本身：键、取值和路径。", "The study file itself: keys, values and paths."), ("写错的键不会被悄悄忽略。", "A mistyped key is never passed over."), ("按建议改正，见 study-file.md。", "Correct as suggested; see study-file.md.")),
    "supply": Family(("供地台账：面积、用途、来源和年度。", "The supply ledger: areas, uses, sources and years."), ("新增用地和闲置都从它算起。", "New land and idle land both begin there."), ("核对所列合同。", "Check the contracts listed.")),
    "surface": Family(("密度面的制作。", "Density surfaces."), ("核密度会把少量总量带到边界之外。", "A kernel carries some of the total beyond the border."), ("需要总量守恒时用网格。", "Use the grid where totals must hold.")),
    "total": Family(("两条路径算出的总量是否一致。", "Totals summed by two paths."), ("不一致说明有数算错，拒绝出结果。", "Where they differ a number is wrong, and the run refuses itself."), ("请连同输入报告给维护者。", "Report it to the maintainers with the input.")),
    "unit": Family(("列的单位。", "The unit of a column."), ("亩与平方米相差 666.67 倍，公顷与亩相差 15 倍，结果却都像真的。", "Mu and m² differ 666.67 times, hectares and mu 15 times, and both look plausible."),
                   ("在表头或映射中写明单位，并改正所列的行。", "State the unit in the header or the mapping, and correct the rows listed."),
                   (("unit-factor", "相差 15、666.67、10,000 倍，是单位写错", "apart by 15, 666.67 or 10,000: a wrong unit"),)),
    "value": Family(("写法没有对应的代码。", "Words without a code."), ("未识别的值不归入任何一类。", "What is not known is put in no class."), ("在 values 中写明。", "Map them under values.")),
    "whatif": Family(("假设情景。", "Assumed scenarios."), ("其结果与现状分开。", "Their results are kept apart from what is."), ("改正所列的地块或载体。", "Correct the parcels or carriers named.")),
}
