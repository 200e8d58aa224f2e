"""Findings about whether projects have started, and about projects that are listed beside their parts."""

from spatial.messages import Message

MESSAGES = (
    Message("project.started_by_word", "repaired",
            "{count} 个项目没有开工日期，按“是否开工”计：{yes} 个已开工、{no} 个未开工(例：第 {row} 行 {key})，视为截至 {as_of} 的情况；开工日不详，不计入当年新开工；两处都没写的 {unknown} 个不计入开工率",
            "{count} projects have no start date and count by the yes or no of the ledger: {yes} started, {no} not (row {row}, {key}), as of {as_of}; their day is unknown, so they are no starts of the year; "
            "{unknown} that tell neither are left out of the start rate",
            "如有开工日期，请补入开工日期列(start_date)", "give the day of the start (start_date) where it is known"),
    Message("project.started_contradicts", "warning", "{count} 个项目写“未开工”而开工日期已到(例：第 {row} 行 {key}：{value_seen}；第 {rows} 行)，按开工日期计为已开工",
            "{count} projects are said not to have started and have a start date that has come (row {row}, {key}: {value_seen}; rows {rows}); by their date they have",
            "请核对两列，计划开工日期请放入 planned_start_date", "check the two columns; a planned start belongs in planned_start_date"),
    Message("project.started_unread", "warning", "“{header}”有 {count} 个单元格不是 是/否 类的词(例：第 {row} 行 {value_seen})，这些项目是否开工按未知",
            "'{header}': {count} cells are no yes or no (row {row}, {value_seen}); whether those projects have started is unknown",
            "请写 是 或 否，或改填开工日期(start_date)", "write yes or no, or give the start date (start_date)"),
    Message("project.no_starts", "info", "项目台账没有开工日期，也没有“是否开工”：{count} 个项目的开工率、开工项目数和逾期未开工均无数据",
            "the project ledger has neither start dates nor a yes or no of the start: start rate, projects started and late starts of {count} projects have no data",
            "请补充开工日期列(start_date)，或“是否开工”列(started)", "add a column of start dates (start_date), or of yes and no (started)"),
    Message("project.sub_projects", "error", "项目 {key}(第 {row} 行)的{field} {value_seen}等于代码(或名称)由它加后缀而成的 {count} 行(第 {rows} 行)之和：总项目与子项目同在表中，会重复计算",
            "{field} of project {key} (row {row}), {value_seen}, is the sum of the {count} rows whose codes or names extend its own (rows {rows}): a project and its parts are both listed, and would count twice",
            "请只留一层，或设 rules.sub_projects = \"children\"(只计子项目)、\"parents\"(只计总项目)；确为各自独立的项目时设 \"all\"",
            "keep one level, or set rules.sub_projects = \"children\" or \"parents\"; where they are projects of their own, set \"all\""),
    Message("project.sub_left_out", "repaired", "总项目与其子项目同在台账，按 rules.sub_projects = {value_used} 剔除了 {count} 行(例：{key}；第 {rows} 行)",
            "projects are listed beside their parts: by rules.sub_projects = {value_used}, {count} rows were left out ({key}; rows {rows})", "", ""),
    Message("project.sub_counted", "info", "{count} 个项目的金额等于代码(或名称)由它加后缀而成的各行之和(例：第 {row} 行 {key})，按 rules.sub_projects = all 都计",
            "the amounts of {count} projects are the sums of the rows whose codes or names extend theirs (row {row}, {key}); by rules.sub_projects = all, all count", "", ""),
    Message("project.sub_codes", "info", "{count} 个项目的代码另有以它加后缀的代码(例：{key} 与第 {row} 行的 {value_seen})，金额看不出是它的一部分，各自计数",
            "the codes of {count} projects are extended by other codes ({key}, and {value_seen} in row {row}); their amounts do not add up to it, and each counts on its own", "", ""),
)
