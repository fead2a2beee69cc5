"""An app with handlers that real worker processes of the tests run; see tests/test_worker.py."""
