/** Versions of what can be changed: two people who edit the same thing do not undo each other's work. */
import { digestOf } from '../store/list-files.ts';
import { Refusal } from './refusal.ts';
import type { Call } from './route.ts';

export function etagOf(value: unknown): string {
  return `"${digestOf(value)}"`;
}

/** @throws Refusal with 412 where the client has seen another version than the one that is there */
export function checkMatch({ header }: Pick<Call, 'header'>, current: unknown): void {
  const wanted = header('if-match');
  if (wanted === undefined || wanted.trim() === '*') return;
  const etag = etagOf(current);
  if (wanted.split(',').some((text) => text.trim().replace(/^W\//, '') === etag)) return;
  throw new Refusal(412, 'It was changed in the meantime', {
    code: 'changed-meanwhile',
    hint: 'Load the current version and make your change again.',
    headers: { etag },
  });
}
