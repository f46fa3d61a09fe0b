"""Automations of the visual editor, in a real Home Assistant."""

import asyncio

from .conftest import Office

EVENT_TIMEOUT = 20


async def test_a_missed_call_runs_an_automation(office: Office) -> None:
    """The trigger is there for the editor, and runs with who called."""
    async with asyncio.timeout(EVENT_TIMEOUT):
        await office.client.add_automation(
            "missed",
            {
                "alias": "Missed",
                "triggers": [{"trigger": "yeastar.call_missed", "options": {}}],
                "actions": [
                    {
                        "event": "somebody_called",
                        "event_data": {"text": "Called by {{ trigger.from }}"},
                    }
                ],
            },
        )
        async with office.client.events("somebody_called") as events:
            call = await office.demo.outside_call("+49 30 5550127", "1000")
            await office.wait_for_state("1000", "ringing")
            await office.demo.control("hang_up", callid=call["callid"])
            event = await events.get()
    assert event["data"]["text"] == "Called by +49305550127"
