"""Importers and exporters: other formats in, other formats out."""
