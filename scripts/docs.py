"""Rebuilds the documents that declarations are the source of, in Chinese and in English; `--check` says which are stale."""

from __future__ import annotations

import re
import string
import sys
from functools import partial
from pathlib import Path

from scripts.docs_words import EVIDENCE, FAMILY_NAMES, PLACES, POLICIES_HEAD, ROLES, SEVERITIES, STUDY_FIELDS, STUDY_HEAD, TYPES
from spatial.indicators.formula_words import formula_of, in_english, letters_of
from spatial.indicators.registry import BY_ID, INDICATORS
from spatial.messages import CODES
from spatial.messages.families import FAMILIES
from spatial.read.declarations import kinds
from spatial.read.policy import load_policy, packaged_policies
from spatial.schema.policy import KINDS, Policy, Target, unit_label
from spatial.schema.study import KEYS
from spatial.scorecard.formatting import PLAIN_RATIOS, display_target

ROOT = Path(__file__).resolve().parent.parent / "docs"
NOTE = "<!-- 由 scripts/docs.py 生成，请勿手改 / built by scripts/docs.py, do not edit -->\n"


def cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ").replace("<", "&lt;").replace("&lt;br>", "<br>")


def table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(cell(value) for value in row) + " |" for row in rows]) + "\n"


def study_file(language: str) -> str:
    zh = language == "zh"
    keys = [(f"`{key.path}`", TYPES[key.type][0 if zh else 1] if not key.choices else " / ".join(f"`{choice}`" for choice in key.choices),
             ("必填" if zh else "required") if key.required else f"`{'、'.join(key.default) if isinstance(key.default, tuple) else key.default}`"
             if key.default not in (None, "", {}) else "—", key.zh if zh else key.en) for key in KEYS]
    roles = ", ".join(f"`{name}`" for name in ROLES)
    text = [NOTE, *STUDY_HEAD[language], table(("键", "取值", "默认", "说明") if zh else ("key", "value", "default", "meaning"), keys),
            f"\n`*` 为图层角色或字段名。图层角色：{roles}。\n" if zh else f"\n`*` stands for a layer role or a field. Layer roles: {roles}.\n", *STUDY_FIELDS[language]]
    for name, kind in kinds().items():
        rows = [(f"`{field.name}`" + (" **必填**" if zh else " **required**") * field.required, TYPES[field.type][0 if zh else 1] + (f", {field.unit}" if field.unit else ""),
                 field.zh if zh else field.en, "、".join(field.aliases) + (("；代码 " if zh else "; codes ") + "、".join(field.categories) if field.categories else ""))
                for field in kind.fields]
        text.append(f"\n### {name} {kind.zh if zh else kind.en}\n")
        text.append(table(("字段", "类型", "含义", "别名") if zh else ("field", "type", "meaning", "aliases (column names of Chinese files)"), rows))
    return "\n".join(text)


def readable(message: str, language: str) -> str:
    """A message as a reader of the page sees it: a blank is told by what will stand there, ‹行号›, rather than by its name."""
    parts = []
    for text, name, _, _ in string.Formatter().parse(message):
        parts.append(text)
        if name is not None:
            parts.append(f"‹{PLACES.get(re.sub('(^|_)(zh|en)$', '', name), ('…', '…'))[0 if language == 'zh' else 1]}›")
    return "".join(parts)


def findings(language: str) -> str:
    order = list(SEVERITIES)
    zh, pick = language == "zh", 0 if language == "zh" else 1
    text = [NOTE, *(("# 数据问题\n", "错误：拒绝运行；警告：继续但须知晓；已修复：已改正并留痕；提示：记录所作的选择。`--findings` 写出的文件中级别依次记作 `error`、`warning`、`repaired`、`info`。"
                     "‹›中的内容随数据而定。\n") if zh else
                    ("# Findings\n", "error: refused; warning: goes on, but know it; repaired: mended, with a record; info: a choice that was made. What stands in ‹› depends on the data.\n"))]
    for name in sorted({code.split(".")[0] for code in CODES}):
        family = FAMILIES[name]
        members = sorted((m for m in CODES.values() if m.code.split(".")[0] == name), key=lambda m: (order.index(m.severity), m.code))
        rows = [(f"`{m.code}`", SEVERITIES[m.severity][pick], *(readable(words, language) for words in ((m.zh, m.remedy_zh) if zh else (m.en, m.remedy_en)))) for m in members]
        text += [f"## {FAMILY_NAMES[name]} `{name}`\n", f"**含义** {family.what[0]} **为何重要** {family.why[0]} **办法** {family.do[0]}\n" if zh else
                 f"**What it means** {family.what[1]} **Why it matters** {family.why[1]} **What to do** {family.do[1]}\n"] if zh else [
                 f"## {name}\n", f"**What it means** {family.what[1]} **Why it matters** {family.why[1]} **What to do** {family.do[1]}\n"]
        text += [f"![{ours if zh else theirs}]({'' if zh else '../'}pictures/{file}.svg)\n" for file, ours, theirs in family.pictures]
        text.append(table(("代码", "级别", "含义", "办法") if zh else ("code", "severity", "meaning", "remedy"), rows))
    return "\n".join(text)


