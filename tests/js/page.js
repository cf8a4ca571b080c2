/**
 * Modules of ui/web in Node, where no page is: each `openPage` has modules of its own, whose state nobody else sees.
 * What draws, listens or lays out needs a real page, see tests/web.
 */

import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";

const WEB = new URL("../../ui/web/", import.meta.url).href;

/** As many pixels as a browser's; a canvas that is handed one may keep it. */
class Pixels {
  /** @param {number} width @param {number} height */
  constructor(width, height) {
    this.width = width;
    this.height = height;
    this.data = new Uint8ClampedArray(4 * width * height);
  }
}

/** A canvas, or what else is asked for: what was put on it is its image. */
function newElement() {
  /** @type {Record<string, any>} */
  const canvas = { width: 0, height: 0, image: null, append() {}, setAttribute() {}, getContext: () => g };
  const g = {
    createImageData: (/** @type {number} */ width, /** @type {number} */ height) => new Pixels(width, height),
    putImageData: (/** @type {Pixels} */ image) => void (canvas.image = image),
  };
  return canvas;
}

Object.assign(globalThis, { window: globalThis, ImageData: Pixels });

registerHooks({
  /** The page's number follows from import to import. @param {string} path @param {any} context @param {any} next */
  resolve(path, context, next) {
    const found = next(path, context);
    const { search } = new URL(context.parentURL ?? "file:///");
    return path.startsWith(".") && search ? { ...found, url: found.url + search } : found;
  },
  /** As ui/web/pack.js has it. @param {string} url @param {object} context @param {any} next */
  load(url, context, next) {
    const isText = url.startsWith(WEB) && !/\.js(\?|$)/.test(url);
    if (!isText) return next(url, context);
    const text = readFileSync(new URL(url), "utf-8");
    const source = `export default ${/\.json(\?|$)/.test(url) ? text : JSON.stringify(text)}`;
    return { format: "module", source, shortCircuit: true };
  },
});

let pages = 0;

/** @param {string} [address] of the page @returns {(path: string) => Promise<any>} imports a module of ui/web for it */
export function openPage(address = "http://localhost/") {
  const page = `?${++pages}`;
  const document = { baseURI: address, createElement: newElement };
  Object.assign(globalThis, { location: new URL(address), document });
  return (path) => import(WEB + path + page);
}

/** @param {string} link the query @returns {(path: string) => Promise<any>} as `openPage`, at this link */
export const openLink = (link) => openPage(`http://localhost/?${link}`);
