"""Pictures made from files: images, videos, sounds and documents, each in its module.

The decoders run in a process of their own, `draw`, which `decoder` starts in the sandbox, without the settings of
this installation. So no module that `draw` imports may import Django.
"""
