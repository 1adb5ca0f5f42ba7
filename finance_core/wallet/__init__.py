"""The wallet: money in and out, sends that wait to be accepted, requests, what happened."""
