"""Plays the scenes of the demo, and goes on where it was stopped."""

import datetime
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, cast

from node.demo import scenes
from node.demo.nodes import DemoNode
from node.demo.scenes import Scene
from node.errors import UserFault

_FILE: Final = "scenes.json"
#: The name of what the last scene made, among those of what others did.
_LAST: Final = "last"


class Acting:
    """The scenes that are left, and what the earlier ones made.

    How far it got stands in a file. Were that lost, all is asked again with the same
    keys, and nothing happens twice.
    """

    def __init__(
        self,
        nodes: Sequence[DemoNode],
        folder: Path,
        say: Callable[[str], None],
        today: datetime.date,
    ) -> None:
        """Play them with these nodes, and tell of each with `say`."""
        self._nodes = {node.name: node for node in nodes}
        self._file = folder / _FILE
        self._say = say
        self._scenes = scenes.of(today)
        self._done, self._made = self._read()

    def _read(self) -> tuple[int, dict[str, str]]:
        try:
            kept = json.loads(self._file.read_text("utf-8"))
            return int(kept["done"]), {str(k): str(v) for k, v in kept["made"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return 0, {}

    def step(self) -> bool:
        """Play the next scene; False where there is none, or it has to wait.

        What was done last may not have reached the node yet that acts now; what it said
        without that would be of an earlier version.
        """
        if self._done >= len(self._scenes):
            return False
        scene = self._scenes[self._done]
        node = self._nodes[scene.who]
        args = cast("dict[str, object]", self._filled(dict(scene.args)))
        key = f"demo scene {self._done} {scene.command}"
        try:
            if _LAST in self._made:
                node.ask("explain", id=self._made[_LAST])
            answer = node.ask(scene.command, **args, key=key)
        except UserFault:
            return False
        self._note(scene, str(answer["id"]))
        self._say(f"{scene.who} {scene.says}")
        return True

    def _note(self, scene: Scene, made: str) -> None:
        self._made |= dict.fromkeys({_LAST, scene.name or _LAST}, made)
        self._done += 1
        kept = {"done": self._done, "made": self._made}
        self._file.write_text(json.dumps(kept), encoding="utf-8")

    def _filled(self, value: object) -> object:
        """Put ids in the place of the names of scenes."""
        match value:
            case str() if value.startswith("$"):
                return self._made[value.removeprefix("$")]
            case dict():
                return {key: self._filled(one) for key, one in value.items()}
            case list():
                return [self._filled(one) for one in value]
            case _:
                return value
