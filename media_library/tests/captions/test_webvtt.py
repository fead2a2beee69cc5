"""Captions as people have them become WebVTT."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_library.captions.webvtt import webvtt

SRT = "1\n00:00:01,000 --> 00:00:02,500\nGrüße\n\n2\n00:00:03,000 --> 00:00:04,000\n<i>Zwei</i>\nZeilen\n"


def cues(text):
    """The blocks after the header."""
    return text.strip().split("\n\n")[1:]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_subrip_of_any_encoding(encoding, newline):
    made = webvtt(SRT.replace("\n", newline).encode(encoding))
    assert made.startswith("WEBVTT\nX-TIMESTAMP-MAP=")
    assert cues(made) == [
        "00:00:01.000 --> 00:00:02.500\nGrüße",
        "00:00:03.000 --> 00:00:04.000\n<i>Zwei</i>\nZeilen",
    ]


@pytest.mark.parametrize(
    ("given_text", "cue"),
    [
        ("0:00:01,5 --> 0:00:02,50  X1:1 X2:2 Y1:1 Y2:2\nx", "00:00:01.500 --> 00:00:02.500\nx"),
        ("00:00:01.000 --> 00:00:02.000\nx", "00:00:01.000 --> 00:00:02.000\nx"),
        (
            '00:00:01,000 --> 00:00:02,000\n{\\an8}<font color="red">a</font> & <b>b</b>',
            "00:00:01.000 --> 00:00:02.000\na &amp; <b>b</b>",
        ),
        ("00:00:01,000 --> 00:00:02,000\n<script>1 < 2", "00:00:01.000 --> 00:00:02.000\n&lt;script&gt;1 &lt; 2"),
        ("100:00:01,000 --> 100:00:02,000\nx", "100:00:01.000 --> 100:00:02.000\nx"),
    ],
    ids=["one digit and coordinates", "points", "styles", "markup", "long"],
)
def test_a_cue_of_subrip(given_text, cue):
    assert cues(webvtt(given_text.encode())) == [cue]


def test_webvtt_keeps_its_cues_and_settings_and_loses_styles_and_notes():
    text = (
        "WEBVTT - a title\n\nSTYLE\n::cue { background: url(https://elsewhere.example/) }\n\nNOTE a secret\n\n"
        "first\n00:01.000 --> 00:02.000 align:start region:up line:0\n<v Ann>Hi</v>\n"
    )
    assert cues(webvtt(text.encode())) == ["00:00:01.000 --> 00:00:02.000 align:start line:0\n<v Ann>Hi</v>"]


@pytest.mark.parametrize(
    "data", [b"", b"WEBVTT\n", b"just a text", b"\x00" * 99, b"1\n00:00:01,000 --> 00:00:02,000\n\n"]
)
def test_a_text_without_a_cue_gives_nothing(data):
    assert webvtt(data) == ""


@given(st.binary(max_size=300), st.sampled_from(["", "WEBVTT\n\n"]))
def test_any_bytes_give_webvtt_or_nothing(data, head):
    made = webvtt(head.encode() + b"00:00:01.000 --> 00:00:02.000\n" + data)
    assert made == "" or made.startswith("WEBVTT\n")
    assert all(cue.count("-->") == 1 for cue in cues(made)) or not made
