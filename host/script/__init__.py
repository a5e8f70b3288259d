"""Talk scripts: templates, banks and the product's fields in them."""

from host.script.script import BEATS, GESTURES, MORE_BEATS, Scripts, Variant, load_scripts

__all__ = ["BEATS", "GESTURES", "MORE_BEATS", "Scripts", "Variant", "load_scripts"]
