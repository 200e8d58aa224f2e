"""A command in a network of its own, in which every address answers and everything that knocks is written down with the process that did.

`python scripts/canary.py COMMAND...`: exit code 1 where the command failed, or anything but a browser's own housekeeping went to the network; 77 where
this machine cannot make such a network. `make canary` runs the test suite, the corpus and the demo in it. Linux only, as root or with user namespaces.

Inside the namespace all addresses are local (a route of type local for everything), a name server answers every name, and a listener accepts at the
usual ports; a packet socket sees attempts at all other ports, and requests to the dead port at which GDAL's proxy setting ends.
"""

from __future__ import annotations

import os
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

CANNOT = 77
INSIDE = "SPATIAL_CANARY"
PORTS = (53, 80, 443, 3128, 5432, 8080)
DEAD = 1  # the port at which GDAL's proxy setting ends
SYN, ACK = 2, 16
BROWSERS = ("chromium", "chrome", "firefox", "Socket Process")
MAKERS = ("googleapis.com", "google.com", "gstatic.com", "gvt1.com", "mozilla.com", "mozilla.org", "mozilla.net", "firefox.com")  # browsers look for updates
PROBE = """
import urllib.request
try:
    urllib.request.urlopen("http://canary.example/python", timeout=10)
except OSError:
    pass
import pyogrio
pyogrio.set_gdal_config_options({"GDAL_HTTP_TIMEOUT": "10"})
try:
    pyogrio.read_info("/vsicurl/http://canary.example/gdal.geojson")
except Exception:
    pass
"""


class Canary:
    """Listens at every address of the namespace and notes who knocks where."""

    def __init__(self) -> None:
        self.heard: Counter[tuple[str, str]] = Counter()
        self.names: dict[str, str] = {}  # each name its own address, so that a visit tells the name
        self._names = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        self._names.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        self._names.bind(("::", 53))
        self._doors = [_door(port) for port in PORTS]
        self._wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self._wire.bind(("lo", 0))
        for work in (self._answer, self._watch, *(lambda door=door: self._accept(door) for door in self._doors)):
            threading.Thread(target=work, daemon=True).start()

    def note(self, who: str, what: str) -> None:
        self.heard[who, what] += 1

    def _answer(self) -> None:
        """Every name has an address, so that the visit itself comes too."""
        while True:
            asked, sender = self._names.recvfrom(4096)
            who = owner("udp", sender[1])
            name, end = _name(asked, 12)
            address = self.names.setdefault(name, f"198.18.{len(self.names) // 250}.{len(self.names) % 250 + 1}")
            self.note(f"browser {who}" if who.startswith(BROWSERS) and name.endswith(MAKERS) else who, name)
            answer = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x01\x00\x04" + socket.inet_aton(address) if asked[end:end + 2] == b"\x00\x01" else b""
            self._names.sendto(asked[:2] + b"\x81\x80\x00\x01" + struct.pack("!H", bool(answer)) + bytes(4) + asked[12:end + 4] + answer, sender)

    def _accept(self, door: socket.socket) -> None:
        while True:
            visitor, _ = door.accept()
            with visitor:
                visitor.settimeout(2)
                try:
                    said = visitor.recv(2048).decode("latin-1").splitlines()
                    visitor.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                except OSError:
                    said = []
            if said and " HTTP/" in said[0] and not self.of_maker(next((line[5:].strip() for line in said if line.lower().startswith("host:")), "")):
                self.note("request", said[0][:200])

    def of_maker(self, name: str) -> bool:
        return name.endswith(MAKERS) and any(who.startswith("browser ") and asked == name for who, asked in self.heard)

    def _watch(self) -> None:
        while True:
            packet, at = self._wire.recvfrom(65535)
            if at[2] != socket.PACKET_OUTGOING:  # each packet of the loopback is seen twice
                continue
            for protocol, source, target, port in _first(packet[14:]):
                home = target.startswith("127.") or target == "::1"
                name = next((name for name, address in self.names.items() if address == target), target)
                if (not home or port == DEAD) and (protocol, port) != ("udp", 53) and not self.of_maker(name):  # names are noted when they are answered
                    self.note(owner(protocol, source), f"{protocol} {name} port {port}")


def _door(port: int) -> socket.socket:
    door = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)
    return door


