"""A bolt of pystorm at its defaults: splits sentences, and writes down how long that took, from its first to its last."""
import json
import time

from pystorm.bolt import Bolt


class SplitBolt(Bolt):
    def initialize(self, storm_conf, context):
        self.left = storm_conf["tuples"]
        self.report = storm_conf["report"]
        self.started = None

    def process(self, tup):
        if self.started is None:
            self.started = time.monotonic()
            self.cpu = time.process_time()
        for word in tup.values[0].split():
            self.emit([word])
        self.left -= 1
        if self.left == 0:
            seconds, cpu = time.monotonic() - self.started, time.process_time() - self.cpu
            with open(self.report, "w") as file:
                json.dump({"seconds": seconds, "cpu": cpu}, file)


SplitBolt().run()
