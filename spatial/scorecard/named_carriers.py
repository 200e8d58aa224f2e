"""The carriers that a policy names, against those the study has."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from spatial.errors import Finding, first_of, found
from spatial.schema.policy import Policy
from spatial.scorecard.figures import key

SHOWN = 5


def check_carriers(policies: Sequence[Policy], zones: pd.DataFrame) -> list[Finding]:
    """Carriers of a policy that the study does not have, by name or alias: all of them (the policy is about other ground) or some."""
    own = zones[zones["kind"].eq("carrier")]
    known = {key(word) for word in (*own["id"], *own["name"])}
    findings = []
    for policy in policies:
        absent = [carrier.name for carrier in policy.carriers if not {key(word) for word in (carrier.name, *carrier.aliases)} & known]
        if absent and len(own):
            code = "policy.carriers_absent" if len(absent) == len(policy.carriers) else "policy.carriers_missing"
            findings.append(found(code, role="carriers", path=policy.path, field="carrier", key=policy.id, count=len(absent), value_seen=first_of(absent, SHOWN), of=len(policy.carriers)))
    return findings
