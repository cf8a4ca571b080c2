/** The one import of this tab: it goes on whatever page is shown, and is found again after a reload. */

import { importCheckpoint } from "../server/ask.js";
import { NoAnswer, Unknown } from "../server/load.js";
import { isZip } from "./files.js";
import { beginImport, keepImport, leaveImport, lookAtImport, tryAgain } from "./server.js";

/** @typedef {import("./server.js").Status} Status */
/** @typedef {"none" | "sending" | "asked"} Step nothing; files on their way; the server has them */
/** @typedef {{files: File[], name: string}} Net files of one net, or a zip of a checkpoint; what it may be called */

// Of this tab alone.
const KEY = "latent-spaces.import";
const LOOK_MS = 300;
/** @type {(import("./server.js").State)[]} */
const MOVING = ["waiting", "running", "keeping"];

export class UnderWay {
  constructor() {
    /** @type {Step} */
    this.step = "none";
    this.share = 0;
    this.id = "";
    /** What the checkpoint may be called. */
    this.name = "";
    /** @type {File[]} on their way */
    this.files = [];
    /** Whether Python knows of the checkpoint. */
    this.isTold = false;
    /** @type {Status | null} */
    this.status = null;
    this.problem = "";
    /** What may help against the problem. @type {(() => void) | undefined} */
    this.retry = undefined;
    /** Whoever waits looks whether it is still the last time. */
    this.run = 0;
    this.leaving = new AbortController();
    /** @type {Set<() => void>} */
    this.listeners = new Set();
    this.resume();
  }

  /** @param {() => void} listener @returns {() => void} withdraws it */
  onChange(listener) {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** @param {string} [problem] @param {() => void} [retry] */
  tell(problem = "", retry) {
    this.problem = problem;
    this.retry = retry;
    for (const listener of this.listeners) listener();
  }

  /** Something is to be moved by the server, or is moved by it. */
  get isMoving() {
    return this.step === "sending" || (this.status !== null && MOVING.includes(this.status.state));
  }

  /** The checkpoint that it has become; empty before. */
  get checkpoint() {
    return this.status?.state === "kept" ? (this.status.checkpoint ?? "") : "";
  }

  /** Nothing is lost where another begins. */
  get isFree() {
    const state = this.status?.state;
    return this.step === "none" || state === "kept" || state === "failed";
  }

  /** @param {Net} net */
  async begin(net) {
    const mine = this.start();
    this.step = "sending";
    this.files = net.files;
    this.name = net.name;
    this.tell();
    const onShare = (/** @type {number} */ share) => {
      if (mine !== this.run) return;
      this.share = share;
      this.tell();
    };
    const { signal } = this.leaving;
    const zip = net.files.find(isZip);
    try {
      const { name } = await (zip ? importCheckpoint(zip, signal, onShare) : beginImport(net.files, signal, onShare));
      if (mine !== this.run) return;
      if (zip) this.take(keptAs(name));
      else {
        this.id = name;
        sessionStorage.setItem(KEY, JSON.stringify({ id: name, name: net.name }));
        void this.follow();
      }
    } catch (error) {
      if (mine !== this.run) return;
      this.step = "none";
      this.tell(
        /** @type {Error} */ (error).message,
        error instanceof NoAnswer ? undefined : () => void this.begin(net),
      );
    }
  }

  /** What a reload has interrupted. */
  resume() {
    const kept = sessionStorage.getItem(KEY);
    if (!kept) return;
    ({ id: this.id, name: this.name } = JSON.parse(kept));
    this.step = "asked";
    void this.follow(true);
  }

  /** @param {boolean} [isOld] the server may have forgotten it, and the visitor, too */
  async follow(isOld = false) {
    const mine = ++this.run;
    this.step = "asked";
    this.tell();
    for (;;) {
      try {
        const status = await lookAtImport(this.id, this.leaving.signal);
        if (mine !== this.run) return;
        this.take(status);
      } catch (error) {
        if (mine !== this.run) return;
        const { message } = /** @type {Error} */ (error);
        if (error instanceof Unknown) this.forget(isOld ? "" : message);
        else this.tell(message, () => void this.follow());
        return;
      }
      if (!this.isMoving) return;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      if (mine !== this.run) return;
    }
  }

  /** @param {Status} status */
  take(status) {
    this.step = "asked";
    // What is the same stays the same: nothing is built anew, and a choice stays.
    const before = this.status?.found ?? null;
    const isSame = JSON.stringify(before) === JSON.stringify(status.found);
    this.status = isSame ? { ...status, found: before } : status;
    if (status.state === "kept") sessionStorage.removeItem(KEY);
    this.tell(status.problem ?? "");
  }

  /** @param {import("./server.js").Told} told */
  again(told) {
    return this.order("running", () => tryAgain(this.id, told));
  }

  /** @param {number} candidate @param {string} name */
  keep(candidate, name) {
    return this.order("keeping", () => keepImport(this.id, candidate, name));
  }

  /** @param {import("./server.js").State} state that it comes to @param {() => Promise<unknown>} ask */
  async order(state, ask) {
    const { status } = this;
    if (!status) return;
    const mine = ++this.run;
    this.status = { ...status, state, seconds: 0, doing: "", problem: null };
    this.tell();
    try {
      await ask();
      if (mine === this.run) void this.follow();
    } catch (error) {
      if (mine !== this.run) return;
      this.status = status;
      this.tell(
        /** @type {Error} */ (error).message,
        error instanceof NoAnswer ? undefined : () => void this.order(state, ask),
      );
    }
  }

  /** Gives it up; of one that is kept, the checkpoint stays. */
  async end() {
    const { id, checkpoint } = this;
    this.forget();
    if (!id || checkpoint) return;
    const mine = this.run;
    try {
      await leaveImport(id);
    } catch (error) {
      // What the server does not know has come to its end.
      const isGone = error instanceof Unknown || error instanceof NoAnswer;
      if (mine === this.run && !isGone) this.tell(/** @type {Error} */ (error).message);
    }
  }

  /** @param {string} [problem] */
  forget(problem) {
    this.start();
    this.tell(problem);
  }

  /** @returns {number} the run */
  start() {
    this.leaving.abort();
    this.leaving = new AbortController();
    this.step = "none";
    this.share = 0;
    this.id = this.name = "";
    this.status = null;
    this.isTold = false;
    sessionStorage.removeItem(KEY);
    return ++this.run;
  }
}

/** @param {string} checkpoint @returns {Status} of a zip, which leaves nothing open */
const keptAs = (checkpoint) => ({
  ...{ state: /** @type {const} */ ("kept"), ahead: 0, seconds: 0, limit: 0, doing: "", problem: null, found: null },
  checkpoint,
});

export const underWay = new UnderWay();
