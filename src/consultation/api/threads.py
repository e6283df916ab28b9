"""The one hop from the asynchronous edge into the synchronous core."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


class Threads:
    """A pool of few threads: more of them only fight over the interpreter.

    Mail has a thread of its own, so that a slow mail server keeps nobody from reading.
    """

    def __init__(self, size: int) -> None:
        self._core = ThreadPoolExecutor(size, thread_name_prefix="core")
        self._mail = ThreadPoolExecutor(1, thread_name_prefix="mail")

    async def run(self, function: Callable[[], Result]) -> Result:
        """Run a function of the core and wait for it."""
        return await asyncio.get_running_loop().run_in_executor(self._core, function)

    async def run_mail(self, function: Callable[[], Result]) -> Result:
        """Run a function that talks to the mail server and wait for it."""
        return await asyncio.get_running_loop().run_in_executor(self._mail, function)

    def close(self) -> None:
        """Let running work end and take no more."""
        self._core.shutdown(wait=True)
        self._mail.shutdown(wait=True)
