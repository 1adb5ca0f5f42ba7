"""Which topic a question is about: a linear model over n-grams, learnt beforehand from patterns (`training`)."""
