from django.core.files.storage import Storage


class DiskStore(Storage):
    def __init__(self, **options):
        self.options = options
