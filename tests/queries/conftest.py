"""Laws are tried without a stop-watch: on a busy machine an example's time says nothing about the code."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
