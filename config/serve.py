"""The web server: `python -m config.serve`, which HOST, PORT, WEB_WORKERS and WEB_THREADS tell what to do."""

from common.asgi.server import serve
from config import env

if __name__ == "__main__":
    serve("config.asgi:application", host=env.HOST, port=env.PORT, workers=env.WEB_WORKERS)
