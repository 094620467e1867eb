"""What is said about a file that cannot be read."""

from __future__ import annotations

import gzip
import lzma
import zipfile
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from groundplan.errors import BadFile


def bad_file(
    path: Path, reason: str, *, line: int | None = None, column: str | None = None,
    hint: str | None = None,
) -> BadFile:  # fmt: skip
    """The error, with what to do about it."""
    error = BadFile(path, line, column, reason)
    error.hint = hint
    return error


@contextmanager
def reading(path: Path) -> Generator[None]:
    """What the operating system and the decompressors raise, as a sentence about ``path``."""
    try:
        yield
    except FileNotFoundError as error:
        raise bad_file(path, "there is no such file.") from error
    except IsADirectoryError as error:
        raise bad_file(path, "this is a directory, not a file.") from error
    except PermissionError as error:
        raise bad_file(path, "you may not read this file.") from error
    except (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile, zipfile.BadZipFile) as error:
        raise bad_file(
            path, "the compressed file is damaged or ends too early.", hint="Get it again."
        ) from error
    except OSError as error:
        # bz2 raises a bare OSError for damaged data.
        raise bad_file(path, f"it cannot be read: {error.strerror or error}.") from error
