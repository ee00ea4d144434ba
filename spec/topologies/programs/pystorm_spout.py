"""A spout of pystorm that replays by itself."""
import itertools

from pystorm.spout import ReliableSpout


class NumberSpout(ReliableSpout):
    def initialize(self, storm_conf, context):
        self.ids = itertools.count(1)
        self.most = storm_conf["count"]

    def activate(self):
        self.logger.info("activated")

    def next_tuple(self):
        id = next(self.ids)
        if id <= self.most:
            self.emit(["number %d" % id], tup_id=id)


NumberSpout().run()
