// Stands in for nginx: reads each body to its end, answers JSON with the reply and all else with the GIF.
import { createServer } from 'node:http';

const [port, reply] = process.argv.slice(2);
const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64');
const JSON_HEAD = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(reply) };
const GIF_HEAD = { 'content-type': 'image/gif', 'content-length': GIF.length };

const server = createServer((request, response) => {
  const isJson = request.headers['content-type'] === 'application/json';
  request.resume();
  request.once('end', () => response.writeHead(200, isJson ? JSON_HEAD : GIF_HEAD).end(isJson ? reply : GIF));
});
server.keepAliveTimeout = 300_000;
server.listen(Number(port), '127.0.0.1');
