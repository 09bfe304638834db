"""How long moves take over HTTP: previews and refined answers, fresh futures each time and nothing kept.

Usage: python benchmarks/serve_latency.py [MOVES] [PROCESSES]. Starts the server on a free port, moves a lever
to a new place each time, and prints the median and 95th percentile of what a client waits, as JSON. Then 200
clients move at once, each its own lever, and it tells how many were answered and what memory was held.
"""

from __future__ import annotations

import asyncio
import json
import resource
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import numpy as np

MOVES, PROCESSES, CLIENTS = 60, 2, 200
START_SECONDS = 300.0
LEVERS = ("permitting_time", "interconnection_time", "transmission_capacity", "flexible_load")
SERIES = ["energised_facility_mw:all named", "energised_facility_mw:US", "class:*"]


def move(number: int, futures: int, token: str, limits: bool = True) -> dict[str, object]:
    """Return a move that no other number makes."""
    lever = LEVERS[number % len(LEVERS)]
    return {
        "scenario": {
            "stargauge": 1,
            "name": "moved",
            "extends": "us-2026",
            "levers": {lever: round(0.000_1 + number * 0.000_37 % 0.999, 6)},
        },
        "futures": futures,
        "token": token,
        "series": SERIES,
        "limits": limits,
    }


def told(seconds: list[float]) -> dict[str, float]:
    low, high = np.quantile(seconds, [0.5, 0.95]) * 1000.0
    return {"moves": len(seconds), "median_ms": round(float(low), 1), "p95_ms": round(float(high), 1)}


def ask(client: httpx.Client, body: dict[str, object]) -> float:
    began = time.perf_counter()
    answer = client.post("/api/outcomes", json=body)
    seconds = time.perf_counter() - began
    assert answer.status_code == 200, answer.text
    assert not answer.json()["cached"]
    return seconds


async def crowd(base: str) -> dict[str, object]:
    """Move 200 levers at once."""
    limits = httpx.Limits(max_connections=CLIENTS)
    async with httpx.AsyncClient(base_url=base, timeout=120.0, limits=limits) as client:
        began = time.perf_counter()
        answers = await asyncio.gather(
            *(
                client.post("/api/outcomes", json=move(100_000 + n, 128, f"crowd-{n}", False))
                for n in range(CLIENTS)
            )
        )
        seconds = time.perf_counter() - began
    counts: dict[str, int] = {}
    for answer in answers:
        counts[str(answer.status_code)] = counts.get(str(answer.status_code), 0) + 1
    return {"clients": CLIENTS, "seconds": round(seconds, 1), "by_status": counts}


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process and its children, MB (Linux)."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if int(fields["Pid"]) == pid or int(fields["PPid"]) == pid:
            total += int(fields.get("VmRSS", "0 kB").split()[0])
    return round(total / 1024.0, 0)


def main(moves: int = MOVES, processes: int = PROCESSES) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    began = time.perf_counter()
    server = subprocess.Popen(
        [
            str(Path(sys.executable).with_name("stargauge")),
            "serve",
            "--port",
            str(port),
            "--workers",
            str(processes),
        ],
        stderr=subprocess.DEVNULL,
    )
    try:
        with httpx.Client(base_url=base, timeout=120.0) as client:
            while True:
                try:
                    if client.get("/api/about").json()["ready"]:
                        break
                except httpx.TransportError:
                    pass
                assert time.perf_counter() - began < START_SECONDS, "the server did not start"
                time.sleep(0.2)
            found: dict[str, object] = {
                "processes": processes,
                "start_s": round(time.perf_counter() - began, 1),
            }
            for number in range(3):
                ask(client, move(90_000 + number, 1000, "warm"))
            found["preview_128"] = told([ask(client, move(n, 128, "slider")) for n in range(moves)])
            refined = []
            for n in range(moves, moves + max(5, moves // 4)):
                ask(client, move(n, 128, "slider"))
                refined.append(ask(client, move(n, 1000, "slider")))
            found["refined_1000_after_preview"] = told(refined)
            found["refined_1000_fresh"] = told(
                [ask(client, move(50_000 + n, 1000, "slider")) for n in range(max(5, moves // 6))]
            )
        found["resident_mb"] = resident_mb(server.pid)
        found["crowd"] = asyncio.run(crowd(base))
        found["resident_mb_after"] = resident_mb(server.pid)
    finally:
        server.terminate()
        server.wait(30)
    found["client_peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:3]))
