"""The same bare Flask application under two servers, one process and the same threads each (docs/decisions/0006)."""

from deploy.servers.ports import choose_free
from tests.bench import Row
from tests.bench.ground import THREADS, bare_web, serving
from tests.bench.load import measure_requests, post

WARM_UP = 400
MEASURED = 4000
GRANIAN = "bare Flask under granian"
GUNICORN = "bare Flask under gunicorn gthread"


def run() -> list[Row]:
    """Two rows."""
    requests = [post("/json", {"text": "A" * 120})] * (WARM_UP + MEASURED)
    with bare_web() as web:
        rows = [measure_requests(GRANIAN, web, requests, WARM_UP)]
    [port] = choose_free(1)
    options = ["--workers", "1", "--worker-class", "gthread", "--threads", str(THREADS), "--bind", f"127.0.0.1:{port}"]
    with serving(["gunicorn", *options, "tests.bench.bare:make_bare()"], port, {}) as web:
        rows.append(measure_requests(GUNICORN, web, requests, WARM_UP, compared_to=GRANIAN))
    return rows
