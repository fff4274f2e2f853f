import { expect, it } from 'vitest';
import { splitPlugins } from '../../../src/config/schema/plugin-list.ts';

it.each([
  ['./a.mjs,./b.mjs', ['./a.mjs', './b.mjs']],
  ['./a.mjs; acme', ['./a.mjs', 'acme']],
  [
    'acme {"share": 0.1, "names": ["x;y", "z}"]}, ./b.mjs',
    ['acme {"share": 0.1, "names": ["x;y", "z}"]}', './b.mjs'],
  ],
  [' , ;', []],
])('splits %j at commas and semicolons outside of options', (text, parts) => {
  expect(splitPlugins(text)).toEqual(parts);
});
