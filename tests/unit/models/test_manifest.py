"""Every load is compared with the manifest; of weights it reads the head alone."""

import os

import pytest
import torch

from kvstudy.models import manifest
from kvstudy.models.manifest import differing, head, seen, write_manifest
from tests.unit.models.conftest import edit, tensors, write


def test_files_that_are_gone_new_or_other_are_named(folder):
    write_manifest(folder, "m", {"path": "x"})
    (folder / ".nfs0001").touch()
    assert differing(folder) == []
    (folder / "chat_template.jinja").unlink()
    (folder / "added_tokens.json").write_text("{}")
    edit(folder / "config.json", rope_theta=1.0)
    assert differing(folder) == ["added_tokens.json", "chat_template.jinja", "config.json"]
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors").symlink_to(folder / "gone")
    assert "model.safetensors" in differing(folder)


def test_weights_of_other_names_shapes_types_or_sizes_are_named(folder):
    write_manifest(folder, "m", {"path": "x"})
    file, held = folder / "model.safetensors", tensors(folder)
    for other in (
        {f"x{name}": value for name, value in held.items()},
        {name: value.half() for name, value in held.items()},
        held | {"lm_head.weight": held["lm_head.weight"].reshape(8, 32)},
    ):
        write(folder, other)
        assert differing(folder) == ["model.safetensors"]
    write(folder, held)
    assert differing(folder) == []
    file.write_bytes(file.read_bytes()[:-1])
    assert differing(folder) == ["model.safetensors"]
    for damaged in (b"", b"\xff" * 8, b"\xff" * 100):
        file.write_bytes(damaged)
        assert differing(folder) == ["model.safetensors"]


@pytest.mark.parametrize("large", [0, 10**9])
def test_what_a_folder_holds_is_seen_by_content_and_of_large_weights_by_time(folder, large, monkeypatch):
    monkeypatch.setattr(manifest, "LARGE", large)
    files = sorted(map(str, folder.iterdir()))
    before = seen(files)
    os.utime(folder / "config.json", (1e9, 1e9))
    assert seen(files) == before
    edit(folder / "config.json", rope_theta=1.0)
    os.utime(folder / "config.json", (1e9, 1e9))
    changed = seen(files)
    assert changed != before
    os.utime(folder / "model.safetensors", (1e9, 1e9))
    assert (seen(files) == changed) == bool(large)
    write(folder, {name: torch.zeros_like(value) for name, value in tensors(folder).items()})
    os.utime(folder / "model.safetensors", (2e9, 2e9))  # as `cp -p` leaves others of the same shapes
    assert seen(files) not in (before, changed)


def test_nothing_but_the_head_of_weights_is_read(folder):
    file = folder / "model.safetensors"
    before, held = head(file), tensors(folder)
    write(folder, {name: torch.zeros_like(value) for name, value in held.items()})
    assert head(file) == before
