"""Rebuilds the documents that declarations are the source of, in Chinese and in English; `--check` says which are stale."""

from __future__ import annotations

import re
import sys
from functools import partial
from pathlib import Path

from scripts.docs_words import POLICIES_HEAD, ROLES, STUDY_FIELDS, STUDY_HEAD, TYPES
from spatial.indicators.formula_words import in_english
from spatial.indicators.registry import BY_ID, INDICATORS
from spatial.messages import CODES
from spatial.messages.families import FAMILIES
from spatial.read.declarations import kinds
from spatial.read.policy import load_policy, packaged_policies
from spatial.schema.policy import KINDS, Policy, Target, unit_label
from spatial.schema.study import KEYS

ROOT = Path(__file__).resolve().parent.parent / "docs"
NOTE = "<!-- 由 scripts/docs.py 生成，请勿手改 / built by scripts/docs.py, do not edit -->\n"


def cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


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


def findings(language: str) -> str:
    order = {"error": 0, "warning": 1, "repaired": 2, "info": 3}
    zh = language == "zh"
    text = [NOTE, *(("# 数据问题\n", "error 拒绝运行；warning 继续但须知晓；repaired 已修复并留痕；info 记录所作的选择。\n") if zh else
                    ("# Findings\n", "error: refused; warning: goes on, but know it; repaired: mended, with a record; info: a choice that was made.\n"))]
    for name in sorted({code.split(".")[0] for code in CODES}):
        family = FAMILIES[name]
        members = sorted((m for m in CODES.values() if m.code.split(".")[0] == name), key=lambda m: (order[m.severity], m.code))
        rows = [(f"`{m.code}`", m.severity, *((m.zh, m.remedy_zh) if zh else (m.en, m.remedy_en))) for m in members]
        text += [f"## {name}\n", f"**含义** {family.what[0]} **为何重要** {family.why[0]} **办法** {family.do[0]}\n" if zh else
                 f"**What it means** {family.what[1]} **Why it matters** {family.why[1]} **What to do** {family.do[1]}\n"]
        text += [f"![{ours if zh else theirs}]({'' if zh else '../'}pictures/{file}.svg)\n" for file, ours, theirs in family.pictures]
        text.append(table(("代码", "级别", "含义", "办法") if zh else ("code", "severity", "meaning", "remedy"), rows))
    return "\n".join(text)


def indicators(language: str) -> str:
    if language == "zh":
        rows = [(f"`{i.id}`", i.zh, unit_label(i.unit), i.numerator, i.denominator or "—", ", ".join(i.needs), i.direction or "—", i.source, i.evidence or "—",
                 ", ".join(i.rules) or "—") for i in INDICATORS]
        return "\n".join([NOTE, "# 指标\n", "比率为总量之比；分子、分母可加，因此分区、全区与分期用同一定义。标记 unverified、practice 的口径可配置。\n",
                          table(("id", "指标", "单位", "分子", "分母", "所需字段", "方向", "来源", "证据", "口径键"), rows)])
    rows = [(f"`{i.id}`", i.en, unit_label(i.unit, "en"), in_english(i.numerator), in_english(i.denominator) or "—", ", ".join(i.needs), i.direction or "—", in_english(i.source),
             i.evidence or "—", ", ".join(i.rules) or "—") for i in INDICATORS]
    return "\n".join([NOTE, "# Indicators\n", "Ratios are ratios of sums; numerator and denominator add up, so one definition serves every zone, the district and every period. "
                      "Rules marked unverified or practice can be configured. Sources keep the names of their documents.\n",
                      table(("id", "indicator", "unit", "numerator", "denominator", "needs", "direction", "source", "evidence", "rule keys"), rows)])


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
                 table(("条", "目标", "指标", "由图层计算", "比较", "值", "单位", "类型", "期限", "说明") if zh else
                       ("clause", "target", "indicator", "from layers", "compared", "value", "unit", "kind", "deadline", "marks"),
                       [_clause(target, language) for target in policy.targets])]
    return "\n".join(text)


def _counted(policy: Policy, language: str) -> str:
    every, computed = len(policy.targets), sum(not target.tracked for target in policy.targets)
    return f"{every} 条：{computed} 条由图层计算，{every - computed} 条跟踪。" if language == "zh" else f"{every} clauses: {computed} computed from layers, {every - computed} tracked."


def _clause(target: Target, language: str) -> tuple[object, ...]:
    def say(ours: str, theirs: str) -> str:
        return ours if language == "zh" else theirs

    known = None if target.tracked else BY_ID[target.indicator]
    indicator = say("跟踪", "tracked") if known is None else f"`{target.indicator}` {say(known.zh, known.en)}"
    layers = say("否", "no") if target.tracked else say("是，填报优先", "yes, reported figures first") if target.figures == "official_first" else say("是", "yes")
    value = "—" if target.value is None else " – ".join(f"{v:g}" for v in (target.value if isinstance(target.value, tuple) else (target.value,)))
    deadline = say("每年", "each year") if target.every_year else target.deadline or "—"
    marks = [(target.draft, say("征求意见稿", "draft")), (target.denominator_unstated, say("分母未说明", "denominator not stated"))]
    return (target.clause, say(target.title.zh, target.title.en), indicator, layers, target.comparison, value, unit_label(target.unit, language), say(*KINDS[target.kind]), deadline,
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
