import pytest

from kvstudy.plan import machine


@pytest.mark.parametrize(
    ("device", "here", "gpu_here", "asked"),
    [
        ("cpu", True, True, 0),
        ("cpu", False, True, 0),
        ("cuda", True, False, 1),
        ("cuda", False, False, 1),
        ("auto", True, True, 1),
        ("auto", True, False, 0),
        ("auto", False, False, 1),
    ],
)
def test_a_cluster_is_asked_for_a_gpu_whatever_the_submitting_machine_has(device, here, gpu_here, asked, monkeypatch):
    monkeypatch.setattr(machine, "NVIDIA", machine.Path("/" if gpu_here else "/no/such/file"))
    assert machine.gpus(device, here) == asked
