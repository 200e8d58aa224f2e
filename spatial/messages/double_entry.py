"""Findings of the double entry: a total that two ways of adding up do not agree on."""

from spatial.messages import Message

MESSAGES = (
    Message("total.differs", "error", "合计核对不符：{what_zh}，一路得 {value_seen}，另一路得 {value_used}",
            "a total does not agree with itself: {what_en} is {value_seen} one way and {value_used} the other",
            "这是程序的错误，不是数据的错误：请勿使用这次结果，并把研究文件和版本告诉我们",
            "this is a fault of the program, not of the data: do not use this run, and report the study file and the versions"),
)
