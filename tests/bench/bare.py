"""The smallest Flask application, to hold ours against: python -m tests.bench.bare PORT THREADS"""

import sys

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from granian.constants import Interfaces
from granian.server import Server


def make_bare() -> Flask:
    """Reads JSON, answers JSON."""
    app = Flask("bare")

    @app.post("/json")
    def echo() -> ResponseReturnValue:
        return jsonify(request.get_json())

    return app


if __name__ == "__main__":
    Server(
        "tests.bench.bare:make_bare", factory=True, address="127.0.0.1", port=int(sys.argv[1]),
        interface=Interfaces.WSGI, workers=1, blocking_threads=int(sys.argv[2]), websockets=False, log_access=False,
    ).serve()  # fmt: skip
