"""Documents on paper: a Typst template and JSON in, one file that is both PDF/A-2a and PDF/UA-1 out.

The templates and their fonts are in ``templates/typst``. Data reaches a template as JSON, so text never becomes
markup. The same data, template and timestamp give the same bytes: a sealed revision can be printed again.

Compiling happens in a process of its own (``typst_worker.py``): it may be killed when it takes too long or too much
memory, which a thread may not.
"""

import atexit
import json
import logging
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from records.exports import glyphs
from records.exports.typst_worker import read_frame, write_frame

logger = logging.getLogger(__name__)

STANDARDS = ("a-2a", "ua-1")
_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")


class CompileError(Exception):
    """The document could not be set; the message is the compiler's."""


class CompileTimeout(CompileError):
    """The document took longer than its deadline and was given up."""


@dataclass(frozen=True)
class Document:
    """A finished PDF, its number of pages, and the characters no font could draw (see ``glyphs``)."""

    pdf: bytes
    pages: int
    substituted: tuple[str, ...] = ()


def compile_pdf(
    template: str, data: dict[str, Any], *, timestamp: datetime, standards: Sequence[str] = STANDARDS
) -> Document:
    """``templates/typst/<template>.typ`` set with ``data``, dated ``timestamp`` (aware; never the clock's).

    Raises ``CompileError``, or ``CompileTimeout`` after ten seconds.
    """
    return typesetter().compile(template, data, timestamp=timestamp, standards=standards)


def substitute_uncovered(data: Any) -> tuple[Any, tuple[str, ...]]:
    """``data`` as ``compile_pdf`` will print it, to warn a person before anything is printed."""
    return glyphs.substitute_uncovered(data, typesetter().root / "fonts")


@cache
def typesetter() -> "Typesetter":
    """The one typesetter of this process."""
    from django.conf import settings

    return Typesetter(Path(settings.BASE_DIR) / "templates" / "typst")


class Typesetter:
    """One worker process over one folder of templates, started when first needed; safe to use from many threads.

    ``deadline`` is seconds per document, ``memory`` bytes of address space. The worker is replaced after
    ``most_documents`` or ``most_pages``, since the compiler remembers all it has set.
    """

    def __init__(
        self,
        root: Path,
        *,
        deadline: float = 10,
        memory: int = 2 << 30,
        most_documents: int = 200,
        most_pages: int = 400,
    ) -> None:
        self.root = root.resolve()
        self.deadline = deadline
        self.memory = memory
        self.most_documents = most_documents
        self.most_pages = most_pages
        self._worker: subprocess.Popen[bytes] | None = None
        self._forget()
        atexit.register(self.close)
        os.register_at_fork(after_in_child=self._forget)

    def compile(
        self, template: str, data: dict[str, Any], *, timestamp: datetime, standards: Sequence[str] = STANDARDS
    ) -> Document:
        """See ``compile_pdf``."""
        if not re.fullmatch(r"[a-z][a-z0-9_]*", template):
            raise ValueError(f"{template!r} does not name a template.")
        if timestamp.tzinfo is None:
            raise ValueError("The timestamp of a document needs a time zone.")
        printable, substituted = glyphs.substitute_uncovered(data, self.root / "fonts")
        request = {
            "template": f"{template}.typ",
            "data": json.dumps(printable, ensure_ascii=False),
            "standards": list(standards),
            "timestamp": int(timestamp.timestamp()),
            "deadline": self.deadline,
        }
        with self._lock:
            pdf = self._ask(json.dumps(request).encode())
            pages = len(_PAGE.findall(pdf))
            self._documents += 1
            self._pages += pages
            if self._documents >= self.most_documents or self._pages >= self.most_pages:
                self._stop()
        return Document(pdf, pages, substituted)

    def close(self) -> None:
        """End the worker; the next compile starts another."""
        with self._lock:
            self._stop()

    def _ask(self, request: bytes, *, again: bool = True) -> bytes:
        """The PDF for ``request``. A worker that dies without a word (killed from outside) gets one successor."""
        worker = self._worker or self._start()
        try:
            answer, pdf = _exchange(worker, request)
        except BaseException:
            # Interrupted (Ctrl-C, a server's time limit): an answer read later would be the wrong document's.
            worker.kill()
            self._stop()
            raise
        if pdf is None:
            ended = self._stop()
            if ended == -signal.SIGALRM:
                raise CompileTimeout(f"Setting the document took longer than {self.deadline:g} seconds.")
            if again:
                logger.warning("The typesetting process ended with status %s; starting another.", ended)
                return self._ask(request, again=False)
            raise CompileError(f"The typesetting process ended twice, with status {ended}.")
        if not answer["ok"]:
            raise CompileError(answer["error"])
        for warning in answer["warnings"]:
            logger.warning("Typst: %s", warning)
        return pdf

    def _start(self) -> "subprocess.Popen[bytes]":
        script = Path(__file__).with_name("typst_worker.py")
        worker = self._worker = subprocess.Popen(  # noqa: S603 - our own interpreter and script
            [sys.executable, "-I", str(script), str(self.root), str(self.memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Nothing of ours is the worker's business, secrets least of all. Two threads and two arenas keep the
            # address space in proportion to the work, not to the number of cores; a proxy that is not there keeps
            # a template from fetching packages.
            env={"RAYON_NUM_THREADS": "2", "MALLOC_ARENA_MAX": "2", "HTTPS_PROXY": "http://127.0.0.1:9"},
        )
        return worker

    def _stop(self) -> int | None:
        """End the worker, at the latest after a second, and say how it ended."""
        worker, self._worker = self._worker, None
        self._documents = self._pages = 0
        if worker is None:
            return None
        for stream in (worker.stdin, worker.stdout):
            with suppress(BrokenPipeError):
                stream.close()  # type: ignore[union-attr]
        try:
            return worker.wait(timeout=1)
        except subprocess.TimeoutExpired:
            worker.kill()
            return worker.wait()

    def _forget(self) -> None:
        """As new. After a fork the worker is the parent's; two processes talking to it would mix their answers."""
        inherited, self._worker = self._worker, None
        if inherited is not None:
            inherited.returncode = 0  # not our child, so not ours to wait for
            nothing = os.open(os.devnull, os.O_RDWR)
            for stream in (inherited.stdin, inherited.stdout):
                os.dup2(nothing, stream.fileno(), inheritable=False)  # type: ignore[union-attr]
            os.close(nothing)
        self._lock = threading.Lock()
        self._documents = 0
        self._pages = 0


def _exchange(worker: "subprocess.Popen[bytes]", request: bytes) -> tuple[dict[str, Any], bytes | None]:
    """The worker's answer and its PDF; the PDF is None when the worker has died."""
    try:
        write_frame(worker.stdin, request)  # type: ignore[arg-type]
    except BrokenPipeError:
        return {}, None
    head = read_frame(worker.stdout)  # type: ignore[arg-type]
    return json.loads(head or b"{}"), head and read_frame(worker.stdout)  # type: ignore[arg-type]
