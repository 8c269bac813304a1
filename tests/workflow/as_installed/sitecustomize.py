"""Read by Python as it starts: jobs of tests see no hypothesis, as in an installation of users.

pandera loads it with its first check wherever it is: 0.2 CPU seconds of each of some thousand jobs.
"""

import sys

sys.modules["hypothesis"] = None  # type: ignore[assignment]
