/** What goes wrong in a run, by reason: how often, an example, what to do. One list for the page, the report and the log. */
import type { FailureExample, FailureExamples } from '../types/failure-example.ts';
import { isIntended, reasonOf } from './reasons.ts';
import { SECTIONS } from './sections.ts';

export interface Trouble {
  /** Of the reason, such as `http-503`. */
  readonly name: string;
  /** `The server was too slow`. */
  readonly what: string;
  /** That were not accepted. */
  readonly hits: number;
  /** To send a request, that did not succeed. */
  readonly attempts: number;
  /** True: nothing is wrong. */
  readonly isIntended: boolean;
  readonly example: FailureExample | undefined;
  readonly remedy: string;
  /** Heading in docs/troubleshooting.md. */
  readonly section: string;
}

interface Counted {
  readonly reasons: Readonly<Record<string, number>>;
  readonly failedAttempts?: Readonly<Record<string, number>> | undefined;
  readonly examples?: FailureExamples | undefined;
}

/** What is intended comes last; else the most frequent first. */
const byWeight = (one: Trouble, other: Trouble) =>
  Number(one.isIntended) - Number(other.isIntended) || other.hits - one.hits || other.attempts - one.attempts;

export function troublesOf({ reasons, failedAttempts = {}, examples = {} }: Counted): Trouble[] {
  const names = new Set([...Object.keys(reasons), ...Object.keys(failedAttempts)]);
  return [...names]
    .map((name): Trouble => {
      const { what, remedy, ifLost, section } = reasonOf(name);
      const hits = reasons[name] ?? 0;
      return {
        name,
        what: what.charAt(0).toUpperCase() + what.slice(1),
        hits,
        attempts: failedAttempts[name] ?? 0,
        isIntended: isIntended(name),
        example: examples[name],
        remedy: ifLost !== undefined && hits > 0 ? `${remedy} ${ifLost}` : remedy,
        section: SECTIONS[section],
      };
    })
    .filter(({ hits, attempts }) => hits + attempts > 0)
    .sort(byWeight);
}

/** What a firewall's refusals count as, once the hits that it dislikes are known; their attempts before have the status. */
const REFUSED = ['forbidden', 'deferred'];
const REFUSALS = ['http-403', 'http-406'];

/** For readers: refusals of one firewall in one row, with those before the hits that it dislikes were known. */
export function withOneFirewall(troubles: readonly Trouble[]): Trouble[] {
  const refused = troubles.find(({ name }) => REFUSED.includes(name));
  const same = troubles.filter(({ name }) => REFUSALS.includes(name));
  if (refused === undefined || same.length === 0) return [...troubles];
  const sum = (of: (trouble: Trouble) => number) => same.reduce((all, one) => all + of(one), 0);
  const joined = {
    ...refused,
    hits: refused.hits + sum(({ hits }) => hits),
    attempts: refused.attempts + sum(({ attempts }) => attempts),
    example: refused.example ?? same.find(({ example }) => example !== undefined)?.example,
  };
  const others = troubles.filter((one) => one !== refused && !same.includes(one));
  return [...others, joined].sort(byWeight);
}

/** `12:03:05 UTC, https://shop.example/checkout, HTTP 200, “<title>Sign in</title>”`. @param timeOf writes an instant */
export function exampleText(
  { atMs, url, status, answer }: FailureExample,
  timeOf: (ms: number) => string,
): string {
  const parts = [
    timeOf(atMs),
    url,
    status === undefined ? 'no response' : `HTTP ${status}`,
    answer === undefined ? '' : `“${answer}”`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}
