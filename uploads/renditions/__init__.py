"""Renditions: pictures of images, videos, sounds and documents, each in its module.

Decoders run in the process `draw`, which `decoder` starts in the sandbox, without the settings of this installation. So
no module that `draw` imports may import Django.
"""
