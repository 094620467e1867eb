"""What is in a file? Recognise its format, or guess a first mapping for a person to correct."""

from groundplan.importer.inspect.inspection import Inspection, SeenColumn, inspect_file
from groundplan.importer.inspect.recognising import UnknownFormat, recognised

__all__ = ["Inspection", "SeenColumn", "UnknownFormat", "inspect_file", "recognised"]
