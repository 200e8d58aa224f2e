"""Findings about 标准地: what stands on a parcel against what was admitted there."""

from spatial.messages import Message

MESSAGES = (
    Message("standard_land.measured_twice", "warning", "标准地台账有 {count} 行对同一宗地、同一指标写了不同的实际值(例：{key} {measure}：{value_seen}，第 {rows} 行)，按最差的一个判定",
            "{count} rows of the standard-land ledger give one measure of a parcel different actual values ({key}, {measure}: {value_seen}, rows {rows}); the worst of them decides",
            "请核对；不同时点的检查请写检查日期", "check them; state the day of each check where they are checks of different days"),
    Message("standard_land.result_differs", "warning", "标准地台账有 {count} 行写的结果与实测不符(例：第 {row} 行 {key} {measure}：写“{value_seen}”，实测 {actual}；第 {rows} 行)，按实测判定",
            "{count} rows of the standard-land ledger state a result that what was measured does not give (row {row}, {key}, {measure}: '{value_seen}', measured {actual}; rows {rows}); the measured value decides",
            "请核对实测值、标准与检查结论，逐行见 tables.xlsx“标准地履约”；获准豁免的请把标准改为实际执行的标准", "check the measured value, the standard and the result, one by one in tables.xlsx, Standard land; where an exception was granted, state the standard that holds"),
    Message("standard_land.each_parcel", "repaired", "标准地台账有 {count} 行一格写了多宗地块(例：第 {row} 行 {key}；第 {rows} 行)，该承诺按每宗各一行计", "{count} rows of the standard-land ledger name several parcels in one cell (row {row}, {key}; "
            "rows {rows}): their promise counts for each of them", "如只对其中一宗有效，请只写该宗", "where it holds for one of them only, name that one"),
    Message("standard_land.inadmissible", "warning", "{count} 宗标准地的实际行业不在准入行业之内，例如 {key}：建的是 {value_seen}，准入的是 {admitted}(各宗首行：第 {rows} 行)", "{count} standard-land parcels hold an industry that is not admitted there, "
            "{key} for one: built {value_seen}, admitted {admitted} (the first row of each: {rows})", "请核对项目或企业的行业代码与出让条件；达标按任一准入行业判定", "check the industry code against the conditions of supply; compliance is judged by any "
            "admitted industry"),
    Message("standard_land.unmeasured", "warning", "{parcels} 宗标准地有 {count} 项承诺指标没有实测，同次核查的其他指标已测(例：第 {row} 行 {key} {measure}；第 {rows} 行)：达标只按已测的指标判定",
            "{parcels} standard-land parcels have {count} promised measures that nobody measured though others of the same check were (row {row}, {key}, {measure}; rows {rows}): compliance is judged by what was measured",
            "请补实测值；不需考核的指标请从台账删去", "fill in the measured values; take out of the ledger what is not checked"),
    Message("standard_land.promised_less", "warning", "标准地台账有 {count} 行的承诺值松于标准值(第 {rows} 行；例：{key} {measure}，承诺 {value_seen}，标准 {value_used})，按承诺值判定",
            "{count} rows of the standard-land ledger promise less than the standard asks (rows {rows}; first {key}, {measure}: promised {value_seen}, standard {value_used}); the commitment decides",
            "请核对；应以标准为准的请改承诺值", "check them; where the standard holds, correct the commitment"),
    Message("standard_land.rechecked", "info", "标准地台账有 {count} 行检查之后又有同一指标的检查(例：第 {row} 行 {key} {measure})，以截止日前最后一次为准",
            "{count} checks of the standard-land ledger were followed by another of the same measure (row {row}, {key}, {measure}); the last one by the as-of day decides", "", ""),
    Message("standard_land.operator_unread", "error", "标准地台账第 {rows} 行的比较符“{value_seen}”读不出来，不知道是不低于还是不高于", "standard-land ledger, rows {rows}: the operator '{value_seen}' is not understood: whether at least "
            "or at most is meant is unknown", "请写 ≥、>、≤、<、= 或留空", "write >=, >, <=, < or =, or leave it blank"),
    Message("standard_land.operators_clash", "error", "标准地台账第 {rows} 行的比较符与标准值或承诺值里写的符号相反(例：{key} {measure}：{value_seen})", "standard-land ledger, rows {rows}: the operator contradicts the sign in the "
            "figure ({key}, {measure}: {value_seen})", "请改成一致", "make them agree"),
    Message("standard_land.operator_assumed", "info", "标准地台账有 {count} 行没有写比较符，按指标的通常方向判定：{value_used}", "{count} rows of the standard-land ledger state no operator; taken as is usual for the measure: {value_used}",
            "如不符，请在比较符一列写明", "where this is wrong, state the operator in its column"),
)
