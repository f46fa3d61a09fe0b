"""Who speaks to us, where, and which phone is then meant."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..bus import fire_action
from ..const import CONF_VOICE_EXTENSION
from ..errors import refuse
from ..permissions import async_user
from ..runtime import YeastarRuntime, loaded_pbxs
from .scope import require_exposed
from .spoken_names import (
    NO_WORDS,
    Target,
    Words,
    find_again,
    find_anybody,
    find_phone,
    one_of,
    phone_of,
    phones_of_area,
    which_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A person who speaks, or a language model that speaks for one.

    Attributes:
        assistant: to which entities are exposed.
        device_id, satellite_id: what heard it, if known.
        conversation_id: of the conversation, if it is one.
        words: what people of this language put around names.
        option: without it a PBX is out of reach.
        understood: what words mean to whom the answer to a question told it.
    """

    hass: HomeAssistant
    context: Context
    via: Literal["voice", "llm"]
    assistant: str = "conversation"
    device_id: str | None = None
    satellite_id: str | None = None
    conversation_id: str | None = None
    words: Words = NO_WORDS
    option: str | None = None
    understood: Mapping[str, Target] = field(default_factory=dict)

    @property
    def pbxs(self) -> list[YeastarRuntime]:
        """Return the PBXs within reach: set up, and with the option on if there is one."""
        return [
            pbx
            for pbx in loaded_pbxs(self.hass)
            if not self.option or pbx.entry.options.get(self.option)
        ]

    @property
    def area_id(self) -> str | None:
        """Return the area of what heard it."""
        device_id = self.device_id
        if self.satellite_id and (
            entry := er.async_get(self.hass).async_get(self.satellite_id)
        ):
            if entry.area_id:
                return entry.area_id
            device_id = entry.device_id or device_id
        device = dr.async_get(self.hass).async_get(device_id) if device_id else None
        return dr.async_get_effective_area_id(self.hass, device) if device else None

    async def user(self) -> User | None:
        """Return the user who speaks; a speaker at a satellite is none.

        Raises:
            UnknownUser: there was one, who is gone.
        """
        return await async_user(self.hass, self.context)

    async def asked_by(self) -> str:
        """Return who asks, for the logbook: a user, or else what heard it."""
        if user := await self.user():
            return user.name or user.id
        entry = self.satellite_id and er.async_get(self.hass).async_get(
            self.satellite_id
        )
        device_id = entry.device_id if entry else self.device_id
        device = dr.async_get(self.hass).async_get(device_id) if device_id else None
        return (device.name_by_user or device.name or "") if device else ""

    async def tell(self, phone: Target, action: str, **data: str) -> None:
        """Tell the logbook who lets a phone do what, before it is done."""
        fire_action(
            self.hass,
            phone.runtime,
            self.context,
            phone.number,
            action=action,
            via=self.via,
            asked_by=await self.asked_by(),
            **data,
        )

    def phone(self, said: str = "") -> Target:
        """Return the phone that was named, or that is meant here.

        Here it is the one in the area of the speaker, else the one of the option.

        Raises:
            UnclearError: several may be meant.
            ServiceValidationError: none is, or it is not exposed.
        """
        phone = self._named_phone(said) if said else self._phone_here()
        require_exposed(self.hass, phone, self.assistant)
        return phone

    def person(self, pbxs: Iterable[YeastarRuntime], said: str) -> Target:
        """Return who was named: a contact, an extension, a place, or a bare number.

        Raises:
            UnclearError: several may be meant.
            ServiceValidationError: the name belongs to none.
        """
        return self._understood(pbxs, said) or find_anybody(pbxs, said, self.words)

    def _named_phone(self, said: str) -> Target:
        return self._understood(self.pbxs, said) or find_phone(
            self.pbxs, said, self.words
        )

    def _understood(self, pbxs: Iterable[YeastarRuntime], said: str) -> Target | None:
        meant = self.understood.get(said)
        return find_again(pbxs, meant) if meant else None

    def _phone_here(self) -> Target:
        pbxs = self.pbxs
        if here := phones_of_area(pbxs, self.area_id):
            if len(here) > 1:
                raise which_of("", here)
            return here[0]
        chosen = [
            phone
            for pbx in pbxs
            if (number := pbx.entry.options.get(CONF_VOICE_EXTENSION))
            and (phone := phone_of(pbx, number))
        ]
        return one_of("", chosen) or refuse("voice_which_phone")
