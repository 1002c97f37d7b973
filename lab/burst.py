"""Sends UDP datagrams, each of a connection of its own: python3 burst.py ADDRESS COUNT PER_SECOND FIRST_PORT [FILE]. Prints how many left,
and in how many seconds; into FILE goes the destination port of each and when it left, in milliseconds."""

import socket
import sys
import time

address, count, rate, first = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
PORTS = 60_000
sent = 0
times = []
begin = time.monotonic()
sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(1 + count // PORTS)]
for one in sockets:
    one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 22)
for n in range(count):
    while True:
        try:
            times.append((1 + (first + n) % PORTS, int(time.time() * 1000)))
            sockets[n // PORTS].sendto(b"x", (address, times[-1][0]))
            sent += 1
            break
        except OSError:
            times.pop()
            time.sleep(0.001)
    if n % 50 == 49:
        ahead = (n + 1) / rate - (time.monotonic() - begin)
        if ahead > 0:
            time.sleep(ahead)
print(sent, round(time.monotonic() - begin, 3))
if len(sys.argv) > 5:
    with open(sys.argv[5], "w") as file:
        file.writelines(f"{port} {at}\n" for port, at in times)
