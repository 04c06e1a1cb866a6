#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records three short days with a torn-hub, and keeps its log and what it told: record.py TORN_HUB FORMAT

Needs libfaketime. Writes format-N.db and format-N.json beside this file. What a hub of that time does not
know yet is left out: a path that answers 404 is not asked again.
"""

import json
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

FAKETIME = f"/usr/lib/{os.uname().machine}-linux-gnu/faketime/libfaketimeMT.so.1"
OFFICE = """
[office]
id = "oiac"
time_zone = "Europe/Madrid"
languages = ["ca", "es"]
name = { ca = "Oficina" }
hours = { mon = ["00:00-24:00"], tue = ["00:00-24:00"], wed = ["00:00-24:00"] }
[[service]]
id = "general"
letter = "A"
name = { ca = "Informació general" }
appointment = "optional"
[[service]]
id = "idcat"
letter = "E"
name = { ca = "idCAT" }
appointment = "required"
[[desk]]
id = "1"
name = { ca = "Taula 1" }
[[desk]]
id = "2"
name = { ca = "Taula 2" }
[policy]
next_guard_s = 0
[clock]
require_sync = false
"""


class Hub:
    def __init__(self, program, folder, at):
        self.date, self.asked = at[:10], 0
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = "http://127.0.0.1:%d" % free.getsockname()[1]
        listen = f'[listen]\naddress = "{self.url[7:]}"\n[store]\npath = "{folder}/torn.db"\n'
        config = folder / "office.toml"
        config.write_text(OFFICE + listen)
        clock = {
            "LD_PRELOAD": FAKETIME, "FAKETIME": "@" + at, "TZ": "UTC",
            "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1",
        }
        self.program = subprocess.Popen([program, "--config", config], env=os.environ | clock,
                                        stdout=subprocess.DEVNULL)
        while True:
            try:
                urllib.request.urlopen(self.url + "/readyz")
                return
            except OSError:
                time.sleep(0.05)

    def get(self, path):
        with urllib.request.urlopen(self.url + path) as answer:
            return json.load(answer)

    def post(self, answers, path, body=None):
        self.asked += 1
        key = f"{self.date}-{self.asked}"
        data = b"" if body is None else json.dumps(body).encode()
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, data, headers, method="POST")
        try:
            with urllib.request.urlopen(request) as answer:
                answers[key] = {"status": answer.status, "body": answer.read().decode()}
        except urllib.error.HTTPError as refused:
            print(f"{path}: {refused.code}")

    def events(self):
        told = []
        with urllib.request.urlopen(self.url + "/v1/events?after=0") as stream:
            for line in stream:
                line = line.decode().rstrip("\n")
                if line == "event: beat":
                    return told
                if line.startswith("data: "):
                    told.append(line[6:])

    def stop(self):
        self.program.send_signal(signal.SIGTERM)
        self.program.wait()


def day(hub, answers, date):
    ticket = lambda number: f"/v1/tickets/{date}-{number}"
    post = lambda path, body=None: hub.post(answers, path, body)
    post("/v1/appointments", {"appointments": [
        {"uid": f"{date}-1", "start": f"{date}T09:30:00Z", "end": None, "service": "general", "code": "K7"},
        {"uid": f"{date}-2", "start": f"{date}T11:00:00Z", "end": None, "service": "idcat", "code": "K8"},
    ]})
    for language in ["ca", "es", "ca"]:
        post("/v1/tickets", {"service": "general", "language": language})
    post("/v1/check-ins", {"code": "K8"})
    post(ticket("A001") + "/print", {"outcome": "printed", "copy": False})
    post(ticket("A002") + "/print", {"outcome": "unknown", "copy": False})
    post("/v1/desks/1/open")
    post("/v1/desks/1/next")
    post("/v1/desks/1/recall")
    post("/v1/desks/1/no-show")
    post(ticket("A001") + "/restore")
    post("/v1/desks/2/next")
    post("/v1/desks/1/next")
    post("/v1/desks/1/park")
    post("/v1/desks/2/transfer", {"service": "general"})
    post("/v1/desks/2/next")
    post("/v1/desks/2/finish")
    post("/v1/devices/kiosk-1/report", {"what": "printer", "state": "paper-out"})
    post("/v1/notice", {"text": {"ca": "Avui tanquem a les 13 h."}, "until": None})
    for _ in range(3):
        post("/v1/tickets", {"service": "general"})
    post(ticket("A005") + "/cancel")
    post("/v1/desks/2/pause")


def main():
    program, number = sys.argv[1:]
    here = pathlib.Path(__file__).parent
    folder = pathlib.Path(tempfile.mkdtemp())
    answers = {}
    for date in ["2026-11-23", "2026-11-24", "2026-11-25"]:
        hub = Hub(program, folder, f"{date} 09:00:00")
        if date == "2026-11-23":
            # Its keys are forgotten by the end.
            day(hub, {}, date)
        else:
            day(hub, answers, date)
        state, events = hub.get("/v1/state"), hub.events()
        hub.stop()
    # A hub of that time may leave its write-ahead file behind.
    log = sqlite3.connect(folder / "torn.db")
    log.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    log.close()
    shutil.copy(folder / "torn.db", here / f"format-{number}.db")
    told = {"events": events, "answers": answers, "state": state}
    (here / f"format-{number}.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    shutil.rmtree(folder)


main()
