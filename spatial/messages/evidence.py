"""Findings about evidence: where declared status and imagery disagree. Evidence, never a verdict."""

from spatial.messages import Message

MESSAGES = (
    Message("evidence.disagrees", "warning", "影像证据与台账不一致：{value_seen} {count} 宗，共 {area} 亩(例：{key}，得分 {score})；此为疑似，不是认定",
            "imagery and ledger disagree: {value_seen}, {count} parcels of {area} mu ({key}, score {score}); this is evidence, not a verdict",
            "请按“实地核查清单”核查", "check them on the ground, by the list of field checks"),
    Message("evidence.not_judged", "info", "{count} 宗地块过小、覆盖不足或多为水面，不作影像判断(例：{key})",
            "{count} parcels are too small, too little covered or mostly water and are not judged by imagery ({key})", "", ""),
    Message("evidence.one_sided", "info", "该期影像只有指数({value_seen})：能认出植被，分不开裸土与建筑，只据此判断“未建成”",
            "of this date there are indices only ({value_seen}): they tell vegetation, not bare soil from buildings, so they speak only of ground that is not built",
            "要判断“已建”，请加多波段影像(index = \"cover\")、地表覆盖分类或建成比例", "to judge what is built, add a multi-band scene (index = \"cover\"), land-cover classes or a built-up fraction"),
    Message("evidence.one_date", "info", "只有一期可用影像({value_seen})，不判断两期变化", "one date of imagery only ({value_seen}); changes are not judged", "", ""),
)
