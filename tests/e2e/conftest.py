from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e import cluster
from tests.e2e.cluster import Cluster, Coop


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Cluster]:
    with cluster.cluster(tmp_path / "nodes") as one:
        yield one


@pytest.fixture
def three(place: Cluster) -> list[Coop]:
    return place.network("Alba", "Birch", "Cedar")
