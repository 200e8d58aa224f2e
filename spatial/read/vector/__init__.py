"""Vector files in: what a file is, its layers, and one layer as a raw frame with every doubt reported."""

from spatial.read.vector.layers import Place, list_layers, read_vector, run_skipped
from spatial.read.vector.sniff import Kind, sniff

__all__ = ["Kind", "Place", "list_layers", "read_vector", "run_skipped", "sniff"]
