"""Findings about the land accounting classes of the 开发区 evaluation."""

from spatial.messages import Message

MESSAGES = (
    Message("accounts.idle_differs", "warning", "{count} 宗地核算类为闲置(G)，供地台账却判为“{value_seen}”等；土地闲置率计入，闲置土地占比不计入", "{count} parcels have the class of idle land (G) while the supply ledger says "
            "{value_seen} or the like; they count in the land idle rate and not in the idle-land share", "请核对核算类与供地台账", "check the classes against the supply ledger"),
    Message("accounts.unsupplied_differs", "warning", "{count} 宗地核算类为未供应(E、F)，供地台账中却有供地记录；土地供应率以核算类为准", "{count} parcels have a class of unsupplied land (E, F) while the supply ledger "
            "has them supplied; the supply rate goes by the class", "请更新核算类", "bring the classes up to date"),
    Message("accounts.built_unsupplied", "warning", "{count} 宗({area} 亩)核算类为已建成(A)的土地没有供应记录，土地建成率 A/D 的分子因此大于其应有的分母", "{count} parcels ({area} mu) are built by their class (A) and not supplied by "
            "any record, so A in the built rate A/D reaches beyond D", "请补供应状况类(GYDM)或供地台账", "give the supply class (GYDM) or the supply ledger of these parcels"),
)
