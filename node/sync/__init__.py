"""Sync with peers over HTTP: signed requests, guarded dialling, client and server."""
