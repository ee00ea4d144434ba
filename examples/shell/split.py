"""A bolt that splits sentences into words, with nothing but Python's standard library.

The protocol is Storm's: messages are JSON, each followed by a line `end`, on stdin and stdout. What is to be logged goes
to stderr.
"""
import json
import os
import sys


def read():
    lines = []
    for line in sys.stdin:
        if line == "end\n":
            return json.loads("".join(lines))
        lines.append(line)
    sys.exit()  # the topology has ended


def send(*messages):
    sys.stdout.write("".join(json.dumps(message) + "\nend\n" for message in messages))
    sys.stdout.flush()


# The first message says where to leave the pid; it has the configuration and the place in the topology, too.
setup = read()
pid = os.getpid()
open(os.path.join(setup["pidDir"], str(pid)), "w").close()
send({"pid": pid})

while True:
    tuple = read()
    if tuple["stream"] == "__heartbeat":
        send({"command": "sync"})
        continue
    (sentence,) = tuple["tuple"]
    # anchored: the sentence is replayed if a word fails; and nobody here waits for the ids of the tasks that get it
    words = [
        {"command": "emit", "tuple": [word], "anchors": [tuple["id"]], "need_task_ids": False}
        for word in sentence.split()
    ]
    send(*words, {"command": "ack", "id": tuple["id"]})
