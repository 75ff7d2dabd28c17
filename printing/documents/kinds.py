"""The union types of all documents."""

from __future__ import annotations

from .certificates.certificate import Certificate
from .own_data import ApplicationForm, Receipt, Report, TestPage

Paper = Receipt | ApplicationForm | Report | TestPage
"""A document that the terminal itself typesets."""
Document = Certificate | Paper
