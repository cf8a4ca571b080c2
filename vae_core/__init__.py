"""Autoencoders and variational autoencoders on handwritten digits: models, training and latent-space maths."""
