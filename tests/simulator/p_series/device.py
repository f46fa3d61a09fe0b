"""The box itself: its name, its firmware, and how it writes times."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

DATE_FORMATS = {
    "YYYY/MM/DD": "%Y/%m/%d",
    "MM/DD/YYYY": "%m/%d/%Y",
    "DD/MM/YYYY": "%d/%m/%Y",
}
TIME_FORMATS = {"HH:mm:ss": "%H:%M:%S", "hh:mm:ss PM": "%I:%M:%S %p"}


type Firmware = tuple[int, ...]


@dataclass(slots=True)
class Device:
    """One box; times are written in its display format and in its own zone."""

    device_name: str = "PBX"
    model_name: str = "P570"
    sn: str = "3631A2120042"
    hardware_version: str = "V1.0"
    firmware_version: str = "37.23.0.83"
    date_format: str = "YYYY/MM/DD"
    time_format: str = "HH:mm:ss"
    utc_offset: float = 1
    """Hours; a half or a quarter is possible."""
    extension_capacity: int = 500
    call_capacity: int = 120
    booted: float = 0.0

    @property
    def is_appliance(self) -> bool:
        """Return whether it is a box and no program; only boxes tell their hardware."""
        return "Edition" not in self.model_name

    @property
    def has_api(self) -> bool:
        """Return whether it has the API at all."""
        return self.model_name != "P520"

    @property
    def firmware(self) -> Firmware:
        """Return the firmware without its first number, which is that of the family."""
        return tuple(map(int, self.firmware_version.split(".")[1:]))

    def local(self, epoch: float) -> datetime:
        """Return the time of its own zone, without a zone."""
        moment = datetime.fromtimestamp(epoch, UTC) + timedelta(hours=self.utc_offset)
        return moment.replace(tzinfo=None)

    def display(self, epoch: float) -> str:
        """Return a time in the display format."""
        return self.local(epoch).strftime(self._display)

    def read(self, text: str) -> float:
        """Return the epoch of a time in the display format, or raise ValueError."""
        local = datetime.strptime(text, self._display).replace(tzinfo=UTC)
        return (local - timedelta(hours=self.utc_offset)).timestamp()

    def record_time(self, epoch: float) -> str:
        """Return a time as 30012 writes it, in every sample with dashes."""
        return f"{self.local(epoch):%Y-%m-%d %H:%M:%S}"

    def digits(self, epoch: float) -> str:
        """Return a time as file names have it."""
        return f"{self.local(epoch):%Y%m%d%H%M%S}"

    @property
    def _display(self) -> str:
        return f"{DATE_FORMATS[self.date_format]} {TIME_FORMATS[self.time_format]}"
