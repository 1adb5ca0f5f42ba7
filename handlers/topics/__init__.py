"""Questions: which topic was asked, the answer shown, whether it helped, and handing over to a person."""
