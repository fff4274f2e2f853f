/** YAML's own ways to say things: aliases, merge keys, keys that are only there for anchors, and numbers as written. */
import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Pair, visit, type YAMLMap } from 'yaml';
import { SettingsError } from '../../errors.ts';

/** Merge keys may refer to mappings with merge keys: more of them than anybody writes are an attack. */
const MOST_MERGES = 1000;

function isMergeKey({ key }: Pair): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.source === '<<';
}

/** The node that an alias stands for; any other value as it is. */
export function resolved(document: Document, value: unknown): unknown {
  return isAlias(value) ? value.resolve(document) : value;
}

/** What a merge key names: one mapping, or a list of them. */
function mergedMaps(document: Document, value: unknown): YAMLMap[] {
  const node = resolved(document, value);
  const items = isSeq(node) ? node.items.map((item) => resolved(document, item)) : [node];
  return items.filter((item) => isMap(item));
}

export function keyOf({ key }: Pair): string {
  return String(isScalar(key) ? key.value : key);
}

/**
 * The mapping's own pairs, then those of the mappings that its merge keys (`<<`) name and that it has not itself. Keys
 * that begin with `x-` are left out.
 */
export function pairsOf(document: Document, map: YAMLMap, subject: string): Pair[] {
  const pairs = new Map<string, Pair>();
  let merges = 0;
  const collect = (from: YAMLMap) => {
    merges += 1;
    if (merges > MOST_MERGES) {
      const message = `${subject} merges more than ${MOST_MERGES} mappings into one.`;
      throw new SettingsError([{ code: 'too-many-merges', subject, message }]);
    }
    for (const pair of from.items) {
      const key = keyOf(pair);
      if (!isMergeKey(pair) && !key.startsWith('x-') && !pairs.has(key)) pairs.set(key, pair);
    }
    for (const pair of from.items.filter(isMergeKey)) mergedMaps(document, pair.value).forEach(collect);
  };
  collect(map);
  return [...pairs.values()];
}

/** The number's text where YAML's number is not what is written: `0012`, `5e12345`, twenty digits. */
export function writtenNumber(node: unknown): string | undefined {
  if (!isScalar(node) || typeof node.value !== 'number' || node.source === undefined) return undefined;
  return String(node.value) === node.source ? undefined : node.source;
}

/** True where a number has lost digits, or has become infinite. */
export function isInexact(value: number): boolean {
  return !Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value));
}

export interface InexactNumber {
  readonly offset: number;
  readonly text: string;
}

/** The numbers of a document that cannot be kept as they are written. */
export function inexactNumbers(document: Document): InexactNumber[] {
  const found: InexactNumber[] = [];
  visit(document, {
    Scalar(_, node) {
      if (
        typeof node.value !== 'number' ||
        !isInexact(node.value) ||
        /^[-+]?\.(inf|nan)$/i.test(node.source ?? '')
      )
        return;
      found.push({ offset: node.range?.[0] ?? 0, text: node.source ?? String(node.value) });
    },
  });
  return found;
}

/**
 * A value without aliases and nodes.
 * @throws SettingsError for an alias of nothing, for one of no mapping in a merge key, and for aliases of aliases that
 * come to more than anybody writes
 */
export function plainValue(document: Document, value: unknown, subject: string): unknown {
  if (!isNode(value)) return value;
  try {
    return value.toJS(document);
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    const message = `${subject} has an alias that cannot be resolved: ${found.replace(/\.$/, '')}.`;
    throw new SettingsError([{ code: 'invalid-alias', subject, message }]);
  }
}
