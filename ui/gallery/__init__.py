"""Makes pictures of every page, measures them, and lists what is wrong with each."""

from .make import make_gallery
from .report import GalleryReport, Picture
from .screens import SCREENS

__all__ = ["SCREENS", "GalleryReport", "Picture", "make_gallery"]
