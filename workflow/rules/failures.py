"""Why jobs of a run failed, in the sentences that their logs hold.

Imported by the Snakefile, so it needs Snakemake and nothing else.
"""

import re
from pathlib import Path

#: What Snakemake says of a job that failed; of several logs, the first is the script's.
FAILED = re.compile(r"^ +log: (\S[^,\n]*?)(?:,.*)? \(check log file", re.MULTILINE)
#: How a line of a job's log begins.
DATE = r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}"
#: What `hotslope.jobs.job_log` writes of an error: all lines up to the next entry.
ERROR = re.compile(rf"{DATE} ERROR (.+?)(?={DATE}|\Z)", re.MULTILINE | re.DOTALL)


def reasons_of_failure(snakemake_logs):
    """List why jobs failed, each reason once.

    Parameters
    ----------
    snakemake_logs : iterable of path
        Snakemake's own logs of the run.

    Returns
    -------
    list of str
        The last error in the log of each job that failed, or where it has none, where to look.
    """
    failed = [log for each in snakemake_logs for log in FAILED.findall(_read(each))]
    return list(dict.fromkeys(last_error(log) for log in failed))


def last_error(log):
    """Return the last error in the log of a job."""
    errors = [error.strip() for error in ERROR.findall(_read(log))]
    if not errors:
        return f"a job ended without a message (was it killed?): {log}"
    sentence, _, traceback = errors[-1].partition("\nTraceback ")
    return f"{sentence}: {log}" if traceback else sentence


def _read(log):
    try:
        return Path(log).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
