"""A headless Chromium and its pages, driven over the DevTools protocol: as much as a person's hands and eyes need.

Written on aiohttp, which aiogram brings along, so that nobody who only wants the demo downloads a browser driver.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from queue import Queue
from typing import IO, Any, Final, Self

from aiohttp import ClientSession, ClientWebSocketResponse

PATIENCE_SECONDS: Final = 15
"""How long a page is given to come to show something; on a busy machine it may need some of it."""
SWITCHES: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--remote-debugging-port=0",
)
KEYS: Final = {"Enter": 13, "Escape": 27, "Tab": 9, "ArrowUp": 38, "ArrowDown": 40, "ArrowLeft": 37, "ArrowRight": 39}
MODIFIERS: Final = {"": 0, "Alt": 1, "Control": 2, "Shift": 8}


def find_chromium() -> str | None:
    """Return the path of a Chromium or Chrome of this machine, None when there is none."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return next((path for path in map(shutil.which, names) if path), None)


@contextlib.contextmanager
def running_chromium(path: str) -> Iterator[str]:
    """Run Chromium with an empty profile while the body runs; gives the address of its DevTools, `host:port`."""
    with tempfile.TemporaryDirectory(prefix="susu-chromium-", ignore_cleanup_errors=True) as profile:
        command = [path, *SWITCHES, f"--user-data-dir={profile}", "about:blank"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        reader = threading.Thread(target=_drain, args=(process.stderr, named := Queue[str](1)), daemon=True)
        reader.start()
        try:
            yield named.get(timeout=4 * PATIENCE_SECONDS)
        finally:
            process.kill()
            process.wait()
            reader.join(PATIENCE_SECONDS)
            process.stderr.close()


def _drain(log: IO[str], named: Queue[str]) -> None:
    """Find the address, and read on: Chromium stands still once nobody empties its log."""
    for line in log:
        if found := re.search(r"DevTools listening on ws://([^/]+)/", line):
            named.put(found[1])


@dataclass(frozen=True, slots=True)
class Look:
    """The device that a page is looked at with."""

    width: int = 1280
    height: int = 800
    language: str = "en-GB"
    colours: str = "light"


class PageFault(AssertionError):
    """The page threw, or did not come to show what was waited for."""


@dataclass(slots=True)
class Page:
    """One tab with cookies and storage of its own."""

    socket: ClientWebSocketResponse
    faults: list[str] = field(default_factory=list)
    """What the page threw, refused by its content security policy, or logged as an error."""
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _waiting: dict[int, asyncio.Future[dict[str, Any]]] = field(default_factory=dict)
    _loaded: asyncio.Event = field(default_factory=asyncio.Event)

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a DevTools method and return its result."""
        number = next(self._numbers)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        await self.socket.send_json({"id": number, "method": method, "params": parameters})
        return await asyncio.wait_for(self._waiting[number], 2 * PATIENCE_SECONDS)

    async def listen(self) -> None:
        """Hand answers to their calls, and keep the page's faults, until the tab is gone."""
        async for message in self.socket:
            heard = json.loads(message.data)
            if "id" in heard:
                self._answer(self._waiting.pop(heard["id"]), heard)
            elif heard["method"] == "Page.loadEventFired":
                self._loaded.set()
            elif heard["method"] in ("Runtime.exceptionThrown", "Log.entryAdded"):
                self._note(heard["params"])

    def _answer(self, call: asyncio.Future[dict[str, Any]], heard: dict[str, Any]) -> None:
        if "error" in heard:
            call.set_exception(PageFault(heard["error"]["message"]))
        else:
            call.set_result(heard["result"])

    def _note(self, told: dict[str, Any]) -> None:
        if "exceptionDetails" in told:
            self.faults.append(_thrown(told["exceptionDetails"]))
        elif told["entry"]["level"] == "error":
            self.faults.append(f"{told['entry']['text']} {told['entry'].get('url', '')}")

    async def prepare(self, look: Look) -> Self:
        """Make the tab look like the device, and begin to listen to what happens in it."""
        for domain in ("Page", "Runtime", "Log"):
            await self.call(f"{domain}.enable")
        await self.resize(look.width, look.height)
        agent = (await self.call("Browser.getVersion"))["userAgent"]
        await self.call("Emulation.setUserAgentOverride", userAgent=agent, acceptLanguage=look.language)
        await self.call(
            "Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": look.colours}]
        )
        await self.call("Emulation.setFocusEmulationEnabled", enabled=True)
        return self

    async def resize(self, width: int, height: int) -> None:
        """Give the window another size, in CSS pixels."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        await self.call("Emulation.setDeviceMetricsOverride", **size)

    async def open(self, address: str) -> None:
        """Go to an address and wait until it is loaded."""
        self._loaded.clear()
        await self.call("Page.navigate", url=address)
        await asyncio.wait_for(self._loaded.wait(), PATIENCE_SECONDS)

    async def reload(self) -> None:
        """Load the page again and wait until it is there."""
        self._loaded.clear()
        await self.call("Page.reload")
        await asyncio.wait_for(self._loaded.wait(), PATIENCE_SECONDS)

    async def ask(self, expression: str) -> Any:
        """Return what a JavaScript expression comes to, as JSON."""
        answer = await self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise PageFault(_thrown(answer["exceptionDetails"]))
        return answer["result"].get("value")

    async def until(self, expression: str) -> Any:
        """Wait in the page until an expression is truthy, and return it.

        Raises:
            PageFault: it was not, within `PATIENCE_SECONDS`.
        """
        found = await self.ask(f"""(async () => {{
            const end = performance.now() + {PATIENCE_SECONDS * 1000};
            for (;;) {{
                const value = ({expression});
                if (value || performance.now() > end) return value instanceof Node ? true : value;
                await new Promise((resolve) => setTimeout(resolve, 20));
            }}
        }})()""")
        if not found:
            shown = await self.ask("document.body.innerText")
            raise PageFault(f"waited in vain for {expression}\n--- the page shows ---\n{shown}")
        return found

    async def sees(self, text: str, within: str = "body") -> None:
        """Wait until a text is shown."""
        await self.until(f"document.querySelector({json.dumps(within)})?.innerText.includes({json.dumps(text)})")

    async def misses(self, text: str, within: str = "body") -> None:
        """Wait until a text is shown no longer."""
        await self.until(f"!document.querySelector({json.dumps(within)}).innerText.includes({json.dumps(text)})")

    async def count(self, selector: str) -> int:
        """Return how many elements there are."""
        return int(await self.ask(f"document.querySelectorAll({json.dumps(selector)}).length"))

    async def click(self, selector: str, text: str = "") -> None:
        """Click on the last visible element of a selector that holds `text`, where a person would."""
        await self.release(await self.hold(selector, text))

    async def hold(self, selector: str, text: str = "") -> dict[str, float]:
        """Press the mouse as `click` does, and return where, without releasing it yet."""
        place: dict[str, float] = await self.until(f"""(() => {{
            const shows = (node) => node.checkVisibility() && node.innerText.includes({json.dumps(text)});
            const fits = (node) => shows(node) && !node.disabled;
            const node = [...document.querySelectorAll({json.dumps(selector)})].filter(fits).at(-1);
            if (!node) return null;
            node.scrollIntoView({{ block: "nearest" }});
            const box = node.getBoundingClientRect();
            const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
            return node.contains(document.elementFromPoint(x, y)) ? {{ x, y }} : null;
        }})()""")
        await self.call("Input.dispatchMouseEvent", type="mousePressed", button="left", clickCount=1, **place)
        return place

    async def release(self, place: dict[str, float]) -> None:
        """Release the mouse where it was pressed."""
        await self.call("Input.dispatchMouseEvent", type="mouseReleased", button="left", clickCount=1, **place)

    async def press(self, key: str, modifier: str = "") -> None:
        """Press a key by name, as in `KEYS`."""
        known = {"key": key, "code": key, "windowsVirtualKeyCode": KEYS[key], "modifiers": MODIFIERS[modifier]}
        text = {"text": "\r"} if key == "Enter" else {}
        await self.call("Input.dispatchKeyEvent", type="keyDown", **known, **text)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **known)

    async def type(self, text: str) -> None:
        """Type a text where the focus is, key by key."""
        for character in text:
            await self.call("Input.dispatchKeyEvent", type="keyDown", key=character, text=character)
            await self.call("Input.dispatchKeyEvent", type="keyUp", key=character)

    async def say(self, text: str) -> None:
        """Type a message and send it."""
        await self.type(text)
        await self.press("Enter")


def _thrown(details: dict[str, Any]) -> str:
    return str(details.get("exception", {}).get("description", details["text"]))


@contextlib.asynccontextmanager
async def open_page(devtools: str, look: Look) -> AsyncIterator[Page]:
    """Open a tab of its own, like a private window; it is closed afterwards."""
    async with ClientSession(f"http://{devtools}") as session:
        version = await (await session.get("/json/version")).json()
        async with (
            session.ws_connect(version["webSocketDebuggerUrl"]) as browser,
            _Tab(browser) as target,
            session.ws_connect(f"/devtools/page/{target}", max_msg_size=0) as socket,
        ):
            page = Page(socket)
            listening = asyncio.create_task(page.listen())
            try:
                yield await page.prepare(look)
            finally:
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)


@dataclass(slots=True)
class _Tab:
    """A browser context with one tab in it; both go when it is left."""

    browser: ClientWebSocketResponse
    context: str = ""

    async def __aenter__(self) -> str:
        self.context = (await self._call("Target.createBrowserContext"))["browserContextId"]
        made = await self._call("Target.createTarget", url="about:blank", browserContextId=self.context)
        return str(made["targetId"])

    async def __aexit__(self, *fault: object) -> None:
        await self._call("Target.disposeBrowserContext", browserContextId=self.context)

    async def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        await self.browser.send_json({"id": 1, "method": method, "params": parameters})
        while "id" not in (heard := await self.browser.receive_json(timeout=PATIENCE_SECONDS)):
            pass
        result: dict[str, Any] = heard["result"]
        return result
