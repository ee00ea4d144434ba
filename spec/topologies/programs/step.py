"""Passes ids on. How it misbehaves, once, when it gets id 4 for the first time, is its argument."""
import os
import sys
import time

from multilang import ack, command, emit, fail, handshake, send

setup = handshake()
folder = setup["conf"]["folder"]


def note(what, entry):
    with open(os.path.join(folder, what), "a") as book:
        book.write("%s\n" % entry)


def tries(id):
    with open(os.path.join(folder, "tries")) as book:
        return book.read().split().count(str(id))


def exits():
    print("no way on", file=sys.stderr)
    sys.exit(3)


def hangs():
    time.sleep(1000)


def garbage():
    print("this is for a person")


def killed():
    os.kill(os.getpid(), 9)


def unknown_id():
    send({"command": "ack", "id": "12345678901234567890"})


def unknown_command():
    send({"command": "dance"})


def floods():
    for number in range(100000):
        print("line %d" % number, file=sys.stderr)


def long_lines():
    print("x" * 10000000, file=sys.stderr)
    send({"command": "log", "msg": "y" * 10000000, "level": 1})


def talks():
    send({"command": "log", "msg": "a word of warning", "level": 3})
    send({"command": "error", "msg": "a complaint"})
    send({"command": "metrics", "name": "chosen", "params": 5})


def refuses(tup):
    fail(tup)
    return True


def fine():
    pass


misbehave = globals()[sys.argv[1]]
note("started", os.getpid())
while True:
    tup = command()
    if tup["stream"] == "__heartbeat":
        if sys.argv[1] != "fine" or len(sys.argv) == 2:
            send({"command": "sync"})
        continue
    if tup["stream"] == "__tick":
        note("ticks", tup["tuple"][0])
        ack(tup)
        continue
    id = tup["tuple"][0]
    note("tries", id)
    done = False
    if id == 4 and tries(id) == 1:
        done = misbehave(tup) if misbehave is refuses else misbehave()
    if not done:
        emit([id], anchors=[tup["id"]])
        ack(tup)
