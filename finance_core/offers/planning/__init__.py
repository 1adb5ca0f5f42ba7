"""Planning: offers with their texts and pictures, and the broadcasts that carry them, up to the moment they start."""