def indicators(language: str) -> str:
    """Seven columns, so that none is out of sight: what a share is made of stands in one, and where it is from with what is known of that in another."""
    zh, pick = language == "zh", 0 if language == "zh" else 1
    rows = []
    for i in INDICATORS:
        source, evidence = (i.source if zh else in_english(i.source)), EVIDENCE.get(i.evidence, (i.evidence, i.evidence))[pick]
        formula = "<br>".join(filter(None, (formula_of(i, language), letters_of(i, language))))
        unit = ("—" if i.id in PLAIN_RATIOS else "%") if i.unit == "ratio" else unit_label(i.unit, language)
        rows.append((f"{(i.zh, i.en)[pick]}<br>`{i.id}`", unit, formula, ", ".join(f"`{need}`" for need in i.needs), i.direction or "—",
                     f"{source} ({evidence})" if evidence else source, ", ".join(f"`{rule}`" for rule in i.rules) or "—"))
    head = (("# 指标\n", "比率为总量之比；分子、分母可加，因此分区、全区与分期用同一定义。标记“未核对原文”“见于实际系统”的口径可配置。方向：+ 越高越好，- 越低越好。\n") if zh else
            ("# Indicators\n", "Ratios are ratios of sums; numerator and denominator add up, so one definition serves every zone, the district and every period. "
             "Rules marked “text not checked” or “seen in practice” can be configured. Sources keep the names of their documents. Direction: + the higher the better, - the lower.\n"))
    return "\n".join([NOTE, *head, table(("指标", "单位", "公式", "所需字段", "方向", "来源(证据)", "口径键") if zh else
                                         ("indicator", "unit", "formula", "needs", "direction", "source (evidence)", "rule keys"), rows)])


def policies(language: str) -> str:
    zh = language == "zh"
    text = [NOTE, *POLICIES_HEAD[language]]
    for name in packaged_policies():
        policy, _ = load_policy(name, ROOT)
        assert policy is not None, name
        title = policy.name.zh if zh else policy.name.en
        draft = " · **征求意见稿**" if zh else " · **draft for comment**"
        text += [f"\n## {policy.id} {title}\n", f"`{name}` · {policy.title}" + (f" · {policy.date}" if policy.date else "") + draft * policy.draft
                 + f"\n\n{policy.evidence.zh if zh else policy.evidence.en}\n\n{_counted(policy, language)}\n",
                 table(("条", "目标", "要求", "指标", "由图层计算", "类型", "期限", "说明") if zh else
                       ("clause", "target", "asked for", "indicator", "from layers", "kind", "deadline", "marks"),
                       [_clause(target, language) for target in policy.targets])]
    return "\n".join(text)


def _counted(policy: Policy, language: str) -> str:
    every, computed = len(policy.targets), sum(not target.tracked for target in policy.targets)
    return f"{every} 条：{computed} 条由图层计算，{every - computed} 条跟踪。" if language == "zh" else f"{every} clauses: {computed} computed from layers, {every - computed} tracked."


def _clause(target: Target, language: str) -> tuple[object, ...]:
    def say(ours: str, theirs: str) -> str:
        return ours if language == "zh" else theirs

    known = None if target.tracked else BY_ID[target.indicator]
    indicator = say("跟踪", "tracked") if known is None else f"{say(known.zh, known.en)}<br>`{target.indicator}`"
    layers = say("否", "no") if target.tracked else say("是，填报优先", "yes, reported figures first") if target.figures == "official_first" else say("是", "yes")
    asked = display_target(target.value, target.comparison, target.unit, language, indicator=target.indicator, exact=target.exact)
    deadline = say("每年", "each year") if target.every_year else target.deadline or "—"
    marks = [(target.draft, say("征求意见稿", "draft")), (target.denominator_unstated, say("分母未说明", "denominator not stated"))]
    return (target.clause, say(target.title.zh, target.title.en), asked, indicator, layers, say(*KINDS[target.kind]), deadline,
            say("；", ", ").join(words for stands, words in marks if stands) or "—")


def performance(language: str) -> str:
    """The page of figures from its one source, where words stand as [[Chinese||English]] and figures once."""
    source = (Path(__file__).parent / "performance.md").read_text(encoding="utf-8")
    return NOTE + "\n" + re.sub(r"\[\[(.*?)\|\|(.*?)\]\]", r"\1" if language == "zh" else r"\2", source)


BUILDERS = {"policies.md": policies, "study-file.md": study_file, "findings.md": findings, "indicators.md": indicators, "performance.md": performance}
DOCUMENTS = {folder + name: partial(build, language) for folder, language in (("", "zh"), ("en/", "en")) for name, build in BUILDERS.items()}


def main() -> int:
    stale = []
    for name, build in DOCUMENTS.items():
        path, text = ROOT / name, build()
        if "--check" in sys.argv:
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                stale.append(name)
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    if stale:
        print("stale:", ", ".join(stale), "- run python scripts/docs.py")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
