"""The process that compiles: one per host process, started and restarted by ``typst.py``.

Run as a script, ``python -I typst_worker.py ROOT MEMORY``, it imports nothing of this project, so it is ready in a
tenth of a second. (-I also keeps this folder off the path: ``import typst`` must not find our own ``typst.py``.)

It answers one request at a time: a frame of JSON in on stdin, on stdout a frame of JSON and a frame of PDF, empty
unless the first says "ok". A frame is four bytes of length, big-endian, and that many bytes. End of input ends it.
"""

import json
import os
import resource
import signal
import struct
import sys
from pathlib import Path
from typing import Any, BinaryIO


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next frame; None at the end of the stream, also where a frame is cut short."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    (length,) = struct.unpack(">I", head)
    body = stream.read(length)
    return body if len(body) == length else None


def write_frame(stream: BinaryIO, body: bytes) -> None:
    stream.write(struct.pack(">I", len(body)))
    stream.write(body)
    stream.flush()


def compiler(root: Path) -> Any:
    """A Typst compiler that sees the fonts under ``root`` and no others, and no package."""
    import typst

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(root / "fonts")])
    nowhere = os.devnull
    return typst.Compiler(root=str(root), font_paths=fonts, package_path=nowhere, package_cache_path=nowhere)


def answer(typesetter: Any, root: Path, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    import typst

    # The default action of this signal ends the process: a compile cannot be interrupted in any gentler way, and it
    # ends so even when the process that asked has gone.
    signal.setitimer(signal.ITIMER_REAL, request["deadline"])
    try:
        pdf, warnings = typesetter.compile_with_warnings(
            str(root / request["template"]),
            format="pdf",
            sys_inputs={"data": request["data"], **request["attachment"]},
            pdf_standards=request["standards"],
            timestamp=request["timestamp"],
        )
    except typst.TypstError as error:
        return {"ok": False, "error": "\n".join([error.message, *error.hints])}, b""
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return {"ok": True, "warnings": [warning.message for warning in warnings]}, pdf


def main(root: Path, memory: int) -> None:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then closes our input
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    typesetter = compiler(root)
    while (request := read_frame(sys.stdin.buffer)) is not None:
        head, pdf = answer(typesetter, root, json.loads(request))
        write_frame(sys.stdout.buffer, json.dumps(head).encode())
        write_frame(sys.stdout.buffer, pdf)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
