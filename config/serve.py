"""The web server: `python -m config.serve`. HOST, PORT, WEB_WORKERS and WEB_THREADS configure it."""

from config.environment.startup import explain_faults

if __name__ == "__main__":
    with explain_faults():
        from common.asgi.server import serve
        from config.environment import env

        serve("config.asgi:application", host=env.HOST, port=env.PORT, workers=env.WEB_WORKERS)
