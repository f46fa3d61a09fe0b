"""The part of Home Assistant's own API that the demo uses."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
import itertools
from typing import Any, Self

import aiohttp

from .process import DemoError

REQUEST_TIMEOUT = aiohttp.ClientTimeout(total=30)
COMMAND_TIMEOUT = 30.0
START_TIMEOUT = 120.0
LOAD_TIMEOUT = 30.0

type Json = Any
type Event = dict[str, Json]


class HomeAssistantClient:
    """One user's connection to Home Assistant."""

    def __init__(self, session: aiohttp.ClientSession, address: str) -> None:
        """Talk to the Home Assistant at an address, once logged in."""
        self.address = address
        self._session = session
        self._token = ""
        self._websocket: aiohttp.ClientWebSocketResponse
        self._reader: asyncio.Task[None]
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Json]] = {}
        self._subscriptions: dict[int, asyncio.Queue[Event]] = {}

    @classmethod
    @asynccontextmanager
    async def connect(
        cls, address: str, *, user: str, password: str, name: str
    ) -> AsyncIterator[Self]:
        """Log a user in, creating it first where Home Assistant has none yet."""
        async with aiohttp.ClientSession(timeout=REQUEST_TIMEOUT) as session:
            client = cls(session, address)
            if await client._has_no_user():
                code = await client._onboard(user, password, name)
            else:
                code = await client._log_in(user, password)
            await client._fetch_token(code)
            async with session.ws_connect(f"{address}/api/websocket") as websocket:
                await client._authenticate(websocket)
                try:
                    yield client
                finally:
                    client._reader.cancel()

    async def _has_no_user(self) -> bool:
        async with self._session.get(f"{self.address}/api/onboarding") as response:
            # Once every step is done the address is gone.
            if response.status == 404:
                return False
            steps = await response.json()
        return any(step["step"] == "user" and not step["done"] for step in steps)

    async def _onboard(self, user: str, password: str, name: str) -> str:
        answer = await self._request(
            "POST",
            "/api/onboarding/users",
            {
                "client_id": self._client_id,
                "language": "en",
                "name": name,
                "password": password,
                "username": user,
            },
        )
        return str(answer["auth_code"])

    async def _log_in(self, user: str, password: str) -> str:
        flow = await self._request(
            "POST",
            "/auth/login_flow",
            {
                "client_id": self._client_id,
                "handler": ["homeassistant", None],
                "redirect_uri": self._client_id,
            },
        )
        result = await self._request(
            "POST",
            f"/auth/login_flow/{flow['flow_id']}",
            {"client_id": self._client_id, "username": user, "password": password},
        )
        if result["type"] != "create_entry":
            raise DemoError(
                f"Home Assistant does not let the user {user} in any more: use --fresh."
            )
        return str(result["result"])

    @property
    def _client_id(self) -> str:
        return f"{self.address}/"

    async def _fetch_token(self, code: str) -> None:
        async with self._session.post(
            f"{self.address}/auth/token",
            data={
                "client_id": self._client_id,
                "grant_type": "authorization_code",
                "code": code,
            },
        ) as response:
            response.raise_for_status()
            self._token = (await response.json())["access_token"]

    async def _authenticate(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        await websocket.receive_json()
        await websocket.send_json({"type": "auth", "access_token": self._token})
        if (await websocket.receive_json())["type"] != "auth_ok":
            raise DemoError("Home Assistant did not accept the token that it gave.")
        self._websocket = websocket
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for message in self._websocket:
            answer = message.json()
            if answer["type"] == "event":
                if queue := self._subscriptions.get(answer["id"]):
                    queue.put_nowait(answer["event"])
            elif (
                future := self._answers.pop(answer["id"], None)
            ) and not future.done():
                if answer["success"]:
                    future.set_result(answer["result"])
                else:
                    future.set_exception(DemoError(answer["error"]["message"]))
        for future in self._answers.values():
            if not future.done():
                future.set_exception(DemoError("Home Assistant closed the connection."))

    async def _request(
        self, method: str, path: str, body: Mapping[str, Json] | None = None
    ) -> Json:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else None
        async with self._session.request(
            method, self.address + path, json=body, headers=headers
        ) as response:
            if not response.ok:
                raise DemoError(
                    f"Home Assistant refused {path}: {await response.text()}"
                )
            return await response.json()

    async def command(self, command: str, **fields: Json) -> Json:
        """Send a command over the websocket and return its result."""
        number = next(self._ids)
        return await self._send(number, {"type": command, **fields})

    async def _send(self, number: int, fields: Mapping[str, Json]) -> Json:
        future = self._answers[number] = asyncio.get_running_loop().create_future()
        await self._websocket.send_json({"id": number, **fields})
        try:
            async with asyncio.timeout(COMMAND_TIMEOUT):
                return await future
        except TimeoutError:
            raise DemoError(
                f"Home Assistant did not answer {fields['type']}."
            ) from None
        finally:
            self._answers.pop(number, None)

    async def wait_until_running(self) -> None:
        """Wait until Home Assistant has finished its start."""
        try:
            async with asyncio.timeout(START_TIMEOUT):
                while (config := await self.command("get_config"))[
                    "state"
                ] != "RUNNING":
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise DemoError("Home Assistant did not finish its start.") from None
        if config["recovery_mode"]:
            raise DemoError("Home Assistant runs in recovery mode only: use --fresh.")

    @asynccontextmanager
    async def events(self, event_type: str) -> AsyncIterator[asyncio.Queue[Event]]:
        """Collect the events of one type for as long as the context lasts."""
        number = next(self._ids)
        queue = self._subscriptions[number] = asyncio.Queue[Event]()
        await self._send(number, {"type": "subscribe_events", "event_type": event_type})
        try:
            yield queue
        finally:
            del self._subscriptions[number]
            await self.command("unsubscribe_events", subscription=number)

    async def perform_action(self, action: str, **fields: Json) -> Json:
        """Perform an action and return its response."""
        domain, name = action.split(".")
        result = await self.command(
            "call_service",
            domain=domain,
            service=name,
            service_data=fields,
            return_response=True,
        )
        return result["response"]

    async def states(self) -> dict[str, str]:
        """Return the state of every entity."""
        return {
            state["entity_id"]: state["state"]
            for state in await self.command("get_states")
        }

    async def entries(self, domain: str) -> list[Json]:
        """Return the config entries of one integration."""
        entries: list[Json] = await self.command("config_entries/get", domain=domain)
        return entries

    async def wait_until_loaded(self, domain: str) -> None:
        """Wait until all config entries of an integration are loaded."""
        try:
            async with asyncio.timeout(LOAD_TIMEOUT):
                while any(e["state"] != "loaded" for e in await self.entries(domain)):
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise DemoError("The integration did not start with its options.") from None

    async def remove_entry(self, entry_id: str) -> None:
        """Remove a config entry."""
        await self._request("DELETE", f"/api/config/config_entries/entry/{entry_id}")

    async def add_entry(self, domain: str, form: Mapping[str, Json]) -> Json:
        """Add an integration by filling in its form, and return the config entry."""
        flow = await self._request(
            "POST", "/api/config/config_entries/flow", {"handler": domain}
        )
        if flow["type"] == "form":
            flow = await self._request(
                "POST", f"/api/config/config_entries/flow/{flow['flow_id']}", form
            )
        if flow["type"] != "create_entry":
            reason = flow.get("errors") or flow.get("reason")
            raise DemoError(
                f"Home Assistant did not add the integration {domain}: {reason}."
            )
        return flow["result"]

    async def say(self, text: str) -> str:
        """Say a sentence to Assist and return the answer."""
        result = await self.command("conversation/process", text=text)
        return str(result["response"]["speech"]["plain"]["speech"])

    async def set_options(
        self, entry_id: str, step: str, form: Mapping[str, Json]
    ) -> None:
        """Change an integration's options by filling in one of their forms."""
        address = "/api/config/config_entries/options/flow"
        flow = await self._request("POST", address, {"handler": entry_id})
        for answers in ({"next_step_id": step}, form):
            flow = await self._request("POST", f"{address}/{flow['flow_id']}", answers)
        if flow["type"] != "create_entry":
            raise DemoError(
                f"Home Assistant did not take the options: {flow.get('errors')}."
            )

    async def add_automation(self, key: str, config: Mapping[str, Json]) -> None:
        """Add an automation as the editor does."""
        await self._request("POST", f"/api/config/automation/config/{key}", config)
