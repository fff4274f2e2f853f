import { describe, expect, it } from 'vitest';
import { markup } from '../../../src/report/html/markup.ts';

describe('markup', () => {
  it('escapes values in text and between quotes, but not markup', () => {
    const inner = markup`<b>${'<i>'}</b>`;
    expect(markup`<p title="${'"&'}">${inner}${[1, 'a<b', inner]}</p>`.text).toBe(
      '<p title="&quot;&amp;"><b>&lt;i&gt;</b>1a&lt;b<b>&lt;i&gt;</b></p>',
    );
  });

  it('leaves out control characters, false and undefined', () => {
    expect(markup`${'a\u0000b\u001Bc'}|${false}|${undefined}|${0}`.text).toBe('abc|||0');
  });

  it('takes a backslash of a template as what it stands for', () => {
    expect(markup`a\n${'b\\n'}`.text).toBe('a\nb\\n');
  });
});
