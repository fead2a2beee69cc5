"""Errors of S3 and of its connections, translated into those of the contract.

Neither logs nor responses have the original message, which may contain addresses, signatures and key ids.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from botocore.exceptions import HTTPClientError as _HTTPClientError
from urllib3.exceptions import HTTPError as _Urllib3Error

from uploads.storage.contract import InvalidParts, MissingObject, ObjectExists, StoreUnavailable

logger = logging.getLogger(__name__)

_MISSING = {"NoSuchKey", "NoSuchUpload", "404", "NotFound"}
_EXISTS = {"PreconditionFailed", "412"}
_PARTS = {"InvalidPart", "InvalidPartOrder", "EntityTooSmall"}


@contextmanager
def faults(operation: str) -> Iterator[None]:
    """Raise MissingObject, ObjectExists, InvalidParts or StoreUnavailable for errors inside the block."""
    try:
        yield
    except ClientError as error:
        raise _translated(operation, error) from None
    except (BotoCoreError, Boto3Error, _HTTPClientError, _Urllib3Error, OSError) as error:
        logger.error("s3 %s: %s", operation, type(error).__name__)
        raise StoreUnavailable from None


def code_of(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def status_of(error: ClientError) -> int | None:
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")


def _translated(operation: str, error: ClientError) -> Exception:
    code = code_of(error)
    if code in _MISSING:
        return MissingObject()
    if code in _EXISTS:
        return ObjectExists()
    if code in _PARTS:
        return InvalidParts()
    logger.error("s3 %s: %s %s", operation, status_of(error), code)
    return StoreUnavailable()
