"""Reports: parameters, what a place's report stands on, running, rendering, the site, manifests.

What notebooks use stands in ``__init__.pyi`` and is loaded when it is asked for: the command line, which only
asks what is up to date, need not wait for models and figures.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
