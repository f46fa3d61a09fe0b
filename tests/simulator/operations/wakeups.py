"""Wake-up calls."""

from tests.simulator.errors import Errno, RefusedError
from tests.simulator.pbx import Pbx
from tests.simulator.wakeups import Alarm, read_alarm

from .table import Answer, Query, comma_list, must_exist, operation


@operation("wakeupcall/create", "extid")
def create(pbx: Pbx, query: Query) -> None:
    """Add the same alarm to one or several extensions."""
    numbers = comma_list(query["extid"])
    must_exist(pbx, *numbers)
    alarm = read_alarm(query.body.get("wakeup"), pbx.state.prompts)
    for number in numbers:
        pbx.alarms.add(number, alarm)


@operation("wakeupcall/query", "extid")
def query_alarms(pbx: Pbx, query: Query) -> Answer:
    """List alarms; extensions without any are left out, and with them the list."""
    numbers = comma_list(query["extid"])
    if pbx.quirks.one_wake_up_query and (len(numbers) != 1 or numbers == ["all"]):
        raise RefusedError(Errno.NO_EXTENSION)
    if numbers == ["all"]:
        numbers = list(pbx.state.extensions)
    must_exist(pbx, *numbers)
    with_id = pbx.quirks.alarm_ids
    wakeups = [
        {"extid": number, "wakeup": [alarm.shown(with_id=with_id) for alarm in alarms]}
        for number in numbers
        if (alarms := pbx.alarms.of.get(number))
    ]
    return {"wakeups": wakeups} if wakeups else {}


@operation("wakeupcall/update", "extid")
def update(pbx: Pbx, query: Query) -> None:
    """Change one alarm of one extension."""
    old = _meant(pbx, query)
    if old is None:
        raise RefusedError(Errno.NO_ALARM)
    new = read_alarm(query.body.get("wakeup"), pbx.state.prompts, old)
    pbx.alarms.change(query["extid"], old, new)


@operation("wakeupcall/delete", "extid")
def delete(pbx: Pbx, query: Query) -> None:
    """Remove one alarm of one extension, or all of them if none is named."""
    alarm = _meant(pbx, query)
    if alarm:
        pbx.alarms.remove(query["extid"], alarm)
    elif not pbx.alarms.of.pop(query["extid"], None):
        raise RefusedError(Errno.NO_ALARM)


def _meant(pbx: Pbx, query: Query) -> Alarm | None:
    """Return the alarm that is named: by its time, or by its id where it has one."""
    must_exist(pbx, query["extid"])
    field, name = ("wakeupid", "id") if pbx.quirks.alarm_ids else ("time", "time")
    value = query.get(field)
    return pbx.alarms.find(query["extid"], name, value) if value else None
