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
    ['secret', 'is not of the form Name: value'],
    ['My Name: secret', 'is not of the form Name: value'],
    [': secret', 'is not of the form Name: value'],
    ['X-A:', 'gives X-A no value'],
    ['X-A: sécret', 'gives X-A a value with other characters than those of ASCII'],
    ['X-A: se\u0000cret', 'gives X-A a value with other characters than those of ASCII'],
    ['content-Length: 3', 'sets content-Length, which the request itself decides'],
    ['Proxy-Authorization: secret', 'sets Proxy-Authorization, which belongs into HTTPS_PROXY'],
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
