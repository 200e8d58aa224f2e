"""Traditional characters as simplified ones: tables of Hong Kong, Macau, Taiwan and of old programs write 項目名稱, 面積(畝) and 總計.

Only characters that headers, units and the words of office tables are made of; names of people and places are never changed by it.
"""

from __future__ import annotations

PAIRS = (
    "項项號号碼码編编積积畝亩單单價价額额總总計计萬万億亿頃顷資资產产業业園园區区縣县鎮镇鄉乡開开發发關关門门間间時时約约實实際际動动驗验證证書书簽签訂订權权屬属類类別别級级狀状態态備备"
    "註注審审報报負负責责聯联繫系電电話话監监讓让給给劃划撥拨掛挂賣卖協协議议賃赁轉转規规設设築筑廠厂倉仓儲储務务農农衛卫學学醫医療疗環环綠绿層层樓楼稅税納纳繳缴營营銷销貨货幣币潤润"
    "補补償偿貸贷債债經经費费員员職职從从數数戶户個个種种東东寬宽長长標标緯纬圖图測测繪绘點点線线範范圍围處处廳厅辦办機机構构統统組组織织冊册檔档歷历變变現现舊旧閒闲閑闲遲迟緩缓認认評评"
    "準准應应該该達达優优質质領领導导創创專专戰战興兴團团體体財财貼贴減减徵征購购買买題题庫库節节綜综噸吨氣气熱热廢废險险隱隐調调據据來来縮缩並并與与於于為为無无結结終终齊齐兩两雙双參参"
    "條条況况決决滿满濟济礦矿鹽盐漁渔養养灘滩塊块場场墾垦執执換换損损擇择擬拟擴扩斷断會会極极樹树檢检歲岁殘残沒没淨净溫温滯滞漲涨獎奖獨独獲获當当畢毕異异盡尽盤盘礎础禮礼稱称穩稳競竞筆笔"
    "簡简糧粮紀纪級级紙纸細细紹绍絡络絕绝維维網网緊紧績绩續续繼继罰罚聞闻臨临藝艺藥药術术裝装裡里製制複复見见視视覽览觀观討讨訓训託托記记許许詢询試试詳详誌志誤误說说論论識识護护豐丰"
    "貢贡貿贸賠赔賦赋車车軌轨軟软較较載载輔辅輕轻輛辆輸输轄辖這这連连進进運运過过違违遞递遠远適适選选遺遗鄰邻釋释錄录錯错鎖锁鏈链閱阅隊队階阶隨随雜杂離离難难靈灵響响頁页頂顶順顺預预頻频"
    "願愿顯显風风館馆駛驶驅驱師师帶带幹干廣广訖讫擔担內内佔占併并復复牆墙彙汇匯汇週周佈布傳传僅仅價价僱雇億亿勞劳勢势卻却厲厉吳吴員员啟启喪丧嚴严國国圓圆壓压壞坏奪夺婦妇寫写寶宝將将對对層层"
)
_BRACKETS = str.maketrans("【】〔〕「」『』《》〈〉{}", "()()()()()()()")
_TABLE = {ord(PAIRS[i]): PAIRS[i + 1] for i in range(0, len(PAIRS), 2)}


def simplified(text: str) -> str:
    """The text in simplified characters; text that has none of the others is the same object."""
    return text if text.isascii() else text.translate(_TABLE)


def round_brackets(text: str) -> str:
    """The text with every kind of bracket but square ones as the round kind: a unit stands in any of them."""
    return text.translate(_BRACKETS)
