/** The code in hand: eps, drawn from N(0, 1), below; z = mu + sigma eps, on N(mu, sigma), above. */

import { formatNumber } from "../../kit/dom.js";
import { Plot } from "../../kit/plot.js";

const HEIGHT = 150;
const HEIGHTS = { label: "", from: 0, to: 1, ticks: [] };
const STEP = 0.1;
// Of eps by hand.
const MOST = 4;
// Of how far the axis reaches.
const TICKS = [-1, -0.5, 0, 0.5, 1];
const RAYS = [-3, -2, -1, 0, 1, 2, 3];
// Where z lies in the plot, and where eps does; each bell is as high as the room beyond.
const Z = 0.6;
const EPS = 0.4;
const TS = Array.from({ length: 81 }, (_, k) => k / 10 - 4);
const BELL = TS.map((t) => Math.exp((-t * t) / 2));
const UP = BELL.map((height) => Z + (1 - Z) * height);
const DOWN = BELL.map((height) => EPS - EPS * height);

export class Fan {
  /** @param {string} name of the model @param {(eps: number) => void} onMove */
  constructor(name, onMove) {
    const label = `How ε becomes z in the code in hand of ${name}`;
    this.plot = new Plot(label, { label: "", from: -MOST, to: MOST }, HEIGHTS, { height: HEIGHT, kind: "fan" });
    this.eps = this.reach = 0;
    /** Mu and sigma that are drawn. */
    this.drawn = "";
    const move = (/** @type {number} */ eps) => {
      // The next key may come before this is painted.
      this.eps = Math.max(-MOST, Math.min(MOST, eps));
      onMove(this.eps);
    };
    this.place = this.plot.handle({
      label: `ε of the code in hand of ${name}`,
      onDrag: move,
      onStep: (across, up) => move(this.eps + STEP * (across + up)),
    });
    this.plot.area("prior of z", TS, UP, Z, "prior");
    this.plot.area("noise", TS, DOWN, EPS, "prior");
  }

  get element() {
    return this.plot.element;
  }

  /** @param {import("./codes.js").Code} code @param {number} eps @param {number} reach of the axis */
  paint({ mu, sigma }, eps, reach) {
    const { plot } = this;
    const z = (/** @type {number} */ t) => mu + sigma * t;
    if (reach !== this.reach) {
      this.reach = reach;
      plot.axes({ label: "", from: -reach, to: reach, ticks: TICKS.map((share) => share * reach) }, HEIGHTS);
      plot.words("z", -reach * 1.05, Z, "z", "lane");
      plot.words("ε", -reach * 1.05, EPS - 0.06, "ε", "lane");
    }
    const drawn = `${mu} ${sigma}`;
    if (drawn !== this.drawn) {
      for (const ray of RAYS) plot.line(`ray ${ray}`, [ray, z(ray)], [EPS, Z], "ray");
      plot.area("q", TS.map(z), UP, Z);
      plot.line("outline", TS.map(z), UP, "outline");
      this.drawn = drawn;
    }
    this.eps = eps;
    plot.line("draw", [eps, z(eps)], [EPS, Z], "draw");
    plot.dots("z dot", [{ x: z(eps), y: Z, r: 6 }]);
    this.place({ value: `ε ${formatNumber(eps)}, z ${formatNumber(z(eps))}`, x: eps, y: EPS });
  }

  close() {
    this.plot.close();
  }
}
