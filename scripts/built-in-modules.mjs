// Has bundled files take modules of Node.js without an import: a loader that imports one asks for everything that it
// has, and so opens standard input, which hangs on `process`, and loads the streams that hang on `fs`.
import { builtinModules } from 'node:module';

const GET = 'const{getBuiltinModule:__module}=globalThis.process;';
/** What bundled CommonJS packages ask with, in the one file that passes it on; some look for packages that are not there. */
const REQUIRE = `const require=name=>{const found=__module(name);if(found)return found;throw Object.assign(new Error("Cannot find module "+name),{code:"MODULE_NOT_FOUND"})};`;
const ASKS_WITH_REQUIRE = 'typeof require';

const IMPORT = /\bimport(?: ([\w$]+)|\*as ([\w$]+))?,?(?:\{([^{}]*)\})?\s?from\n?"([\w:/]+)";/g;
const NOT_KNOWN = /\bfrom\n?"(node:[\w/]+)"/;
const isBuiltIn = (name) => name.startsWith('node:') || builtinModules.includes(name);

/** @param text of a bundled file, without white space that is not needed */
export function withBuiltInModules(text) {
  const taken = [];
  const rest = text.replace(IMPORT, (statement, name, whole, names, from) => {
    if (!isBuiltIn(from)) return statement;
    const module = `__module(${JSON.stringify(from)})`;
    if (name ?? whole) taken.push(`const ${name ?? whole}=${module};`);
    if (names) taken.push(`const{${names.replace(/\s+as\s+/g, ':')}}=${module};`);
    return '';
  });
  const [, left] = NOT_KNOWN.exec(rest) ?? [];
  if (left) throw new Error(`scripts/built-in-modules.mjs: ${left} is imported in a way that is not known`);
  if (rest.includes(ASKS_WITH_REQUIRE)) taken.push(REQUIRE);
  return taken.length > 0 ? `${GET}${taken.join('')}\n${rest}` : rest;
}
