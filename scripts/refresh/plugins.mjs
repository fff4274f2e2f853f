// Renews the reference in docs/plugins.md from the types of plugins in src/types/plugin-api.ts.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = join(root, 'docs/plugins.md');
const START = '<!-- reference -->';
const END = '<!-- /reference -->';

/** A comment of one or several lines as a sentence. */
const sentence = (comment) => comment.replace(/\s*\n\s*\* ?/g, ' ').trim();
const cell = (text) => text.replace(/\s+/g, ' ').replaceAll('|', '\\|').trim();

const INTERFACE = /^export interface (\w+)(.*) \{\n([\s\S]*)\n\}$/;
const MEMBER = /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?readonly (\w+)(\??): ([\s\S]*?);(?:\n|$)/g;

/** Types with what they are and their members, in the order of the file. */
function typesOf(source) {
  const DECLARATION =
    /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n(export (?:interface|type) (\w+)[\s\S]*?)\n(?=\n\/\*\*|$)/g;
  return [...source.matchAll(DECLARATION)].map(([, comment, declaration, name]) => {
    const about = sentence(comment);
    const [, , heritage = '', body] = INTERFACE.exec(declaration) ?? [];
    if (body === undefined) return { name, about, declaration };
    const members = [...body.matchAll(MEMBER)].map(([, meaning = '', key, optional, type]) => ({
      key,
      isOptional: optional === '?',
      type: cell(type.replace(/readonly /g, '')),
      about: sentence(meaning),
    }));
    return { name, about, parent: /extends (\w+)/.exec(heritage)?.[1], members };
  });
}

function sectionOf({ name, about, declaration, parent, members = [] }) {
  const more = parent === undefined ? '' : ` Has all of [${parent}](#${parent.toLowerCase()}) as well.`;
  const head = `### ${name}\n\n${about}${more}\n`;
  if (declaration !== undefined) {
    const text = declaration.replace(/^export /, '').replace(/readonly /g, '');
    return `${head}\n\`\`\`ts\n${text}\n\`\`\`\n`;
  }
  const rows = members.map(
    ({ key, isOptional, type, about: what }) =>
      `| \`${key}\`${isOptional ? '' : ' *'} | \`${type}\` | ${cell(what)} |`,
  );
  return rows.length === 0
    ? head
    : `${head}\n| Key | Type | Meaning |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
}

const source = readFileSync(join(root, 'src/types/plugin-api.ts'), 'utf8');
const reference = typesOf(source).map(sectionOf).join('\n');
const text = readFileSync(page, 'utf8');
const [before] = text.split(START);
const renewed = `${before}${START}\n\n${reference}\n${END}\n`;
if (process.argv.includes('--check')) process.exitCode = renewed === text ? 0 : 1;
else writeFileSync(page, renewed);
