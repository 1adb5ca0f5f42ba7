"""What is held on people: closing an account, erasing, and handing over all of it. What that is, the lines declare."""
