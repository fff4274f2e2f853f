import { describe, expect, it } from 'vitest';
import { SettingsError } from '../../../src/errors.ts';
import { proxyFor, readProxySettings } from '../../../src/matomo/http/proxy.ts';

const HTTPS = 'https://matomo.example.org/matomo.php';
const HTTP = 'http://matomo.example.org/matomo.php';

function chosen(url: string, env: Record<string, string>): string | undefined {
  return proxyFor(url, readProxySettings(env))?.url;
}

describe('readProxySettings', () => {
  it.each([
    ['nothing', {}, undefined, undefined],
    [
      'one for each protocol',
      { HTTPS_PROXY: 'http://s:1', HTTP_PROXY: 'http://p:2' },
      'http://s:1',
      'http://p:2',
    ],
    [
      'lower case before upper case',
      { HTTPS_PROXY: 'http://s:1', https_proxy: 'http://low:1' },
      'http://low:1',
      undefined,
    ],
    [
      'ALL_PROXY where there is no other',
      { ALL_PROXY: 'http://a:3', http_proxy: 'http://p:2' },
      'http://a:3',
      'http://p:2',
    ],
    ['an address without http://', { HTTPS_PROXY: 's:1' }, 'http://s:1', undefined],
    ['empty text for not set', { HTTPS_PROXY: '', https_proxy: ' ', HTTP_PROXY: '' }, undefined, undefined],
  ])('reads %s', (_, env, https, http) => {
    expect([chosen(HTTPS, env), chosen(HTTP, env)]).toEqual([https, http]);
  });

  it('takes user name and password out of the address', () => {
    const { https } = readProxySettings({ HTTPS_PROXY: 'http://me%40x:se%3Acret@proxy:3128' });
    expect(https).toEqual({
      url: 'http://proxy:3128',
      authorization: `Basic ${Buffer.from('me@x:se:cret').toString('base64')}`,
      variable: 'HTTPS_PROXY',
    });
  });

  it.each(['socks5://me:secret@p:1', 'ftp://me:secret@p', 'http://'])('refuses %s with a remedy', (text) => {
    const read = () => readProxySettings({ all_proxy: text });
    expect(read).toThrow(SettingsError);
    expect(read).toThrow(/^ALL_PROXY|all_proxy must be the address of an HTTP proxy/i);
    expect(read).not.toThrow(/secret/);
  });
});

describe('NO_PROXY', () => {
  const direct: readonly [noProxy: string, url: string][] = [
    ['*', 'https://any.example/'],
    ['example.org', 'https://example.org/'],
    ['example.org', 'https://matomo.example.org/'],
    ['.example.org', 'https://matomo.example.org/'],
    ['*.example.org', 'https://matomo.example.org/'],
    ['a.test, Example.ORG', 'https://MATOMO.example.org/'],
    ['a.test example.org', 'https://example.org/'],
    ['example.org:8443', 'https://example.org:8443/'],
    ['example.org:443', 'https://example.org/'],
    ['127.0.0.1', 'https://127.0.0.1:8080/'],
    ['127.0.0.1:8080', 'https://127.0.0.1:8080/'],
    ['10.0.0.0/8', 'https://10.200.3.4/'],
    ['10.0.0.0/8:8080', 'https://10.200.3.4:8080/'],
    ['::1', 'https://[::1]:8080/'],
    ['[::1]:8080', 'https://[::1]:8080/'],
    ['[::1]', 'https://[::1]:8080/'],
    ['fd00::/8', 'https://[fd12::1]/'],
  ];
  it.each(direct)('%s has %s reached directly', (noProxy, url) => {
    expect(chosen(url, { HTTPS_PROXY: 'p:1', NO_PROXY: noProxy })).toBeUndefined();
  });

  const proxied: readonly [noProxy: string, url: string][] = [
    ['', 'https://127.0.0.1/'],
    ['', 'https://localhost/'],
    ['example.org', 'https://badexample.org/'],
    ['matomo.example.org', 'https://example.org/'],
    ['example.org', 'https://example.org.evil.test/'],
    ['example.org:8443', 'https://example.org/'],
    ['10.0.0.0/8', 'https://11.0.0.1/'],
    ['10.0.0.0/99', 'https://10.0.0.1/'],
    ['0.0.1', 'https://127.0.0.1/'],
    ['10.0.0.0/8', 'https://host.10.0.0.0.test/'],
    [', ,', 'https://example.org/'],
  ];
  it.each(proxied)('%s leaves %s to the proxy', (noProxy, url) => {
    expect(chosen(url, { HTTPS_PROXY: 'p:1', NO_PROXY: noProxy })).toBe('http://p:1');
  });

  it('is read in lower case first', () => {
    const env = { HTTPS_PROXY: 'p:1', no_proxy: 'a.test', NO_PROXY: 'example.org' };
    expect(chosen('https://example.org/', env)).toBe('http://p:1');
  });
});
