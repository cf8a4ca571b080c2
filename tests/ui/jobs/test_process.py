"""Jobs that follow a process of their own: a real t-SNE."""

import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np

from tests.core.spaces.test_projection import cloud
from tests.core.spaces.test_tsne import assert_gone
from tests.ui.conftest import SECONDS, until
from ui.jobs.job import Jobs, Task, follow
from vae_core.spaces.projection import Array, Projection, ProjectionConfig, project
from vae_core.spaces.tsne import TsneJob

CONFIG = ProjectionConfig("t-sne", 2, perplexity=5)


def t_sne(found: Array, config: ProjectionConfig, seed: int, started: list[TsneJob], task: Task) -> Projection:
    started.append(TsneJob(found, config, seed))
    return follow(task, started[-1])


def test_a_process_gives_its_result_or_says_what_it_has_against_it() -> None:
    jobs: Jobs[Projection] = Jobs("t-SNE")
    done = jobs.ask("many", partial(t_sne, cloud(40, 3), CONFIG, 3, []))
    few = jobs.ask("few", partial(t_sne, cloud(4, 3), CONFIG, 0, []))
    until(lambda: done.is_over and few.is_over)
    assert done.result
    np.testing.assert_array_equal(done.result.points, project(cloud(40, 3), CONFIG, 3).points)
    assert few.error == "perplexity 5 takes more than 5 digits, not 4"


def test_a_process_that_nobody_looks_at_sees_to_its_end_itself() -> None:
    jobs: Jobs[Projection] = Jobs("t-SNE", idle=0.2)
    started: list[TsneJob] = []
    job = jobs.ask("left", partial(t_sne, cloud(3000, 10), ProjectionConfig("t-sne", 3), 0, started))
    until(lambda: job.is_over)
    until(lambda: started[0].done)
    assert job.state == "cancelled"
    assert_gone(started[0].pid)
    assert jobs.find("left") is None


def test_an_interpreter_that_ends_leaves_no_process(repository: Path) -> None:
    program = """
import time
from ui.choices.view import Cloud
from ui.encodings.projections import compute_tsne, plot, tsne_jobs
from vae_core.spaces.projection import ProjectionConfig
shown = plot("ae-2", "uci", Cloud(ProjectionConfig("t-sne", 3)), 1)
job = tsne_jobs.ask(shown, lambda task: compute_tsne(shown, task))
while job.progress < 0.01:
    assert not job.is_over, job.error
    time.sleep(0.01)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=repository, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    # The process of the t-SNE would have inherited the pipes: they read as ended only when it is gone.
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
