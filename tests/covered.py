"""Fails if a module is tested less than the quality scale demands: `python -m tests.covered`.

Run after the tests, on the coverage that they left; the sum of all modules would hide one.
"""

import json
from pathlib import Path
import sys
import tempfile

from coverage import Coverage

LEAST = 95.0
"""Percent of the lines and branches of each module (test-coverage)."""
FORMS = ("config_flow.py", "flows/options.py", "flows/contact.py")
"""Modules that have to be tested wholly (config-flow-test-coverage)."""


def main() -> int:
    """Name the modules that are tested too little."""
    coverage = Coverage()
    coverage.load()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        coverage.json_report(outfile=str(report))
        files = json.loads(report.read_text("utf-8"))["files"]
    uncovered = False
    for name, file in sorted(files.items()):
        percent: float = file["summary"]["percent_covered"]
        least = 100.0 if name.endswith(FORMS) else LEAST
        if percent < least:
            uncovered = True
            print(f"{name} is covered to {percent:.1f} %, not to {least:.0f} %.")
    return 1 if uncovered or not files else 0


if __name__ == "__main__":
    sys.exit(main())
