"""Print how fast rnnlib is beside its peers: ``python tests/benchmarks``, or only some topics of it,
``python tests/benchmarks gradients updates``.

Peers come with ``pip install -e ".[bench]"``; without them the rest is printed. Each topic runs in a process of its
own, first with one thread for every library, then with as many as each likes.

``python tests/benchmarks latency`` operates the pictures in JupyterLab instead, which takes ten minutes, and a browser:
``pip install -e ".[test,browser,bench]"``.
"""

import argparse
import os
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
USUAL = ("gradients", "updates", "surfaces", "frames", "imports", "memory")
TOPICS = (*USUAL, "latency")
ONE_THREAD = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
ONE_THREAD["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
WITHOUT_PRODUCTS = ("frames", "imports", "memory", "latency")  # once is enough for these: no threads in them


def main() -> int:
    """Run the topics asked for, one process after the other, and return how many failed."""
    parser = argparse.ArgumentParser(prog="python tests/benchmarks", description=__doc__.partition(":")[0])
    topics = f"of {', '.join(TOPICS)}; all but the last, if none is named"
    parser.add_argument("topics", nargs="*", metavar="topic", help=topics)
    parser.add_argument("--smallest", action="store_true", help="only the smallest case of each topic, and briefly")
    parser.add_argument("--no-peers", action="store_true", help="leave the other libraries out")
    asked = parser.parse_args()
    if unknown := set(asked.topics) - set(TOPICS):
        parser.error(f"topic is {unknown.pop()!r}, must be one of {', '.join(TOPICS)}")
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors{load}")
    print("They take turns, of about 2 ms or of a few keys; numbers are medians, in brackets the best.", flush=True)
    switches = ["--smallest"] * asked.smallest + ["--no-peers"] * asked.no_peers
    failed = 0
    for topic in asked.topics or USUAL:
        for threads, environment in (("one thread", ONE_THREAD), ("all threads", {})):
            if environment or not (topic in WITHOUT_PRODUCTS or asked.smallest):
                print(f"\n{topic}, {threads}", flush=True)
                command = [sys.executable, str(HERE / "topics.py"), topic, *switches]
                failed += (
                    subprocess.run(command, env=os.environ | {"JAX_ENABLE_X64": "1"} | environment).returncode != 0
                )
    return failed


if __name__ == "__main__":
    sys.exit(main())
