"""What every conversation needs: who talks, what they mean, questions, cards with Confirm, and showing screens."""
