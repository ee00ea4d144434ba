"""A spout: emits 1 to the number of its argument, each until it is acked."""
import os
import sys
import time

from multilang import command, emit, handshake, send

folder = handshake()["conf"]["folder"]


def note(what, entry):
    with open(os.path.join(folder, what), "a") as book:
        book.write("%s\n" % entry)


last, again = 0, []
while True:
    message = command()
    what = message["command"]
    if what == "next" and (again or last < int(sys.argv[1])):
        if again:
            id = again.pop()
        else:
            last = id = last + 1
            note("emitted", id)
        emit([id], id=id, need_task_ids=False)
    elif what == "next":
        time.sleep(0.001)
    elif what == "ack":
        note("acked", message["id"])
    elif what == "fail":
        note("failed", message["id"])
        again.append(message["id"])
    else:
        note("told", '"%s"' % what)
    send({"command": "sync"})
