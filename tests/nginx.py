"""nginx in front of a server, with the configuration in `deploy/nginx`."""

import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from subprocess import STDOUT, Popen

from tests.programs import found_or_installed
from tests.worker.installation import wait_until

DEPLOY = Path(__file__).resolve().parent.parent / "deploy" / "nginx"
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
    install(folder, data)
    site = f"include {folder}/media-library-site.conf;"
    upstream = f"upstream media_library {{ server 127.0.0.1:{server_port}; }}"
    site = f"{upstream} server {{ listen 127.0.0.1:{port};\n{site} }}"
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in TEMPORARY)
    user = "user root;" if folder.owner() == "root" else ""
    main = f"{user} pid {folder}/pid; error_log {folder}/error.log; worker_rlimit_nofile 16384;"
    return f"{main} events {{ worker_connections 4096; }} http {{ access_log off; {temporary}{site} }}"


def install(folder: Path, data: Path) -> None:
    """Copy the shipped files into `folder`, with this machine's folders in place of the documented ones."""
    here = {"/etc/nginx": folder, "/var/lib/media-library": data, "/var/log/nginx": folder}
    for path in DEPLOY.iterdir():
        text = path.read_text()
        for shown, instead in here.items():
            text = text.replace(shown, str(instead))
        (folder / path.name).write_text(text)


def run(folder: Path) -> Popen:
    command = [str(program()), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    with (folder / "output").open("wb") as log:
        return Popen([*command, "-g", "daemon off;"], stdout=log, stderr=STDOUT)


def accepts(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
