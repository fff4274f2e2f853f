import { describe, expect, it } from 'vitest';
import { headerLines, parseHeaderLine } from '../../../src/config/schema/header-lines.ts';

describe('parseHeaderLine', () => {
  it.each([
    ['X-Staging: yes', 'X-Staging', 'yes'],
    ['  CF-Access-Client-Secret:abc:def  ', 'CF-Access-Client-Secret', 'abc:def'],
    ['Authorization: Basic bWU6c2VjcmV0', 'Authorization', 'Basic bWU6c2VjcmV0'],
    ['Host: matomo.internal', 'Host', 'matomo.internal'],
  ])('reads %s', (line, name, value) => {
    expect(parseHeaderLine(line)).toEqual({ header: { name, value } });
  });

  it.each([
    ['secret', 'does not have the form Name: value'],
    ['My Name: secret', 'does not have the form Name: value'],
    [': secret', 'does not have the form Name: value'],
    ['X-A:', 'has no value for X-A'],
    ['X-A: sécret', 'has a value for X-A that is not ASCII'],
    ['X-A: se\u0000cret', 'has a value for X-A that is not ASCII'],
    ['content-Length: 3', 'sets content-Length, which is set automatically'],
    ['Proxy-Authorization: secret', 'sets Proxy-Authorization; use HTTPS_PROXY instead'],
  ])('refuses %j without showing it', (line, reason) => {
    const reading = parseHeaderLine(line);
    expect(reading).toEqual({ reason: expect.stringContaining(reason) });
    expect(JSON.stringify(reading)).not.toMatch(/s[eé]cret/);
  });
});

describe('headerLines', () => {
  it('leaves out what is empty or a comment', () => {
    expect(headerLines('# staging\r\nA: 1\r\n\r\n  B: 2\n#C: 3')).toEqual(['A: 1', 'B: 2']);
  });
});
