"""What the tests of importing do again and again."""

from django.core.management import call_command

from uploads.models import Upload


def imported(*arguments, **options):
    call_command("import_uploads", *map(str, arguments), organization="acme", verbosity=0, **options)


def by_name(name):
    return Upload.objects.get(original_filename=name)
