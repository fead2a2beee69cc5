"""Processes for programs that read what strangers made: decoders, probes, ffmpeg.

`run` starts them and waits for them, `enter` is the script by which such a process limits itself before the program
takes its place.
"""
