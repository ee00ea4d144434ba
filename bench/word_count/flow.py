"""python flow.py FLOW BATCH TEXT: counts the words of TEXT with bytewax and prints how it went as one JSON object.

FLOW is "documented" (the word count of bytewax's documentation: lower case, tokens by a regular expression, count_final),
"split" (the same with line.split(), the work that the Ruby programs do) or "running" (line.split(), and for every word its
count so far, as the Ruby bolts emit it). The lines are preloaded; TestingSource hands them over in batches of BATCH
(FileSource with the same batch size is as fast). Time counts from the first look at the input to the end of the flow.
"""

import gc
import hashlib
import json
import re
import sys
import time

import bytewax.operators as op
from bytewax.dataflow import Dataflow
from bytewax.outputs import DynamicSink, StatelessSinkPartition
from bytewax.testing import TestingSource, run_main

FLOW, BATCH, TEXT = sys.argv[1], int(sys.argv[2]), sys.argv[3]


class Lines:
    """The preloaded lines; notes when they are first looked at."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.lines = file.read().splitlines()

    def __iter__(self):
        self.cpu = time.process_time()
        self.started = time.perf_counter()
        return iter(self.lines)


def lower(line):
    return line.lower()


def tokenize(line):
    return re.findall(r'[^\s!,.?":;0-9]+', line)


class Counts(DynamicSink, StatelessSinkPartition):
    """Keeps the last count of each word."""

    def __init__(self):
        self.counts = {}

    def build(self, step_id, worker_index, worker_count):
        return self

    def write_batch(self, items):
        self.counts.update(items)


def count_on(total, _word):
    total = (total or 0) + 1
    return total, total


lines = Lines(TEXT)
counts = Counts()
flow = Dataflow("word_count")
stream = op.input("input", flow, TestingSource(lines, batch_size=BATCH))
if FLOW == "documented":
    stream = op.map("lower", stream, lower)
    stream = op.flat_map("tokenize", stream, tokenize)
else:
    stream = op.flat_map("tokenize", stream, lambda line: line.split())
if FLOW == "running":
    stream = op.key_on("key", stream, lambda word: word)
    stream = op.stateful_map("count", stream, count_on)
else:
    stream = op.count_final("count", stream, lambda word: word)
op.output("output", stream, counts)

assert gc.isenabled()
run_main(flow)
seconds = time.perf_counter() - lines.started
cpu = time.process_time() - lines.cpu
text = "".join(f"{word} {count}\n" for word, count in sorted(counts.counts.items()))
print(
    json.dumps(
        {
            "seconds": seconds,
            "cpu": cpu,
            "lines": len(lines.lines),
            "words": sum(counts.counts.values()),
            "digest": hashlib.sha256(text.encode()).hexdigest()[:16],
        }
    )
)
