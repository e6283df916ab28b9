FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_NO_CACHE=1
WORKDIR /build
# The packages first: they change far less often than the code, so their layers are kept.
COPY requirements-uv.txt requirements-build.txt requirements.txt ./
RUN python -m venv /opt/build \
    && /opt/build/bin/python -m pip install --no-deps --require-hashes -r requirements-uv.txt -r requirements-build.txt
RUN python -m venv --without-pip /opt/consultation \
    && /opt/build/bin/uv pip install --python /opt/consultation/bin/python --no-deps --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY src src
COPY migrations migrations
RUN /opt/build/bin/python -m hatchling build --target wheel --directory dist \
    && /opt/build/bin/uv pip install --python /opt/consultation/bin/python --no-deps --no-index dist/*.whl

FROM python:3.11-slim-bookworm
RUN groupadd --gid 10001 consultation \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /srv/consultation --shell /usr/sbin/nologin consultation \
    && install -d -o 10001 -g 10001 /srv/consultation/var
COPY --from=build /opt/consultation /opt/consultation
ENV PATH=/opt/consultation/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
# A number, so that an orchestrator can see that it is not root.
USER 10001:10001
WORKDIR /srv/consultation
VOLUME ["/srv/consultation/var"]
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
ENTRYPOINT ["consultation"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
