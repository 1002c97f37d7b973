"""Sends UDP datagrams, each of a connection of its own: python3 burst.py ADDRESS COUNT PER_SECOND FIRST_PORT. Prints how many left."""

import socket
import sys
import time

address, count, rate, first = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
PORTS = 60_000
sent = 0
begin = time.monotonic()
sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(1 + count // PORTS)]
for one in sockets:
    one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 22)
for n in range(count):
    while True:
        try:
            sockets[n // PORTS].sendto(b"x", (address, 1 + (first + n) % PORTS))
            sent += 1
            break
        except OSError:
            time.sleep(0.001)
    if n % 50 == 49:
        ahead = (n + 1) / rate - (time.monotonic() - begin)
        if ahead > 0:
            time.sleep(ahead)
print(sent, round(time.monotonic() - begin, 3))
