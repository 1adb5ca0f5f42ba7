"""The running processes of a deployment: what each is made of, how they are started, watched and stopped."""
