"""The file that is served is what the source makes."""

import asyncio

from tests.demo.process import REPOSITORY


async def test_the_built_cards_are_those_of_the_source() -> None:
    """Byte for byte, on any machine; types are checked on the way."""
    process = await asyncio.create_subprocess_exec(
        REPOSITORY / "scripts" / "build-frontend",
        "--check",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
