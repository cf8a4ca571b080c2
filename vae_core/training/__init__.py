"""Training: fitting a model, runs and what they tell while they go on, and what is seen to go wrong."""
