"""Every load is compared with the manifest; of weights it reads the head alone."""

import torch

from kvstudy.models.manifest import changed, head, write_manifest
from tests.unit.models.conftest import edit, tensors, write


def test_files_that_are_gone_new_or_other_are_named(folder):
    write_manifest(folder, "m", {"path": "x"})
    (folder / ".nfs0001").touch()
    assert changed(folder) == []
    (folder / "chat_template.jinja").unlink()
    (folder / "added_tokens.json").write_text("{}")
    edit(folder / "config.json", rope_theta=1.0)
    assert changed(folder) == ["added_tokens.json", "chat_template.jinja", "config.json"]


def test_weights_of_other_names_shapes_types_or_sizes_are_named(folder):
    write_manifest(folder, "m", {"path": "x"})
    file, held = folder / "model.safetensors", tensors(folder)
    for other in (
        {f"x{name}": value for name, value in held.items()},
        {name: value.half() for name, value in held.items()},
        held | {"lm_head.weight": held["lm_head.weight"].reshape(8, 32)},
    ):
        write(folder, other)
        assert changed(folder) == ["model.safetensors"]
    write(folder, held)
    assert changed(folder) == []
    file.write_bytes(file.read_bytes()[:-1])
    assert changed(folder) == ["model.safetensors"]
    for damaged in (b"", b"\xff" * 8, b"\xff" * 100):
        file.write_bytes(damaged)
        assert changed(folder) == ["model.safetensors"]


def test_nothing_but_the_head_of_weights_is_read(folder):
    file = folder / "model.safetensors"
    before, held = head(file), tensors(folder)
    write(folder, {name: torch.zeros_like(value) for name, value in held.items()})
    assert head(file) == before
