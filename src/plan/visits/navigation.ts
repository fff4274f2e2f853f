/** Moving about the site: where a visit enters and which page comes next, along the tree of pages. */
import type { Persona } from '../../types/journeys.ts';
import { pickOne } from '../draw.ts';
import type { RandomStream } from '../random.ts';
import type { SitePage, SiteTree } from './site-tree.ts';

/** Spreads popularity over the whole tree: a fixed shuffle by multiples of a number without common factor. */
function shuffled<T>(items: readonly T[]): T[] {
  let stride = Math.max(1, Math.floor(items.length * 0.618));
  const shares = (a: number, b: number): number => (b === 0 ? a : shares(b, a % b));
  while (shares(items.length, stride) !== 1) stride++;
  return items.map((_, i) => items[(i * stride) % items.length] as T);
}

/** Popular pages draw far more visits than the others: the one at u² of the list, u uniform. */
function pickPopular<T>(items: readonly T[], stream: RandomStream): T {
  const part = stream.next();
  return items[Math.floor(items.length * (part * part))] as T;
}

export interface Navigation {
  entry(persona: Persona, stream: RandomStream): SitePage;
  next(persona: Persona, from: SitePage, stream: RandomStream): SitePage;
  /** Any page, popular ones first: a search's result, say. */
  anywhere(stream: RandomStream): SitePage;
}

export function createNavigation(tree: SiteTree): Navigation {
  const { categories, subcategories } = tree;
  const home = [tree.home];
  const leaves = shuffled(tree.leaves);

  /** The pages of the level on which a visit enters. */
  function drawLevel({ entry }: Persona, stream: RandomStream): readonly SitePage[] {
    const category = categories.length > 0 ? entry.category : 0;
    const subcategory = subcategories.length > 0 ? entry.subcategory : 0;
    let left = stream.next() * (entry.home + category + subcategory + entry.page) - entry.home;
    if (left < 0) return home;
    left -= category;
    if (left < 0) return categories;
    left -= subcategory;
    return left < 0 ? subcategories : leaves;
  }

  function beside(from: SitePage, siblings: readonly SitePage[], stream: RandomStream): SitePage {
    const other = pickOne(siblings, stream);
    return other === from ? (siblings[(siblings.indexOf(from) + 1) % siblings.length] as SitePage) : other;
  }

  return {
    anywhere: (stream) => pickPopular(leaves, stream),
    entry: (persona, stream) => pickPopular(drawLevel(persona, stream), stream),
    next({ navigation }, from, stream) {
      const { parent, children } = from;
      const siblings = parent?.children ?? [];
      const down = children.length > 0 ? navigation.down : 0;
      const up = parent ? navigation.up : 0;
      const sideways = siblings.length > 1 ? navigation.sideways : 0;
      const toHome = parent ? navigation.home : 0;
      let left = stream.next() * (down + up + sideways + toHome) - down;
      if (left < 0) return pickPopular(children, stream);
      left -= up;
      if (left < 0) return parent ?? tree.home;
      left -= sideways;
      if (left < 0) return beside(from, siblings, stream);
      return left < toHome ? tree.home : pickPopular(leaves, stream);
    },
  };
}
