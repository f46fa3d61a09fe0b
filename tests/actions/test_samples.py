"""The operations beside the chapter on calls, with the samples of the wider guide."""

from dataclasses import asdict
import json

import pytest

from custom_components.yeastar.pbx.models import (
    Destination,
    DestinationKind,
    ExtensionState,
    Forwarding,
    ForwardTo,
    ForwardWhen,
)
from custom_components.yeastar.pbx.s_series.listings import read_ivr, read_queue
from custom_components.yeastar.pbx.s_series.settings_operations import read_settings
from tests.pbx.samples import Sample, named
from tests.simulator import Simulator

from .conftest import Act, Sent

SETTINGS = named("response", "extension/query")


@pytest.mark.parametrize("sample", SETTINGS, ids=lambda sample: sample.label)
def test_settings_without_secrets(sample: Sample) -> None:
    """Each printed answer is understood, and its three passwords are left out."""
    (row,) = json.loads(sample.raw)["extinfos"]
    settings = read_settings(row)
    assert settings.state is ExtensionState.IDLE
    assert (settings.number, settings.ring_timeout) == ("1000", 30)
    assert settings.forwarding[ForwardWhen.ALWAYS] == Forwarding(to=ForwardTo.OFF)
    assert settings.forwarding[ForwardWhen.BUSY] == Forwarding(to=ForwardTo.VOICEMAIL)
    assert settings.voicemail
    assert not settings.do_not_disturb
    text = json.dumps(asdict(settings))
    assert row["registerpassword"] not in text
    assert row["loginpassword"] not in text
    assert "vmsecret" not in text


def test_ivrs_and_queues() -> None:
    """Number and name are read, the password of a queue is not."""
    (sample,) = named("response", "ivr/query")
    (row,) = json.loads(sample.raw)["ivr"]
    assert read_ivr(row) == Destination(
        kind=DestinationKind.IVR, number="6500", name="6500"
    )
    for sample in named("response", "queue/query"):
        (row,) = json.loads(sample.raw)["queues"]
        assert read_queue(row).number == "6701"


async def test_prompts_as_printed(pbx: Simulator, act: Act, sent: Sent) -> None:
    """Several prompts stand in one text, a plus sign between them."""
    (sample,) = [
        json.loads(sample.raw)
        for sample in named("request", "extension/playprompt")
        if "hello111" in sample.raw
    ]
    await act("play_prompt", extension="1000", prompts="hello111")
    assert sent("extension/playprompt") == [sample]
    await act("play_prompt", extension="1002", prompts=["1", "queue1", "queue2"])
    assert sent("extension/playprompt")[-1]["prompt"] == "1+queue1+queue2"
    (sample,) = [
        json.loads(sample.raw)
        for sample in named("request", "outbound/playprompt")
        if "hello111" in sample.raw
    ]
    await act("play_prompt", number="41000", permission_of="1000", prompts="hello111")
    assert sent("outbound/playprompt") == [sample]
