/** The digit that class-conditional models draw: who turns it, and what the link says of it. */

import assert from "node:assert/strict";
import test from "node:test";
import { openLink } from "./page.js";

/** The digit of a page that was opened by a link; `hears` is whether the page shows a wheel. */
async function open(link = "", hears = true) {
  const load = openLink(link);
  const state = await load("state/digit.js");
  const { query } = await load("state/parameters.js");
  const heard = /** @type {number[]} */ ([]);
  if (hears) state.onTurn(() => heard.push(state.digit()));
  return { ...state, heard, said: () => query().digit, z: (await load("state/z.js")).z };
}

test("the first picture leaves the link's digit, and every other one turns it to its label", async () => {
  const { digit, showInHand, heard, said } = await open("digit=5");
  showInHand("uci 17", 3, false);
  assert.deepEqual([digit(), said()], [5, "5"]);
  showInHand("uci 17", 3, false);
  showInHand("uci 4", 2, false);
  assert.deepEqual([digit(), said(), heard], [2, undefined, [2]]);
});

test("without a digit in the link it is the label of what is in hand", async () => {
  const { digit, showInHand, turnTo, said } = await open();
  assert.equal(digit(), 0);
  showInHand("uci 17", 3, false);
  assert.deepEqual([digit(), said()], [3, undefined]);
  turnTo(0);
  assert.deepEqual([digit(), said()], [0, "0"]);
  turnTo(3);
  assert.deepEqual([digit(), said()], [3, undefined]);
});

test("what the seed picks takes nothing back that a hand or the link said", async () => {
  const { digit, showInHand, said } = await open();
  showInHand("uci 17", 3, true);
  showInHand("uci 4", 2, true);
  assert.deepEqual([digit(), said()], [2, undefined]);
  const asked = await open("digit=5");
  asked.showInHand("uci 17", 3, true);
  asked.showInHand("uci 4", 2, true);
  assert.deepEqual([asked.digit(), asked.said()], [5, "5"]);
});

test("a drawn picture leaves the digit where it is, and the link says it", async () => {
  const { digit, showInHand, said } = await open();
  showInHand("uci 17", 3, false);
  showInHand("own", null, false);
  assert.deepEqual([digit(), said()], [3, "3"]);
  const other = await open("", false);
  other.showInHand("uci 17", 3, false);
  other.showInHand("own", null, false);
  assert.equal(other.said(), undefined);
});

test("a turn is a step of undo where a model takes it, and none elsewhere", async () => {
  const { z, digit, turnTo } = await open();
  const sides = (/** @type {number} */ classes) => [
    { name: "a", dim: 1 },
    { name: "b", dim: 1, classes },
  ];
  z.hold({}, sides(10));
  z.change(() => z.replace([[1], [1]]));
  for (const to of [4, 5, 6]) z.change(() => turnTo(to), "digit 1");
  z.change(() => turnTo(7), "digit 2");
  assert.deepEqual([z.undo(), digit(), z.undo(), digit(), Array.from(z.z[0])], [true, 6, true, 0, [1]]);
  assert.deepEqual([z.redo(), digit()], [true, 6]);
  z.hold({}, sides(0));
  z.change(() => turnTo(9));
  assert.deepEqual([z.undo(), digit(), Array.from(z.z[0])], [true, 9, [0]]);
});

test("a digit that the net does not know is its last one", async () => {
  const load = openLink("digit=7");
  const { Model } = await load("nn/nn.js");
  const { digit } = await load("state/digit.js");
  const config = {
    kind: "ae",
    latent_dim: 1,
    encoder: [],
    decoder: [],
    shape: [1, 1, 2],
    classes: 3,
    format_version: 2,
  };
  const weight = { shape: [2, 4], data: Float32Array.from([0, 1, 2, 3, 0, 4, 5, 6]) };
  const model = new Model("few", config, {
    "decoder.out.weight": weight,
    "decoder.out.bias": { shape: [2], data: new Float32Array(2) },
  });
  model.chosen = digit;
  assert.deepEqual([model.label, Array.from(model.logits([0])), Array.from(model.logits([0], 0))], [2, [3, 6], [1, 4]]);
});
