"""Why SLURM does not take a job, and whether it may take the same job later."""

import re

# What sbatch and sacctmgr say while a controller or its database is away or busy, and at a limit of jobs, not of sizes.
PASSING = re.compile(
    r"unable to contact|connection (refused|reset|timed out)|connect failure|timed out|not responding"
    r"|problem talking to the database|persistent connection|zero bytes were transmitted|transport endpoint"
    r"|temporarily un|backup controller|too many (jobs|requests)|rate limit|\w*Max(Submit\w*|JobCount\w*)|system busy",
    re.IGNORECASE,
)
LINE = re.compile(r"^.*?error: *", re.IGNORECASE)


def passing(message: str) -> str:
    """The words of a refused submission that say why it may be taken later; empty where it never will be.

    Parameters
    ----------
    message : str
        What the public plugin reports: the lines of sbatch, and behind them the call.
    """
    said = message.partition("sbatch call:")[0]
    lines = [line for line in re.split(r"[\n']", said) if PASSING.search(line)]
    return LINE.sub("", lines[0]).strip() if lines else ""
