/** Which kind of action a hit is, in Matomo's order of precedence. */
import type { SinkSite } from '../config.ts';
import { integerOf, type Parameters, parseQuery, queryOf, textOf } from './parameters.ts';

/** A content impression and an interaction with it are both of the hit kind `content`. */
export const ACTION_KINDS = [
  'pageview',
  'event',
  'search',
  'outlink',
  'download',
  'content',
  'interaction',
] as const;
export type ActionKind = (typeof ACTION_KINDS)[number];

export interface Action {
  readonly kind: ActionKind;
  /** The page's URL, or for an outlink or a download the target's. */
  readonly url: string;
  /** Title, event category, search keyword or content name. */
  readonly label: string;
}

/** Matomo cuts URLs and titles here. */
const LONGEST = 1024;

/** Names under which Matomo by default finds a search keyword in a page's URL. */
const KEYWORD_NAMES = ['q', 'query', 's', 'search', 'searchword', 'k', 'keyword'];

function keywordOf(parameters: Parameters, url: string, site: SinkSite): string {
  if (!site.siteSearch) return '';
  const sent = textOf(parameters, 'search').trim();
  if (sent !== '') return sent;
  const query = queryOf(url);
  if (query === null) return '';
  const inUrl = parseQuery(query);
  return KEYWORD_NAMES.map((name) => inUrl.get(name) ?? '').find((text) => text !== '') ?? '';
}

function eventOf(parameters: Parameters, url: string): Action | 'invalid' | null {
  const category = textOf(parameters, 'e_c');
  const action = textOf(parameters, 'e_a');
  if (category === '' || action === '') return null;
  if (category.trim() === '' || action.trim() === '') return 'invalid';
  return { kind: 'event', url, label: category.trim() };
}

function cut(action: Action): Action {
  if (action.url.length <= LONGEST && action.label.length <= LONGEST) return action;
  return { kind: action.kind, url: action.url.slice(0, LONGEST), label: action.label.slice(0, LONGEST) };
}

/**
 * The action of a hit that is neither a conversion nor a ping; `invalid` for a blank event; null when `ca=1`
 * announces a custom action that the other parameters do not make.
 */
export function actionOf(parameters: Parameters, site: SinkSite): Action | 'invalid' | null {
  const url = textOf(parameters, 'url');
  const event = eventOf(parameters, url);
  if (event === 'invalid') return event;
  if (event) return cut(event);
  const content = textOf(parameters, 'c_n');
  if (content !== '') {
    const kind = textOf(parameters, 'c_i') === '' ? 'content' : 'interaction';
    return cut({ kind, url, label: content });
  }
  for (const [kind, name] of [
    ['download', 'download'],
    ['outlink', 'link'],
  ] as const) {
    const target = textOf(parameters, name);
    if (target !== '') return cut({ kind, url: target, label: '' });
  }
  if (integerOf(parameters, 'ca', 0) !== 0) return null;
  const keyword = keywordOf(parameters, url, site);
  if (keyword !== '') return cut({ kind: 'search', url, label: keyword });
  return cut({ kind: 'pageview', url, label: textOf(parameters, 'action_name') });
}
