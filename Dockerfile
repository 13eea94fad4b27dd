# One image for all services of compose.yaml: they differ by their command only. What `.dockerignore` names stays out
# of it: the sandbox of payments and the demonstration. `--build-arg PYTHON_IMAGE=python:3.11-slim-bookworm@sha256:…` pins
# the image below it (docs/recipes/put-on-line.md).
ARG PYTHON_IMAGE=python:3.11-slim-bookworm
FROM ${PYTHON_IMAGE}

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PYTHONPATH=/app
WORKDIR /app

# The dependencies first: they change less often than the code, so this layer is nearly always cached. Those of the
# service alone: what the demonstration and the tests need beside is in other files.
# Every file is checked against its hash; the versions are those the tests ran with.
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes --requirement requirements.txt

COPY domain domain
COPY projections projections
COPY adapters adapters
COPY reports reports
COPY service service
# The file system will be closed: what is compiled now need not be compiled at each start.
RUN python -m compileall -q .

# The service writes to Postgres, the list of erasures and e-mails that no server takes to their volumes: an account
# without a home is enough.
RUN install -d -o 65534 -g 65534 -m 700 /erasures /data
ENV COOPLEDGER_DATA_DIR=/data COOPLEDGER_ERASURE_LIST=/erasures/erasures.jsonl
USER 65534:65534
EXPOSE 8000
# Of the web process; the worker and commands that end listen nowhere, and compose.yaml asks nothing of them.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=6 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/api/v1/health/ready', timeout=3)"]
ENTRYPOINT ["python", "-m", "service.cli"]
CMD ["web"]
