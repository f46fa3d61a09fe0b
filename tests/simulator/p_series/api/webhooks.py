"""The settings of webhooks, which are kept; nothing is sent to them."""

from tests.simulator.p_series.pbx import Pbx

from .table import Answer, Params, get, post

SINCE = (20, 0, 21)
EVENTS = [
    *range(30005, 30020),
    30022,
    30023,
    *range(30025, 30030),
    *range(30031, 30040),
]
MOST_ENTRIES = 5
SECRET_LENGTH = 32


@get("webhook/query", since=SINCE)
def query(pbx: Pbx, params: Params) -> Answer:
    """Tell the settings [vendor page query-webhook-event-push-settings]."""
    return {"data": pbx.state.webhooks | {"webhook_event_ids": EVENTS}}


@post("webhook/update", since=SINCE)
def update(pbx: Pbx, params: Params) -> None:
    """Change settings [vendor page update-webhook-event-push-settings]."""
    changed: dict[str, object] = {
        name: params.number(name, least=least, most=most)
        for name, least, most in (
            ("enb_webhook_event_push", 0, 1),
            ("webhook_event_push_timeout", 3, 10),
            ("webhook_event_push_retry_count", 1, 5),
        )
        if name in params.values
    }
    if (array := "webhook_event_push_list") in params.values:
        rows = params.values[array]
        if not isinstance(rows, list) or len(rows) > MOST_ENTRIES:
            raise params.wrong(array)
        changed[array] = [_entry(row) for row in rows]
    pbx.state.webhooks |= changed


def _entry(row: object) -> Answer:
    fields = Params(row if isinstance(row, dict) else {}, is_query=False)
    events = fields.values.get("event_ids")
    secret = fields.text("secret")
    if not isinstance(events, list) or not set(map(repr, events)) <= {
        "0",
        *map(repr, EVENTS),
    }:
        raise fields.wrong("event_ids")
    if len(secret) != SECRET_LENGTH:
        raise fields.wrong("secret")
    return {
        "url": fields.text("url"),
        "secret": secret,
        "request_method": fields.choice("request_method", ("GET", "POST")),
        "event_ids": events,
    }
