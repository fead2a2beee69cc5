"""The containers that FFmpeg may open. It opens local files of these alone, and none to which they refer."""

PROTOCOLS = "file"
CONTAINERS = "mov,matroska,webm,avi,mpegts,mp3,wav,w64,aac,flac,ogg"  # names of FFmpeg's demuxers
OPTIONS = {"protocol_whitelist": PROTOCOLS, "format_whitelist": CONTAINERS}  # of PyAV
