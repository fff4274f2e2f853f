/** Moving about the site: where a visit enters and which page comes next, along the tree of pages. */
import type { Persona } from '../../types/content/journeys.ts';
import { pickOne } from '../draw.ts';
import { modulo } from '../exact-math.ts';
import type { RandomStream } from '../random.ts';
import type { SitePage, SiteTree } from './site-tree.ts';

/** Spreads popularity over the whole tree: a fixed shuffle by multiples of a number without common factor. */
function shuffled<T>(items: readonly T[]): T[] {
  let stride = Math.max(1, Math.floor(items.length * 0.618));
  const shares = (a: number, b: number): number => (b === 0 ? a : shares(b, a % b));
  while (shares(items.length, stride) !== 1) stride++;
  return items.map((_, i) => items[(i * stride) % items.length] as T);
}

/** Rank of a popular page among so many: the one at u² of them, u uniform, is drawn far more often than the others. */
function popularRank(count: number, stream: RandomStream): number {
  const part = stream.next();
  return Math.floor(count * (part * part));
}

function pickPopular<T>(items: readonly T[], stream: RandomStream): T {
  return items[popularRank(items.length, stream)] as T;
}

/** `day` is counted since 1970-01-01: on a site with new pages every day it says which ones are popular. */
export interface Navigation {
  entry(persona: Persona, stream: RandomStream, day: number): SitePage;
  next(persona: Persona, from: SitePage, stream: RandomStream, day: number): SitePage;
  /** Any page, popular ones first: a search's result, say. */
  anywhere(stream: RandomStream, day: number): SitePage;
}

/** @param freshPerDay single pages a day that are new, and push the others down; 0 where popularity stays */
export function createNavigation(tree: SiteTree, freshPerDay = 0): Navigation {
  const { categories, subcategories } = tree;
  const home = [tree.home];
  const leaves = shuffled(tree.leaves);
  const freshPart = leaves.length > 0 ? freshPerDay / leaves.length : 0;

  /** One of single pages: the new ones first, for they are what people come for. */
  function pickLeaf(items: readonly SitePage[], stream: RandomStream, day: number): SitePage {
    const rank = popularRank(items.length, stream);
    if (freshPart === 0) return items[rank] as SitePage;
    return items[modulo(rank - Math.floor(day * freshPart * items.length), items.length)] as SitePage;
  }

  const pickChild = (children: readonly SitePage[], stream: RandomStream, day: number) =>
    children[0]?.children.length === 0 ? pickLeaf(children, stream, day) : pickPopular(children, stream);

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
    anywhere: (stream, day) => pickLeaf(leaves, stream, day),
    entry(persona, stream, day) {
      const level = drawLevel(persona, stream);
      return level === leaves ? pickLeaf(leaves, stream, day) : pickPopular(level, stream);
    },
    next({ navigation }, from, stream, day) {
      const { parent, children } = from;
      const siblings = parent?.children ?? [];
      const down = children.length > 0 ? navigation.down : 0;
      const up = parent ? navigation.up : 0;
      const sideways = siblings.length > 1 ? navigation.sideways : 0;
      const toHome = parent ? navigation.home : 0;
      let left = stream.next() * (down + up + sideways + toHome) - down;
      if (left < 0) return pickChild(children, stream, day);
      left -= up;
      if (left < 0) return parent ?? tree.home;
      left -= sideways;
      if (left < 0) return beside(from, siblings, stream);
      return left < toHome ? tree.home : pickLeaf(leaves, stream, day);
    },
  };
}
