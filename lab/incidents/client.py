"""A client as workloads in Python are: urllib, a thread for each call, and the messages that Python has for what goes wrong."""
import json
import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

own = {}
under_way = {}
closing = threading.Event()
writing = threading.Lock()


def tell(told):
    with writing:
        os.write(1, (json.dumps(told) + "\n").encode())


def now():
    return int(time.time() * 1000)


def log(level, text):
    if own["logs"] == "none":
        return
    stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime()) + ",%03d" % (now() % 1000)
    if own["logs"] == "json":
        text = json.dumps({"asctime": stamp, "levelname": level, "name": own["name"], "message": text})
    else:
        text = "%s %s %s %s" % (stamp, level, own["name"], text)
    tell({"event": "log", "at": now(), "stream": "stderr", "level": "", "text": text})


def called(call, at, ok, status, error_type, message):
    tell({
        "event": "called", "n": call["n"], "at": at, "until": now(), "ok": ok, "status": status,
        "errorType": error_type, "message": message, "peerIp": None, "localPort": None,
    })


def make(call):
    if closing.is_set():
        return
    at = now()
    under_way[call["n"]] = (call, at)
    url = "http://%s:%d%s" % (call["host"], call["port"], call["path"])
    try:
        with urllib.request.urlopen(url, timeout=call["timeoutMs"] / 1000) as answer:
            under_way.pop(call["n"], None)
            called(call, at, True, answer.status, "", "")
            log("INFO", "fetched %s status=%d" % (url, answer.status))
            if "hold=" in call["path"]:
                answer.fp.raw._sock.settimeout(60)
            answer.read()
    except urllib.error.HTTPError as error:
        called(call, at, False, error.code, "HTTPError", str(error))
        log("ERROR", "fetch of %s failed: %s" % (url, error))
    except Exception as error:
        if call["n"] in under_way:
            called(call, at, False, 0, type(error).__name__, str(error))
            log("ERROR", "fetch of %s failed: %s" % (url, error))
    finally:
        under_way.pop(call["n"], None)


def close(*_):
    closing.set()
    threading.Thread(target=end).start()


def end():
    log("INFO", "SIGTERM received, closing")
    time.sleep(own["graceMs"] / 1000)
    for call, at in list(under_way.values()):
        called(call, at, False, 0, "SystemExit", "interrupted")
        log("ERROR", "fetch of http://%s:%d%s was interrupted by the end of the process" % (call["host"], call["port"], call["path"]))
    os._exit(0)


def schedule(work):
    for call in sorted(work["calls"], key=lambda each: each["atMs"]):
        time.sleep(max(0, (work["startAt"] + call["atMs"]) / 1000 - time.time()))
        threading.Thread(target=make, args=(call,), daemon=True).start()


signal.signal(signal.SIGTERM, close)
own.update(json.loads(sys.stdin.readline()))
tell({"event": "ready"})
work = sys.stdin.readline()
if work:
    threading.Thread(target=schedule, args=(json.loads(work),), daemon=True).start()
    sys.stdin.read()
os._exit(0)
