"""What the merchant sells, read from .csv, .xlsx or .toml into one model."""

from host.lineup.load import load_lineup

__all__ = ["load_lineup"]
