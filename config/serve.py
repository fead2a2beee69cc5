"""The web server: `python -m config.serve`. HOST, PORT, WEB_WORKERS and WEB_THREADS configure it."""

import os
import shutil

from config.environment.startup import explain_faults

METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # see common/metrics.py, which reads it and may not be imported before


def main() -> None:
    """Serve until told to stop."""
    from common.asgi.server import serve
    from config.environment import env

    if env.WEB_WORKERS > 1 and (env.METRICS_TOKEN or env.METRICS_NETWORKS):
        folder = env.DATA_DIR / "metrics" / os.uname().nodename
        shutil.rmtree(folder, ignore_errors=True)  # counts of processes that are gone
        folder.mkdir(parents=True)
        os.environ[METRICS_FOLDER] = str(folder)
    serve("config.asgi:application", host=env.HOST, port=env.PORT, workers=env.WEB_WORKERS)


if __name__ == "__main__":
    with explain_faults():
        main()
