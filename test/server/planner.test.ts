import { describe, expect, it } from 'vitest';
import { SettingsError } from '../../src/errors.ts';
import { type AskPlan, createPlanner } from '../../src/server/planning/planner.ts';
import type { DayAnswer, DayQuestion, PlanReply } from '../../src/server/planning/questions.ts';

const never = new AbortController().signal;

function question(date: string): DayQuestion {
  return { kind: 'day', presets: [], given: new Map(), base: new Map(), folder: '/data', date };
}

function dayOn(date: string | undefined): DayAnswer {
  const common = {
    kinds: {},
    revenue: 0,
    funnels: {},
    countries: {},
    behaviours: {},
    sample: null,
    visitsByTime: [],
  };
  return {
    kind: 'day',
    strategy: 'weighted',
    targets: [],
    date: date ?? '',
    timezone: 'UTC',
    currency: 'EUR',
    visits: 1,
    hits: 1,
    partsOf: 'day',
    plannedMs: null,
    ...common,
  };
}

/** Answers when it is told to. */
function scripted() {
  const asked: string[] = [];
  const answers: ((reply: PlanReply) => void)[] = [];
  const ask: AskPlan = ({ date }) => {
    asked.push(date ?? '');
    return new Promise((resolve) => answers.push(resolve));
  };
  return { asked, answers, planner: createPlanner(ask, () => {}) };
}

const soon = () => new Promise((resolve) => setImmediate(resolve));

describe('questions about the plan', () => {
  it('are asked one after the other, and those that nobody waits for are left out', async () => {
    const { asked, answers, planner } = scripted();
    const gone = new AbortController();
    const first = planner.day(question('2026-01-01'), never);
    const second = planner.day(question('2026-01-02'), gone.signal);
    const third = planner.day(question('2026-01-03'), never);
    const refused = expect(second).rejects.toMatchObject({ code: 'cancelled' });
    await soon();
    expect(asked).toEqual(['2026-01-01']);
    gone.abort();
    answers[0]?.({ answer: dayOn('2026-01-01') });
    expect((await first).date).toBe('2026-01-01');
    await refused;
    await soon();
    expect(asked).toEqual(['2026-01-01', '2026-01-03']);
    answers[1]?.({ answer: dayOn('2026-01-03') });
    expect((await third).date).toBe('2026-01-03');
  });

  it('are refused with all that is wrong with the settings, and the next one is asked', async () => {
    const { answers, planner } = scripted();
    const problem = {
      code: 'out-of-range',
      subject: 'CONCURRENCY',
      message: 'CONCURRENCY must be at least 1.',
    };
    const wrong = planner.day(question('2026-01-01'), never);
    await soon();
    const { message, code, exitCode } = new SettingsError([problem]);
    answers[0]?.({ error: { message, code, exitCode, hint: undefined }, problems: [problem] });
    await expect(wrong).rejects.toMatchObject({ problems: [problem] });
    const next = planner.day(question('2026-01-02'), never);
    await soon();
    answers[1]?.({ answer: dayOn('2026-01-02') });
    expect((await next).date).toBe('2026-01-02');
  });

  it('are refused when too many wait', async () => {
    const { planner } = scripted();
    const waiting = Array.from({ length: 50 }, () => planner.day(question('2026-01-01'), never));
    expect(waiting).toHaveLength(50);
    await expect(planner.day(question('2026-01-02'), never)).rejects.toMatchObject({ status: 503 });
  });
});
