"""A platform's ingest: nginx with its RTMP module, recording all that it gets."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.e2e.receiver import IngestError, Network, Receiver, Session, free_port

__all__ = ["Ingest", "IngestError", "Network", "Session", "free_port", "missing"]

_MODULES = (
    Path("/usr/lib/nginx/modules/ngx_rtmp_module.so"),
    Path("/usr/lib64/nginx/modules/ngx_rtmp_module.so"),
)
_CONF = """
load_module {module};
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log info;
events {{ worker_connections 256; }}
rtmp {{
    access_log off;
    server {{
        listen {inside}:{port};
        chunk_size 4096;
        notify_method get;
        application live {{
            live on;
            on_publish http://{outside}:{notify}/publish;
            on_publish_done http://{outside}:{notify}/unpublish;
            record all;
            record_path {folder}/recordings;
            record_unique off;
        }}
        application refused {{
            live on;
            on_publish http://{outside}:{notify}/refuse;
        }}
    }}
}}
"""


def missing() -> str:
    """What this machine lacks for an ingest; empty: nothing."""
    if _nginx() is None:
        return "nginx is not installed (apt-get install nginx libnginx-mod-rtmp)"
    if _module() is None:
        return "nginx has no RTMP module (apt-get install libnginx-mod-rtmp)"
    return ""


def _nginx() -> str | None:
    return shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def _module() -> Path | None:
    return next((module for module in _MODULES if module.exists()), None)


class Ingest(Receiver):
    """nginx, which is one process here."""

    def refusing_url(self, key: str) -> str:
        """An address at which every publisher is refused."""
        return f"rtmp://{self._network.inside}:{self._port}/refused/{key}"

    @property
    def _log(self) -> Path:
        return self._folder / "nginx.log"

    def _command(self) -> list[str]:
        nginx, module = _nginx(), _module()
        if nginx is None or module is None:
            raise IngestError(missing())
        conf = self._folder / "nginx.conf"
        conf.write_text(
            _CONF.format(
                module=module,
                folder=self._folder,
                port=self._port,
                inside=self._network.inside,
                outside=self._network.outside,
                notify=self._notify.port,
            )
        )
        return [nginx, "-p", str(self._folder), "-c", str(conf), "-e", str(self._log)]
