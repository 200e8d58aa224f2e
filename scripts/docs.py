"""Rebuilds the documents that declarations are the source of; `--check` says which are stale."""

from __future__ import annotations

import sys
from pathlib import Path

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


def study_file() -> str:
    keys = [(f"`{key.path}`", key.type if not key.choices else " / ".join(f"`{choice}`" for choice in key.choices),
             "必填 / required" if key.required else f"`{'、'.join(key.default) if isinstance(key.default, tuple) else key.default}`" if key.default not in (None, "", {}) else "—",
             key.zh, key.en) for key in KEYS]
    text = [NOTE, "# 研究文件 / Study file\n",
            "TOML 文件，路径相对于研究文件所在目录。`--set 键=值` 可替换单个键，例如 `--set join.allocation=largest`。没有写明的列按别名表对应并报告。",
            "A TOML file; paths are relative to it. `--set KEY=VALUE` replaces one key by its dotted name. Columns that are not stated are matched by the aliases below and reported.\n",
            "## 键 / Keys\n", table(("键 key", "取值 value", "默认 default", "说明", "meaning"), keys),
            "\n`*` 为图层角色或字段名 / stands for a layer role or a field. 图层角色 / layer roles: "
            + ", ".join(f"`{name}`" for name in ("parcels", "carriers", "zones.<name>", "attributes.<name>", "parcels_before", "supply", "projects", "standard_land",
                                                "enterprises", "approvals", "buildings", "constraints", "leases", "statistics", "tracked")) + ".\n",
            "## 图层与字段 / Layers and fields\n",
            "面积、金额等数量必须在表头(`面积(亩)`)或映射(`{ column = \"面积\", unit = \"mu\" }`)中带单位；内部统一为 m²、万元、吨标准煤、吨、万千瓦时。",
            "Quantities carry their unit in the header or in the mapping; inside they are m², 10⁴ CNY, tce, t, 10⁴ kWh.\n"]
    for name, kind in kinds().items():
        rows = [(f"`{field.name}`" + (" **必填**" if field.required else ""), field.type + (f", {field.unit}" if field.unit else ""), field.zh, field.en,
                 "、".join(field.aliases) + ("；代码 " + "、".join(field.categories) if field.categories else "")) for field in kind.fields]
        text.append(f"\n### {name} {kind.zh} / {kind.en}\n")
        text.append(table(("字段 field", "类型 type", "中文", "English", "别名 aliases"), rows))
    return "\n".join(text)


def findings() -> str:
    order = {"error": 0, "warning": 1, "repaired": 2, "info": 3}
    text = [NOTE, "# 数据问题 / Findings\n", "error 拒绝运行；warning 继续但须知晓；repaired 已修复并留痕；info 记录所作的选择。",
            "error: refused; warning: goes on, but know it; repaired: mended, with a record; info: a choice that was made.\n"]
    for name in sorted({code.split(".")[0] for code in CODES}):
        family = FAMILIES[name]
        members = sorted((m for m in CODES.values() if m.code.split(".")[0] == name), key=lambda m: (order[m.severity], m.code))
        rows = [(f"`{m.code}`", m.severity, m.zh, m.remedy_zh, m.en, m.remedy_en) for m in members]
        text += [f"## {name}\n", f"**含义** {family.what[0]} **为何重要** {family.why[0]} **办法** {family.do[0]}\n",
                 f"**What it means** {family.what[1]} **Why it matters** {family.why[1]} **What to do** {family.do[1]}\n"]
        text += [f"![{zh} / {en}](pictures/{file}.svg)\n" for file, zh, en in family.pictures]
        text.append(table(("代码 code", "级别 severity", "含义", "办法", "meaning", "remedy"), rows))
    return "\n".join(text)


def indicators() -> str:
    rows = [(f"`{i.id}`", i.zh, i.en, i.unit, i.numerator, i.denominator or "—", ", ".join(i.needs), i.direction or "—", i.source, i.evidence or "—",
             ", ".join(i.rules) or "—") for i in INDICATORS]
    return "\n".join([NOTE, "# 指标 / Indicators\n", "比率为总量之比；分子、分母可加，因此分区、全区与分期用同一定义。标记 unverified、practice 的口径可配置。",
                      "Ratios are ratios of sums; numerator and denominator add up, so one definition serves every zone. Evidence marks are those of the rule book.\n",
                      table(("id", "中文", "English", "单位 unit", "分子 numerator", "分母 denominator", "所需字段 needs", "方向", "来源 source", "证据 evidence", "口径键 rules"), rows)])


def policies() -> str:
    text = [NOTE, "# 政策 / Policies\n", "随包政策的每一条目标：由图层和台账计算，还是由跟踪台账录入；用 `policies = [\"名称\"]` 启用，复制该 TOML 文件即可写本县的政策。占比写作 0 至 1。",
            "Every target of the packaged policies: computed from layers and ledgers, or entered in the tracked ledger. Shares run 0 to 1. "
            "A county copies one of the files to write its own.\n"]
    for name in packaged_policies():
        policy, _ = load_policy(name, ROOT)
        assert policy is not None, name
        text += [f"\n## {policy.id} {policy.name.zh} / {policy.name.en}\n", f"`{name}` · {policy.title}" + (f" · {policy.date}" if policy.date else "")
                 + (" · **征求意见稿 / draft**" if policy.draft else "") + f"\n\n{policy.evidence.zh} / {policy.evidence.en}\n\n{_counted(policy)}\n",
                 table(("条 clause", "目标", "target", "指标 indicator", "由图层计算 from layers", "比较", "值 value", "单位 unit", "类型 kind", "期限 deadline", "说明 marks"),
                       [_clause(target) for target in policy.targets])]
    return "\n".join(text)


def _counted(policy: Policy) -> str:
    computed = sum(not target.tracked for target in policy.targets)
    return f"{len(policy.targets)} 条：{computed} 条由图层计算，{len(policy.targets) - computed} 条跟踪 / {computed} computed from layers, {len(policy.targets) - computed} tracked."


def _clause(target: Target) -> tuple[object, ...]:
    indicator = "跟踪 / tracked" if target.tracked else f"`{target.indicator}` {BY_ID[target.indicator].zh}"
    layers = "否 no" if target.tracked else "是，填报优先 yes, reported figures first" if target.figures == "official_first" else "是 yes"
    value = "—" if target.value is None else " – ".join(f"{v:g}" for v in (target.value if isinstance(target.value, tuple) else (target.value,)))
    deadline = "每年 each year" if target.every_year else target.deadline or "—"
    marks = [(target.draft, "征求意见稿 draft"), (target.denominator_unstated, "分母未说明 denominator not stated")]
    return (target.clause, target.title.zh, target.title.en, indicator, layers, target.comparison, value, unit_label(target.unit), " ".join(KINDS[target.kind]), deadline,
            "；".join(words for stands, words in marks if stands) or "—")


DOCUMENTS = {"policies.md": policies, "study-file.md": study_file, "findings.md": findings, "indicators.md": indicators}


def main() -> int:
    stale = []
    for name, build in DOCUMENTS.items():
        path, text = ROOT / name, build()
        if "--check" in sys.argv:
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                stale.append(name)
        else:
            path.write_text(text, encoding="utf-8", newline="\n")
    if stale:
        print("stale:", ", ".join(stale), "- run python scripts/docs.py")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
