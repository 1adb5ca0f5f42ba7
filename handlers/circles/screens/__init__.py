"""What savings circles look like in the chat: values and a translator in, a screen out."""
