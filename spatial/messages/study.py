"""Findings about the study file itself."""

from spatial.messages import Message

MESSAGES = (
    Message("study.missing_file", "error", "找不到文件 {path}", "file not found: {path}",
            "请检查研究文件中的路径(相对于研究文件所在目录)", "check the path in the study file (relative to the study file's folder)"),
    Message("study.not_there", "error", "找不到文件 {value_seen}", "file not found: {value_seen}",
            "请检查命令中的路径(相对于当前文件夹)；没有研究文件时先运行 spatial init", "check the path in the command (relative to the current folder); spatial init writes a first study file"),
    Message("study.not_toml", "error", "研究文件不是有效的 TOML：{reason}", "the study file is not valid TOML: {reason}",
            "请按 docs/study-file.md 修正该行", "correct that line as in docs/study-file.md"),
    Message("study.unknown_key", "error", "未知的键 {field}", "unknown key {field}",
            "{suggestion_zh}", "{suggestion_en}"),
    Message("study.wrong_value", "error", "键 {field} 的值 {value_seen} 无效，应为 {expected}",
            "key {field} has the value {value_seen}; expected {expected}", "{suggestion_zh}", "{suggestion_en}"),
    Message("study.period_open", "warning", "统计期止于 {value_seen}，晚于数据截至日 {value_used}：期内只计到截至日为止已知的，不是整个统计期",
            "the period ends on {value_seen}, after the as-of day {value_used}: only what is known by that day counts, which is not the whole period",
            "请核对 study.period 与 study.as_of", "check study.period and study.as_of"),
    Message("study.unknown_use", "error", "{field} 中的 {value_seen} 不是用地用海(2023)的代码", "{value_seen} in {field} is no code of the national land-use classes of 2023",
            "请写用地用海的代码，例如 1001(工业用地)；三调代码请先换算", "give codes of these classes, e.g. 1001 (industrial); codes of the third land survey have to be converted first"),
    Message("study.missing_key", "error", "缺少必填的键 {field}", "the required key {field} is missing",
            "请在研究文件中补上该键", "add the key to the study file"),
    Message("study.network_path", "error", "不打开网络路径或虚拟路径 {value_seen}", "network and virtual paths are not opened: {value_seen}",
            "请把文件复制到研究文件旁", "copy the file beside the study file"),
    Message("study.output_holds_inputs", "error", "输出目录 {path} 中有输入文件", "the output folder {path} holds input files",
            "请用 --out 指定另一个目录", "name another folder with --out"),
)
