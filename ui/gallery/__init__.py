"""Every page there is, as pictures, with the figures of each and whatever is wrong with it."""

from .make import make_gallery
from .report import GalleryReport, Picture
from .screens import SCREENS

__all__ = ["SCREENS", "GalleryReport", "Picture", "make_gallery"]
