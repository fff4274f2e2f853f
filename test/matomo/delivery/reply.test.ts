import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Answer,
  classifyBulk,
  classifySingle,
  parseRetryAfter,
  type RecordingState,
  type Verdict,
} from '../../../src/matomo/delivery/reply.ts';
import type { HitKind } from '../../../src/types/hit.ts';
import { pageviews, visitOf } from '../../doubles/hits.ts';

const NOW_MS = Date.UTC(2026, 9, 20, 12);
const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAAAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64').toString(
  'latin1',
);
const SENTENCE = "<a href='/'>Matomo</a> is a free/libre web analytics";
const PAGE = '<html><head><title>502 Bad Gateway</title></head></html>';

const answer = (status: number, body: string | object = '', retryAfter?: string): Answer => ({
  status,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  retryAfter,
});
const hitsOf = (kinds: readonly HitKind[]) => visitOf({ kinds }).hits;
const again = (reason: string, retryAfterMs?: number): Verdict => ({
  kind: 'retry',
  ifGivenUp: { kind: 'failed', reason },
  retryAfterMs,
});
const all = (kind: 'rejected', reason: string, count: number): Verdict => ({
  kind: 'settled',
  outcomes: new Array(count).fill({ kind, reason }),
});
const accepted = (count: number): Verdict => ({
  kind: 'settled',
  outcomes: new Array(count).fill({ kind: 'accepted' }),
});

const inDoubt = (reason: string, fate: RecordingState): Verdict => ({ kind: 'doubt', reason, fate });

/** Answers that mean the same for a single hit and for a bulk request. */
const GENERAL: readonly [string, Answer, () => Verdict][] = [
  ['502: PHP is down, or has gone away', answer(502, PAGE), () => inDoubt('http-502', 'closed')],
  ['500 with a page', answer(500, PAGE), () => inDoubt('http-500', 'final')],
  ['503 with a page', answer(503, PAGE, '30'), () => inDoubt('http-503', 'closed')],
  ['520', answer(520, PAGE), () => inDoubt('http-520', 'closed')],
  ['524: a proxy gave up on Matomo', answer(524, PAGE), () => inDoubt('http-524', 'open')],
  ['408', answer(408, PAGE), () => inDoubt('http-408', 'open')],
  ['499', answer(499), () => inDoubt('http-499', 'open')],
  ['204', answer(204), () => inDoubt('http-204', 'open')],
  ['503 with the GIF: recording is off', answer(503, GIF), () => again('recording-off')],
  ['429', answer(429, PAGE), () => again('rate-limited')],
  ['429 with seconds to wait', answer(429, PAGE, '7'), () => again('rate-limited', 7000)],
  [
    '429 with a time to wait for',
    answer(429, PAGE, 'Tue, 20 Oct 2026 12:00:42 GMT'),
    () => again('rate-limited', 42_000),
  ],
  ['504: a proxy gave up on Matomo', answer(504, PAGE), () => inDoubt('gateway-timeout', 'open')],
  ['401', answer(401, PAGE), () => ({ kind: 'refused', status: 401 })],
  ['200 with a page: a login form', answer(200, PAGE), () => inDoubt('not-matomo', 'open')],
  ['200 without a body', answer(200), () => inDoubt('empty-answer', 'open')],
  ['404', answer(404, PAGE), () => again('http-404')],
  ['301', answer(301, PAGE), () => again('redirected')],
  ['308', answer(308), () => again('redirected')],
];

describe('classifySingle', () => {
  const hits = hitsOf(['pageview']);

  it.each(GENERAL)('understands %s', (_, given, verdict) => {
    expect(classifySingle({ hits: hits }, given, NOW_MS)).toEqual(verdict());
  });

  it('knows that a hit which is too large never passes, and that all others are refused after a 403', () => {
    for (const status of [413, 414, 431]) {
      expect(classifySingle({ hits: hits }, answer(status, PAGE), NOW_MS)).toEqual(
        all('rejected', 'too-large', 1),
      );
    }
    expect(classifySingle({ hits: hits }, answer(403, PAGE), NOW_MS)).toEqual({
      kind: 'refused',
      status: 403,
    });
  });

  it('takes the GIF as the proof that a hit was accepted', () => {
    expect(classifySingle({ hits: hits }, answer(200, GIF), NOW_MS)).toEqual(accepted(1));
  });

  it('takes 400 with the GIF as refusal of the hit, and without it as that of a server before Matomo', () => {
    expect(classifySingle({ hits: hits }, answer(400, GIF + SENTENCE), NOW_MS)).toEqual(
      all('rejected', 'invalid', 1),
    );
    expect(classifySingle({ hits: hits }, answer(400, PAGE), NOW_MS)).toEqual(again('http-400'));
  });
});

