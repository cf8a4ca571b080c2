/** What the tests use of Node. */

declare module "node:test" {
  export default function test(name: string, run: () => unknown): void;
}

declare module "node:assert/strict" {
  const assert: {
    deepEqual(found: unknown, expected: unknown, message?: string): void;
    equal(found: unknown, expected: unknown, message?: string): void;
    ok(value: unknown, message?: string): void;
    throws(run: () => unknown, expected: RegExp): void;
  };
  export default assert;
}

declare module "node:fs" {
  export function readFileSync(path: URL, encoding: "utf-8"): string;
}

declare module "node:module" {
  type Loaded = { format: string; source: string; shortCircuit: boolean };
  export function registerHooks(hooks: {
    resolve(
      path: string,
      context: { parentURL?: string },
      next: (path: string, context: object) => { url: string },
    ): object;
    load(url: string, context: object, next: (url: string, context: object) => Loaded): Loaded;
  }): void;
}

declare module "node:readline" {
  export function createInterface(options: { input: unknown }): AsyncIterable<string>;
}

declare const process: { stdin: unknown; stdout: { write(text: string): void } };
declare const Buffer: {
  from(data: string | ArrayBufferLike, ...more: unknown[]): Uint8Array & { toString(encoding: string): string };
};
