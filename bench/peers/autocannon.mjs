// autocannon with a request that a function makes anew each time.
import autocannon from 'autocannon';
import hit from './hit.cjs';

const [url, path, connections, seconds] = process.argv.slice(2);
const next = hit.createHits(path);
const { requests, duration, errors, non2xx } = await autocannon({
  url,
  connections: Number(connections),
  duration: Number(seconds),
  requests: [
    {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      setupRequest: (request) => ({ ...request, body: next() }),
    },
  ],
});
process.stdout.write(`${JSON.stringify({ requests: requests.total, duration, errors: errors + non2xx })}\n`);