describe('classifyBulk', () => {
  const hits = hitsOf(['pageview', 'event', 'goal', 'pageview', 'order']);
  const success = (tracked: number, invalid: number, indices?: unknown) =>
    answer(200, { status: 'success', tracked, invalid, ...(indices ? { invalid_indices: indices } : {}) });
  const classify = (given: Answer) => classifyBulk({ hits: hits }, given, NOW_MS);
  /** `+` accepted, else the first letter of the reason. */
  const marks = (given: Answer) => {
    const verdict = classify(given);
    if (verdict.kind !== 'settled') return verdict.kind;
    return verdict.outcomes.map(({ reason }) => reason ?? '+').join(' ');
  };

  it.each(GENERAL)('understands %s', (_, given, verdict) => {
    expect(classify(given)).toEqual(verdict());
  });

  it.each([413, 414, 431, 403, 406])('takes fewer hits for a way past a %i', (status) => {
    expect(classify(answer(status, PAGE))).toEqual({ kind: 'smaller', status });
  });

  it('accepts all when all are tracked', () => {
    expect(classify(success(5, 0))).toEqual(accepted(5));
    expect(classify(success(5, 0, []))).toEqual(accepted(5));
  });

  it('accepts no more hits than were sent', () => {
    expect(classify(success(7, 0))).toEqual(accepted(5));
    expect(marks(success(7, 1, [1]))).toBe('+ invalid + + +');
  });

  it('rejects the hits that Matomo names', () => {
    expect(marks(success(3, 2, [1, 4]))).toBe('+ invalid + + invalid');
    expect(classify(success(4, 1, [0]))).toEqual({
      kind: 'settled',
      outcomes: [{ kind: 'rejected', reason: 'invalid' }, ...new Array(4).fill({ kind: 'accepted' })],
    });
  });

  it('rejects as many as Matomo counts when it names none: what it refuses most often first, then the last', () => {
    expect(marks(success(4, 1))).toBe('+ + + + invalid-unnamed');
    expect(marks(success(3, 2))).toBe('+ + invalid-unnamed + invalid-unnamed');
    expect(marks(success(2, 3))).toBe('+ + invalid-unnamed invalid-unnamed invalid-unnamed');
  });

  it('rejects all when all are invalid', () => {
    expect(classify(success(0, 5))).toEqual(all('rejected', 'invalid', 5));
  });

  it('rejects as many as Matomo counts when it names only some, or hits that were not sent', () => {
    expect(marks(success(3, 2, [1]))).toBe('+ invalid + + invalid-unnamed');
    expect(marks(success(4, 1, [99]))).toBe('+ + + + invalid-unnamed');
    expect(marks(success(4, 1, [-1]))).toBe('+ + + + invalid-unnamed');
    expect(marks(success(4, 1, 'first'))).toBe('+ + + + invalid-unnamed');
  });

  it('does not know what came of what is neither tracked nor invalid', () => {
    expect(marks(success(3, 0))).toBe('+ + lost + lost');
    expect(marks(success(2, 1, [0]))).toBe('invalid + lost + lost');
    expect(marks(success(0, 1, [0]))).toBe('invalid lost lost lost lost');
  });

  it('sends again when nothing was recorded', () => {
    expect(classify(success(0, 0))).toEqual(again('recording-off'));
  });

  it('takes a 500 for a proof of nothing, whatever was counted as tracked', () => {
    for (const tracked of [0, 4, 5]) {
      expect(classify(answer(500, { status: 'error', tracked, invalid: 0 }))).toEqual(
        inDoubt('bulk-error', 'final'),
      );
    }
    expect(classify(answer(200, 'Error:There is no active transaction'))).toEqual(
      inDoubt('garbled-answer', 'final'),
    );
  });

  it('takes the GIF for a sign that the request waits in a queue', () => {
    expect(classify(answer(200, GIF))).toEqual(inDoubt('queued', 'queued'));
  });

  it("does not know what came of the hits when Matomo's reply cannot be read", () => {
    const reply = '{"status":"success","tracked":5,"invalid":0}';
    for (const body of [reply.slice(0, 30), `<b>Deprecated</b>: x in y.php ${reply}`]) {
      expect(classify(answer(200, body))).toEqual(inDoubt('garbled-answer', 'final'));
    }
  });

  it.each(['{"status":"success"}', 'null', '[]', '"ok"', '\u001f\u008b\u0008', '{'])(
    'does not take %j for Matomo',
    (body) => {
      expect(classify(answer(200, body))).toEqual(inDoubt('not-matomo', 'open'));
    },
  );

  it('gives every hit one outcome, and as many of each kind as Matomo counts', () => {
    const kinds = fc.constantFrom<HitKind>('pageview', 'event', 'order', 'goal', 'cart');
    fc.assert(
      fc.property(fc.array(kinds, { minLength: 1, maxLength: 30 }), fc.nat(30), fc.nat(30), (sent, a, b) => {
        const tracked = Math.min(a, sent.length);
        const invalid = Math.min(b, sent.length - tracked);
        const verdict = classifyBulk(
          { hits: hitsOf(sent) },
          answer(200, { status: 'success', tracked, invalid }),
          NOW_MS,
        );
        if (verdict.kind !== 'settled') {
          expect([verdict.kind, tracked + invalid]).toEqual(['retry', 0]);
          return;
        }
        const count = (kind: string) => verdict.outcomes.filter((outcome) => outcome.kind === kind).length;
        expect([count('accepted'), count('rejected')]).toEqual([tracked, invalid]);
        expect(verdict.outcomes).toHaveLength(sent.length);
        expect(count('unknown')).toBe(sent.length - tracked - invalid);
      }),
    );
  });

  it('understands an answer to a batch of one as to one of many', () => {
    const one = hitsOf(pageviews(1));
    expect(
      classifyBulk({ hits: one }, answer(200, { status: 'success', tracked: 1, invalid: 0 }), NOW_MS),
    ).toEqual(accepted(1));
    expect(
      classifyBulk({ hits: one }, answer(200, { status: 'success', tracked: 0, invalid: 1 }), NOW_MS),
    ).toEqual(all('rejected', 'invalid', 1));
  });
});

describe('parseRetryAfter', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['soon', undefined],
    ['0', 0],
    ['120', 120_000],
    ['86400', 300_000],
    ['Tue, 20 Oct 2026 12:01:00 GMT', 60_000],
    ['Tue, 20 Oct 2026 11:00:00 GMT', 0],
    ['Thu, 31 Dec 2026 12:00:00 GMT', 300_000],
  ])('reads %j as %j ms', (text, expected) => {
    expect(parseRetryAfter(text, NOW_MS)).toBe(expected);
  });
});
