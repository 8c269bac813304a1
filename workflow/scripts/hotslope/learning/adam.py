"""Adam, which follows a gradient down."""

import torch

#: Decay of the means of the gradient and of its square, and what their divisor never falls below.
BETAS, EPSILON = (0.9, 0.999), 1e-8


class Adam:
    """Steps of Adam (Kingma & Ba 2015), in place; torch's own costs a second to load."""

    def __init__(self, weights: torch.Tensor, learning_rate: float) -> None:
        self.weights = weights
        self.learning_rate = learning_rate
        self.steps = 0
        self.mean, self.square, self.divisor = (torch.zeros_like(weights) for _ in range(3))

    def step(self, gradient: torch.Tensor) -> None:
        """Move the weights once."""
        self.steps += 1
        self.mean.mul_(BETAS[0]).add_(gradient, alpha=1 - BETAS[0])
        self.square.mul_(BETAS[1]).addcmul_(gradient, gradient, value=1 - BETAS[1])
        # Both means start at zero; the factors undo it, put where they cost least.
        root = (1 - BETAS[1] ** self.steps) ** 0.5
        rate = self.learning_rate * root / (1 - BETAS[0] ** self.steps)
        torch.sqrt(self.square, out=self.divisor).add_(EPSILON * root)
        self.weights.addcdiv_(self.mean, self.divisor, value=-rate)
