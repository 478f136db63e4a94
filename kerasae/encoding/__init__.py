"""Datasets as codes: what is encoded with what, and the Parquet files that it is kept in."""
