"""Ways in which P-Series boxes differ, each switched on by name."""

from dataclasses import dataclass, field
from enum import StrEnum

from .errors import Errcode


class Empty(StrEnum):
    """How an answer says that there is nothing; each was seen somewhere."""

    MISSING = "missing"
    NULL = "null"
    EMPTY = "empty"
    NOT_FOUND = "not_found"


@dataclass(slots=True)
class Quirks:
    """What a given box does differently; the defaults are the strictest reading."""

    # Frames
    whole_calls: bool = False
    """30011 carries all members of the call, not only the one that changed."""
    blank_values: bool = False
    """Empty texts of a frame are one blank, as the vendor's pages print them."""
    duplicates: int = 0
    """Every frame comes so often again."""
    swaps: bool = False
    """The second frame of each two that come together overtakes the first."""
    late_frames: bool = False
    """After the record of a call, its last 30011 comes again."""
    live_spelling: bool = False
    """30015 spells its reasons as a live box did, not as the vendor's table."""
    members_in_caller_failure: bool = False
    """30015 of a caller that does not pick up names that member, instead of null."""
    reports_api_transfers: bool = False
    """30013 comes for a transfer by the API as well."""
    early_answered: bool = False
    """An outbound call's caller is ANSWERED as soon as the outbound leg is made."""
    early_media: bool = False
    """The far end of an outbound call sends 183: EARLYMEDIA instead of RING."""
    records_at_transfer: bool = False
    """The record of the first part of a transferred call comes at once."""
    abandoned: bool = False
    """Giving up in a queue is ABANDONED (newer firmware), not NO ANSWER."""

    # Answers
    idle_query: Empty = Empty.MISSING
    """What call/query answers without calls."""
    empty_list: Empty = Empty.NULL
    """What lists answer without rows."""
    omit_empty_keys: bool = False
    """Keys of extension/list without a value are left out."""
    list_status_lies: bool = False
    """The status of `sip_phone` is 0; only its `status_list` tells the truth."""
    display_times: bool = False
    """cdr/search takes times in the display format, too, not only epoch seconds."""
    plus_refused: bool = False
    """cdr/search refuses a blank that was sent as `+`."""

    # Plans
    denied: dict[str, int] = field(default_factory=dict)
    """The errcodes of interfaces that the plan lacks, by what their endpoints begin with."""
    basic_plan: bool = False
    """It is neither Enterprise nor Ultimate: a pause of an agent takes no `reason`."""

    # Sessions
    bad_credentials: int = Errcode.BAD_CREDENTIALS
    """The code for bad credentials; clients saw 10003 and 1."""
    keeps_tokens: bool = False
    """A restart of the PBX ends no token."""
