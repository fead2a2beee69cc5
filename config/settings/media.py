"""Video and audio: local or remote transcoding, and playback."""

from config.environment import env

TRANSCODE_PRESET = env.TRANSCODE_PRESET  # of x264: from ultrafast (large files) to veryslow (small ones)
TRANSCODE_TIMEOUT = env.TRANSCODE_TIMEOUT  # seconds that one attempt may take
TRANSCODE_DIR = env.TRANSCODE_DIR  # working folders of attempts: needs twice the size of the largest video
TRANSCODER_URL = env.TRANSCODER_URL  # the remote transcoder; empty: ffmpeg on this machine
TRANSCODER_SENDER = "media_library.transcoding.remote.send_to_webhook"  # a function that sends the job message
TRANSCODER_SECRET = env.TRANSCODER_SECRET  # signs messages to and from it
PLAYBACK_SECONDS = env.PLAYBACK_SECONDS  # lifetime of the URLs for players
