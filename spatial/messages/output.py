"""Findings about the output folder and the files written into it."""

from spatial.messages import Message

MESSAGES = (
    Message("output.in_use", "error", "另一次运行({value_seen})正在写输出目录 {path}", "another run ({value_seen}) is writing to the output folder {path}",
            "请等它结束，或用 --out 指定另一个目录", "wait until it ends, or name another folder with --out"),
    Message("output.read_only", "error", "不能写入 {path}：{value_seen}；未写出任何内容", "{path} cannot be written: {value_seen}; nothing was written",
            "请检查权限，或另选写出的位置(例如 --out)", "check the rights, or name another place to write to (--out, for example)"),
    Message("output.held", "error", "输出文件 {path} 不能被替换：{value_seen}；原有结果未改动", "the output file {path} cannot be replaced: {value_seen}; the earlier results are unchanged",
            "请关闭打开它的程序(例如 Excel)后再运行", "close the program that holds it (Excel, for example) and run again"),
    Message("output.not_ours", "error", "输出目录中的 {value_seen} 不是本工具写的，不会覆盖", "{value_seen} in the output folder was not written by this tool and is not overwritten",
            "请移走该文件，或用 --out 指定另一个目录", "move the file away, or name another folder with --out"),
    Message("output.manifest_unreadable", "error", "上次运行的清单 {path} 读不出({value_seen})：无从知道目录中哪些文件是那次运行写的；未写出任何内容",
            "the manifest {path} of an earlier run cannot be read ({value_seen}): nobody can say which files of the folder are of that run; nothing was written",
            "请移走该目录，或用 --out 指定另一个目录", "move the folder away, or name another with --out"),
    Message("output.leads_outside", "error", "{path} 经链接指向输出目录之外", "{path} leads out of the output folder by a link",
            "请删去该链接", "remove the link"),
    Message("output.no_room", "error", "磁盘空间不足：{path} 处只剩 {value_seen}；原有内容未改动", "not enough room on the disk: {value_seen} are left at {path}; what was there is unchanged",
            "请清理磁盘，或写到另一块磁盘(例如 --out)", "free some space, or write to another disk (--out, for example)"),
    Message("output.damaged", "error", "写出的 {field} 复核不符：应有 {value_used}，实为 {value_seen}；原有结果未改动", "{field}, read back, does not hold what was written: {value_used} expected, {value_seen} found; the earlier results are unchanged",
            "请重新运行；如再次出现，请检查磁盘", "run again; if it happens again, check the disk"),
)
