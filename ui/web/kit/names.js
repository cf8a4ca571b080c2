/** What a model of one's own may be called: the rule is that of vae_core/training/plan.py. */

const NAME = /^[a-z0-9]([a-z0-9._-]{0,58}[a-z0-9])?$/;
const LONGEST_NAME = 60;
export const NAME_RULE =
  "1 to 60 small letters, digits, dots, hyphens and underscores; a letter or digit at both ends.";

/** @param {string} name @returns {boolean} */
export const isName = (name) => NAME.test(name);

/**
 * @param {string} start of letters and digits at both ends @param {Iterable<string>} taken
 * @returns {string} it, or the first of "start-2", "start-3".. that is free, no longer than a name may be
 */
export function freeName(start, taken) {
  const names = new Set(taken);
  for (let k = 1; ; k++) {
    const end = k > 1 ? `-${k}` : "";
    const name = start.slice(0, LONGEST_NAME - end.length) + end;
    if (!names.has(name)) return name;
  }
}
