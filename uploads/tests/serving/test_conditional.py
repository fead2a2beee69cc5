"""Preconditions and byte ranges, header by header."""

from datetime import UTC, datetime

import pytest
from django.utils.datastructures import CaseInsensitiveMapping
from hypothesis import given
from hypothesis import strategies as st

from uploads.errors import RangeNotSatisfiable
from uploads.serving.conditional import (
    ByteRange,
    PreconditionResult,
    Validators,
    evaluate_preconditions,
    requested_range,
)

STATE = Validators('"abc"', datetime(2026, 3, 1, 12, 0, 0, 500_000, tzinfo=UTC))
WEAK = Validators('W/"abc"', STATE.modified_at)
THEN, BEFORE, LATER = (f"Sun, 01 Mar 2026 {time} GMT" for time in ("12:00:00", "11:59:59", "12:00:01"))


def headers(**values):
    return CaseInsensitiveMapping({name.replace("_", "-"): value for name, value in values.items()})


@pytest.mark.parametrize(
    ("range_", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, 10),
        ("bytes=-1", 9, 10),
        ("bytes=-99", 0, 10),
        ("bytes=5-9", 5, 10),
        ("bytes=0-999999999", 0, 10),
        ("bytes=9-9", 9, 10),
        ("BYTES= 2-3 ", 2, 4),
    ],
)
def test_a_range_names_its_bytes(range_, start, end):  # SV-01
    assert requested_range(headers(Range=range_), STATE, 10) == ByteRange(start, end, 10)


@pytest.mark.parametrize(
    "range_",
    [
        *("bytes=10-5", "bytes=", "bytes=-", "bytes=a-b", "items=0-1", "", "bytes", "bytes=0-1,3-4", "bytes=0x1-2"),
        *(
            "bytes=٣-٤",
            "bytes=+1-2",
            "bytes=1--2",
            "bytes=" + "9" * 5000 + "-",
            "bytes=0-1;",
            "bytes=0-" + "," * 100_000,
        ),
    ],
)
def test_what_is_no_single_valid_range_is_ignored(range_):  # SV-02, FZ-10
    assert requested_range(headers(Range=range_), STATE, 10) is None


@pytest.mark.parametrize(("range_", "size"), [("bytes=10-", 10), ("bytes=-0", 10), ("bytes=0-", 0), ("bytes=-5", 0)])
def test_a_range_outside_the_file_cannot_be_satisfied(range_, size):  # SV-02
    with pytest.raises(RangeNotSatisfiable) as caught:
        requested_range(headers(Range=range_), STATE, size)
    assert caught.value.size == size


@given(st.text(alphabet="bytes=0123456789-, \t", max_size=40), st.integers(0, 50))
def test_no_range_header_leads_outside_the_file(range_, size):
    try:
        found = requested_range(headers(Range=range_), STATE, size)
    except RangeNotSatisfiable:
        return
    assert found is None or 0 <= found.start < found.end <= size


@pytest.mark.parametrize("if_range", ['"abc"', THEN])
def test_if_range_keeps_the_range_of_an_unchanged_file(if_range):  # SV-06
    assert requested_range(headers(Range="bytes=0-1", If_Range=if_range), STATE, 10) == ByteRange(0, 2, 10)


@pytest.mark.parametrize("if_range", ['"other"', 'W/"abc"', BEFORE, LATER, "nonsense", ""])
def test_if_range_of_another_state_gets_everything(if_range):  # SV-06
    assert requested_range(headers(Range="bytes=0-1", If_Range=if_range), STATE, 10) is None


def test_a_weak_tag_never_holds_for_a_range():
    assert requested_range(headers(Range="bytes=0-1", If_Range='W/"abc"'), WEAK, 10) is None


@pytest.mark.parametrize(
    ("sent", "verdict"),
    [
        ({}, PreconditionResult.PASSED),
        ({"If_None_Match": '"abc"'}, PreconditionResult.NOT_MODIFIED),
        ({"If_None_Match": 'W/"abc"'}, PreconditionResult.NOT_MODIFIED),
        ({"If_None_Match": "*"}, PreconditionResult.NOT_MODIFIED),
        ({"If_None_Match": '"x", "abc"'}, PreconditionResult.NOT_MODIFIED),
        ({"If_None_Match": '"x"'}, PreconditionResult.PASSED),
        ({"If_None_Match": "abc"}, PreconditionResult.PASSED),
        ({"If_None_Match": '"x"', "If_Modified_Since": LATER}, PreconditionResult.PASSED),
        ({"If_Modified_Since": THEN}, PreconditionResult.NOT_MODIFIED),
        ({"If_Modified_Since": LATER}, PreconditionResult.NOT_MODIFIED),
        ({"If_Modified_Since": BEFORE}, PreconditionResult.PASSED),
        ({"If_Modified_Since": "yesterday"}, PreconditionResult.PASSED),
        ({"If_Match": '"abc"'}, PreconditionResult.PASSED),
        ({"If_Match": "*"}, PreconditionResult.PASSED),
        ({"If_Match": '"x"'}, PreconditionResult.FAILED),
        ({"If_Match": 'W/"abc"'}, PreconditionResult.FAILED),
        ({"If_Match": '"abc"', "If_Unmodified_Since": BEFORE}, PreconditionResult.PASSED),
        ({"If_Unmodified_Since": THEN}, PreconditionResult.PASSED),
        ({"If_Unmodified_Since": BEFORE}, PreconditionResult.FAILED),
        ({"If_Unmodified_Since": "yesterday"}, PreconditionResult.PASSED),
        ({"If_Match": '"x"', "If_None_Match": '"abc"'}, PreconditionResult.FAILED),
        ({"If_Match": '"abc"', "If_None_Match": '"abc"'}, PreconditionResult.NOT_MODIFIED),
    ],
)
def test_preconditions_are_judged_in_their_order(sent, verdict):  # SV-06
    assert evaluate_preconditions(headers(**sent), STATE) is verdict
