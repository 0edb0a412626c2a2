"""Records come in: a dataset's manifest, consent registry and card, as raw columns and raw text."""

from facelint.records.batch import Batch
from facelint.records.config import Config
from facelint.records.dataset import Dataset, open_dataset
from facelint.records.manifest import Manifest
from facelint.records.registry import Registry, RegistryTable

__all__ = ["Batch", "Config", "Dataset", "Manifest", "Registry", "RegistryTable", "open_dataset"]
