/** A visitor's own digit as the text of a link: levels of 0 to 15 as `ui.choices.drawn` reads and writes them. */

import { DIGIT } from "../nn/shape.js";

// As in `ui.choices.drawn.LONGEST`: DEFLATE stores what it cannot shrink.
const STORED = 64;
const FORMAT = "deflate-raw";

/**
 * @param {Uint8Array} levels 0 to 15, an even number of them
 * @returns {Promise<string>} two levels a byte, the first in the high half, raw DEFLATE, base64url without padding
 */
export async function pack(levels) {
  const bytes = Uint8Array.from({ length: levels.length / 2 }, (_, i) => (levels[2 * i] << 4) | levels[2 * i + 1]);
  const packed = await deflated(bytes);
  return btoa(String.fromCharCode(...packed))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

/**
 * The inverse of `pack`.
 * @param {string} text @param {number} [count] of the levels, even: those of a digit
 * @returns {Promise<Uint8Array | null>} [count], 0 to 15; null where the text is something else
 */
export async function unpack(text, count = DIGIT.pixels) {
  const size = count / 2;
  if (text.length > Math.floor((4 * (size + STORED)) / 3) || !/^[A-Za-z0-9_-]+$/.test(text)) return null;
  let packed;
  try {
    packed = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  } catch {
    // A wrong number of characters.
    return null;
  }
  const bytes = inflate(packed, size);
  if (bytes?.length !== size) return null;
  return Uint8Array.from({ length: count }, (_, i) => (i % 2 ? bytes[i >> 1] & 15 : bytes[i >> 1] >> 4));
}

/** @param {Uint8Array<ArrayBuffer>} bytes @returns {Promise<Uint8Array>} */
async function deflated(bytes) {
  let shrink;
  try {
    shrink = new CompressionStream(FORMAT);
  } catch {
    // An older browser has none, or not of this format: the bytes as they are, in a block of their own, are DEFLATE, too.
    const size = [bytes.length & 255, bytes.length >> 8];
    return Uint8Array.from([1, ...size, ...size.map((byte) => byte ^ 255), ...bytes]);
  }
  const stream = new Blob([bytes]).stream().pipeThrough(shrink);
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Raw DEFLATE (RFC 1951), read; browsers that cannot do it themselves open a drawing's link, too. */

const LENGTHS = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCES = [
  ...[
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  ],
  ...[8193, 12289, 16385, 24577],
];
const DISTANCE_BITS = [
  ...[0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13],
];
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const LONGEST_CODE = 15;

/** @typedef {{counts: number[], symbols: number[]}} Code canonical Huffman (RFC 1951, 3.2.2) */

/**
 * @param {Uint8Array} packed
 * @param {number} most bytes that may come out
 * @returns {Uint8Array | null} null where it is no DEFLATE, ends too early, goes on after its end, or is longer
 */
export function inflate(packed, most) {
  const out = new Uint8Array(most);
  let [length, bit] = [0, 0];

  const bits = (/** @type {number} */ count) => {
    let value = 0;
    for (let i = 0; i < count; i++, bit++) {
      if (bit >> 3 >= packed.length) throw new RangeError("It ends too early.");
      value |= ((packed[bit >> 3] >> (bit & 7)) & 1) << i;
    }
    return value;
  };
  const put = (/** @type {number} */ byte) => {
    if (length === most) throw new RangeError("It is longer.");
    out[length++] = byte;
  };
  const symbol = (/** @type {Code} */ { counts, symbols }) => {
    let [code, first, index] = [0, 0, 0];
    for (let size = 1; size <= LONGEST_CODE; size++) {
      code |= bits(1);
      if (code - counts[size] < first) return symbols[index + code - first];
      index += counts[size];
      first = (first + counts[size]) << 1;
      code <<= 1;
    }
    throw new RangeError("It has a code that stands for nothing.");
  };

  const stored = () => {
    bit = (bit + 7) & ~7;
    const size = bits(16);
    if (bits(16) !== (size ^ 0xffff)) throw new RangeError("A length and its complement differ.");
    for (let i = 0; i < size; i++) put(bits(8));
  };
  const coded = (/** @type {Code} */ literals, /** @type {Code} */ distances) => {
    for (let one = symbol(literals); one !== 256; one = symbol(literals)) {
      if (one < 256) {
        put(one);
        continue;
      }
      const size = LENGTHS[one - 257] + bits(LENGTH_BITS[one - 257]);
      const far = symbol(distances);
      const back = DISTANCES[far] + bits(DISTANCE_BITS[far]);
      if (!(back <= length) || Number.isNaN(size)) throw new RangeError("It repeats what was not there.");
      for (let i = 0; i < size; i++) put(out[length - back]);
    }
  };
  const described = () => {
    const [literals, distances, count] = [bits(5) + 257, bits(5) + 1, bits(4) + 4];
    const sizes = new Array(ORDER.length).fill(0);
    for (let i = 0; i < count; i++) sizes[ORDER[i]] = bits(3);
    const code = codeOf(sizes);
    /** @type {number[]} */
    const all = [];
    while (all.length < literals + distances) {
      const one = symbol(code);
      if (one < 16) all.push(one);
      else if (one === 16 && !all.length) throw new RangeError("It repeats what was not there.");
      else {
        const [value, times] =
          one === 16 ? [all[all.length - 1], 3 + bits(2)] : [0, one === 17 ? 3 + bits(3) : 11 + bits(7)];
        for (let i = 0; i < times; i++) all.push(value);
      }
    }
    if (all.length > literals + distances) throw new RangeError("It has too many lengths.");
    coded(codeOf(all.slice(0, literals)), codeOf(all.slice(literals)));
  };

  try {
    for (let isLast = false; !isLast; ) {
      isLast = bits(1) === 1;
      const kind = bits(2);
      if (kind === 0) stored();
      else if (kind === 1) coded(FIXED, FIXED_DISTANCES);
      else if (kind === 2) described();
      else return null;
    }
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
  return (bit + 7) >> 3 === packed.length ? out.subarray(0, length) : null;
}

/** @param {number[]} sizes of the symbols' codes in bits @returns {Code} */
function codeOf(sizes) {
  const counts = Array.from({ length: LONGEST_CODE + 1 }, (_, size) => sizes.filter((one) => one === size).length);
  counts[0] = 0;
  let left = 1;
  for (let size = 1; size <= LONGEST_CODE; size++) left = 2 * left - counts[size];
  if (left < 0) throw new RangeError("It has more codes than there are.");
  const symbols = sizes.map((_, i) => i).filter((i) => sizes[i]);
  return { counts, symbols: symbols.sort((a, b) => sizes[a] - sizes[b] || a - b) };
}

const FIXED = codeOf(Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)));
const FIXED_DISTANCES = codeOf(new Array(30).fill(5));
