"""nginx in front of a server, with the configuration that the documentation shows."""

import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from subprocess import STDOUT, Popen

from tests.programs import found_or_installed
from tests.worker.installation import wait_until

DOCS = Path(__file__).resolve().parent.parent / "docs"
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


WITHOUT = "no nginx on this machine and none could be installed: the shipped configuration is NOT tested here"


def program() -> str | None:
    """Where nginx is, installed where that is possible."""
    return found_or_installed(lambda: shutil.which("nginx"), "nginx")


@contextmanager
def nginx(*, server_port: int, port: int, data: Path) -> Iterator[Popen]:
    """nginx on `port`, handing on to the server at `server_port` and sending the files of DATA_DIR `data`."""
    with tempfile.TemporaryDirectory(prefix="media-library-nginx-") as name:
        folder = Path(name)
        (folder / "nginx.conf").write_text(configuration(folder, server_port, port, data))
        process = run(folder)
        try:
            wait_until(lambda: accepts(port))
            yield process
        finally:
            process.terminate()
            process.wait()


def configuration(folder: Path, server_port: int, port: int, data: Path) -> str:
    site = (DOCS / "nginx.conf").read_text()
    for shown, here in {
        "/etc/nginx/media-library-headers.conf": DOCS / "nginx-headers.conf",
        "/var/lib/media-library": data,
        "127.0.0.1:8000": f"127.0.0.1:{server_port}",
        "127.0.0.1:8080": f"127.0.0.1:{port}",
    }.items():
        assert shown in site
        site = site.replace(shown, str(here))
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in TEMPORARY)
    user = "user root;" if folder.owner() == "root" else ""
    main = f"{user} pid {folder}/pid; error_log {folder}/error.log; worker_rlimit_nofile 16384;"
    return f"{main} events {{ worker_connections 4096; }} http {{ access_log off; {temporary}{site} }}"


def run(folder: Path) -> Popen:
    command = [str(program()), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    with (folder / "output").open("wb") as log:
        return Popen([*command, "-g", "daemon off;"], stdout=log, stderr=STDOUT)


def accepts(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
