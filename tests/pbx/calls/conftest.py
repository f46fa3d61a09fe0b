"""A house for each shape of report."""

import pytest

from .bodies import Shape
from .house import House


@pytest.fixture(params=list(Shape), ids=str)
def house(request: pytest.FixtureRequest) -> House:
    """Return a house whose PBX writes one of the three shapes."""
    return House(request.param)
