/** What pictures to keep have in common. */

/**
 * A model's mark, as it stands beside its name on the page.
 * @param {CanvasRenderingContext2D} g
 * @param {number} x @param {number} y
 * @param {string} colour @param {boolean} filled a ring else
 */
export function drawDot(g, x, y, colour, filled) {
  g.beginPath();
  g.arc(x, y, filled ? 5 : 3.75, 0, 2 * Math.PI);
  g.fillStyle = g.strokeStyle = colour;
  g.lineWidth = 2.5;
  if (filled) g.fill();
  else g.stroke();
}

/** @param {HTMLCanvasElement} canvas @param {string} name of the file */
export function download(canvas, name) {
  canvas.toBlob((blob) => {
    if (!blob) return;
    const url = URL.createObjectURL(blob);
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    link.click();
    // Revoked at once, the download would not start.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  });
}
