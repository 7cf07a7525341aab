# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

"""Awaitable twins of the static functions of QFileDialog."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ._dialog import exec_dialog, short_lived
from ._qt_objects import module

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass
class _Request:
    """What a file dialog is to look like."""

    file_mode: str
    parent: Any
    caption: str
    directory: Any  # a path, or a QUrl
    filter: str = ""
    initial_filter: str = ""
    options: Any = None
    schemes: Iterable[str] = ("file",)
    save: bool = False

    async def answer(self) -> tuple[list[Any], str]:
        """Return the URLs chosen, none if the user cancels, and the filter chosen."""
        cls = module("QtWidgets").QFileDialog
        url = None if isinstance(self.directory, str) else self.directory
        path = self.directory if url is None else url.toLocalFile()
        # Given a file's path, the constructor selects the file in its folder.
        with short_lived("QFileDialog", self.parent, self.caption, path, self.filter) as dialog:
            if self.options is not None:
                dialog.setOptions(self.options)
            if url is not None and not url.isEmpty() and not url.isLocalFile():
                dialog.setDirectoryUrl(url)
            dialog.setFileMode(cls.FileMode[self.file_mode])
            if self.save:
                dialog.setAcceptMode(cls.AcceptMode.AcceptSave)
            dialog.setSupportedSchemes(list(self.schemes))
            if self.initial_filter:
                dialog.selectNameFilter(self.initial_filter)
            if not await exec_dialog(dialog):
                return [], self.initial_filter
            return dialog.selectedUrls(), dialog.selectedNameFilter()

    async def paths(self) -> tuple[list[str], str]:
        """Return the answer with paths in the place of local URLs."""
        urls, chosen = await self.answer()
        return [u.toLocalFile() if u.isLocalFile() else u.toString() for u in urls], chosen

    async def path(self) -> tuple[str, str]:
        paths, chosen = await self.paths()
        return (paths or [""])[0], chosen

    async def url(self) -> tuple[Any, str]:
        urls, chosen = await self.answer()
        return (urls or [module("QtCore").QUrl()])[0], chosen


class QFileDialog:
    """Twins of the functions of `QFileDialog` that ask for files and folders.

    The parameters are Qt's, under the names of both bindings: *directory* or *dir*,
    *initialFilter* or *selectedFilter*. The dialog is the platform's own unless *options* say
    otherwise. The results are those of the binding's functions: nothing, in the respective type,
    if the user cancels. Each function raises what `QtAsyncio.exec_dialog` does.
    """

    @staticmethod
    async def getOpenFileName(
        parent: Any = None,
        caption: str = "",
        directory: str = "",
        filter: str = "",  # noqa: A002
        initialFilter: str = "",
        options: Any = None,
        *,
        dir: str = "",  # noqa: A002
        selectedFilter: str = "",
    ) -> tuple[str, str]:
        """Ask for an existing file; return its path, and the filter."""
        request = _Request(
            "ExistingFile",
            parent,
            caption,
            directory or dir,
            filter,
            initialFilter or selectedFilter,
            options,
        )
        return await request.path()

    @staticmethod
    async def getOpenFileNames(
        parent: Any = None,
        caption: str = "",
        directory: str = "",
        filter: str = "",  # noqa: A002
        initialFilter: str = "",
        options: Any = None,
        *,
        dir: str = "",  # noqa: A002
        selectedFilter: str = "",
    ) -> tuple[list[str], str]:
        """Ask for existing files; return their paths, and the filter."""
        request = _Request(
            "ExistingFiles",
            parent,
            caption,
            directory or dir,
            filter,
            initialFilter or selectedFilter,
            options,
        )
        return await request.paths()

    @staticmethod
    async def getSaveFileName(
        parent: Any = None,
        caption: str = "",
        directory: str = "",
        filter: str = "",  # noqa: A002
        initialFilter: str = "",
        options: Any = None,
        *,
        dir: str = "",  # noqa: A002
        selectedFilter: str = "",
    ) -> tuple[str, str]:
        """Ask where to save a file; return its path, and the filter."""
        request = _Request(
            "AnyFile",
            parent,
            caption,
            directory or dir,
            filter,
            initialFilter or selectedFilter,
            options,
            save=True,
        )
        return await request.path()

    @staticmethod
    async def getExistingDirectory(
        parent: Any = None,
        caption: str = "",
        directory: str = "",
        options: Any = None,
        *,
        dir: str = "",  # noqa: A002
    ) -> str:
        """Ask for a folder; return its path."""
        request = _Request(
            "Directory",
            parent,
            caption,
            directory or dir,
            options=_folders(options),
        )
        return (await request.path())[0]

    @staticmethod
    async def getOpenFileUrl(
        parent: Any = None,
        caption: str = "",
        directory: Any = None,
        filter: str = "",  # noqa: A002
        initialFilter: str = "",
        options: Any = None,
        supportedSchemes: Iterable[str] = (),
        *,
        dir: Any = None,  # noqa: A002
        selectedFilter: str = "",
    ) -> tuple[Any, str]:
        """Ask for an existing file; return its QUrl, and the filter."""
        request = _Request(
            "ExistingFile",
            parent,
            caption,
            directory or dir or module("QtCore").QUrl(),
            filter,
            initialFilter or selectedFilter,
            options,
            schemes=supportedSchemes,
        )
        return await request.url()

    @staticmethod
    async def getOpenFileUrls(
        parent: Any = None,
        caption: str = "",
        directory: Any = None,
        filter: str = "",  # noqa: A002
        initialFilter: str = "",
        options: Any = None,
        supportedSchemes: Iterable[str] = (),
        *,
        dir: Any = None,  # noqa: A002
        selectedFilter: str = "",
    ) -> tuple[list[Any], str]:
        """Ask for existing files; return their QUrls, and the filter."""
        request = _Request(
            "ExistingFiles",
            parent,
            caption,
            directory or dir or module("QtCore").QUrl(),
            filter,
            initialFilter or selectedFilter,
            options,
            schemes=supportedSchemes,
        )
        return await request.answer()

    @staticmethod
    async def getSaveFileUrl(
        parent: Any = None,
        caption: str = "",
        directory: Any = None,
        filter: str = "",  # noqa: A002
        initialFilter: str = "",
        options: Any = None,
        supportedSchemes: Iterable[str] = (),
        *,
        dir: Any = None,  # noqa: A002
        selectedFilter: str = "",
    ) -> tuple[Any, str]:
        """Ask where to save a file; return its QUrl, and the filter."""
        request = _Request(
            "AnyFile",
            parent,
            caption,
            directory or dir or module("QtCore").QUrl(),
            filter,
            initialFilter or selectedFilter,
            options,
            schemes=supportedSchemes,
            save=True,
        )
        return await request.url()

    @staticmethod
    async def getExistingDirectoryUrl(
        parent: Any = None,
        caption: str = "",
        directory: Any = None,
        options: Any = None,
        supportedSchemes: Iterable[str] = (),
        *,
        dir: Any = None,  # noqa: A002
    ) -> Any:
        """Ask for a folder; return its QUrl."""
        request = _Request(
            "Directory",
            parent,
            caption,
            directory or dir or module("QtCore").QUrl(),
            options=_folders(options),
            schemes=supportedSchemes,
        )
        return (await request.url())[0]


def _folders(options: Any) -> Any:
    """Return the options for a choice of folders, which Qt's functions show alone by default."""
    option = module("QtWidgets").QFileDialog.Option
    return option.ShowDirsOnly if options is None else options
