"""Models from the hub: out of a filled cache without a network, or one line that says why not."""

import json
import os
import shutil
import socket
import stat
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from kvstudy.models.materialise import materialise

REVISION = "a" * 40
SOURCE = {"hub": "org/name", "revision": REVISION}
NOWHERE = "http://127.0.0.1:9"  # a port that nobody listens on


def run(tmp_path, endpoint=NOWHERE, **environment):
    """Materialise the model in a process of its own, since the client reads its environment once."""
    out = tmp_path / "out"
    command = [sys.executable, "-m", "kvstudy.models", "--name", "m", "--source", json.dumps(SOURCE), "--out", str(out)]
    known = {"HF_ENDPOINT": endpoint, "HF_HOME": str(tmp_path / "hf"), "HF_HUB_DISABLE_XET": "1"}
    return subprocess.run(
        command, env={**os.environ, **known, **environment}, capture_output=True, text=True, timeout=120
    )


def cached(folder, tmp_path):
    """The model as the hub's client lays it down: files named by hashes, and links to them for each revision."""
    repository = tmp_path / "hf/hub/models--org--name"
    snapshot = repository / "snapshots" / REVISION
    snapshot.mkdir(parents=True)
    (repository / "blobs").mkdir()
    for number, file in enumerate(sorted(folder.iterdir())):
        blob = repository / "blobs" / f"{number:064x}"
        shutil.copyfile(file, blob)
        (snapshot / file.name).symlink_to(Path("../../blobs") / blob.name)
    (snapshot / "pytorch_model.bin").write_text("pickled")
    return snapshot


@pytest.mark.parametrize("environment", [{}, {"HF_HUB_OFFLINE": "1"}], ids=["no network", "offline"])
def test_a_filled_cache_needs_no_network(folder, tmp_path, environment):
    snapshot = cached(folder, tmp_path)
    done = run(tmp_path, **environment)
    assert done.returncode == 0, done.stderr
    made = tmp_path / "out"
    names = {file.name for file in made.iterdir()}
    assert names == {file.name for file in folder.iterdir()} | {"materialised.json"}
    assert not any(file.is_symlink() for file in made.iterdir())
    assert (made / "model.safetensors").samefile((snapshot / "model.safetensors").resolve())  # takes no room


@pytest.mark.parametrize("environment", [{}, {"HF_HUB_OFFLINE": "1"}], ids=["no network", "offline"])
def test_without_network_and_cache_there_is_one_line_at_once(tmp_path, environment):
    start = time.monotonic()
    done = run(tmp_path, **environment)
    assert time.monotonic() - start < 60  # of which nearly all is spent on imports
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    for words in ("model m: org/name at revision aaaa", f"cache {tmp_path}/hf/hub", "HF_HOME", "{path: FOLDER}"):
        assert words in done.stderr


def test_a_hub_that_never_answers_is_not_waited_for(folder, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        endpoint = f"http://127.0.0.1:{server.getsockname()[1]}"
        done = run(tmp_path, endpoint)
        assert done.returncode == 2 and done.stderr.count("\n") == 1
        assert "it cannot be downloaded (ReadTimeout: " in done.stderr
        cached(folder, tmp_path)
        assert run(tmp_path, endpoint).returncode == 0


def test_a_cache_that_holds_half_of_a_model_is_not_taken(folder, tmp_path):
    (cached(folder, tmp_path) / "tokenizer.json").unlink()
    done = run(tmp_path)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert "does not hold all of it" in done.stderr


@contextmanager
def hub(status, code):
    """An endpoint that answers everything with one error, as the hub words it."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.send_header("X-Error-Code", code)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (403, "GatedRepo", "the hub gives it only to who has accepted its terms"),
        (401, "RepoNotFound", "the hub has no such repository, or a private one; for that set HF_TOKEN"),
        (404, "RevisionNotFound", "the hub has the repository, but no such revision"),
        (500, "", "it cannot be downloaded (HfHubHTTPError: "),
    ],
)
def test_what_the_hub_refuses_is_one_line(tmp_path, status, code, words):
    with hub(status, code) as endpoint:
        done = run(tmp_path, endpoint)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"model m: org/name at revision {REVISION}: {words}")


def test_the_weights_are_as_readable_as_the_rest(folder, tmp_path):
    (folder / "model.safetensors").chmod(0o600)
    materialise("m", {"path": str(folder)}, tmp_path / "out")
    modes = {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "out").iterdir()}
    assert len(modes) == 1 and modes != {0o600}
