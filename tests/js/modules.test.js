/** Modules of ui/web, each on its own, where the answer is known. */

import assert from "node:assert/strict";
import test from "node:test";
import { openPage } from "./page.js";

/** @param {number} low @param {number} high @param {number} [step] @returns {number[]} */
const range = (low, high, step = 1) => Array.from({ length: (high - low) / step }, (_, k) => low + k * step);

/** @param {ArrayLike<number>} found @param {number[]} expected */
const near = (found, expected) => {
  assert.equal(found.length, expected.length);
  expected.forEach((value, k) =>
    assert.ok(Math.abs(found[k] - value) <= 1e-5 * Math.max(1, value), `${found[k]}, not ${value}`),
  );
};

const wait = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));

test("neighbours that one page chooses are those of the other and of the link", async () => {
  const load = openPage();
  const { graphChoice, setGraph } = await load("state/paths.js");
  setGraph({ k: 7, distance: "cosine", mutual: true });
  setGraph({ ...graphChoice(), k: 9 });
  assert.deepEqual(graphChoice(), { k: 9, distance: "cosine", mutual: true });
  const said = JSON.parse(JSON.stringify((await load("state/parameters.js")).query()));
  assert.deepEqual(said, { neighbours: "9", distance: "cosine", mutual: "1" });
});

test("a hand puts what a link can say, and nothing else", async () => {
  const { get, put, query } = await openPage()("state/parameters.js");
  const said = () => JSON.parse(JSON.stringify(query()));
  for (const [key, value] of Object.entries({ temperature: 0.123456, t: 0.5, walk: 7, clip: true })) put(key, value);
  for (const [key, value] of Object.entries({ path: "astray", times: 99 })) put(key, value);
  assert.deepEqual(said(), { temperature: "0.12", t: "0.5", walk: "7", clip: "1" });
  assert.equal(get("temperature"), 0.12);
  for (const [key, value] of Object.entries({ temperature: 1, t: null, walk: null, clip: false })) put(key, value);
  assert.deepEqual(said(), {});
});

test("nearest of equal and of few, and the mean of rows", async () => {
  const { nearest, meanOf } = await openPage()("maths/neighbours.js");
  const same = new Float32Array(6);
  assert.deepEqual(nearest(same, 2, [0, 0], 10, 1), Int32Array.of(0, 2));
  assert.deepEqual(nearest(same, 2, [5, 5], 2, -1), Int32Array.of(0, 1));
  assert.deepEqual(nearest(Float32Array.of(1, 1), 2, [1, 1], 3, 0), Int32Array.of());
  near(meanOf(Uint8Array.of(1, 2, 3, 4, 255, 6), 2, [0, 2]), [128, 4]);
});

test("the means of denoising are over the digits that the corruption changes", async () => {
  // The third is perfect before any model and counts for nobody; alone it does.
  const { meanLikeness } = await openPage()("denoise/grid.js");
  const of = (/** @type {number} */ psnr, /** @type {number} */ ssim) => ({ psnr, ssim });
  const corrupted = [of(10, 0.5), of(Infinity, 1), of(20, 0.7)];
  const model = [of(12, 0.4), of(25, 0.9), of(16, 0.8)];
  const means = [meanLikeness(corrupted, corrupted), meanLikeness(model, corrupted)];
  means.push(meanLikeness(model.slice(1, 2), corrupted.slice(1, 2)));
  const found = means.flatMap(({ psnr, ssim }) => [psnr, ssim]);
  near(found, [15, 0.6, 14, 0.6, 25, 0.9]);
});

test("t-SNE places a code at the mean of its ten nearest drawn ones, whatever lies between", async () => {
  const load = openPage();
  const { Placing, Points } = await load("projection/points.js");
  const points = new Points({
    points: { shape: [2, 40], data: Float32Array.from([...range(0, 40), ...range(100, 140)]) },
    rows: { data: Int32Array.from(range(0, 80, 2)) },
    labels: { data: new Uint8Array(40) },
    radius: { data: [1] },
  });
  const latent = { name: "x", model: {}, means: Float32Array.from(range(0, 80)), dim: 1 };
  const placed = new Placing(() => {}).at(points, "a?method=t-sne", latent, Float32Array.of(40.9));
  // Rows 32 to 50, every other one; of the points 16 to 25.
  assert.deepEqual(placed.point, [20.5, 120.5]);
  assert.ok(placed.how.includes("mean of its 10 nearest"));
});

