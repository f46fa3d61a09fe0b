"""The action that reads the log of calls."""

from datetime import datetime
from itertools import islice
from typing import Any, Final

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..pbx.calls.call import Call, Outcome
from ..pbx.models import CallDirection
from ..phonebook.callers import CallerId
from ..presentation import describe_ended
from .action import ATTR_EXTENSION, ATTR_NUMBER, Action, exact, schema
from .request import resolve

ATTR_DIRECTION: Final = "direction"
ATTR_LIMIT: Final = "limit"
ATTR_OUTCOME: Final = "outcome"
ATTR_SINCE: Final = "since"
MAX_LIMIT = 2000


async def _get_call_log(call: ServiceCall) -> ServiceResponse:
    """Return the calls that are over and that the user may read, newest first."""
    request = await resolve(call)
    wanted: dict[str, Any] = call.data
    extension = request.read_extension()
    number, names = request.text(ATTR_NUMBER), request.runtime.names
    if number and number not in CallerId and request.contact() is None:
        number = request.pattern(ATTR_NUMBER)
    since: datetime | None = wanted.get(ATTR_SINCE)
    after = dt_util.as_utc(since).timestamp() if since else 0.0

    def fits(logged: Call) -> bool:
        return (
            request.may_read_call(logged)
            and (extension is None or extension.number in logged.extensions)
            and wanted.get(ATTR_DIRECTION) in (None, logged.direction)
            and wanted.get(ATTR_OUTCOME) in (None, logged.outcome)
            and logged.started >= after
            and (
                not number
                or names.caller_fits(logged, number)
                or names.callee_fits(logged, number)
            )
        )

    runtime = request.runtime
    log = sorted(
        filter(fits, runtime.calls.log.values()),
        key=lambda logged: logged.started,
        reverse=True,
    )
    return {
        "calls": [
            describe_ended(names, logged, returned=runtime.call_log.is_returned(logged))
            for logged in islice(log, wanted[ATTR_LIMIT])
        ]
    }


ACTIONS = (
    Action(
        name="get_call_log",
        schema=schema(
            {
                vol.Optional(ATTR_EXTENSION): exact,
                vol.Optional(ATTR_DIRECTION): vol.In(
                    [direction.value for direction in CallDirection]
                ),
                vol.Optional(ATTR_OUTCOME): vol.In(
                    [outcome.value for outcome in Outcome]
                ),
                vol.Optional(ATTR_NUMBER): exact,
                vol.Optional(ATTR_SINCE): cv.datetime,
                vol.Optional(ATTR_LIMIT, default=50): vol.All(
                    vol.Coerce(int), vol.Range(min=1, max=MAX_LIMIT)
                ),
            }
        ),
        handler=_get_call_log,
        supports_response=SupportsResponse.ONLY,
    ),
)
