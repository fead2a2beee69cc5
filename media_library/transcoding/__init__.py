"""Transcoding: from a video to adaptive HLS streams (RFC 8216) by one job, one ffmpeg process and one transaction."""
