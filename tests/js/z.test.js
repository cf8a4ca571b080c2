/** z as all pages share it: models of any sizes, their sides, what was, and what the link says. */

import assert from "node:assert/strict";
import test from "node:test";
import { openLink } from "./page.js";

/** @param {...[string, number]} pairs @returns {any} models with their numbers of codes */
const sides = (...pairs) => pairs.map(([name, dim]) => ({ name, dim }));

/** z of a page that was opened by a link. */
async function open(link = "") {
  const load = openLink(link);
  const { z } = await load("state/z.js");
  const { query, refused } = await load("state/parameters.js");
  return {
    z,
    now: () => z.z.map((/** @type {ArrayLike<number>} */ numbers) => Array.from(numbers)),
    said: () => [query().z ?? null, query().z2 ?? null],
    refused: () => refused.map((/** @type {any} */ { key, text, rule }) => [key, text, rule]),
    replace: (/** @type {number[][]} */ ...numbers) => z.change(() => z.replace(numbers)),
  };
}

test("a small model takes the first numbers and leaves the others", async () => {
  const { z, now, said, replace } = await open();
  z.follow(sides(["a", 4], ["b", 4]));
  assert.deepEqual(now(), [
    [0, 0, 0, 0],
    [0, 0, 0, 0],
  ]);
  z.open([
    [9, 8, 7, 6],
    [9, 8, 7, 6],
  ]);
  assert.deepEqual(said(), [null, null]);
  replace([1, 2, 3, 4], [5, 6, 7, 8]);
  z.follow(sides(["c", 2], ["d", 3]));
  assert.deepEqual(
    [now(), said()],
    [
      [
        [1, 2],
        [5, 6, 7],
      ],
      ["1_2", "5_6_7"],
    ],
  );
  replace([10, 20], [50, 60, 70]);
  z.follow(sides(["a", 4], ["b", 4]));
  assert.deepEqual(
    [now(), said()],
    [
      [
        [10, 20, 3, 4],
        [50, 60, 70, 8],
      ],
      ["10_20_3_4", "50_60_70_8"],
    ],
  );
});

test("a larger model opens with what a page likes for the rest", async () => {
  const { z, now, said } = await open();
  z.follow(sides(["a", 2], ["b", 2]));
  z.open([
    [1, 2],
    [1, 2],
  ]);
  z.choose();
  z.follow(sides(["a", 2], ["c", 4]));
  assert.deepEqual(said(), ["1_2", null]);
  z.open([
    [0, 0],
    [1, 2, 8, 9],
  ]);
  assert.deepEqual(
    [now(), said()],
    [
      [
        [1, 2],
        [1, 2, 8, 9],
      ],
      ["1_2", "1_2_8_9"],
    ],
  );
});

test("models that change sides take z and the past along", async () => {
  const { z, now, replace } = await open();
  z.follow(sides(["a", 2], ["b", 3]));
  replace([1, 2], [3, 4, 5]);
  replace([0, 0], [0, 0, 0]);
  z.follow(sides(["b", 3], ["a", 2]));
  assert.ok(z.undo());
  assert.deepEqual(now(), [
    [3, 4, 5],
    [1, 2],
  ]);
  z.follow(sides(["b", 3], ["b", 3]));
  assert.deepEqual(now(), [
    [3, 4, 5],
    [1, 2, 0],
  ]);
});

test("undo passes over what these models do not show", async () => {
  const { z, now, replace } = await open();
  z.follow(sides(["a", 3], ["b", 3]));
  z.open([
    [1, 1, 1],
    [1, 1, 1],
  ]);
  replace([2, 1, 1], [2, 1, 1]);
  replace([2, 1, 5], [2, 1, 5]);
  z.follow(sides(["c", 2], ["d", 2]));
  assert.deepEqual([z.undo(), now()[0], z.canUndo, z.canRedo], [true, [1, 1], false, true]);
  assert.deepEqual([z.undo(), now()[0]], [false, [1, 1]]);
  assert.deepEqual([z.redo(), now()[0]], [true, [2, 1]]);
  assert.deepEqual([z.redo(), now()[0]], [false, [2, 1]]);
  z.follow(sides(["a", 3], ["b", 3]));
  assert.deepEqual(now()[0].slice(0, 2), [2, 1]);
});

