"""What keeps the library from starting is said in a sentence, with an exit code, wherever it is started."""

import os
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from config.environment import addresses, env
from config.environment.databases import database_at
from scripts import serve
from tests.web_server import free_port

ROOT = Path(__file__).resolve().parent.parent
MANAGE = ["manage.py", "check"]
STARTS = {
    "manage.py": MANAGE,
    "scripts/run": ["-m", "scripts.serve"],
    "the web server": ["-m", "config.serve"],
    "WSGI": ["-c", "import config.wsgi"],
    "ASGI": ["-c", "import config.asgi"],
}


def start(*command, **environment):
    system = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=system | environment, capture_output=True, text=True, timeout=60
    )


def assert_a_sentence(answer, *words):
    assert answer.returncode not in (0, None)
    assert "Traceback" not in answer.stderr + answer.stdout
    for word in words:
        assert word in answer.stderr


# FA-C12
@pytest.mark.parametrize("way", STARTS)
def test_production_without_a_secret_key_is_a_sentence(way, tmp_path):
    given = {"DJANGO_SETTINGS_MODULE": "config.settings.production", "ALLOWED_HOSTS": "a.example.com"}
    answer = start(*STARTS[way], DATA_DIR=str(tmp_path), PORT=str(free_port()), **given)
    assert_a_sentence(answer, "The environment is not valid", "SECRET_KEY")


# FA-C12
@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"DATABASE_URL": ""}, ["DATABASE_URL is empty"]),
        ({"DATABASE_URL": "nonsense"}, ["DATABASE_URL must be"]),
        ({"DATABASE_URL": "mysql://u:hunter2@h/x"}, ["DATABASE_URL must be"]),
        ({"DATABASE_URL": "postgres://u:hunter2@h:port/x"}, ["DATABASE_URL must be"]),
        ({"DATABASE_URL": "postgres://u:hunter2@h"}, ["DATABASE_URL names no database"]),
        ({"DATABASE_URL": "sqlite:////nowhere/at/all.db"}, ["The database cannot be used"]),
        ({"PORT": "http"}, ["PORT"]),
        ({"PORT": "70000"}, ["PORT"]),
        ({"WEB_WORKERS": "many"}, ["WEB_WORKERS"]),
        ({"WEB_THREADS": "0"}, ["WEB_THREADS"]),
        ({"MAX_IMAGE_SIZE": "-1"}, ["MAX_IMAGE_SIZE"]),
        ({"TASKS_BACKEND": "celery"}, ["TASKS_BACKEND"]),
        ({"REDIS_URL": "nonsense"}, ["REDIS_URL"]),
        ({"REDIS_URL": "http://u:hunter2@h"}, ["REDIS_URL"]),
        ({"S3_ENDPOINT_URL": "s3.example.com:9000"}, ["S3_ENDPOINT_URL"]),
        ({"TASKS_BACKEND": "rq"}, ["TASKS_BACKEND=rq needs REDIS_URL"]),
        ({"TIME_ZONE": "Mars/Base"}, ["TIME_ZONE"]),
        ({"TIME_ZONE": "../../etc/passwd"}, ["TIME_ZONE"]),
        ({"CSRF_TRUSTED_ORIGINS": "media.example.com"}, ["CSRF_TRUSTED_ORIGINS"]),
        ({"CORS_ALLOWED_ORIGINS": "https://a.example,https://b.example/"}, ["CORS_ALLOWED_ORIGINS"]),
        ({"PUBLIC_URL": "media.example.com"}, ["PUBLIC_URL"]),
        ({"CDN_URL": "https:///x"}, ["CDN_URL"]),
        ({"TRANSCODE_PRESET": "quick"}, ["TRANSCODE_PRESET", "veryfast"]),
        ({"UPLOAD_SCANNER": "no.such.scanner"}, ["UPLOAD_SCANNER", "no.such.scanner"]),
        ({"UPLOAD_SCANNER": "scanner"}, ["UPLOAD_SCANNER"]),
        ({"UPLOAD_SCANNER": "uploads.choices.UploadType.IMAGE"}, ["UPLOAD_SCANNER"]),
        ({"UPLOAD_SCANNER": "os.sep"}, ["UPLOAD_SCANNER", "os.sep"]),
        ({"MEDIA_BUCKET": "media"}, ["MEDIA_BUCKET needs ASSETS_BUCKET"]),
        ({"ASSETS_BUCKET": "assets"}, ["ASSETS_BUCKET needs MEDIA_BUCKET"]),
        ({"S3_ACCESS_KEY_ID": "key"}, ["S3_ACCESS_KEY_ID needs S3_SECRET_ACCESS_KEY"]),
        ({"TRANSCODER_URL": "https://t.example.com/"}, ["TRANSCODER_URL needs TRANSCODER_SECRET"]),
        ({"DJANGO_SETTINGS_MODULE": "config.settings.nowhere"}, ["DJANGO_SETTINGS_MODULE"]),
        ({"DATA_DIR": "/proc/nowhere"}, ["/proc/nowhere"]),
        ({"DATA_DIR": "/dev/null"}, ["DATA_DIR is not a folder"]),
    ],
)
def test_a_wrong_environment_is_a_sentence_that_names_it_and_no_password(given, words, tmp_path):
    answer = start("manage.py", "migrate", **({"DATA_DIR": str(tmp_path)} | given))
    assert_a_sentence(answer, *words)
    assert "hunter2" not in answer.stderr


