/** A plugin to start from, with its test: both work as they are. */

export interface TemplateFile {
  readonly name: string;
  readonly text: string;
}

function moduleOf(name: string): string {
  return `// A plugin of trafficinator: docs/plugins.md explains every hook.
// Try it:  trafficinator run --sink --plugin ./${name}.mjs --dry-run
// Check it: trafficinator plugin check ./${name}.mjs

export default {
  name: '${name}',
  apiVersion: 1,
  version: '1.0.0',
  description: 'Some visitors read a page and rate it.',

  // Options, as a JSON Schema. Set one with: --plugin './${name}.mjs {"share": 0.5}'
  options: {
    type: 'object',
    properties: {
      share: { type: 'number', minimum: 0, maximum: 1, default: 0.1, description: 'Share of all visits.' },
    },
  },

  // Called once. The hooks that it returns are called for every visit: they use only what they are handed.
  setup({ options }) {
    return {
      behaviours: {
        rating: {
          share: options.share,
          longestMs: 10 * 60_000,
          visit({ random, entryPage }) {
            const page = entryPage();
            return [
              { type: 'pageview', ...page },
              {
                type: 'event',
                category: 'Rating',
                action: random.chance(0.8) ? 'helpful' : 'not helpful',
                name: page.title,
                afterSeconds: random.integer(20, 180),
              },
            ];
          },
        },
      },
    };
  },
};
`;
}

function testOf(name: string): string {
  return `// Run it with: node --test
import assert from "node:assert/strict";
import { test } from "node:test";
import plugin from "./${name}.mjs";

// Chance as a test wants it: always the first of what is possible.
const random = {
  next: () => 0,
  chance: (probability) => probability > 0,
  integer: (min) => min,
  between: (min) => min,
  pick: (list) => list[0],
};

test('a visitor reads a page and rates it', () => {
  const { behaviours } = plugin.setup({ options: { share: 0.1 } });
  const entryPage = () => ({ url: 'https://site.example/help', title: 'Help' });
  const [page, rating] = behaviours.rating.visit({ random, entryPage });
  assert.equal(page.type, 'pageview');
  assert.deepEqual(rating, {
    type: 'event',
    category: 'Rating',
    action: 'helpful',
    name: 'Help',
    afterSeconds: 20,
  });
});
`;
}

export function pluginTemplate(name: string): readonly TemplateFile[] {
  return [
    { name: `${name}.mjs`, text: moduleOf(name) },
    { name: `${name}.test.mjs`, text: testOf(name) },
  ];
}
