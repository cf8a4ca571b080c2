/**
 * The safetensors format: eight bytes of header length (little-endian), a JSON header, then the raw tensors.
 * @see https://github.com/huggingface/safetensors#format
 */

/** @typedef {Float32Array | Float64Array | Int32Array | Int8Array | Uint8Array} TensorData */
/** @typedef {{shape: number[], data: TensorData}} Tensor */

const ARRAYS = { F32: Float32Array, F64: Float64Array, I32: Int32Array, I8: Int8Array, U8: Uint8Array };

export class SafetensorsError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "SafetensorsError";
  }
}

/**
 * @param {ArrayBuffer} buffer a whole .safetensors file
 * @param {string} [file] the name that errors mention
 * @returns {Record<string, Tensor>} tensors by name; data is row-major, of dtype F32, F64, I32, I8 or U8
 * @throws {SafetensorsError} where the file is cut short or is not what its header says
 */
export function parse(buffer, file = "file") {
  /** @type {(what: string) => never} */
  const fail = (what) => {
    throw new SafetensorsError(`${file}: ${what}`);
  };
  if (buffer.byteLength < 8) fail("too short to be safetensors");
  const length = lengthOf(buffer);
  if (length > buffer.byteLength - 8) fail("truncated, or not safetensors (its header does not fit)");

  let header;
  try {
    header = headerOf(buffer);
  } catch {
    fail("header is not JSON");
  }
  if (header === null || typeof header !== "object" || Array.isArray(header)) fail("header is not a JSON object");

  const start = 8 + length;
  /** @type {Record<string, Tensor>} */
  const tensors = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const { dtype, shape, data_offsets: offsets } = entry ?? {};
    const TypedArray = Object.hasOwn(ARRAYS, dtype) ? ARRAYS[/** @type {"F32"} */ (dtype)] : undefined;
    if (!TypedArray) fail(`tensor ${name} has dtype ${dtype}; F32, F64, I32, I8 and U8 are known`);
    if (!isNaturals(shape) || !isNaturals(offsets) || offsets.length !== 2) fail(`tensor ${name} is badly described`);
    const [from, to] = offsets;
    const count = shape.reduce((product, n) => product * n, 1);
    if (to - from !== count * TypedArray.BYTES_PER_ELEMENT) fail(`tensor ${name} has not the size of its shape`);
    if (start + to > buffer.byteLength) fail(`truncated inside tensor ${name}`);
    // The copy aligns the data: the format does not promise that offsets are multiples of four.
    tensors[name] = { shape, data: new TypedArray(buffer.slice(start + from, start + to)) };
  }
  return tensors;
}

/** @param {ArrayBuffer} buffer that `parse` has taken @returns {Record<string, string>} what it says beside its tensors */
export const metadataOf = (buffer) => headerOf(buffer).__metadata__ ?? {};

/** @param {ArrayBuffer} buffer */
const lengthOf = (buffer) => Number(new DataView(buffer).getBigUint64(0, true));

/** @param {ArrayBuffer} buffer */
const headerOf = (buffer) =>
  JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(buffer, 8, lengthOf(buffer))));

/** @param {unknown} value @returns {value is number[]} */
const isNaturals = (value) => Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
