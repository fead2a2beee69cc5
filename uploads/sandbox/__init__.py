"""The sandbox: processes with limits for programs that read untrusted files, such as decoders and ffmpeg.

`run` starts them and waits for them; `enter` is the script that limits such a process before it executes the program.
"""
