"""The wallet: top up, send, request, withdraw, links."""
