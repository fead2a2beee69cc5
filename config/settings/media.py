"""Video and sound: transcoding here or elsewhere, and playback."""

from config.environment import env

TRANSCODE_PRESET = env.TRANSCODE_PRESET  # of x264: from ultrafast (large files) to veryslow (small ones)
TRANSCODE_TIMEOUT = env.TRANSCODE_TIMEOUT  # seconds that one attempt may take
TRANSCODE_DIR = env.TRANSCODE_DIR  # where an attempt keeps what it works on: twice the largest video
TRANSCODER_URL = env.TRANSCODER_URL  # where jobs are sent; empty: ffmpeg does them here
TRANSCODER_SENDER = "media_library.transcoding.remote.send_to_webhook"  # how; a function of the job message
TRANSCODER_SECRET = env.TRANSCODER_SECRET  # signs what is sent there and what comes back
PLAYBACK_SECONDS = env.PLAYBACK_SECONDS  # for how long an address to play is good
