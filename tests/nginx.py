"""A real nginx in front of a service. `python -m tests.nginx` installs it where that can be done."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from queries.engines.ports import free_ports
from tests.debian import install

REMEDY = "nginx is not on PATH; install it: what is served through a proxy is not tested without"
TEMPORARY = "client_body proxy fastcgi uwsgi scgi"
PLAIN = """daemon off; master_process off; pid {folder}/pid; error_log {folder}/log;
events {{ }}
http {{
    access_log off;
    {temporary}
    server {{ listen 127.0.0.1:{port}; location {path} {{ proxy_pass {target}; }} }}
}}
"""


def find_nginx() -> str | None:
    return shutil.which("nginx") or shutil.which("/usr/sbin/nginx")


@contextmanager
def plain_proxy(nginx: str, target: str, folder: Path, path: str = "/") -> Iterator[str]:
    """The address of a proxy that has nothing but `proxy_pass`, for a path; needs no rights.

    nginx takes the path off where the target ends with a slash.
    """
    (port,) = free_ports(1)
    temporary = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in TEMPORARY.split())
    settings = folder / "nginx.conf"
    settings.write_text(PLAIN.format(folder=folder, temporary=temporary, port=port, target=target, path=path))
    process = subprocess.Popen([nginx, "-p", folder, "-c", settings, "-e", folder / "log"], stdin=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not (folder / "pid").exists():
            assert process.poll() is None and time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


if __name__ == "__main__" and find_nginx() is None:
    install("nginx-light", REMEDY)
