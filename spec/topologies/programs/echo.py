"""Emits what it gets."""
from multilang import ack, bolt, emit


def process(tup):
    emit(tup["tuple"], anchors=[tup["id"]])
    ack(tup)


bolt(process)
