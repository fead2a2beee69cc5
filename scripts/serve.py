"""Prepares the database, then runs the web server and the background worker until told to stop.

Run by `scripts/run`, which makes the environment first. This process stays small: it starts the others, restarts
them when they end, and stops them all.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from shlex import quote

from common.supervisor import Child, Supervisor, TooManyCrashes, exec_main
from config.environment.startup import become_owner_of_data, explain_faults

with explain_faults():
    from config.environment import addresses, env
    from config.environment.private_files import keep_private

ROOT = Path(__file__).resolve().parent.parent
MANAGE = [sys.executable, str(ROOT / "manage.py")]
GRACE = env.WORKER_GRACE_SECONDS + 5.0  # seconds to stop; a running job may use WORKER_GRACE_SECONDS of them
MOST_CRASHES = 5  # within a minute: restarting does not help a process that ends more often
SETTINGS = "config.settings.development"  # unless the environment says otherwise
INSTALLATION_VARIABLES = (
    "DJANGO_SETTINGS_MODULE",
    "MEDIA_BUCKET",
    "ASSETS_BUCKET",
)  # variables that select an installation


class Stop(Exception):
    """A signal asks to stop."""


def children() -> list[Child]:
    """The processes of an installation on one machine."""
    web, worker = [sys.executable, "-m", "config.serve"], [*MANAGE, "work"]
    return [
        Child("web server", exec_main(web, folder=ROOT)),
        Child("background worker", exec_main(worker, folder=ROOT)),
    ]


def take_port() -> socket.socket:
    """Reserve HOST and PORT for as long as the returned socket is open. Raises SystemExit if the port is taken.

    The web server listens with SO_REUSEPORT, so a second server would start silently and get half the requests. This
    socket makes a second start fail at once.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(env.HOST, env.PORT, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
        reserved = socket.socket(family, kind)
        if sys.platform == "linux":
            reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            reserved.bind(address)
    except OSError as error:
        another = f"Is it running already? Another port: PORT={env.PORT + 1} scripts/run"
        raise SystemExit(f"Cannot listen on {env.HOST}, port {env.PORT}: {error.strerror}. {another}") from error
    return reserved


def prepare() -> dict:
    """Bring DATA_DIR and the database up to date; return the facts of `manage.py prepare --json`."""
    (env.DATA_DIR / "static").mkdir(parents=True, exist_ok=True)
    done = subprocess.run([*MANAGE, "prepare", "--json"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit("The database could not be prepared; the lines above say why.")
    return json.loads(done.stdout)


def wait_until_served(supervisor: Supervisor, seconds: float = 60) -> None:
    """Return when the web server accepts connections, or when a signal asks to stop."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(env.HOST, env.HOST)
    deadline = time.monotonic() + seconds
    while not supervisor.stopping:
        supervisor.step()
        try:
            socket.create_connection((host, env.PORT), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
        if time.monotonic() > deadline:
            raise SystemExit("The web server does not answer; stopping everything.")


def welcome(prepared: dict) -> None:
    """Print the addresses and how to sign in."""
    url, *others = addresses.served_at()
    say("")
    say(f"The media library is served at {url}/")
    for other in others:
        say(f"  and at       {other}/")
    say(f"  admin        {url}/admin/")
    say(f"  API          {url}/api/docs/")
    say(f"  everything lives in {env.DATA_DIR}")
    say("")
    for line in sign_in_lines(prepared):
        say(line)
    say("Ctrl-C stops it.")


def sign_in_lines(prepared: dict) -> list[str]:
    """`prepared` are the facts of `manage.py prepare`: demo accounts, whether there are accounts, a new password."""
    if not prepared["has_accounts"]:
        return [
            "There are no accounts yet. Set it up at",
            f"  {addresses.served_at()[0]}/account/setup/?code={prepared['code']}",
            f"  (works for 24 hours, until the first account exists) or on a terminal: {manage('setup')}",
        ]
    if not prepared["demo"]:
        return ["Sign in with your account."]
    names = f"Sign in as {', '.join(prepared['demo'])}"
    if prepared["password"]:
        return [names, f"  password     {prepared['password']}   (generated; it is shown only now)"]
    if env.DEMO_PASSWORD:
        return [names, "  password     the one in DEMO_PASSWORD when they were made"]
    return [
        names,
        f"  password     shown at the first start; a new one: {manage('create_demo --new-password')}",
    ]


def manage(command: str) -> str:
    """Return the shell line of a management command for this installation, from any folder."""
    selected = {name: os.environ[name] for name in INSTALLATION_VARIABLES if os.environ.get(name, SETTINGS) != SETTINGS}
    given = [f"DATA_DIR={quote(str(env.DATA_DIR))}", *(f"{name}={quote(value)}" for name, value in selected.items())]
    if os.environ.get("DATABASE_URL"):  # not repeated: it contains a password
        given.append('DATABASE_URL="$DATABASE_URL"')
    return " ".join([*given, quote(str(ROOT / "scripts" / "manage")), command])


def say(text: str) -> None:
    print(text, flush=True)


def ask_to_stop(*_: object) -> None:
    raise Stop


def serve(prepared: dict) -> None:
    """Keep the web server and the worker alive until a signal asks to stop."""
    supervisor = Supervisor(children(), grace=GRACE, most_crashes=MOST_CRASHES, say=say)
    with supervisor.running():
        wait_until_served(supervisor)
        if not supervisor.stopping:
            welcome(prepared)
        supervisor.watch()
        say("\nStopping ...")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    try:
        with explain_faults(), take_port():
            become_owner_of_data()
            keep_private()
            serve(prepare())
    except Stop:
        say("\nStopping ...")
    except TooManyCrashes as error:
        raise SystemExit(f"{error} Stopping everything.") from None


if __name__ == "__main__":
    main()
