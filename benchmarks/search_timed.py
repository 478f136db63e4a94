"""A search with a clock: python -m benchmarks.search_timed DIR FLAGS…

Prints the seconds from opening the dataset to the last trial, without the time
that Python and TensorFlow take to start.
"""

import sys
import time

from kerasae import cli_flags, run_flags, search
from kerasae import run_dir as files
from kerasae.jobs import search_checks
from kerasae.tuning.search_dir import SearchDir
from kerasae.tuning.settings import SearchConfig


def job_of(folder: str, flags: list[str] | None = None):
    """The job that `kerasae.search` would do; without flags, those of an earlier search."""
    if flags is None:
        flags = files.read_json(SearchDir(folder).description)["command"]
    line = search.command_line()
    line.parse(["kerasae.search", *flags])
    settings, config = line.make(SearchConfig), run_flags.read(line)
    candidates = search_checks.candidates_of(settings, config)
    cli_flags.import_tensorflow_quietly()
    from kerasae.jobs.search_run import Job

    return Job(settings, candidates, SearchDir(folder), flags, "")


def main(folder: str, *flags: str) -> None:
    """Searches and prints the seconds."""
    job = job_of(folder, list(flags))
    from kerasae.jobs.search_run import search_run
    from kerasae.run_dir import RunDir

    RunDir(folder).create()
    began = time.perf_counter()
    search_run(job)
    print(time.perf_counter() - began)


if __name__ == "__main__":
    main(*sys.argv[1:])
