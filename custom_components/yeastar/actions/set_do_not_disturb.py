"""The action that keeps phones from ringing, until a time if one is given."""

from datetime import datetime, time

from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..const import DOMAIN
from ..local_time import existing, next_of
from ..text_limits import bounded_list
from .action import ATTR_EXTENSION, Action, exact, schema
from .request import refuse, resolve

ATTR_ENABLED = "enabled"
ATTR_UNTIL = "until"


async def _set_do_not_disturb(call: ServiceCall) -> ServiceResponse:
    """Make phones quiet, or let them ring again; who fails keeps no other from it."""
    request = await resolve(call)
    extensions = request.extensions()
    enabled: bool = call.data[ATTR_ENABLED]
    until = _moment(call.data[ATTR_UNTIL]) if ATTR_UNTIL in call.data else None
    if until and not enabled:
        refuse("until_not_quiet")
    failures: list[tuple[str, HomeAssistantError]] = []
    for extension in extensions:
        try:
            await request.runtime.do_not_disturb.async_set(
                extension.number, enabled, until
            )
        except HomeAssistantError as err:
            failures.append((f"{extension.name} ({extension.number})", err))
    if failures and len(extensions) == 1:
        raise failures[0][1]
    if failures:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="quiet_failed",
            translation_placeholders={
                "failed": ", ".join(name for name, _ in failures),
                "reason": str(failures[0][1]),
            },
        ) from failures[0][1]
    return None


def _moment(until: time | datetime) -> datetime:
    """Return when a time is next, or a date and time as it is.

    Raises:
        ServiceValidationError: it is over.
    """
    now = dt_util.now()
    if isinstance(until, time):
        return next_of([until.replace(microsecond=0)], now)
    moment = existing(dt_util.as_local(until))
    if moment <= now:
        refuse("until_is_over", until=f"{moment:%Y-%m-%d %H:%M}")
    return moment


ACTIONS = (
    Action(
        name="set_do_not_disturb",
        schema=schema(
            {
                vol.Required(ATTR_EXTENSION): vol.All(
                    bounded_list, vol.Length(min=1), [exact]
                ),
                vol.Required(ATTR_ENABLED): cv.boolean,
                vol.Optional(ATTR_UNTIL): vol.Any(cv.time, cv.datetime),
            }
        ),
        handler=_set_do_not_disturb,
    ),
)
