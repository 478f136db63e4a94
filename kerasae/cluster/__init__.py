"""Clusters of Ray's, which is imported only where one is asked for."""