test("a gesture is one step, and what is taken back is as if it had not been", async () => {
  const { z, now, said } = await open();
  z.follow(sides(["a", 2], ["b", 2]));
  const mark = z.mark();
  for (const value of [1, 2]) z.change(() => z.move(0, value), "drag");
  assert.deepEqual(
    [now(), z.past.length, said()[0]],
    [
      [
        [2, 0],
        [2, 0],
      ],
      1,
      "2_0",
    ],
  );
  z.rewind(mark);
  assert.deepEqual(
    [now(), z.past.length, said()],
    [
      [
        [0, 0],
        [0, 0],
      ],
      0,
      [null, null],
    ],
  );
});

const RULE = "2 numbers, one for each code of";
for (const [link, numbers, refused] of [
  [
    "z=1_2",
    [
      [1, 2],
      [1, 2],
    ],
    [],
  ],
  [
    "z=1_2&z2=3_4",
    [
      [1, 2],
      [3, 4],
    ],
    [],
  ],
  [
    "z2=3_4",
    [
      [0, 0],
      [3, 4],
    ],
    [],
  ],
  [
    "z=1_2_3",
    [
      [0, 0],
      [0, 0],
    ],
    [["z", "1_2_3", `${RULE} a`]],
  ],
  [
    "z=1_2&z2=3",
    [
      [1, 2],
      [1, 2],
    ],
    [["z2", "3", `${RULE} b`]],
  ],
  [
    "z=x&z2=y",
    [
      [0, 0],
      [0, 0],
    ],
    [
      ["z", "x", "a list of plain numbers"],
      ["z2", "y", "a list of plain numbers"],
    ],
  ],
]) {
  test(`what the link ${link} says`, async () => {
    const page = await open(String(link));
    page.z.follow(sides(["a", 2], ["b", 2]));
    assert.deepEqual([page.now(), page.refused()], [numbers, refused]);
  });
}

test("a model that was saved anew with other sizes is another", async () => {
  const { z, now, said, replace } = await open();
  z.follow(sides(["a", 2], ["b", 2]));
  replace([1, 2], [3, 4]);
  z.follow(sides(["a", 3], ["b", 1]));
  assert.deepEqual(
    [now(), said()],
    [
      [[1, 2, 0], [3]],
      [null, "3"],
    ],
  );
});

test("a view keeps its models until it shows others or leaves", async () => {
  const { z, now, said, replace } = await open();
  const view = {};
  z.hold(view, sides(["a", 3], ["b", 3]));
  replace([1, 2, 3], [4, 5, 6]);
  z.note(sides(["b", 3], ["c", 1]));
  assert.deepEqual(now(), [
    [1, 2, 3],
    [4, 5, 6],
  ]);
  z.release({});
  assert.deepEqual(now(), [
    [1, 2, 3],
    [4, 5, 6],
  ]);
  z.release(view);
  assert.deepEqual(
    [now(), said()],
    [
      [[1, 2, 3], [4]],
      ["1_2_3", "4"],
    ],
  );
});

test("undo before a larger model came has what the page put behind", async () => {
  const { z, now, said, replace } = await open();
  z.follow(sides(["a", 1], ["b", 1]));
  z.open([[7], [7]]);
  replace([1], [1]);
  z.follow(sides(["c", 3], ["d", 3]));
  z.open([
    [1, 8, 9],
    [1, 8, 9],
  ]);
  z.undo();
  assert.deepEqual(
    [now(), said()[0]],
    [
      [
        [7, 8, 9],
        [7, 8, 9],
      ],
      "7_8_9",
    ],
  );
});

test("a gesture ends with its view and moves nothing that a model has not", async () => {
  const { z, now } = await open();
  const view = {};
  z.hold(view, sides(["a", 2], ["b", 2]));
  z.change(() => z.move(0, 1), "slide 0");
  z.release(view);
  z.hold(view, sides(["a", 2], ["c", 1]));
  z.change(() => z.move(0, 2), "slide 0");
  z.change(() => z.move(1, 5));
  assert.equal(z.past.length, 3);
  z.hold(view, sides(["a", 2], ["b", 2]));
  assert.deepEqual(now(), [
    [2, 5],
    [2, 0],
  ]);
});
