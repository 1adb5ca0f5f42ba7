"""The desk's half of offers: audiences, and what is sent to them."""
