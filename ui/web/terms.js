/**
 * Every term that is explained on hover, focus and tap: the one place for them. A page marks a term by the link
 * `[KL](#term-kl)`, a live component by `glossed("KL in nats", "kl")` of glosses.js.
 */

/** @typedef {{name: string, words: string, pattern: RegExp}} Term */

/** @type {Record<string, Term>} by key; `pattern` finds the term in a page's text */
export const TERMS = {
  ae: {
    name: "AE, autoencoder",
    words: "Two networks trained together: the encoder turns a picture into a few numbers, the decoder turns those numbers back into a picture.",
    pattern: /\bAEs?\b/,
  },
  vae: {
    name: "VAE, variational autoencoder",
    words: "An autoencoder that gives each picture a small cloud of codes instead of one, and is trained to keep all clouds together around 0. A point drawn from N(0, I) then decodes to something it knows.",
    pattern: /\bVAEs?\b/,
  },
  dae: {
    name: "DAE, denoising autoencoder",
    words: "An autoencoder that is given a corrupted picture and has to return the clean one.",
    pattern: /\bDAEs?\b|\b[Dd]enoising autoencoders?\b/,
  },
  z: {
    name: "z",
    words: "The usual letter for a code: the few numbers that a decoder turns into a picture.",
    pattern: /(?<![\w|])z(?![\w|₀-₉])/,
  },
  code: {
    name: "code",
    words: "The numbers that the encoder makes of a picture, 2 to 64 of them here in place of 784 pixels. They are all that the decoder gets.",
    pattern: /\bcodes?\b/,
  },
  "latent-space": {
    name: "latent space",
    words: "The space of all codes. Every point in it can be decoded, whether or not a picture has its code there.",
    pattern: /\blatent spaces?\b/i,
  },
  coordinate: {
    name: "latent coordinate",
    words: "One of the numbers of a code. Each slider moves one.",
    pattern: /\b(latent )?coordinates?\b/i,
  },
  active: {
    name: "active coordinate",
    words: "One whose value depends on the picture. A VAE often leaves coordinates unused: moving an inactive one changes nothing.",
    pattern: /\b(in)?active\b/i,
  },
  prior: {
    name: "N(0, I)",
    words: "The standard normal distribution: every coordinate is drawn by itself from a bell curve with mean 0 and deviation 1. A VAE is trained to keep its codes there.",
    pattern: /N\(0, [I1]\)/,
  },
  "fitted-gaussian": {
    name: "fitted Gaussian",
    words: "The bell-shaped cloud with the same mean and the same spread in every direction as the codes of the digits.",
    pattern: /\bfitted Gaussian\b/i,
  },
  posterior: {
    name: "q(z|x)",
    words: "The cloud of codes that a VAE's encoder gives to one picture x: a mean mu and a deviation sigma for every coordinate.",
    pattern: /q\(z\|x\)/,
  },
  sigma: {
    name: "sigma, σ",
    words: "The Greek letter for a standard deviation: how wide something spreads around its mean.",
    pattern: /(?<![-\w])sigma\b|σ/,
  },
  kl: {
    name: "KL, Kullback–Leibler divergence",
    words: "How far one distribution is from another: 0 where they are equal, and never negative. A VAE pays it for every code that is not like N(0, I).",
    pattern: /\bKL\b/,
  },
  nat: {
    name: "nat",
    words: "The unit of information that goes with natural logarithms; 1 nat is 1.44 bits.",
    pattern: /\bnats?\b/,
  },
  "squared-error": {
    name: "squared error",
    words: "The difference between two pictures: per pixel, squared, summed over all pixels. 0 for equal pictures.",
    pattern: /\bsq(\.|uared) error\b/i,
  },
  bce: {
    name: "BCE, binary cross-entropy",
    words: "How badly a picture is predicted pixel by pixel, in nats, where each pixel's grey counts as the chance of white.",
    pattern: /\bBCE\b|\bcross-entropy\b/i,
  },
  psnr: {
    name: "PSNR, peak signal-to-noise ratio",
    words: "Likeness of two pictures in decibels, from the mean squared error. More is better; 10 dB more is a tenth of the error.",
    pattern: /\bPSNR\b/,
  },
  ssim: {
    name: "SSIM, structural similarity",
    words: "Likeness of two pictures that compares brightness, contrast and structure in small windows: 1 for equal pictures, about 0 for unrelated ones.",
    pattern: /\bSSIM\b/,
  },
  beta: {
    name: "beta",
    words: "The weight of the KL term in a VAE's training. Small: sharp pictures and scattered codes. Large: codes close to N(0, I) that say little.",
    pattern: /\bbeta\b/i,
  },
  pca: {
    name: "PCA, principal component analysis",
    words: "Turns a cloud of points so that the first axis holds as much of its spread as possible, the second as much of the rest, and so on.",
    pattern: /\bPCA\b/,
  },
  tsne: {
    name: "t-SNE",
    words: "Places points on a plane so that neighbours stay neighbours. Distances between groups and the axes mean nothing.",
    pattern: /\bt-SNE\b/,
  },
  manifold: {
    name: "manifold",
    words: "A curved surface in a space of many dimensions. Few of all possible pictures look like digits, and those few lie near one.",
    pattern: /\bmanifolds?\b/i,
  },
  "tangent-plane": {
    name: "tangent plane",
    words: "The flat surface that touches a curved one at a point: the directions in which a small step stays on it.",
    pattern: /\btangent planes?\b/i,
  },
  geodesic: {
    name: "geodesic",
    words: "The shortest path between two points on a curved surface; here the path along which the pictures change least.",
    pattern: /\bgeodesics?\b/i,
  },
  singular: {
    name: "singular value",
    words: "How much the picture changes for a small step of the code in one of the directions that the decoder stretches most, second most, and so on.",
    pattern: /\bsingular values?\b/i,
  },
  precision: {
    name: "precision",
    words: "The share of generated pictures that lie among real digits.",
    pattern: /\bprecision\b/i,
  },
  recall: {
    name: "recall",
    words: "The share of real digits that lie among the generated pictures.",
    pattern: /\brecall\b/i,
  },
  corruption: {
    name: "corruption",
    words: "What is done to a picture before a denoising model sees it: noise added, pixels dropped, or a box cut out.",
    pattern: /\bcorruptions?\b/i,
  },
  epoch: {
    name: "epoch",
    words: "One pass of a training over all its pictures.",
    pattern: /\bepochs?\b/i,
  },
  checkpoint: {
    name: "checkpoint",
    words: "A trained model as it is kept on disk: its architecture, its weights and how it was trained.",
    pattern: /\bcheckpoints?\b/i,
  },
};
