"""From one video to streams of several sizes (HLS, RFC 8216): one job, one ffmpeg, one switch."""
