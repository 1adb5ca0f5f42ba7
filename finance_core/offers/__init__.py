"""Offers: what operators broadcast to people who have agreed to hear of it."""
