"""Laws are tried without a stop-watch, because on a busy machine a time says nothing."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
