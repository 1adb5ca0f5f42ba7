"""The demo's institution and its travels through time."""
