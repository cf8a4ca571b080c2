"""What the KL term of the objective is, costs and buys: divergences, gradients, bounds and what they predict."""
