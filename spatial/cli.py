"""Arguments in, paths out: the command line, which calls the pipeline and nothing else."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from spatial import checkup, pipeline
from spatial.errors import Finding, Refused, UsageError, gravest_first, shown

STEPS = {"read": ("读取", "read"), "normalise": ("规范化", "normalise"), "join": ("叠加与关联", "join"), "indicators": ("指标", "indicators"),
         "scorecard": ("目标评价", "scorecard"), "render": ("输出", "render")}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; exit code 0 done, 1 refused, 2 wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    given = parser().parse_args(arguments)
    try:  # before the work, and told without being written
        pipeline.refuse_unwritable([] if given.findings is None else [given.findings])
    except Refused as refused:
        _tell(refused.findings, given)
        return 1
    try:
        with pipeline.told_when_full():
            done: int = given.command(given)
    except Refused as refused:
        _refusal(refused, given)
        return 1
    except UsageError as wrong:
        _say(f"spatial: {wrong}", file=sys.stderr)
        return 2
    return done


def _say(text: str, *, file: Any = None, end: str = "\n") -> None:
    """Print what may hold words from data: nothing of it is obeyed by the terminal."""
    print(shown(text).replace("\r", "\\u000d"), file=file, end=end)


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser(prog="spatial", description="用地分析 / land-use analysis of industrial carriers")
    top.add_argument("--version", action="version", version=f"spatial {pipeline.version()}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, call: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(command=call, lang="zh", findings=None, quiet=False)
        return sub

    demo = command("demo", _demo, "示范区全流程 / the demo district, end to end")
    demo.add_argument("--out", type=Path, default=Path("out/demo"), metavar="DIR", help="输出文件夹，默认 out/demo；数据在其旁 demo-data / output folder, its inputs beside it")
    run = command("run", _run, "运行研究 / run a study")
    run.add_argument("study", type=Path, metavar="STUDY", help="研究文件 / study file")
    run.add_argument("--out", type=Path, metavar="DIR", help="输出文件夹，默认为研究文件旁 out/<研究文件名> / output folder; default: out/<name of the study file> beside it")
    run.add_argument("--engine", choices=("local", "dask"), default="local", help="计算方式：本机，或分区由几个进程计算 / compute here, or in partitions on workers")
    check = command("check", _check, "只检查不输出 / check a study without writing")
    check.add_argument("study", type=Path, metavar="STUDY", help="研究文件 / study file")
    for sub in (demo, run, check):
        sub.add_argument("--lang", choices=("zh", "en"), default="zh", help="提示与输出的语言 / language of messages and outputs")
        sub.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", dest="sets",
                         help="替换研究文件的一个键，可多次，如 join.allocation=largest / set one key of the study; may be repeated")
        sub.add_argument("--findings", type=Path, metavar="FILE.json", help="数据问题另存为 JSON，被拒绝时也写 / findings as JSON, written even on refusal")
        sub.add_argument("--quiet", action="store_true", help="不显示进度；数据问题照常列出 / no progress; findings are listed all the same")
    look = command("inspect", _inspect, "查看文件 / what files seem to be")
    look.add_argument("files", nargs="+", type=Path, metavar="FILE", help="空间数据或台账 / spatial files or ledgers")
    first = command("init", _init, "为文件夹写一个研究文件 / write a first study file for a folder")
    first.add_argument("folder", type=Path, metavar="DIR", help="放数据的文件夹，study.toml 写在其中 / folder of the files; study.toml is written into it")
    for sub in (look, first):
        sub.add_argument("--lang", choices=("zh", "en"), default="zh", help="提示的语言 / language of messages")
    finished = "已完成的运行的结果文件夹 / folder of a finished run"
    compare = command("compare", _compare, "比较两次运行 / compare two runs")
    compare.add_argument("run_a", type=Path, metavar="RUN_A", help="前一次运行的结果文件夹 / folder of the first run")
    compare.add_argument("run_b", type=Path, metavar="RUN_B", help="后一次运行的结果文件夹 / folder of the second run")
    compare.add_argument("--out", type=Path, metavar="DIR", help="写成 DIR/compare.csv / write DIR/compare.csv")
    page = command("map", _map, "由已完成的运行重新生成地图 / make the map of a finished run again")
    page.add_argument("run", type=Path, metavar="RUN", help=finished)
    page.add_argument("--tiles", action="store_true", help="供网页服务器：PMTiles 与页面，写入 RUN/tiles / for a web server: PMTiles and a page, in RUN/tiles")
    freeze = command("snapshot", _snapshot, "冻结一期结果，供以后比较趋势 / freeze a run's results for later trends")
    freeze.add_argument("run", type=Path, metavar="RUN", help=finished)
    freeze.add_argument("into", type=Path, metavar="DIR", help="存放各期快照的文件夹 / folder of the frozen results")
    for sub in (compare, page, freeze):
        sub.add_argument("--lang", choices=("zh", "en"), default="zh", help="提示的语言 / language of messages")
    sheets = command("sheets", _sheets, "重新出附图 / draw the map sheets of a run again")
    sheets.add_argument("run", type=Path, metavar="RUN", help=finished)
    sheets.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", dest="sets", help="附图的键，如 sheets.size=A1 / a key of the sheets")
    sheets.add_argument("--maps", type=Path, metavar="DIR", help="自备图种 sheet-*.toml 的文件夹 / folder with kinds of your own")
    sheets.add_argument("--lang", choices=("zh", "en"), default="zh", help="提示的语言；图上文字随运行 / of messages; sheets speak the run's language")
    sheets.add_argument("--quiet", action="store_true", help="不显示进度 / no progress")
    explain = command("explain", _explain, "一个数从何而来 / where a number comes from")
    explain.add_argument("run", type=Path, metavar="RUN", help=finished)
    explain.add_argument("indicator", metavar="INDICATOR", help="指标或条款，如 tax_per_mu、S1-01 / an indicator or a clause")
    explain.add_argument("--zone", default="study_area", metavar="Z", help="分区的编号或名称，默认全区 / id or name of a zone; default: the study area")
    explain.add_argument("--rows", type=int, default=20, metavar="N", help="每侧列出的行数，0 为全部 / rows a side, 0 for all")
    explain.add_argument("--out", type=Path, metavar="FILE.csv", help="全部明细另存 / every row as a table")
    explain.add_argument("--lang", choices=("zh", "en"), default=None, help="默认随运行 / default: the run's")
    health = command("doctor", _doctor, "检查安装是否可用 / is this installation fit for use")
    health.add_argument("--lang", choices=("zh", "en"), default="zh", help="提示的语言 / language of messages")
    schema = command("schema", _schema, "输出的 JSON Schema / JSON Schemas")
    schema.add_argument("what", choices=("results", "study", "findings"), help="哪一种文件 / of which file")
    return top


def _run(given: argparse.Namespace) -> int:
    with _progress(given) as step:
        done = pipeline.run(given.study, out=given.out, sets=given.sets, language=given.lang, engine=given.engine, step=step)
    _report(done.result.findings, given)
    if done.engine is not None and not given.quiet:
        _memory(done.engine, given.lang)
    _paths(done.folder, given.lang)
    return 0


def _memory(engine: Mapping[str, Any], language: str) -> None:
    """What a run on workers took, on standard error."""
    each = ("、" if language == "zh" else ", ").join(f"{name} {megabytes:,.0f} MB" for name, megabytes in engine["workers_peak_mb"].items())
    words = ("分区 {}；内存峰值：{}；主进程 {:,.0f} MB", "partitions {}; peak memory: {}; driver {:,.0f} MB")[0 if language == "zh" else 1]
    print(words.format(engine["partitions"], each, engine["driver_peak_mb"]), file=sys.stderr)


def _demo(given: argparse.Namespace) -> int:
    with _progress(given) as step:
        done = pipeline.demo(given.out, sets=given.sets, language=given.lang, step=step, frozen=True)
    _report(done.result.findings, given)
    _paths(done.folder, given.lang)
    return 0


def _check(given: argparse.Namespace) -> int:
    findings = pipeline.check(given.study, sets=given.sets, language=given.lang)
    _report(findings, given)
    return 1 if any(finding.severity == "error" for finding in findings) else 0


def _inspect(given: argparse.Namespace) -> int:
    pick = 0 if given.lang == "zh" else 1
    words = (("行", "rows"), ("编码", "encoding"), ("坐标系", "CRS"), ("像是", "looks like"), ("看不出用途", "purpose unknown"), ("未写明，见下", "not stated, see below"),
             ("不能采用，见下", "cannot be taken, see below"))
    refused = False
    for found in pipeline.inspect(given.files):
        _say(f"{found.path.name}{' / ' + found.layer if found.layer else ''}")
        if found.raw is not None:
            source = found.raw.source
            _say(f"  {source.driver}, {len(found.raw.frame)} {words[0][pick]}")
            if source.encoding:
                _say(f"  {words[1][pick]}: {found.encoding_told(given.lang)}")
            if found.crs or found.raw.geometry is not None:
                _say(f"  {words[2][pick]}: {found.crs_told(given.lang) or words[6 if found.crs_unfit else 5][pick]}")
            near = found.nearest_told(given.lang)
            _say(f"  {words[3][pick]} {found.kind_told(given.lang)}" if found.kind else f"  {words[4][pick]}{('；', '; ')[pick] + near if near else ''}")
            played = {column.header: name for name, column in found.mapped.items()}
            for header in found.raw.frame.columns:
                unit = found.raw.units.get(header, "")
                _say(f"    {header}{f' [{unit}]' if unit else ''} -> {played.get(header, '–')}")
        refused |= found.raw is None and found.kind != "imagery" or any(finding.severity == "error" for finding in found.findings if found.raw is None)
        for finding in found.findings:
            print("  " + finding.line(given.lang))
    return 1 if refused else 0


def _init(given: argparse.Namespace) -> int:
    """What a run would refuse is a doubt here, a warning: the study file is there for settling it."""
    path, proposals = pipeline.init(given.folder, language=given.lang)
    read = pipeline.taken(proposals)
    whole = {proposal.path for proposal in proposals if proposal.raw is not None}
    unread = [proposal for proposal in proposals if proposal.raw is None and proposal.kind != "imagery" and proposal.path not in whole]  # an empty sheet beside others is no loss
    for finding in [finding for proposal in (*read, *unread) for finding in proposal.findings]:
        print((replace(finding, severity="warning") if finding.severity == "error" else finding).line(given.lang), file=sys.stderr)
    refused = sum(finding.severity == "error" for proposal in read for finding in proposal.findings)
    said = [(f"以上有 {refused} 条不解决，spatial run 会拒绝", f"{refused} of these a run refuses until they are settled")] if refused else []
    said += [(f"{len(unread)} 个文件读不了，没有列入", f"{len(unread)} files cannot be read and are left out")] if unread else []
    said.append(("没有采用的文件列在其末尾", "what it does not take is listed at its end"))
    en = given.lang == "en"
    print((f"{path.name} is written; " if en else f"{path.name} 已写成；") + ("; " if en else "；").join(pair[en] for pair in said), file=sys.stderr)
    print(path)
    return 0


def _compare(given: argparse.Namespace) -> int:
    if given.out is not None:
        pipeline.refuse_unwritable([given.out / "compare.csv"])
    table = pipeline.compare(given.run_a, given.run_b)
    if given.out is None:
        _say(pipeline.table_text(table).replace("\r\n", "\n"), end="")
    else:
        print(pipeline.write_table(table, given.out / "compare.csv"))
    return 0


def _map(given: argparse.Namespace) -> int:
    path, findings = pipeline.map_tiles(given.run) if given.tiles else pipeline.map_page(given.run)
    _report(findings, given)
    print(path)
    return 0


def _snapshot(given: argparse.Namespace) -> int:
    print(pipeline.snapshot(given.run, given.into))
    return 0


def _sheets(given: argparse.Namespace) -> int:
    with _counted(given) as tick:
        folder, findings = pipeline.sheets(given.run, sets=given.sets, maps=given.maps, tick=tick)
    _report(findings, given)
    print(folder)
    return 0


def _explain(given: argparse.Namespace) -> int:
    if given.out is not None:
        pipeline.refuse_unwritable([given.out])
    lines, rows = pipeline.explain(given.run, given.indicator, given.zone, language=given.lang, limit=max(given.rows, 0))
    _say("\n".join(lines))
    if given.out is not None:
        print(pipeline.write_table(rows, given.out), file=sys.stderr)
    return 0


def _doctor(given: argparse.Namespace) -> int:
    checks = checkup.doctor()
    for check in checks:
        print(check.line(given.lang))
    print(checkup.verdict(checks, given.lang))
    return 1 if any(check.level == "bad" for check in checks) else 0


def _schema(given: argparse.Namespace) -> int:
    print(json.dumps(pipeline.json_schema(given.what), ensure_ascii=False, indent=1))
    return 0


def _report(findings: Iterable[Finding], given: argparse.Namespace) -> None:
    """Findings to standard error, and as JSON where asked."""
    listed = list(findings)
    _tell(listed, given)
    if given.findings is not None:
        pipeline.write_findings(listed, given.findings, given.lang)


def _refusal(refused: Refused, given: argparse.Namespace) -> None:
    """A refusal told, also where its own file of findings can no longer be written."""
    try:
        _report(refused.findings, given)
    except Refused as unwritten:
        _tell([finding for finding in unwritten.findings if finding not in refused.findings], given)


def _tell(findings: Iterable[Finding], given: argparse.Namespace) -> None:
    """Findings to standard error, gravest first."""
    for finding in gravest_first(findings):
        print(finding.line(given.lang or "zh"), file=sys.stderr)


def _paths(folder: Path, language: str) -> None:
    if not (folder / "map.html").is_file():
        print((f"结果 {folder}") if language == "zh" else f"results {folder}")
        return
    print((f"地图 {folder / 'map.html'}\n结果 {folder}") if language == "zh" else f"map {folder / 'map.html'}\nresults {folder}")


@contextmanager
def _progress(given: argparse.Namespace) -> Iterator[Callable[[str], None]]:
    """A bar on a terminal, nothing elsewhere."""
    if given.quiet or not sys.stderr.isatty():
        yield lambda name: None
        return
    from tqdm import tqdm  # only a terminal needs it

    pick = 0 if given.lang == "zh" else 1
    with tqdm(total=len(STEPS), bar_format="{desc:<14}{bar} {n}/{total} {elapsed}", file=sys.stderr, leave=False) as bar:
        entered: list[str] = []

        def step(name: str) -> None:
            if name.startswith("sheets "):  # counts within a room
                bar.set_description_str(f"{('附图', 'sheets')[pick]} {name.removeprefix('sheets ')}")
                return
            if entered:
                bar.update()
            entered.append(name)
            bar.set_description_str(STEPS.get(name, (name, name))[pick])

        yield step


@contextmanager
def _counted(given: argparse.Namespace) -> Iterator[Callable[[int, int], None]]:
    """A bar that counts sheets, on a terminal only."""
    if given.quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from tqdm import tqdm

    with tqdm(desc=("附图", "sheets")[given.lang == "en"], file=sys.stderr, leave=False) as bar:

        def tick(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield tick
