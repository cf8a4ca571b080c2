/**
 * The modules, style sheets and texts of this folder, which come in one answer (see ui/http/modules.py): a browser
 * would ask for a hundred, in as many rounds as one imports the other.
 *
 * What one page alone needs, and much of it, comes in an answer of its own when it is first asked for.
 *
 * A module is made when it is first imported, of its file's own text, where each import leads to the module made of the
 * other file. What is no module is one whose default export is the text, or the value of a JSON file.
 */

// As the formatter writes it, at the start of a line.
const IMPORT = /^((?:import|(?:import|export)\b[^;"=(]*?\bfrom) )"(\.[^"]+)"/gm;

/**
 * @param {Record<string, string>} files texts by path below this folder
 * @param {string} folder the address that error messages and developer tools name, and that has the parts
 * @param {string[]} parts folders whose files come later, each as JSON of such texts
 * @returns {(path: string) => Promise<any>} imports one of them
 */
export function importer(files, folder, parts) {
  /** @type {Map<string, Promise<void>>} */
  const coming = new Map();
  /** @type {Map<string, string>} */
  const addresses = new Map();

  /** @param {string} path @returns {string} where the browser has it as a module */
  const address = (path) => {
    const known = addresses.get(path);
    if (known) return known;
    const made = URL.createObjectURL(new Blob([source(path)], { type: "text/javascript" }));
    addresses.set(path, made);
    return made;
  };

  /** @param {string} path @returns {string} */
  const source = (path) => {
    const text = files[path];
    if (text === undefined) throw new Error(`There is no ${path}.`);
    if (path.endsWith(".json")) return `export default ${text}`;
    if (!path.endsWith(".js")) return `export default ${JSON.stringify(text)}`;
    const linked = text.replace(IMPORT, (_, start, other) => `${start}"${address(below(path, other))}"`);
    return `${linked}\n//# sourceURL=${folder}${path}`;
  };

  /** @param {string} part */
  const bring = async (part) => {
    const response = await fetch(`${folder}${part}.json`);
    if (!response.ok) throw new Error(`${part} did not arrive.`);
    Object.assign(files, await response.json());
  };

  return async (path) => {
    const [part] = path.split("/");
    if (parts.includes(part)) {
      const arriving = coming.get(part) ?? bring(part);
      coming.set(part, arriving);
      // Else it could not be tried again.
      arriving.catch(() => coming.delete(part));
      await arriving;
    }
    return import(address(path));
  };
}

/** @param {string} path of a file @param {string} other relative to it @returns {string} */
const below = (path, other) => new URL(other, `file:///${path}`).pathname.slice(1);
