"""Minutes and the meetings list as CSV: the columns, and the queries that feed them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import batched, islice
