/** Moving about the site: where a visit enters and which page comes next, along the tree of pages. */
import type { Persona } from '../types.ts';
import { pickOne } from './draw.ts';
import type { RandomStream } from './random.ts';
import type { SitePage, SiteTree } from './site-tree.ts';

/** Popular pages draw far more visits than the others: place u^POPULARITY of the list, u uniform. */
const POPULARITY = 2;

/** Spreads popularity over the whole tree: a fixed shuffle by multiples of a number without common factor. */
function shuffled<T>(items: readonly T[]): T[] {
  let stride = Math.max(1, Math.floor(items.length * 0.618));
  const shares = (a: number, b: number): number => (b === 0 ? a : shares(b, a % b));
  while (shares(items.length, stride) !== 1) stride++;
  return items.map((_, i) => items[(i * stride) % items.length] as T);
}

function pickPopular<T>(items: readonly T[], stream: RandomStream): T {
  return items[Math.floor(items.length * stream.next() ** POPULARITY)] as T;
}

function weighted<T>(options: readonly (readonly [number, T])[], stream: RandomStream): T | undefined {
  let total = 0;
  for (const option of options) total += option[0];
  let left = stream.next() * total;
  for (const option of options) {
    left -= option[0];
    if (left < 0) return option[1];
  }
  return undefined;
}

export interface Navigation {
  entry(persona: Persona, stream: RandomStream): SitePage;
  next(persona: Persona, from: SitePage, stream: RandomStream): SitePage;
  /** Any page, popular ones first: a search's result, say. */
  anywhere(stream: RandomStream): SitePage;
}

export function createNavigation(tree: SiteTree): Navigation {
  const leaves = shuffled(tree.leaves);
  const anywhere = (stream: RandomStream) => pickPopular(leaves, stream);
  return {
    anywhere,
    entry(persona, stream) {
      const { home, category, subcategory, page } = persona.entry;
      const level = weighted(
        [
          [home, [tree.home]],
          [tree.categories.length > 0 ? category : 0, tree.categories],
          [tree.subcategories.length > 0 ? subcategory : 0, tree.subcategories],
          [page, leaves],
        ] as const,
        stream,
      );
      return pickPopular(level ?? leaves, stream);
    },
    next(persona, from, stream) {
      const { down, up, sideways, home } = persona.navigation;
      const siblings = from.parent?.children ?? [];
      const way = weighted(
        [
          [from.children.length > 0 ? down : 0, 'down'],
          [from.parent ? up : 0, 'up'],
          [siblings.length > 1 ? sideways : 0, 'sideways'],
          [from.parent ? home : 0, 'home'],
        ] as const,
        stream,
      );
      if (way === 'down') return pickPopular(from.children, stream);
      if (way === 'up') return from.parent ?? tree.home;
      if (way === 'home') return tree.home;
      if (way === undefined) return anywhere(stream);
      const other = pickOne(siblings, stream);
      return other === from ? (siblings[(siblings.indexOf(from) + 1) % siblings.length] as SitePage) : other;
    },
  };
}
