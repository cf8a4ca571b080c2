/** z as all pages share it: models of any sizes, their sides, what was, and what the link says. */

import assert from "node:assert/strict";
import test from "node:test";
import { openLink } from "./page.js";

/** @param {...string} names such as "a4", a model of four codes */
const sides = (...names) => names.map((name) => ({ name: name[0], dim: Number(name.slice(1)) }));

/** z of a page that was opened by a link. */
async function open(link = "") {
  const load = openLink(link);
  const { z } = await load("state/z.js");
  const { query, refused } = await load("state/parameters.js");
  return {
    z,
    /** The numbers of both sides, such as "1_2 3_4". */
    now: () => z.z.map((/** @type {ArrayLike<number>} */ numbers) => Array.from(numbers).join("_")).join(" "),
    /** What the link says of both. */
    said: () => `${query().z ?? "-"} ${query().z2 ?? "-"}`,
    refused: () => refused.map((/** @type {any} */ { key, text, rule }) => `${key} ${text}: ${rule}`),
    follow: (/** @type {string[]} */ ...names) => z.follow(sides(...names)),
    put: (/** @type {number[][]} */ ...numbers) => z.change(() => z.replace(numbers)),
    opens: (/** @type {number[][]} */ ...numbers) => z.open(numbers),
  };
}

test("a small model takes the first numbers and leaves the others", async () => {
  const { follow, put, opens, now, said } = await open();
  follow("a4", "b4");
  assert.equal(now(), "0_0_0_0 0_0_0_0");
  opens([9, 8, 7, 6], [9, 8, 7, 6]);
  assert.equal(said(), "- -");
  put([1, 2, 3, 4], [5, 6, 7, 8]);
  follow("c2", "d3");
  assert.deepEqual([now(), said()], ["1_2 5_6_7", "1_2 5_6_7"]);
  put([10, 20], [50, 60, 70]);
  follow("a4", "b4");
  assert.deepEqual([now(), said()], ["10_20_3_4 50_60_70_8", "10_20_3_4 50_60_70_8"]);
});

test("a larger model opens with what a page likes for the rest", async () => {
  const { z, follow, opens, now, said } = await open();
  follow("a2", "b2");
  opens([1, 2], [1, 2]);
  z.choose();
  follow("a2", "c4");
  assert.equal(said(), "1_2 -");
  opens([0, 0], [1, 2, 8, 9]);
  assert.deepEqual([now(), said()], ["1_2 1_2_8_9", "1_2 1_2_8_9"]);
});

test("models that change sides take z and the past along", async () => {
  const { z, follow, put, now } = await open();
  follow("a2", "b3");
  put([1, 2], [3, 4, 5]);
  put([0, 0], [0, 0, 0]);
  follow("b3", "a2");
  assert.deepEqual([z.undo(), now()], [true, "3_4_5 1_2"]);
  follow("b3", "b3");
  assert.equal(now(), "3_4_5 1_2_0");
});

test("undo passes over what these models do not show", async () => {
  const { z, follow, put, opens, now } = await open();
  follow("a3", "b3");
  opens([1, 1, 1], [1, 1, 1]);
  put([2, 1, 1], [2, 1, 1]);
  put([2, 1, 5], [2, 1, 5]);
  follow("c2", "d2");
  assert.deepEqual([z.undo(), now(), z.canUndo, z.canRedo], [true, "1_1 1_1", false, true]);
  assert.deepEqual([z.undo(), now()], [false, "1_1 1_1"]);
  assert.deepEqual([z.redo(), now()], [true, "2_1 2_1"]);
  assert.deepEqual([z.redo(), now()], [false, "2_1 2_1"]);
  follow("a3", "b3");
  assert.ok(now().startsWith("2_1_"));
});

test("a gesture is one step, and what is taken back is as if it had not been", async () => {
  const { z, follow, now, said } = await open();
  follow("a2", "b2");
  const mark = z.mark();
  for (const value of [1, 2]) z.change(() => z.move(0, value), "drag");
  assert.deepEqual([now(), z.past.length, said()], ["2_0 2_0", 1, "2_0 -"]);
  z.rewind(mark);
  assert.deepEqual([now(), z.past.length, said()], ["0_0 0_0", 0, "- -"]);
});

const [COUNT, PLAIN] = ["2 numbers, one for each code of", "a list of plain numbers"];
for (const [link, numbers, ...refused] of [
  ["z=1_2", "1_2 1_2"],
  ["z=1_2&z2=3_4", "1_2 3_4"],
  ["z2=3_4", "0_0 3_4"],
  ["z=1_2_3", "0_0 0_0", `z 1_2_3: ${COUNT} a`],
  ["z=1_2&z2=3", "1_2 1_2", `z2 3: ${COUNT} b`],
  ["z=x&z2=y", "0_0 0_0", `z x: ${PLAIN}`, `z2 y: ${PLAIN}`],
]) {
  test(`what the link ${link} says`, async () => {
    const page = await open(link);
    page.follow("a2", "b2");
    assert.deepEqual([page.now(), page.refused()], [numbers, refused]);
  });
}

test("a model that was saved anew with other sizes is another", async () => {
  const { follow, put, now, said } = await open();
  follow("a2", "b2");
  put([1, 2], [3, 4]);
  follow("a3", "b1");
  assert.deepEqual([now(), said()], ["1_2_0 3", "- 3"]);
});

test("a view keeps its models until it shows others or leaves", async () => {
  const { z, put, now, said } = await open();
  const view = {};
  z.hold(view, sides("a3", "b3"));
  put([1, 2, 3], [4, 5, 6]);
  z.note(sides("b3", "c1"));
  assert.equal(now(), "1_2_3 4_5_6");
  z.release({});
  assert.equal(now(), "1_2_3 4_5_6");
  z.release(view);
  assert.deepEqual([now(), said()], ["1_2_3 4", "1_2_3 4"]);
});

test("undo before a larger model came has what the page put behind", async () => {
  const { z, follow, put, opens, now, said } = await open();
  follow("a1", "b1");
  opens([7], [7]);
  put([1], [1]);
  follow("c3", "d3");
  opens([1, 8, 9], [1, 8, 9]);
  z.undo();
  assert.deepEqual([now(), said()], ["7_8_9 7_8_9", "7_8_9 -"]);
});

test("a gesture ends with its view and moves nothing that a model has not", async () => {
  const { z, now } = await open();
  const view = {};
  z.hold(view, sides("a2", "b2"));
  z.change(() => z.move(0, 1), "slide 0");
  z.release(view);
  z.hold(view, sides("a2", "c1"));
  z.change(() => z.move(0, 2), "slide 0");
  z.change(() => z.move(1, 5));
  assert.equal(z.past.length, 3);
  z.hold(view, sides("a2", "b2"));
  assert.equal(now(), "2_5 2_0");
});
