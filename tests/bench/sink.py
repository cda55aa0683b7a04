"""A mail server that takes everything and keeps nothing but counts: python -m tests.bench.sink PORT

It must not be what limits a measurement: bytes are searched and not parsed, and a mail is its Message-ID.
"""

import asyncio
import re
import sys

END = b"\r\n.\r\n"
_MESSAGE_ID = re.compile(rb"^Message-ID: <([^>]+)>", re.M | re.I)
_WANTED = re.compile(rb"Content-Type: (text/calendar|image/png)", re.I)


class Sink(asyncio.Protocol):
    """One connection. A line `STAT` is answered with how many mails came, how many twice, and how many were whole."""

    seen: dict[bytes, int] = {}  # noqa: RUF012 - one for the whole process
    whole = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._buffer, self._in_mail = transport, bytearray(), False
        transport.write(b"220 sink ready\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer each command, and each mail when its last line is there."""
        self._buffer += data
        while self._take_mail() if self._in_mail else self._take_line():
            pass

    def _take_mail(self) -> bool:
        end = self._buffer.find(END)
        if end < 0:
            return False
        head = bytes(self._buffer[: min(end, 4000)])
        found = _MESSAGE_ID.search(head)
        name = found[1] if found else b""
        Sink.seen[name] = Sink.seen.get(name, 0) + 1
        kinds = {kind.lower() for kind in _WANTED.findall(self._buffer, 0, end)}
        Sink.whole += len(kinds) == 2
        del self._buffer[: end + len(END)]
        self._in_mail = False
        self._transport.write(b"250 2.0.0 taken\r\n")
        return True

    def _take_line(self) -> bool:
        end = self._buffer.find(b"\r\n")
        if end < 0:
            return False
        verb = bytes(self._buffer[:4]).upper()
        del self._buffer[: end + 2]
        self._transport.write(self._answer(verb))
        self._in_mail = verb == b"DATA"
        if verb == b"QUIT":
            self._transport.close()
        return True

    def _answer(self, verb: bytes) -> bytes:
        match verb:
            case b"EHLO":
                return b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
            case b"DATA":
                return b"354 go on\r\n"
            case b"QUIT":
                return b"221 bye\r\n"
            case b"STAT":
                twice = sum(count - 1 for count in Sink.seen.values())
                return f"250 {len(Sink.seen)} {twice} {Sink.whole}\r\n".encode()
        return b"250 ok\r\n"


async def serve(port: int) -> None:
    """Take mail until the process ends."""
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port, backlog=100)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
