/** The paths between two digits. */

/** @typedef {"straight" | "slerp" | "pixels" | "graph" | "geodesic"} PathName */

/** @type {Record<PathName, {label: string, title: string}>} */
export const PATHS = {
  straight: { label: "Straight line", title: "The straight line between the codes" },
  slerp: { label: "Great circle", title: "slerp: around the origin, the norm going evenly from one end to the other" },
  pixels: { label: "Cross-fade", title: "The straight line between the pictures: the shortest there is" },
  graph: { label: "Neighbour graph", title: "The shortest way over real digits, from neighbour to neighbour" },
  geodesic: {
    label: "Geodesic",
    title: "The least energy in pictures near the straight line: a geodesic of the pull-back metric JᵀJ",
  },
};
