"""Products as data: versioned terms, loaded from a TOML file. A contract keeps the version it was sold under."""

from finance_core.catalogue.models import ProductVersion
from finance_core.catalogue.service import apply_file, names, product, product_version, products_of

__all__ = ["ProductVersion", "apply_file", "names", "product", "product_version", "products_of"]
