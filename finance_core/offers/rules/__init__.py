"""The rules of offers, pure: how people are drawn, prices shown, texts judged, results told."""
