"""Findings about 标准地: what stands on a parcel against what was admitted there."""

from spatial.messages import Message

MESSAGES = (
    Message("standard_land.measured_twice", "warning", "标准地台账有 {count} 行对同一宗地、同一指标写了不同的实际值(例：{key} {measure}：{value_seen}，第 {rows} 行)，按最差的一个判定",
            "{count} rows of the standard-land ledger give one measure of a parcel different actual values ({key}, {measure}: {value_seen}, rows {rows}); the worst of them decides",
            "请核对；不同时点的检查请写检查日期", "check them; state the day of each check where they are checks of different days"),
    Message("standard_land.result_differs", "warning", "标准地台账有 {count} 行写的结果与实测不符(例：第 {row} 行 {key} {measure}：写“{value_seen}”，实测 {actual})，按实测判定",
            "{count} rows of the standard-land ledger state a result that what was measured does not give (row {row}, {key}, {measure}: '{value_seen}', measured {actual}); the measured value decides",
            "请核对实测值、标准与检查结论；获准豁免的请把标准改为实际执行的标准", "check the measured value, the standard and the result; where an exception was granted, state the standard that holds"),
    Message("standard_land.each_parcel", "repaired", "标准地台账有 {count} 行一格写了多宗地块(例：第 {row} 行 {key}；第 {rows} 行)，该承诺按每宗各一行计", "{count} rows of the standard-land ledger name several parcels in one cell (row {row}, {key}; "
            "rows {rows}): their promise counts for each of them", "如只对其中一宗有效，请只写该宗", "where it holds for one of them only, name that one"),
    Message("standard_land.inadmissible", "warning", "{count} 宗标准地的实际行业不在准入行业之内，例如 {key}：建的是 {value_seen}，准入的是 {admitted}", "{count} standard-land parcels hold an industry that is not admitted there, "
            "{key} for one: built {value_seen}, admitted {admitted}", "请核对项目或企业的行业代码与出让条件；达标按任一准入行业判定", "check the industry code against the conditions of supply; compliance is judged by any "
            "admitted industry"),
)
