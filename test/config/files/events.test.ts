import { describe, expect, it } from 'vitest';
import { parseEvents } from '../../../src/config/files/events.ts';
import { SettingsError } from '../../../src/errors.ts';

const EVENT = { category: 'Video', action: 'Play', name: 'Intro' };

function messagesOf(input: unknown): string[] {
  try {
    parseEvents(typeof input === 'string' ? input : JSON.stringify(input), 'events.json');
  } catch (error) {
    if (error instanceof SettingsError)
      return error.problems.map(({ message, hint }) => `${message} ${hint ?? ''}`);
    throw error;
  }
  return [];
}

describe('parseEvents', () => {
  it('reads events with and without value, and the probabilities where they stand', () => {
    const input = {
      click_events: [{ ...EVENT, value: 3 }],
      random_events: [{ ...EVENT, value: null }],
      click_events_probability: 0.4,
    };
    expect(parseEvents(JSON.stringify(input), 'events.json')).toEqual({
      clickEvents: [{ ...EVENT, value: 3 }],
      randomEvents: [EVENT],
      clickEventsProbability: 0.4,
    });
  });

  it('never triggers events of a kind of which there are none', () => {
    const catalogue = parseEvents(
      JSON.stringify({ click_events: [EVENT], random_events_probability: 0.5 }),
      'events.json',
    );
    expect(catalogue).toEqual({ clickEvents: [EVENT], randomEvents: [], randomEventsProbability: 0 });
  });

  it('tells all problems with their place', () => {
    const messages = messagesOf({
      click_events: [EVENT, { ...EVENT, category: ' ' }, { action: 'a', nmae: 'b', category: 'c' }],
      random_events: [],
      click_events_probability: 2,
    });
    expect(messages).toHaveLength(4);
    expect(messages.join('\n')).toMatch(
      /click_events, entry 2, category must be a text of at least 1 character, but is " "/,
    );
    expect(messages.join('\n')).toMatch(/click_events, entry 3, name must be a text, but is missing/);
    expect(messages.join('\n')).toMatch(/click_events, entry 3 has the unknown key nmae.*name/);
    expect(messages.join('\n')).toMatch(/click_events_probability must be at most 1, but is 2/);
  });

  it('tells what is wrong with the syntax', () => {
    expect(messagesOf('{"click_events": [}')[0]).toMatch(/^events.json/);
    expect(messagesOf('{\n  "click_events": [] "random_events"')[0]).toContain(
      'events.json line 2, column 22',
    );
  });
});