def _name(packet: bytes, at: int) -> tuple[str, int]:
    """The name a question is about, and where the question's type stands."""
    parts = []
    while at < len(packet) and packet[at]:
        parts.append(packet[at + 1:at + 1 + packet[at]].decode("latin-1"))
        at += packet[at] + 1
    return ".".join(parts), at + 1


def _first(packet: bytes) -> Iterator[tuple[str, int, str, int]]:
    """(protocol, source port, target, port) where an IP packet opens a connection or is a datagram."""
    if len(packet) < 20:
        return
    if packet[0] >> 4 == 4:
        kind, target, body = packet[9], socket.inet_ntop(socket.AF_INET, packet[16:20]), packet[(packet[0] & 15) * 4:]
    elif packet[0] >> 4 == 6 and len(packet) >= 40:
        kind, target, body = packet[6], socket.inet_ntop(socket.AF_INET6, packet[24:40]), packet[40:]
    else:
        return
    if kind == socket.IPPROTO_TCP and len(body) >= 14 and body[13] & (SYN | ACK) == SYN:
        yield ("tcp", *struct.unpack("!H", body[:2]), target, *struct.unpack("!H", body[2:4]))
    elif kind == socket.IPPROTO_UDP and len(body) >= 8:
        source, port = struct.unpack("!HH", body[:4])
        if source != 53:  # the name server's own answers
            yield "udp", source, target, port


def owner(protocol: str, port: int) -> str:
    """The process that holds a local port, by name."""
    held = {line.split()[9] for table in (protocol, protocol + "6") for line in _lines(Path("/proc/net") / table)[1:] if line.split()[1].endswith(f":{port:04X}")}
    wanted = {f"socket:[{node}]" for node in held if node != "0"}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(os.readlink(link) in wanted for link in (process / "fd").iterdir()):
                words = (process / "cmdline").read_bytes().split(b"\0")
                return f"{(process / 'comm').read_text().strip()} ({b' '.join(words[:4]).decode(errors='replace')[:90]})"
        except OSError:
            continue
    return "a process that is gone"


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return [""]


def enter() -> int:
    """Start this script again inside a namespace of its own."""
    wanted = ("unshare", "ip")
    missing = [name for name in wanted if not shutil.which(name)]
    if missing:
        print("canary: cannot run here, missing", ", ".join(missing), file=sys.stderr)
        return CANNOT
    for way in (["unshare", "--net"], ["unshare", "--map-root-user", "--net"]):
        if subprocess.run([*way, "true"], check=False, capture_output=True).returncode == 0:
            return subprocess.run([*way, sys.executable, __file__, *sys.argv[1:]], env={**os.environ, INSIDE: "1"}, check=False).returncode
    print("canary: cannot run here, network namespaces are not allowed", file=sys.stderr)
    return CANNOT


def inside(command: list[str]) -> int:
    for line in ("link set lo up", "route add local 0.0.0.0/0 dev lo", "-6 route add local ::/0 dev lo"):
        subprocess.run(["ip", *line.split()], check=line.startswith(("link", "route")), stderr=subprocess.DEVNULL)
    canary = Canary()
    clean = {name: text for name, text in os.environ.items() if not name.lower().endswith("_proxy")}  # a proxy would be one address for all
    subprocess.run([sys.executable, "-c", PROBE], check=False, env=clean, stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    sung = {what for _, what in canary.heard}
    if not {"canary.example", "tcp canary.example port 80", "GET /python HTTP/1.1"} <= sung or not any("gdal.geojson" in what for what in sung):
        print("canary: does not hear a plain request of Python and GDAL:", sorted(sung), file=sys.stderr)
        return CANNOT
    canary.heard.clear()
    done = subprocess.run(command, check=False, env=clean).returncode
    time.sleep(0.5)
    own = {key: count for key, count in canary.heard.items() if key[0].startswith("browser ")}
    theirs = {key: count for key, count in canary.heard.items() if key not in own}
    for title, rows in (("a browser's own housekeeping, not the map's", own), ("WENT OUT", theirs)):
        for (who, what), count in sorted(rows.items()):
            print(f"canary: {title}: {who}: {what} ({count} times)")
    print(f"canary: {'quiet' if not theirs else 'SANG'}: {sum(theirs.values())} connections or names asked for by the command"
          f"{f', {sum(own.values())} by browsers themselves' if own else ''}; it heard the probes before", flush=True)
    return 1 if done or theirs else 0


if __name__ == "__main__":
    sys.exit(inside(sys.argv[1:]) if os.environ.get(INSIDE) else enter())