# FA-C12
def test_a_database_that_is_down_is_a_sentence(tmp_path):
    address = f"postgres://u:hunter2@127.0.0.1:{free_port()}/x"
    given = {"DATA_DIR": str(tmp_path), "DATABASE_URL": address, "DATABASE_POOL_SIZE": "0"}
    answer = start("manage.py", "migrate", **given)
    assert_a_sentence(answer, "The database cannot be used")
    answer = start("-m", "scripts.serve", PORT=str(free_port()), **given)
    assert_a_sentence(answer, "The database could not be prepared")


# FA-C12
def test_what_the_checks_find_stops_the_start(tmp_path):
    answer = start("-m", "scripts.serve", DATA_DIR=str(tmp_path), PORT=str(free_port()), UPLOAD_SCANNER="no.scanner")
    assert_a_sentence(answer, "UPLOAD_SCANNER", "The database could not be prepared")


# FA-C12
def test_a_port_that_is_taken_is_a_sentence(tmp_path):
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        answer = start("-m", "scripts.serve", DATA_DIR=str(tmp_path), PORT=port)
    assert_a_sentence(answer, f"port {port}", "Another port")


# FA-C12
def test_an_error_of_the_code_still_has_its_traceback(tmp_path):
    answer = start(
        "-c",
        "from config.environment.startup import explain_faults\nwith explain_faults(): 1 / 0",
        DATA_DIR=str(tmp_path),
    )
    assert "ZeroDivisionError" in answer.stderr
    asked = start("manage.py", "check", "--traceback", DATA_DIR=str(tmp_path), DATABASE_URL="")
    assert "Traceback" in asked.stderr


# FA-C12
@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::", "::1", "192.0.2.7"])
def test_every_address_that_is_printed_names_a_host_that_is_let_in(monkeypatch, host):
    monkeypatch.setattr(env, "HOST", host)
    monkeypatch.setattr(env, "PUBLIC_URL", "")
    monkeypatch.setattr(env, "ALLOWED_HOSTS", [])
    monkeypatch.setattr(addresses, "_addresses", lambda: ["10.1.2.3", "[fd00::1]"])
    printed = addresses.served_at()
    hosts = [address.removeprefix("http://").rpartition(":")[0] for address in printed]
    assert hosts
    assert set(hosts) <= set(addresses.own_names())
    assert "0.0.0.0" not in hosts
    assert "[::]" not in hosts


# FA-C12
@pytest.mark.parametrize(
    ("allowed", "public", "printed"),
    [
        (["media.example.com"], "", ["http://media.example.com:8000"]),
        (["media.example.com"], "https://media.example.com", ["https://media.example.com"]),
        (["*"], "", ["http://127.0.0.1:8000", "http://10.1.2.3:8000"]),
        (["10.1.2.3", ".example.com"], "", ["http://10.1.2.3:8000"]),
    ],
)
def test_what_is_printed_is_among_the_hosts_that_the_environment_allows(monkeypatch, allowed, public, printed):
    monkeypatch.setattr(env, "HOST", "0.0.0.0")
    monkeypatch.setattr(env, "PORT", 8000)
    monkeypatch.setattr(env, "PUBLIC_URL", public)
    monkeypatch.setattr(env, "ALLOWED_HOSTS", allowed)
    monkeypatch.setattr(addresses, "_addresses", lambda: ["10.1.2.3"])
    assert addresses.served_at() == printed


# FA-C12
def test_the_command_for_a_first_account_names_the_installation_and_no_password(monkeypatch, tmp_path):
    monkeypatch.setattr(env, "DATA_DIR", tmp_path / "a b")
    monkeypatch.setenv("DATABASE_URL", "postgres://u:hunter2@h/x")
    lines = serve.sign_in_lines({"has_accounts": False, "demo": [], "password": "", "code": "abc"})
    assert any(line.endswith("/account/setup/?code=abc") for line in lines)
    line = lines[-1]
    assert f"DATA_DIR='{tmp_path}/a b'" in line
    assert line.endswith("scripts/manage setup")
    assert 'DATABASE_URL="$DATABASE_URL"' in line
    assert "hunter2" not in line


# FA-C12
def test_the_names_of_databases_are_read(tmp_path):
    assert database_at(f"sqlite:///{tmp_path}/x.db")["NAME"] == f"{tmp_path}/x.db"
    assert database_at("postgres://u:p@h:5433/x")["PORT"] == 5433


# FA-C10
@pytest.mark.skipif(os.geteuid() != 0, reason="root alone can give a folder to another account")
def test_a_command_run_as_root_leaves_nothing_that_the_owner_of_the_data_cannot_write(tmp_path):
    owner = 12345
    tmp_path.parent.chmod(0o755)
    os.chown(tmp_path, owner, owner)
    answer = start("manage.py", "migrate", "-v0", DATA_DIR=str(tmp_path))
    assert {path.stat().st_uid for path in [tmp_path, *tmp_path.rglob("*")]} == {owner}
    if answer.returncode:  # that account cannot read this program
        assert_a_sentence(answer, f"sudo -u '#{owner}'")
