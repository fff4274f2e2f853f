import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { main } from '../../../src/cli/main.ts';
import { createFakeHost, packageFiles } from '../../doubles/fake-host.ts';
import { VirtualClock } from '../../doubles/virtual-clock.ts';
import { STACK, Workplace } from '../../process/binary.ts';

const PACKAGE = packageFiles();
const KEY = 'key-0123456789';

interface Given {
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

async function exportFunnels(args: readonly string[], { env = {}, files = {} }: Given = {}) {
  const host = createFakeHost({ env, files: { ...PACKAGE, ...files } });
  const code = await main(['export-funnels', ...args], host, new VirtualClock());
  return { code, stdout: host.stdoutText(), stderr: host.stderrText(), files: host.files };
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A control server that is there for one test. */
async function withServer(answer: Answer, use: (url: string) => Promise<void>): Promise<void> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  try {
    await use(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const STEPS = [
  {
    type: 'pageview',
    url: 'https://x.example/',
    action_name: '',
    delay_seconds_min: 0,
    delay_seconds_max: 2,
  },
];
const OUTLINE = { id: 7, name: 'Signup', probability: 0.2, priority: 1, enabled: true, step_count: 1 };
const DETAIL = {
  ...OUTLINE,
  description: 'to the form',
  config: { probability: 0.2, priority: 1, enabled: true, exit_after_completion: false, steps: STEPS },
  created_at: '2026-01-01T00:00:00',
  updated_at: '2026-01-02T00:00:00',
};
const EXPORTED = {
  name: 'Signup',
  description: 'to the form',
  probability: 0.2,
  priority: 1,
  enabled: true,
  exit_after_completion: false,
  steps: [expect.objectContaining({ type: 'pageview', url: 'https://x.example/', delay_seconds_max: 2 })],
};

function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** Answers as a control server does, to those who have the key. */
const controlServer: Answer = (request, response) => {
  if (request.headers['x-api-key'] !== KEY) json(response, { detail: 'Invalid key' }, 401);
  else if (request.url === '/api/funnels') json(response, { funnels: [OUTLINE], total: 1 });
  else if (request.url === '/api/funnels/7') json(response, DETAIL);
  else json(response, { detail: 'Not found' }, 404);
};

describe('export-funnels', () => {
  it('writes those that a preset brings, as a file that is taken again', async () => {
    const { code, stdout, stderr } = await exportFunnels(['--preset', 'shop', '--output', '/work/f.json']);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
    const { files } = await exportFunnels(['--preset', 'shop', '--output', '/work/f.json']);
    const text = files.get('/work/f.json') ?? '';
    expect(JSON.parse(text).length).toBeGreaterThan(0);
    const again = await exportFunnels(['--funnel-config-path', 'f.json'], {
      files: { '/work/f.json': text },
    });
    expect(again).toMatchObject({ code: 0, stdout: text });
  });

  it('warns of a wait that would cut the visit in two', async () => {
    const steps = [{ ...STEPS[0], delay_seconds_max: 3000 }, STEPS[0]];
    const files = { '/work/f.json': JSON.stringify([{ name: 'Slow', probability: 0.1, steps }]) };
    const { code, stderr } = await exportFunnels(['--funnel-config-path', 'f.json'], { files });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: Funnel "Slow", step 1 may wait 3000 seconds/);
  });
});

describe('export-funnels --template', () => {
  it.each(['Lead Generation', 'lead-generation', 'LEAD_GENERATION'])(
    'writes the one funnel %s',
    async (name) => {
      const { code, stdout } = await exportFunnels(['--template', name, '--format', 'yaml']);
      expect(code).toBe(0);
      expect(parse(stdout)).toMatchObject([{ name: 'Lead Generation' }]);
    },
  );

  it('is taken as a file of funnels', async () => {
    const { stdout } = await exportFunnels(['--template', 'ecommerce-purchase']);
    const files = { '/work/f.json': stdout };
    const again = await exportFunnels(['--funnel-config-path', 'f.json'], { files });
    expect(again).toMatchObject({ code: 0, stdout });
  });

  it('refuses an unknown one with those there are, and the closest', async () => {
    const { code, stdout, stderr } = await exportFunnels(['--template', 'lead']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /no built-in funnel lead. Built-in funnels: .*content-consumption.*lead-generation/,
    );
    expect(stderr).toMatch(/Did you mean lead-generation/);
  });
});

describe('export-funnels --from', () => {
  const env = { TRAFFICINATOR_API_KEY: KEY };

  it('takes the funnels of a control server, each by its id', async () => {
    await withServer(controlServer, async (url) => {
      const { code, stdout, stderr } = await exportFunnels(['--from', `${url}/`], { env });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(JSON.parse(stdout)).toEqual([EXPORTED]);
    });
  });

  it('takes a list that has the steps already', async () => {
    const { id, config, ...head } = DETAIL;
    await withServer(
      (_, response) => json(response, [{ ...head, ...config }]),
      async (url) => {
        const { stdout } = await exportFunnels(['--from', `${url}/api/funnels`, '--format', 'yaml']);
        expect(parse(stdout)).toEqual([EXPORTED]);
      },
    );
  });

  it('reads the key from a file, which goes before the environment', async () => {
    await withServer(controlServer, async (url) => {
      const files = { '/work/key': `${KEY}\n` };
      const given = { env: { TRAFFICINATOR_API_KEY: 'other' }, files };
      const { code, stderr } = await exportFunnels(['--from', url, '--api-key-file', 'key'], given);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    });
  });

  it('warns of a key on the command line, without telling it', async () => {
    await withServer(controlServer, async (url) => {
      const { code, stderr } = await exportFunnels(['--from', url, '--api-key', KEY]);
      expect(code).toBe(0);
      expect(stderr).toMatch(/^warning: [^.]* the value of --api-key[\s\S]*--api-key-file/);
      expect(stderr).not.toContain(KEY);
    });
  });

  it.each([
    [{}, /needs an API key \(401\)[\s\S]*TRAFFICINATOR_API_KEY/],
    [{ TRAFFICINATOR_API_KEY: 'wrong-key' }, /refuses the API key \(401\)/],
  ])('ends with 4 where the server does not let in: %j', async (given, words) => {
    await withServer(controlServer, async (url) => {
      const { code, stdout, stderr } = await exportFunnels(['--from', url], { env: given });
      expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
      expect(stderr).toMatch(words);
      expect(stderr).not.toContain('wrong-key');
    });
  });

  it.each<[string, Answer, RegExp]>([
    ['fails', (_, response) => json(response, {}, 500), /responded to GET http.*\/api\/funnels with 500/],
    ['has no JSON', (_, response) => response.end('<html>'), /something other than JSON/],
    ['has no funnels', (_, response) => json(response, { status: 'fine' }), /other than a list of funnels/],
    [
      'sends elsewhere',
      (_, response) => response.writeHead(302, { location: 'http://other.example/' }).end(),
      /302, a redirect to http:\/\/other.example\//,
    ],
    ['hangs up', (request) => request.socket.destroy(), /could not be reached at http/],
  ])('ends with 3 where the server %s', async (_, answer, words) => {
    await withServer(answer, async (url) => {
      const { code, stdout, stderr } = await exportFunnels(['--from', url], { env });
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
      expect(stderr).toMatch(words);
      expect(stderr).toMatch(/hint: /);
      expect(stderr).not.toContain(KEY);
    });
  });

  it('ends with 3 where there is no server', async () => {
    let gone = '';
    await withServer(controlServer, async (url) => {
      gone = url;
    });
    const { code, stderr } = await exportFunnels(['--from', gone], { env });
    expect(code).toBe(3);
    expect(stderr).toMatch(/could not be reached at .* \(ECONNREFUSED\)/);
  });

  it('refuses funnels that are wrong, and writes nothing', async () => {
    const wrong = {
      ...DETAIL,
      config: { ...DETAIL.config, steps: [{ type: 'event', event_category: 'a' }] },
    };
    await withServer(
      (_, response) => json(response, { funnels: [wrong] }),
      async (url) => {
        const result = await exportFunnels(['--from', url, '--output', '/work/f.json']);
        expect(result).toMatchObject({ code: 2, stdout: '' });
        expect(result.stderr).toMatch(/funnel "Signup", step 1 .* needs event_action/);
        expect(result.files.has('/work/f.json')).toBe(false);
      },
    );
  });

  it.each([
    [['--from', 'localhost:8000'], {}, /--from must be the http\(s\) address/],
    [['--from', `http://me:${KEY}@x.example`], {}, /without user name, password/],
    [['--from', 'http://x.example', '--api-key-file', 'gone'], {}, /--api-key-file must be a/],
    [['--from', 'http://x.example', '--api-key-file', 'empty'], {}, /gone|empty is empty/],
    [
      ['--from', 'http://x.example'],
      { TRAFFICINATOR_API_KEY: `${KEY} ${KEY}` },
      /ASCII characters without spaces/,
    ],
    [['--from', 'http://x.example', '--template', 'x'], {}, /cannot be used with/],
    [['--api-key-file', 'empty'], {}, /only be used with --from/],
  ])('refuses %j', async (args, given, words) => {
    const { code, stdout, stderr } = await exportFunnels(args, {
      env: given,
      files: { '/work/empty': '\n' },
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(words);
    expect(stderr).not.toContain(KEY);
  });
});

describe('the installed command', () => {
  const place = new Workplace();
  afterAll(() => place.remove());

  it('takes funnels from a server, and tells in words that there is none', async () => {
    await withServer(controlServer, async (url) => {
      const { code, stdout } = await place.run(['export-funnels', '--from', url], {
        TRAFFICINATOR_API_KEY: KEY,
      });
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toEqual([EXPORTED]);
    });
    const { code, stderr } = await place.run(['export-funnels', '--from', 'http://127.0.0.1:1']);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^error: The control server could not be reached/);
    expect(stderr).not.toMatch(STACK);
  });
});
