"""What axe-core, run in the page, calls serious or critical. It comes with the development packages of `frontend/`."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

AXE = Path(settings.BASE_DIR, "frontend", "node_modules", "axe-core", "axe.min.js")
_RUN = """
async (scope) => {
    const { violations } = await axe.run(scope ?? document, { resultTypes: ['violations'] })
    return violations.filter(({ impact }) => ['serious', 'critical'].includes(impact))
        .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) =>
            `${id}: ${html.slice(0, 200)} ${failureSummary.slice(0, 300)}`))
}
"""


def serious_findings(page: Any, scope: str | None = None) -> list[str]:
    """Return one line for each serious finding in the page, or in the element that `scope` selects."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm ci in frontend/")
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text())
    return page.evaluate(_RUN, scope)
