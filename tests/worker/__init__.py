"""An app with handlers that real worker processes of the tests run; see tests/worker/test_worker.py."""
