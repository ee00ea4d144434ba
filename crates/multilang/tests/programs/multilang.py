"""A multilang library for the tests: no more than the protocol needs."""
import collections
import json
import os
import sys

pending_commands = collections.deque()
pending_ids = collections.deque()


def read():
    lines = []
    while True:
        line = sys.stdin.readline()
        if not line:
            sys.exit(0)
        if line == "end\n":
            return json.loads("".join(lines))
        lines.append(line)


def send(message):
    sys.stdout.write(json.dumps(message) + "\nend\n")
    sys.stdout.flush()


def handshake():
    setup = read()
    open(os.path.join(setup["pidDir"], str(os.getpid())), "w").close()
    send({"pid": os.getpid()})
    return setup


def command():
    if pending_commands:
        return pending_commands.popleft()
    while True:
        message = read()
        if not isinstance(message, list):
            return message
        pending_ids.append(message)


def task_ids():
    if pending_ids:
        return pending_ids.popleft()
    while True:
        message = read()
        if isinstance(message, list):
            return message
        pending_commands.append(message)


def emit(values, **more):
    send({"command": "emit", "tuple": values, **more})
    if more.get("need_task_ids", True) and "task" not in more:
        return task_ids()


def ack(tup):
    send({"command": "ack", "id": tup["id"]})


def fail(tup):
    send({"command": "fail", "id": tup["id"]})


def bolt(process):
    """Calls process(tuple) for each tuple and tick; answers heartbeats."""
    setup = handshake()
    while True:
        tup = command()
        if tup["stream"] == "__heartbeat":
            send({"command": "sync"})
        else:
            process(tup)
    return setup
