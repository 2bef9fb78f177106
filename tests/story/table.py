# SPDX-License-Identifier: MIT
"""What the story prints: steps with their evidence, and the table at the end."""

import sys
import textwrap


class Table:
    def __init__(self, out=sys.stdout):
        self.rows = []
        self._out = out

    def chapter(self, title):
        self._print("\n%d. %s" % (self._chapters(), title))

    def _chapters(self):
        self._chapter = getattr(self, "_chapter", 0) + 1
        return self._chapter

    def say(self, text):
        """One line of evidence."""
        self._print("   " + text)

    def check(self, step, expected, seen, ok):
        """A row: what was expected, what was seen, and whether they agree."""
        self.rows.append((step, expected, seen, ok))
        self._print("   %s %s: %s" % ("=>" if ok else "!!", step, seen))
        return ok

    def failed(self):
        return [row for row in self.rows if not row[3]]

    def print(self):
        widths = (34, 34, 40)
        self._print("\n" + self._line(("step", "expected", "seen"), widths))
        self._print("  ".join("-" * w for w in widths))
        for step, expected, seen, ok in self.rows:
            cells = [textwrap.wrap(str(c), w) or [""] for c, w in
                     zip((step, expected, seen if ok else "MISMATCH: " + seen),
                         widths)]
            for i in range(max(map(len, cells))):
                self._print(self._line([c[i] if i < len(c) else ""
                                        for c in cells], widths))
        bad = len(self.failed())
        self._print("\n%d passed, %d failed" % (len(self.rows) - bad, bad))

    @staticmethod
    def _line(cells, widths):
        return "  ".join(c.ljust(w) for c, w in zip(cells, widths)).rstrip()

    def _print(self, text):
        print(text, file=self._out, flush=True)
