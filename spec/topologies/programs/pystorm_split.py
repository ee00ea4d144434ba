"""The bolt of pystorm's documentation, and one of another kind: argument `split` or `count`."""
import sys

from pystorm.bolt import BatchingBolt, Bolt


class SentenceSplitterBolt(Bolt):
    def process(self, tup):
        if tup.values.text == "bad":
            raise ValueError("cannot split " + tup.values.text)
        for word in tup.values.text.split():
            self.emit([word])


class IdsBolt(Bolt):
    def process(self, tup):
        for word in tup.values.text.split():
            ids = self.emit([word], need_task_ids=True)
            assert len(ids) == 1 and self.context["task->component"][str(ids[0])] == "count", ids


class WordCounterBolt(BatchingBolt):
    def group_key(self, tup):
        return tup.values.word

    def process_batch(self, key, tups):
        self.emit([key, len(tups)])


{"split": SentenceSplitterBolt, "ids": IdsBolt, "count": WordCounterBolt}[sys.argv[1]]().run()
