"""Pictures made from files: images, videos, sounds and documents, each in its module.

The decoders run in a process of their own (`sandbox` starts it, `draw` is it) with limits on memory, time and output
and without the settings of this installation. So nothing in here but `sandbox` imports Django.
"""