test("only answers to the latest question count", async () => {
  const { Ask } = await openPage()("map/ask.js");
  const ask = new Ask(() => {});
  const sides = [
    { name: "a", plane: {} },
    { name: "no map", plane: null },
  ];
  /** @type {((value?: unknown) => void)[]} */
  const release = [];
  const slow = async function* () {
    await new Promise((resolve) => release.push(resolve));
    yield "late";
  };
  const first = async function* (/** @type {string} */ model) {
    yield "first";
    yield `of ${model}`;
  };
  const answer = (/** @type {any} */ { found, problem, busy }) => `${found ?? problem ?? "-"}${busy ? " .." : ""}`;
  ask.start(sides, slow);
  await wait(5);
  ask.start(sides, first);
  for (const resolve of release) resolve();
  await wait(5);
  assert.deepEqual(ask.answers.map(answer), ["of a", "-"]);
  ask.start(sides, slow, { keep: true });
  assert.deepEqual(ask.answers.map(answer), ["of a ..", "- .."]);
  ask.start(sides, () => [Promise.reject(new Error("A sentence."))]);
  await wait(5);
  assert.deepEqual(ask.answers.map(answer), ["A sentence.", "-"]);
});

test("the heat is read between its cells and named by two digits", async () => {
  const { describeFactor, factorAt } = await openPage()("map/layers/magnification.js");
  const [side, extent] = [8, 1.1];
  const middle = (/** @type {number} */ k) => ((k + 0.5) / side) * 2 * extent - extent;
  const log = (/** @type {number} */ x, /** @type {number} */ y) => 0.5 * x + 0.25 * y;
  const cells = range(0, side * side).map((cell) => log(middle(cell % side), -middle(Math.floor(cell / side))));
  const field = { log10: Float32Array.from(cells), side, extent, low: -1, high: 1 };
  for (const x of [0, 0.3, -0.9]) near([factorAt(field, [x, -x / 2])], [10 ** log(x, -x / 2)]);
  assert.equal(factorAt(field, [1.2, 0]), null);
  const words = [3.14, 0.0314, 31.4, 314, 0.000314, 2e6].map(describeFactor);
  assert.deepEqual(words, ["× 3.1", "× 0.031", "× 31", "× 314", "× 3.1e−4", "× 2.0e6"]);
});

test("a direction points as it did before, or adds ink; those of pictures and of codes turn together", async () => {
  const { turned } = await openPage()("tangent/trial.js");
  // Two directions, of a code of two numbers.
  const plane = (/** @type {number[][]} */ ...directions) => {
    const left = new Float32Array(2 * 784);
    directions.forEach((direction, k) => left.set(direction, 784 * k + 2 * k));
    return { left, right: Float32Array.of(1, 2, 3, 4), singular: [2, 1], z: [0, 0], image: left.subarray(784) };
  };
  const [first, second] = [plane([1, -2], [2, 1]), plane([1, -3], [-2, -1])];
  turned(second, turned(first, null));
  near(first.left, Array.from(plane([-1, 2], [2, 1]).left));
  near(second.left, Array.from(plane([-1, 3], [2, 1]).left));
  assert.deepEqual([first.right, second.right], [Float32Array.of(-1, -2, 3, 4), Float32Array.of(-1, -2, -3, -4)]);
});

test("slices take turns and can be dropped", async () => {
  /** @type {(() => void)[]} */
  const frames = [];
  Object.assign(globalThis, { requestAnimationFrame: (/** @type {() => void} */ work) => frames.push(work) });
  Object.assign(globalThis, { cancelAnimationFrame: () => frames.splice(0) });
  const { Slices } = await openPage()("kit/slices.js");
  /** @type {Record<string, number>} */
  const ran = { a: 0, b: 0, old: 0, dropped: 0 };
  /** @type {string[]} */
  const ends = [];
  const note = (/** @type {string} */ name) => (/** @type {boolean} */ end) => end && ends.push(name);
  let clock = 0;
  Object.assign(performance, { now: () => clock });
  function* steps(/** @type {string} */ name, /** @type {number} */ count) {
    for (let k = 0; k < count; k++) {
      clock += 1;
      ran[name] += 1;
      yield;
    }
  }
  const slices = new Slices(3);
  slices.start("a", steps("old", 50), note("old"));
  slices.start("a", steps("a", 30), note("a"));
  slices.start("dropped", steps("dropped", 1000), note("dropped"));
  slices.cancel("dropped");
  slices.start("b", steps("b", 30), note("b"));
  let count = 0;
  for (; frames.length; count++) frames.shift()?.();
  const stopped = new Slices(3);
  stopped.start("c", steps("dropped", 10), note("stopped"));
  stopped.stop();
  assert.equal(frames.length, 0);
  assert.deepEqual([ran, ends], [{ a: 30, b: 30, old: 0, dropped: 0 }, ["a", "b"]]);
  // 60 ms of work, 3 and the rest of a round in each frame.
  assert.equal(count, 16);
});
