/** What the server is asked to do; by the app's own pages alone, see ui/http/runs.py. */

import { addressBelow, get, LoadError, NoAnswer, read } from "./load.js";

const OURS = { "Latent-Spaces": "1" };

/** @param {string} path @param {BodyInit} body @returns {Promise<any>} @throws {NoAnswer} why not */
export const ask = (path, body) =>
  read("The answer", undefined, async () =>
    done(
      await (
        await get(
          path,
          { method: "POST", body, headers: { ...OURS, "Content-Type": "application/json" } },
          "The answer",
        )
      ).json(),
    ),
  );

/**
 * As `ask`, of what takes long to send.
 * @param {string} path @param {Blob} body
 * @param {AbortSignal} signal
 * @param {(share: number) => void} onShare of it that has been sent, 0 to 1
 * @returns {Promise<any>} @throws {LoadError} in one sentence, or the AbortError of the signal
 */
export function send(path, body, signal, onShare) {
  // fetch does not say how much has been sent.
  const request = new XMLHttpRequest();
  return read("The answer", signal, () =>
    new Promise((resolve, reject) => {
      const words = () => (request.responseText.trim() ? `, ${request.responseText.trim()}` : "");
      request.open("POST", addressBelow(path));
      for (const [name, text] of Object.entries({ ...OURS, "Content-Type": "application/octet-stream" }))
        request.setRequestHeader(name, text);
      signal.addEventListener("abort", () => request.abort());
      request.upload.addEventListener("progress", ({ loaded, total }) => onShare(total ? loaded / total : 1));
      request.addEventListener("abort", () => reject(signal.reason));
      request.addEventListener("error", () => reject(new LoadError("The file did not arrive at the server.")));
      request.addEventListener("load", () => {
        if (request.status !== 200) reject(new LoadError(`The server answered ${request.status}${words()}`));
        else resolve(request.responseText);
      });
      request.send(body);
    }).then((text) => done(JSON.parse(text))),
  );
}

/**
 * @param {Blob} file a zip @param {AbortSignal} [signal] @param {(share: number) => void} [onShare] as `send`
 * @returns {Promise<{name: string}>} the checkpoint that it is here
 */
export const importCheckpoint = (file, signal = new AbortController().signal, onShare = () => {}) =>
  send("checkpoints", file, signal, onShare);

/** @param {any} answer @returns {any} the same @throws {NoAnswer} where it says what is wrong */
function done(answer) {
  if (answer.problem) throw new NoAnswer(answer.problem);
  return answer;
}
