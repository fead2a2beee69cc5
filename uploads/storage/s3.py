from django.core.files.storage import Storage


class S3Store(Storage):
    def __init__(self, **options):
        self.options = options
