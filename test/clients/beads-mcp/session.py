"""A session of beads-mcp's own client on the workspace in the current directory. Its pydantic models check every answer."""

import asyncio
import json
import sys

from beads_mcp.bd_client import BdCliClient, BdCommandError
from beads_mcp.models import (
    AddDependencyParams,
    BlockedParams,
    ClaimIssueParams,
    CloseIssueParams,
    CreateIssueParams,
    InitParams,
    ListIssuesParams,
    ReadyWorkParams,
    ReopenIssueParams,
    ShowIssueParams,
    UpdateIssueParams,
)


async def session(bd: str, directory: str) -> dict:
    client = BdCliClient(bd_path=bd, working_dir=directory, actor="mcp", no_auto_flush=True, no_auto_import=True)
    await client._check_version()
    await client.init(InitParams(prefix="mc"))
    blocker = await client.create(
        CreateIssueParams(
            title="@one", description="--d @x", design="d", acceptance="a", external_ref="gh-1",
            priority=1, issue_type="bug", assignee="bob", labels=["web", "api"],
        )
    )
    waiting = await client.create(CreateIssueParams(title="two", deps=[blocker.id, f"discovered-from:{blocker.id}"]))
    epic = await client.create(CreateIssueParams(title="three", issue_type="epic"))
    told = {
        "labels": blocker.labels,
        "ready": [i.title for i in await client.ready(ReadyWorkParams(limit=10, sort_policy="oldest"))],
        "labelled": [i.title for i in await client.ready(ReadyWorkParams(labels=["web"], sort_policy="hybrid"))],
        "listed": [i.title for i in await client.list_issues(ListIssuesParams(query="two", unassigned=True))],
        "links": [d.dependency_type for d in (await client.show(ShowIssueParams(issue_id=waiting.id))).dependencies],
        "blocked": [i.blocked_by == [blocker.id] for i in await client.blocked(BlockedParams())],
        "updated": (
            await client.update(
                UpdateIssueParams(
                    issue_id=waiting.id, status="open", priority=0, title="t", description="@d", design="-",
                    acceptance_criteria="x", notes="n", external_ref="y", assignee="z",
                )
            )
        ).design,
        "claimed": [(await client.claim(ClaimIssueParams(issue_id=epic.id))).status for _ in range(2)],
        "linked": await client.add_dependency(
            AddDependencyParams(issue_id=epic.id, depends_on_id=blocker.id, dep_type="related")
        ),
        "closed": [i.status for i in await client.close(CloseIssueParams(issue_id=blocker.id))],
        "reopened": [i.status for i in await client.reopen(ReopenIssueParams(issue_ids=[blocker.id], reason="r"))],
        "total": (await client.stats()).summary.total_issues,
        "quickstart": "beads" in await client.quickstart(),
    }
    for report in (client.inspect_migration, client.get_schema_info, client.repair_deps, client.detect_pollution, client.validate):
        assert isinstance(await report(), dict)
    try:
        await client.show(ShowIssueParams(issue_id="nothing"))
    except BdCommandError as error:
        told["missing"] = json.loads(error.stderr)["code"]
    return told


print(json.dumps(asyncio.run(session(*sys.argv[1:3]))))
