"""aiogram's models are built when they are first used, not all of them when aiogram is imported.

`aiogram.types` ends by building a validator for each of its some 900 models, which takes seconds of processor time in
every process that imports it (aiogram's issue 1891). Pydantic builds a model that was left undone when it is first
used, if the names in its annotations can be found; aiogram's modules import those for type checkers only, so they are
given them here.
"""

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

# `import aiogram` reaches its types through this package: when it has run, both are there.
PACKAGE = "aiogram.methods"
WITH_MODELS = ("aiogram.methods.", "aiogram.types.")


class DeferringLoader(Loader):
    """Runs `aiogram.methods` as its own loader does, but for the building of models under way."""

    def __init__(self, loader: Loader) -> None:
        self.loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Return what the package's own loader makes."""
        return self.loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Run the package while aiogram's models answer "build" by doing nothing, then tell its modules the names."""
        from pydantic import BaseModel

        build = BaseModel.__dict__["model_rebuild"]

        def build_unless_aiogram(cls: type[BaseModel], /, **options: Any) -> bool | None:
            return None if cls.__module__.startswith(WITH_MODELS) else build.__func__(cls, **options)

        BaseModel.model_rebuild = classmethod(build_unless_aiogram)  # type: ignore[assignment]
        try:
            self.loader.exec_module(module)
        finally:
            BaseModel.model_rebuild = build  # type: ignore[method-assign]
        tell_the_names()


def tell_the_names() -> None:
    """Give aiogram's modules the names that their annotations use and that they import for type checkers only."""
    from typing import Literal, Optional, Union

    from aiogram import types
    from aiogram.client.default import Default

    names = {name: vars(types)[name] for name in types.__all__}
    names |= {"List": list, "Optional": Optional, "Union": Union, "Literal": Literal, "Default": Default}
    for name, module in list(sys.modules.items()):
        if name.startswith(WITH_MODELS):
            vars(module).update(names | vars(module))


class DeferringFinder(MetaPathFinder):
    """Finds `aiogram.methods`, and puts a `DeferringLoader` before its own loader."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the package's spec with the deferring loader, None for every other module."""
        if fullname != PACKAGE:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = DeferringLoader(spec.loader)
        return spec


def install() -> None:
    """Defer the building of aiogram's models in this process; what has been imported already stays as it is."""
    if not any(isinstance(finder, DeferringFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, DeferringFinder())
