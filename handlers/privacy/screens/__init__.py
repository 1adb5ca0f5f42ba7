"""Screens: values and a translator in, a `Screen` out. No session, no aiogram."""
