"""Commands that run the service: web pages and API, and the worker."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from domain.errors import LedgerError

if TYPE_CHECKING:
    from service.diagnostics.metrics import MetricsListener
    from service.runtime.runtime import Runtime
    from service.worker.worker import Worker

MetricsPort = Annotated[
    int | None, typer.Option(min=1, max=65_535, help="Port de 127.0.0.1 où répondre à la supervision (Prometheus)")
]


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("web", help="Servir les pages et l’API.")(web)
    app.command("worker", help="Faire tourner ce qui travaille à côté des requêtes.")(run_worker)


def web(
    host: Annotated[str | None, typer.Option(help="Adresse d’écoute")] = None,
    port: Annotated[int | None, typer.Option(help="Port")] = None,
    with_worker: Annotated[bool, typer.Option(help="Tenir aussi les vues à jour dans ce processus")] = False,
    metrics_port: MetricsPort = None,
) -> None:
    """Serve the pages and the API."""
    from service.bootstrap.runtime import open_runtime
    from service.settings import Settings

    options = {"host": host, "port": port, "metrics_port": metrics_port}
    given = {name: value for name, value in options.items() if value is not None}
    settings = Settings().model_copy(update=given)
    serve(
        open_runtime(settings, demonstration=False),
        settings.host,
        settings.port,
        with_worker=with_worker or settings.database_url is None,
    )


def serve(runtime: Runtime, host: str, port: int, *, with_worker: bool) -> None:
    """Run the web server until it is stopped; the runtime is closed with it."""
    from service.closings.runner import ClosingThread
    from service.retention.runner import RetentionThread
    from service.runtime.projectors import Projectors
    from service.web.server import Server
    from service.worker.threads import WorkerThreads

    worker = _open_worker(runtime)
    projectors = Projectors(runtime) if with_worker else None
    worker_threads = WorkerThreads(worker) if with_worker else None
    retention = RetentionThread(runtime, worker.now) if with_worker else None
    closings = ClosingThread(runtime, worker, worker.now) if with_worker else None
    metrics: MetricsListener | None = None
    try:
        metrics = _listen_for_monitoring(runtime, "web", worker)
        Server(runtime, host, port, worker, closes=False).serve_until_told()
    finally:
        for running in (metrics, closings, retention, worker_threads, worker, projectors, runtime):
            if running is not None:
                running.close()


def _listen_for_monitoring(runtime: Runtime, process: str, worker: Worker) -> MetricsListener | None:
    """Answer a monitoring system, where a port is given for it."""
    port = runtime.settings.metrics_port
    if port is None:
        return None
    from service.diagnostics.metrics import MetricsListener

    return MetricsListener(runtime, process, port, worker.now)


def _open_worker(runtime: Runtime) -> Worker:
    """Open the worker; where it is refused, close the runtime, whose database may be ours to stop."""
    from service.bootstrap.worker import open_worker

    try:
        return open_worker(runtime)
    except LedgerError:
        runtime.close()
        raise


def run_worker(metrics_port: MetricsPort = None) -> None:
    """Keep read models true, do what is to be done, close what is due, erase what is past its day, until stopped."""
    from service.bootstrap.runtime import open_runtime
    from service.closings.runner import ClosingThread
    from service.logging import logger
    from service.retention.runner import RetentionThread
    from service.runtime.projectors import Projectors
    from service.settings import Settings
    from service.worker.threads import WorkerThreads

    settings = Settings()
    if metrics_port is not None:
        settings = settings.model_copy(update={"metrics_port": metrics_port})
    runtime = open_runtime(settings, demonstration=False)
    worker = _open_worker(runtime)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    projectors = Projectors(runtime)
    worker_threads = WorkerThreads(worker)
    retention, closings = RetentionThread(runtime, worker.now), ClosingThread(runtime, worker, worker.now)
    metrics: MetricsListener | None = None
    try:
        metrics = _listen_for_monitoring(runtime, "worker", worker)
        log = logger(__name__)
        ledgers = len(runtime.associations())
        log.info("worker started", ledgers=ledgers, payments=worker.takes_payments, smtp=bool(settings.smtp_host))
        stop.wait()
        log.info("worker stopping")
    finally:
        for running in (metrics, closings, retention, worker_threads, worker, projectors, runtime):
            if running is not None:
                running.close()
