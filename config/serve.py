"""The web server: `python -m config.serve`, which HOST, PORT, WEB_WORKERS and WEB_THREADS tell what to do."""

from config.environment.startup import explained

if __name__ == "__main__":
    with explained():
        from common.asgi.server import serve
        from config.environment import env

        serve("config.asgi:application", host=env.HOST, port=env.PORT, workers=env.WEB_WORKERS)
